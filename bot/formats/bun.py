"""Bun: programs that threw, and files that it could not parse, resolve or run."""

import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "bun"
HINTS = ("Bun v", "    at /", "Script not found", "lockfile had changes")
REACH = (12, 4)

_SOURCE = pattern(r"\d{1,7} \| ")
_CARET = pattern(r"\s+\^+\s*$")
_ERROR = pattern(r"(?P<name>error|[A-Z]\w{0,60}Error): (?P<message>\S.{0,2000})$")
_AT = pattern(
    r"\s{3,12}at (?:(?:async )?[^()/]{0,200} \()?(?P<file>(?:[A-Za-z]:)?[^\s:()]{1,400}\.(?:[cm]?[jt]sx?|json|css|html)):(?P<line>\d{1,7}):(?P<column>\d{1,7})\)?$"
)
_ALONE = pattern(
    r"error: (?P<message>Script not found .{1,300}|lockfile had changes, but lockfile is frozen.{0,200})$"
)
NEAR = 4


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error under a piece of source with a caret, which no other tool draws so."""
    source_at = caret_at = error_at = -99
    error = None
    for line in lines:
        text = line.text
        if _SOURCE.match(text):
            source_at = line.number
        elif _CARET.match(text) and line.number == source_at + 1:
            caret_at = line.number
        elif (match := _ERROR.match(text)) is not None and line.number == caret_at + 1:
            error, error_at = match, line.number
        elif error is not None and (place := _AT.match(text)) is not None:
            if line.number <= error_at + NEAR:
                parsed = error["name"] == "error" and not line.text.startswith("      ")
                words = error["message"] if error["name"] == "error" else error[0]
                yield Failure(
                    type=FailureType.BUILD if parsed else FailureType.RUNTIME,
                    tool=NAME,
                    message=words,
                    file=place["file"],
                    line=int(place["line"]),
                    column=int(place["column"]),
                    command=f"bun {shlex.quote(place['file'])}",
                    log=LogSpan(start=error_at, end=line.number),
                )
            error = None
        elif (alone := _ALONE.match(text)) is not None:
            frozen = alone["message"].startswith("lockfile")
            yield Failure(
                type=FailureType.DEPENDENCY if frozen else FailureType.CONFIG,
                tool=NAME,
                message=alone["message"],
                log=LogSpan(start=line.number, end=line.number),
            )
