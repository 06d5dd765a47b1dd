"""ruff format --check: files that are not formatted, and files that cannot be parsed."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line

NAME = "ruff-format"
HINTS = ("unformatted: ", "Would reformat", "Failed to parse ", "would be reformatted")
REACH = (0, 2)

_HEAD = re.compile(r"unformatted: (File would be reformatted)")
_ARROW = re.compile(r" +--> (?P<file>[^\n]{1,500}?)(?::(?P<line>\d{1,7}):(?P<column>\d{1,7}))?$")
_OLD = re.compile(r"Would reformat: (?P<file>\S.{0,500})$")
_UNPARSED = re.compile(
    r"error: Failed to parse (?P<file>[^:]{1,500}):(?P<line>\d{1,7}):(?P<column>\d{1,7}): (?P<message>.{1,500})$"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a file that would be reformatted or cannot be parsed."""
    head: Line | None = None
    for line in lines:
        text = line.text
        if head is not None and (match := _ARROW.match(text)) is not None:
            yield _failure(match["file"], LogSpan(start=head.number, end=line.number))
        elif (match := _OLD.match(text)) is not None:
            yield _failure(match["file"], LogSpan(start=line.number, end=line.number))
        elif (match := _UNPARSED.match(text)) is not None:
            yield _unparsed(match, LogSpan(start=line.number, end=line.number))
        head = line if _HEAD.match(text) else None


def _failure(file: str, span: LogSpan) -> Failure:
    return Failure(
        type=FailureType.FORMAT,
        tool=NAME,
        rule="unformatted",
        message="File would be reformatted",
        file=file,
        command=f"ruff format --check {shlex.quote(file)}",
        suggestion=f"ruff format {shlex.quote(file)}",
        log=span,
    )


def _unparsed(match: re.Match[str], span: LogSpan) -> Failure:
    return Failure(
        type=FailureType.FORMAT,
        tool=NAME,
        rule="invalid-syntax",
        message=f"Failed to parse: {match['message']}",
        file=match["file"],
        line=int(match["line"]),
        column=int(match["column"]),
        command=f"ruff format --check {shlex.quote(match['file'])}",
        log=span,
    )
