"""protoc and buf: errors of Protocol Buffers files, and buf's rules."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "protoc"
HINTS = (
    ".proto:",
    "protoc-gen-",
    "Could not make proto path relative",
    "Missing output directives",
)
REACH = (0, 0)

_PLACED = pattern(
    r"\s{0,12}(?P<file>(?:[A-Za-z]:)?[^\s:]{1,400}\.proto)(?::(?P<line>\d{1,7}):(?P<column>\d{1,7}))?:(?P<blank> ?)(?P<message>\S.{0,2000})$"
)
_PLUGIN = pattern(
    r"\s{0,12}(?P<message>(?:protoc-gen-[\w-]{1,80}: program not found|--\w{1,80}_out: |Could not make proto path relative: ).{0,500})$"
)
_SYNTAX = pattern(
    r"syntax error|imported file|unknown type|cannot find|expected |unexpected |symbol |field |message |(?:.{1,200}: )?does not exist"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error or a finding."""
    for line in lines:
        if (match := _PLACED.match(line.text)) is not None:
            if not match["message"].startswith("warning") and (match["line"] or _whole(match)):
                yield _failure(match, line)
        elif (match := _PLUGIN.match(line.text)) is not None:
            yield Failure(
                type=FailureType.CONFIG,
                tool=NAME,
                message=match["message"],
                log=LogSpan(start=line.number, end=line.number),
            )


def _whole(match: re.Match[str]) -> bool:
    """Whether protoc speaks of a whole file."""
    said = ("File not found", "No such file", "Import ", "Could not", "error: ")
    return match["message"].startswith(said)


def _failure(match: re.Match[str], line: Line) -> Failure:
    message = match["message"].removeprefix("error: ")
    buf = match["line"] is not None and not match["blank"]
    lint = buf and _SYNTAX.match(message) is None
    return Failure(
        type=FailureType.LINT if lint else FailureType.BUILD,
        tool="buf" if buf else NAME,
        message=message,
        file=match["file"],
        line=int(match["line"]) if match["line"] else None,
        column=int(match["column"]) if match["column"] else None,
        command=f"buf lint --path {shlex.quote(match['file'])}" if lint else None,
        log=LogSpan(start=line.number, end=line.number),
    )
