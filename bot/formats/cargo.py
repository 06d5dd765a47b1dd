"""cargo and rustup: manifests, dependencies, build scripts, toolchains; cargo-deny and cargo-audit."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "cargo"
HINTS = (
    "failed to select a version", "no matching package", "as a dependency of package", "--locked was passed",
    "failed to parse manifest", "could not find `Cargo.toml`", "no such command: `", "no such subcommand: `",
    "failed to run custom build command", "could not compile `", "Could not compile `", "test failed, to rerun", "does not contain this feature",
    "does not contain these features", "target named `", "did not match any packages", "is not installed for the toolchain",
    "is not installed", "failed to load source for", "failed to parse lock file", "cannot be built because it requires rustc",
    "is not supported by the following package", "cyclic package dependency", "failed to load manifest", "rustup could not",
    "component download failed", "failed to resolve patches", "build script logged errors", "believes it's in a workspace",
    "failed to download from", "failed to get `", "only accepted on the nightly", "failed to run `rustc`", "error[", "unable to update registry",
    "checksum for `", "failed to fetch", "failed to update submodule", "feature `", "native library `", "failed to read `",
    "failed to sync", "error: can't find ",
)  # fmt: skip
REACH = (1, 25)

_ERROR = pattern(r"error: (?P<message>\S.{0,3000})$")
_SCRIPT = pattern(r"error: (?P<package>[\w-]{1,100}@\d[\w.+-]{0,60}): (?P<message>\S.{0,1000})$")
_FOLDER = pattern(
    r".{0,400}`[\w-]{1,100} v\d[\w.+-]{0,60} \((?P<folder>/[^)]{1,400}|[A-Za-z]:[^)]{1,400})\)`"
)
_MANIFEST = pattern(
    r"failed to (?:parse manifest at|read|load manifest for workspace member) `(?P<file>[^`]{1,400}\.toml)`"
)
_PANIC = pattern(
    r"\s{0,4}thread 'main'(?: \(\d{1,12}\))? panicked at (?:'.{0,1000}', )?(?P<file>[^':]{1,300}):(?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?:?$"
)
_TOML_LINE = pattern(
    r"\s{0,4}TOML parse error at line (?P<line>\d{1,7}), column (?P<column>\d{1,7})"
)
_DENY = pattern(
    r"error\[(?P<rule>vulnerability|unmaintained|unsound|yanked|notice|banned|denied|duplicate|rejected|unlicensed|source-not-allowed|license-not-encountered|wildcard|workspace-duplicate|not-allowed)\]: (?P<message>\S.{0,500})$"
)
_WEAK = (
    "could not compile", "Could not compile", "test failed, to rerun", "build failed", "doctest failed", "build script logged errors",
    "could not document", "test run failed",
)  # fmt: skip
_DEPENDENCY = (
    "failed to select a version", "no matching package", "failed to get `", "failed to load source for",
    "failed to parse lock file", "cannot be built because it requires rustc", "is not supported by the following package",
    "cyclic package dependency", "failed to resolve patches", "unable to update registry", "checksum for `",
    "failed to fetch", "failed to sync", "failed to update submodule", "failed to query replaced source", "native library `",
    "package collision", "failed to verify the checksum",
)  # fmt: skip
_CONFIG = (
    "failed to parse manifest", "could not find `Cargo.toml`", "no such command: `", "no such subcommand: `",
    "does not contain this feature", "does not contain these features", "target named `", "did not match any packages",
    "is not installed", "failed to load manifest", "believes it's in a workspace", "only accepted on the nightly",
    "failed to run `rustc`", "failed to read `", "rustup could not", "feature `", "no targets specified in the manifest", "can't find ",
)  # fmt: skip
_INFRA = ("component download failed", "could not download file", "failed to download from")
_ARROW = pattern(r" {1,4}--> (?P<file>[^:\n]{1,400}Cargo\.toml)$")
_BOX = pattern(
    r" {1,8}┌─ (?P<file>[^:\n]{1,400}\.(?:lock|toml)):(?P<line>\d{1,7}):(?P<column>\d{1,7})$"
)
_NETWORK = (
    "Could not resolve host", "Timeout was reached", "Connection refused", "Failed to connect", "Connection reset",
    "got 502", "got 503", "got 504", "SSL connect error",
)  # fmt: skip
MAX_DETAIL = 24


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a complaint; the chain of causes is its detail."""
    open_: Failure | None = None
    for line in lines:
        if open_ is not None and (more := _continued(open_, line)) is not None:
            open_ = more
            continue
        if open_ is not None:
            yield _explained(open_)
        open_ = _read(line)
    if open_ is not None:
        yield _explained(open_)


def _read(line: Line) -> Failure | None:
    text = line.text
    if not text.startswith("error"):
        return None
    span = LogSpan(start=line.number, end=line.number)
    if (match := _DENY.match(text)) is not None:
        return Failure(
            type=FailureType.DEPENDENCY,
            tool="cargo-deny",
            rule=match["rule"],
            message=match["message"],
            command="cargo deny check",
            log=span,
        )
    if (match := _SCRIPT.match(text)) is not None:
        message = f"{match['package']}: {match['message']}"
        return Failure(type=FailureType.BUILD, tool=NAME, message=message, log=span)
    if (match := _ERROR.match(text)) is None:
        return None
    message = match["message"]
    if message.startswith(_WEAK):
        kind = FailureType.TEST if "test" in message[:8] else FailureType.BUILD
        return Failure(type=kind, tool=NAME, message=message, log=span, weak=True)
    found = _kind(message)
    return None if found is None else Failure(type=found, tool=NAME, message=message, log=span)


def _kind(message: str) -> FailureType | None:
    if "--locked was passed" in message or any(words in message for words in _INFRA):
        return FailureType.DEPENDENCY if "--locked" in message else FailureType.INFRA
    if message.startswith("failed to run custom build command"):
        return FailureType.BUILD
    if any(words in message for words in _DEPENDENCY):
        return FailureType.DEPENDENCY
    if any(words in message for words in _CONFIG):
        return FailureType.CONFIG
    return None


def _continued(failure: Failure, line: Line) -> Failure | None:
    """The failure with one more line of its causes; None when it is over."""
    text, log = line.text, failure.log
    if log is None or failure.weak or line.number > log.end + 1:
        return None
    if text.startswith(("error", "warning: ", "##[", "   Compiling", "    Finished")):
        return None
    if not text.startswith((" ", "Caused by:")) and text.strip() and _is_over(failure):
        return None
    detail = failure.detail if len(failure.detail) >= MAX_DETAIL else (*failure.detail, text)
    failure = replace(failure, detail=detail, log=replace(log, end=line.number))
    if text.startswith("help: "):
        return replace(failure, suggestion=text[6:])
    return failure


def _is_over(failure: Failure) -> bool:
    """Whether a blank line ended the words before any cause."""
    return bool(failure.detail) and not failure.detail[-1].strip()


def _explained(failure: Failure) -> Failure:
    """The failure with what its causes say more."""
    failure = _placed(failure)
    if any(words in text for text in failure.detail for words in _NETWORK):
        failure = replace(failure, type=FailureType.INFRA)
    detail = failure.detail
    if failure.message.endswith(":") and detail and detail[0].strip():
        failure = replace(failure, message=f"{failure.message} {detail[0].strip()}")
    while detail and not detail[-1].strip():
        detail = detail[:-1]
    return replace(failure, detail=detail)


def _placed(failure: Failure) -> Failure:
    """The failure with the file that its causes name."""
    if (match := _MANIFEST.match(failure.message)) is not None:
        failure = replace(failure, file=match["file"])
        places = (_TOML_LINE.match(text) for text in failure.detail)
        place = next((each for each in places if each is not None), None)
        if place is not None:
            failure = replace(failure, line=int(place["line"]), column=int(place["column"]))
    elif failure.message.startswith("failed to run custom") and _FOLDER.match(failure.message):
        places = (_PANIC.match(text) for text in failure.detail)
        place = next((each for each in places if each is not None), None)
        if place is not None and not place["file"].startswith("/rustc/"):
            failure = replace(failure, file=place["file"], line=int(place["line"]))
    first = failure.detail[0] if failure.detail else ""
    if (box := _BOX.match(first)) is not None:
        return replace(failure, file=box["file"], line=int(box["line"]), column=int(box["column"]))
    arrow = _ARROW.match(first)
    if arrow is not None:
        failure = replace(failure, file=arrow["file"])
    return failure
