"""Go modules: go.mod, go.sum, vendoring, toolchains, and what cannot be downloaded."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "go mod"
HINTS = (
    "go: ", "checksum mismatch", "SECURITY ERROR", "missing go.sum entry", "go.mod:", "vendoring",
    ": unknown command", "pattern .",
)  # fmt: skip
REACH = (0, 6)

_LINE = pattern(r"go: (?P<message>\S.{0,3000})$")
_VERIFYING = pattern(r"verifying (?P<message>\S{1,300}: checksum mismatch)$")
_MOD_FILE = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:]{0,300}go\.(?:mod|work|sum)):(?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?: (?P<message>.{1,1000})$"
)
_COMMAND = pattern(r"\s{1,8}(?P<command>go (?:get|mod|work|install) \S.{0,300})$")
_UNKNOWN = pattern(r"go (?P<name>\S{1,60}): unknown command$")
_PATTERN = pattern(
    r"(?:go: )?(?P<message>pattern \S{1,300}: (?:directory prefix|main module|no matching|lstat).{0,500})$"
)
_NETWORK = (
    "dial tcp", "i/o timeout", "TLS handshake", "connection refused", "connection reset", "502 Bad Gateway",
    "503 Service", "504 Gateway", "unexpected EOF", "no such host", "context deadline exceeded",
)  # fmt: skip
_CONFIG = (
    "go.mod file not found", "cannot find main module", "go.mod requires go >=", "invalid go version",
    "unknown directive", "errors parsing go.", "modules disabled", "requires go >=", "flag provided but not defined",
    "unknown flag", "no such tool", "not a known dependency", "toolchain not available", "error obtaining VCS status", "go.work",
)  # fmt: skip
_DEPENDENCY = (
    "missing go.sum entry", "checksum mismatch", "updates to go.mod needed", "updates to go.sum needed",
    "inconsistent vendoring", "invalid version:", "unknown revision", "no matching versions", "not found",
    "404 Not Found", "410 Gone", "reading https://", "no required module provides", "cannot find module",
    "module declares its path as", "malformed module path", "unrecognized import path", "does not contain package",
    "but does not contain", "conflicting", "found packages", "terminal prompts disabled", "could not read Username",
    "existing contents have changed", "is not a module", "has post-v", "invalid module version", "version constraints conflict",
    "Get \"http", "fatal: ", "exit status", "ambiguous import", "exclude", "replacement directory", "must be",
)  # fmt: skip
_FINE = (
    "downloading ", "finding ", "found ", "added ", "upgraded ", "downgraded ", "removed ", "extracting ",
    "creating new", "to add module", "warning: ", "copying ", "converting ", "trying ", "updating ", "switching ",
    "writing ", "getting ", "build ", "verified",
)  # fmt: skip


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a complaint; the command that Go proposes is the suggestion."""
    open_: Failure | None = None
    for line in lines:
        if open_ is not None and (more := _continued(open_, line)) is not None:
            open_ = more
            continue
        if open_ is not None:
            yield open_
        open_ = _read(line)
    if open_ is not None:
        yield open_


def _read(line: Line) -> Failure | None:
    text = line.text
    span = LogSpan(start=line.number, end=line.number)
    if (match := _MOD_FILE.match(text)) is not None:
        return Failure(
            type=FailureType.CONFIG,
            tool=NAME,
            message=match["message"],
            file=match["file"],
            line=int(match["line"]),
            column=int(match["column"]) if match["column"] else None,
            log=span,
        )
    if text.startswith(("pattern", "go: pattern")) and (match := _PATTERN.match(text)) is not None:
        return Failure(type=FailureType.CONFIG, tool=NAME, message=match["message"], log=span)
    match = _LINE.match(text) or _VERIFYING.match(text) or _UNKNOWN.match(text)
    if match is None:
        return None
    message = text if match.re.groups and "name" in match.groupdict() else match["message"]
    if message.startswith(_FINE) or "errors parsing go." in message:
        return None
    kind = FailureType.CONFIG if message is text else _kind(message)
    if kind is None:
        return None
    return Failure(type=kind, tool=NAME, message=message, log=span)


def _kind(message: str) -> FailureType | None:
    if message.endswith(" imports"):
        return FailureType.DEPENDENCY
    if any(words in message for words in _CONFIG):
        return FailureType.CONFIG
    if any(words in message for words in _NETWORK):
        return FailureType.INFRA
    if any(words in message for words in _DEPENDENCY):
        return FailureType.DEPENDENCY
    return None


def _continued(failure: Failure, line: Line) -> Failure | None:
    """The failure with an indented line more; what cannot be found stands on the last of them."""
    log = failure.log
    if log is None or not line.text.startswith(("\t", "    ")) or line.number > log.end + 1:
        return None
    more = replace(
        failure, detail=(*failure.detail, line.text)[:20], log=replace(log, end=line.number)
    )
    if (command := _COMMAND.match(line.text)) is not None:
        return replace(more, suggestion=command["command"])
    if failure.message.endswith(" imports") or failure.message.endswith(":"):
        return replace(more, message=f"{failure.message} {line.text.strip()}")
    return more
