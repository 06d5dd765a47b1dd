"""ruff format --check: files that are not formatted, and files that cannot be parsed."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "ruff format"
HINTS = (
    "unformatted: ",
    "Would reformat",
    "Failed to parse ",
    "would be reformatted",
    "+++ ",
    "E999 Syn",
)
REACH = (0, 2)

_HEAD = pattern(r"unformatted: (File would be reformatted)")
_ARROW = pattern(r" +--> (?P<file>[^\n]{1,500}?)(?::(?P<line>\d{1,7}):(?P<column>\d{1,7}))?$")
_OLD = pattern(r"Would reformat: (?P<file>\S.{0,500})$")
_UNPARSED = pattern(
    r"error: Failed to parse (?P<file>[^:]{1,500}):(?P<line>\d{1,7}):(?P<column>\d{1,7}): (?P<message>.{1,500})$"
)
_LINTED = pattern(r"(?P<file>[^:]{1,500}):(?P<line>\d{1,7}):(?P<column>\d{1,7}): E999 SyntaxError")


_DIFF = pattern(r"\+\+\+ (?P<file>\S.{0,400}\.(?:pyi?|ipynb))$")
_COUNT = pattern(r"\d{1,6} files? would be reformatted\b")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a file that would be reformatted or cannot be parsed."""
    head: Line | None = None
    diffs: list[Failure] = []
    unparsed: list[Failure] = []
    linted: set[tuple[str, str]] = set()
    for line in lines:
        text = line.text
        if (found := _unformatted(head, line)) is not None:
            diffs = []
            yield found
        elif (match := _DIFF.match(text)) is not None:
            span = LogSpan(start=line.number, end=line.number)
            diffs.append(_failure(match["file"], span))
        elif _COUNT.match(text):
            yield from diffs  # --diff names the files nowhere else
            diffs = []
        elif (match := _UNPARSED.match(text)) is not None:
            unparsed.append(_unparsed(match, LogSpan(start=line.number, end=line.number)))
        elif (match := _LINTED.match(text)) is not None:
            linted.add((match["file"], match["line"]))
        head = line if _HEAD.match(text) else None
    # An old `ruff check` says it twice.
    yield from (each for each in unparsed if (each.file, str(each.line)) not in linted)


def _unformatted(head: Line | None, line: Line) -> Failure | None:
    if head is not None and (match := _ARROW.match(line.text)) is not None:
        return _failure(match["file"], LogSpan(start=head.number, end=line.number))
    if (match := _OLD.match(line.text)) is not None:
        span = LogSpan(start=line.number, end=line.number)
        return _failure(match["file"], span, message=f"Would reformat: {match['file']}")
    return None


def _failure(file: str, span: LogSpan, message: str = "File would be reformatted") -> Failure:
    return Failure(
        type=FailureType.FORMAT,
        tool=NAME,
        rule="unformatted",
        message=message,
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
