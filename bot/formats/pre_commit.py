"""pre-commit and prek: hooks that changed files or failed, and configurations that cannot be read.

What a hook printed is read by the format of its tool; here a failed hook counts for itself only
where it changed files, or where it is one of those that no other format knows.
"""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "pre-commit"
HINTS = (
    "- hook id: ", "- files were modified by this hook", "An error has occurred: ",
    "An unexpected error has occurred: ",
)  # fmt: skip
REACH = (2, 30)

_HEAD = pattern(
    r"\s{0,4}(?P<name>\S.{0,200}?)\.{3,200}(?:\([^()]{1,60}\))?(?P<outcome>Failed|Passed|Skipped)$"
)
_FACT = pattern(
    r"\s{0,4}- (?P<key>hook id|exit code|files were modified by this hook|duration)(?:: (?P<value>\S.{0,200}))?$"
)
_TOUCHED = pattern(
    r"\s{0,4}(?:Fixing|Fixed|[Rr]eformatted|Formatting|Formatted|Rewriting|Sorting|Updating|Modified) (?P<file>[^\s]{1,300}\.?\w{0,12})$"
)
_HARMLESS = pattern(
    r"\s{0,4}(?:All done!|\d{1,6} files? (?:re|left|would|un|already)|Found \d{1,6} errors? \(\d{1,6} fixed, 0 remaining\)"
    r"|.{1,300}: fixed mixed line endings$)"
)
_PLACE = pattern(r"\s{0,4}(?P<file>[^\s:()]{1,300}):(?P<line>\d{1,7})(?::\d{1,7})?:? \S")
_NAMED = pattern(r"\s{0,4}(?:\[?ERROR\]? )?(?P<file>[^\s:()]{1,300}\.\w{1,8})(?:: | \()")
_INSIDE = pattern(r"\s{0,6}in \"(?P<file>[^\"]{1,300})\", line (?P<line>\d{1,7})\b")
# How grep names a line of source, and hooks written with it: no column, no word about the line.
_GREPPED = pattern(
    r"(?P<file>[^\s:]{1,300}):(?P<line>\d{1,7}):(?! \S|\d{1,7}:)\s{0,200}(?P<message>\S.{0,400})$"
)
_MISSING = pattern(r"\s{0,4}(?P<message>Executable `[^`]{1,200}` not found)$")
_CONFIG = pattern(r"An error has occurred: (?P<message>Invalid(?:Config|Manifest)Error:?)")
_CONFIG_FILE = pattern(r"==> File (?P<file>\S{1,300})$")
_CONFIG_REASON = pattern(r"=====> (?P<message>\S.{0,400})$")
_BROKEN = pattern(r"An (?:unexpected )?error has occurred: (?P<message>\S.{0,500})$")
# Hooks whose words are their own: everything else is a tool that another format may know.
_OWN = pattern(
    r"check-(?:added-large-files|ast|builtin-literals|byte-order-marker|case-conflict|docstring-first"
    r"|executables-have-shebangs|illegal-windows-names|json5?|merge-conflict|shebang-scripts-are-executable"
    r"|symlinks|toml|vcs-permalinks|xml|yaml)$|debug-statements$|destroyed-symlinks$|detect-(?:aws-credentials"
    r"|private-key)$|file-contents-sorter$|forbid-(?:new-submodules|submodules)$|name-tests-test$"
    r"|no-commit-to-branch$|pretty-format-json$|python-[a-z-]{3,40}$|rst-[a-z-]{3,40}$|text-unicode-replacement-char$"
)
MAX_OUTPUT = 40


@dataclass(slots=True, kw_only=True)
class _Hook:
    """One hook that failed, and what it printed."""

    name: str
    start: int
    end: int
    id: str = ""
    code: str = ""
    modified: bool = False
    output: list[str] = field(default_factory=list)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a hook, or the reason why no hook could run."""
    hook: _Hook | None = None
    trouble = _Trouble()
    for line in lines:
        text = line.text.removeprefix("##[error]")
        if (match := _HEAD.match(text)) is not None:
            if hook is not None:
                yield from _failures(hook)
            failed = match["outcome"] == "Failed"
            name, number = match["name"], line.number
            hook = _Hook(name=name, start=number, end=number) if failed else None
        elif hook is not None:
            _take(hook, text, line.number)
        else:
            yield from trouble.read(text, line.number)
    if hook is not None:
        yield from _failures(hook)


class _Trouble:
    """Why no hook could run: what is wrong with the configuration stands below the error."""

    def __init__(self) -> None:
        self._start = 0
        self._file: str | None = None

    def read(self, text: str, number: int) -> Iterator[Failure]:
        """Take the next line."""
        if _CONFIG.match(text):
            self._start, self._file = number, None
        elif self._start and (match := _CONFIG_FILE.match(text)) is not None:
            self._file = match["file"]
        elif self._start and (match := _CONFIG_REASON.match(text)) is not None:
            yield _config(match["message"], self._file, self._start, number)
            self._start = 0
        elif (match := _BROKEN.match(text)) is not None:
            yield _broken(match["message"], number)


def _take(hook: _Hook, text: str, number: int) -> None:
    fact = _FACT.match(text) if not hook.output else None
    if fact is None:
        if text and len(hook.output) < MAX_OUTPUT:
            hook.output.append(text)
            hook.end = number
        return
    hook.end = number
    if fact["key"] == "hook id":
        hook.id = fact["value"] or ""
    elif fact["key"] == "exit code":
        hook.code = fact["value"] or ""
    elif fact["key"].startswith("files"):
        hook.modified = True


def _failures(hook: _Hook) -> Iterator[Failure]:
    if not hook.id:
        return
    if (match := next(filter(None, map(_MISSING.match, hook.output)), None)) is not None:
        yield _failure(hook, FailureType.CONFIG, match["message"], weak=False)
    elif hook.modified:
        quiet = not hook.code or all(
            _TOUCHED.match(text) or _HARMLESS.match(text) for text in hook.output
        )
        message = f"{hook.name}: files were modified by this hook"
        yield _failure(hook, FailureType.FORMAT, message, weak=not quiet)
    elif hook.output and _GREPPED.match(hook.output[0]) is not None:
        yield from _grepped(hook)
    else:
        own = _OWN.match(hook.id) is not None
        first = _words(hook.output[0]) if own and hook.output else ""
        message = f"{hook.name}: {first}" if first else f"{hook.name} failed"
        yield _failure(hook, FailureType.LINT, message, weak=not own)


def _grepped(hook: _Hook) -> Iterator[Failure]:
    """One failure a line that a hook forbids."""
    for match in filter(None, map(_GREPPED.match, hook.output)):
        yield replace(
            _failure(hook, FailureType.LINT, match["message"], weak=False),
            file=match["file"],
            line=int(match["line"]),
            detail=(f"{hook.name} failed",),
        )


def _words(text: str) -> str:
    """What a line says, without the place before it."""
    match = _PLACE.match(text)
    return text[match.end() - 1 :] if match else text.strip()


def _failure(hook: _Hook, type_: FailureType, message: str, *, weak: bool) -> Failure:
    match = _place(hook)
    line = match.groupdict().get("line") if match else None
    return Failure(
        type=type_,
        tool=NAME,
        rule=hook.id,
        message=message,
        file=match["file"] if match else None,
        line=int(line) if line else None,
        command=f"pre-commit run {shlex.quote(hook.id)} --all-files",
        detail=tuple(hook.output),
        log=LogSpan(start=hook.start, end=hook.end),
        weak=weak,
    )


def _place(hook: _Hook) -> re.Match[str] | None:
    """The place that the hook named, if it was one alone."""
    if not hook.modified:
        first = hook.output[0] if hook.output else ""
        inside = next(filter(None, map(_INSIDE.match, hook.output[:6])), None)
        return _PLACE.match(first) or _NAMED.match(first) or inside
    touched = [match for text in hook.output if (match := _TOUCHED.match(text)) is not None]
    return touched[0] if len({match["file"] for match in touched}) == 1 else None


def _config(message: str, file: str | None, start: int, end: int) -> Failure:
    span = LogSpan(start=start, end=end)
    return Failure(type=FailureType.CONFIG, tool=NAME, message=message, file=file, log=span)


def _broken(message: str, number: int) -> Failure:
    span = LogSpan(start=number, end=number)
    return Failure(type=FailureType.DEPENDENCY, tool=NAME, message=message, log=span, weak=True)
