"""ruff check: full, concise, grouped by file and GitHub output."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line

NAME = "ruff"
HINTS = (
    "--> ", "[*] ", "invalid-syntax:", "title=ruff", "fixable with", "Failed to lint",
    ".py:", ".pyi:", ".ipynb:",
)  # fmt: skip
REACH = (2, 40)

_CODE = r"(?P<rule>[A-Z]{1,4}\d{3,5}|invalid-syntax(?=:)|SyntaxError(?=:))"
_TEXT = r":?(?P<fix> \[\*\])? (?P<message>\S.{0,1000})$"
_HEAD = re.compile(_CODE + _TEXT)
_ARROW = re.compile(r" +--> (?P<file>[^\n]{1,500}?):(?P<line>\d{1,7}):(?P<column>\d{1,7})$")
_CONCISE = re.compile(
    r"(?:##\[error\])?(?P<file>(?:[A-Za-z]:)?[^:\s][^:]{0,400}):(?P<line>\d{1,7}):(?P<column>\d{1,7}): "
    + _CODE
    + _TEXT
)
_GROUP = re.compile(r"(?P<file>[^\s:][^:]{0,400}\.(?:py|pyi|ipynb)):$")
_GROUPED = re.compile(r" {1,8}(?P<line>\d{1,7}):(?P<column>\d{1,7}) +" + _CODE + _TEXT)
_COMMAND = re.compile(r"::error title=ruff \([^)]{1,40}\),.{0,1000}?::(?P<rest>.{1,2000})$")
_GUTTER = re.compile(r" *\d* +[|+-](?: |$)|\s*$| *\.\.\.$")
MAX_DETAIL = 40


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a diagnostic, with ruff's own proposal as suggestion."""
    reader = _Reader()
    for line in lines:
        yield from reader.read(line)
    yield from reader.flush()


class _Reader:
    """Keeps the diagnostic whose lines are still coming."""

    def __init__(self) -> None:
        self._head: tuple[Line, re.Match[str]] | None = None
        self._open: Failure | None = None
        self._group: str | None = None

    def read(self, line: Line) -> Iterator[Failure]:
        text = line.text
        if self._open is not None:
            if self._continue(line):
                return
            yield from self.flush()
        if self._head is not None and (match := _ARROW.match(text)) is not None:
            start, head = self._head
            self._open = _failure(head, match, LogSpan(start=start.number, end=line.number))
            self._head = None
            return
        self._head = None
        if (found := self._whole(line)) is not None:
            yield found
        elif (match := _HEAD.match(text)) is not None:
            self._head = (line, match)

    def flush(self) -> Iterator[Failure]:
        """The diagnostic that is still open."""
        failure, self._open = self._open, None
        if failure is not None:
            yield failure

    def _continue(self, line: Line) -> bool:
        """Whether the line belongs to the open diagnostic: its source, help or note."""
        failure = self._open
        if failure is None or failure.log is None or line.number > failure.log.end + 1:
            return False
        if line.text.startswith("help: "):
            failure = replace(failure, suggestion=line.text[6:])
        elif not line.text.startswith("note: ") and not _GUTTER.match(line.text):
            return False
        detail = (*failure.detail, line.text)[:MAX_DETAIL]
        span = replace(failure.log, end=line.number) if failure.log else None
        self._open = replace(failure, detail=detail, log=span)
        return True

    def _whole(self, line: Line) -> Failure | None:
        """A diagnostic that stands on one line."""
        span = LogSpan(start=line.number, end=line.number)
        if (match := _GROUP.match(line.text)) is not None:
            self._group = match["file"]
            return None
        if (match := _GROUPED.match(line.text)) is not None and self._group:
            return _failure(match, match, span, file=self._group)
        if not line.text.strip():
            self._group = None
        text, suggestion = line.text, None
        if (match := _COMMAND.match(text)) is not None:
            text, _, rest = match["rest"].partition("%0A")
            suggestion = rest.strip().removeprefix("help: ") or None
        if (match := _CONCISE.match(text)) is None:
            return None
        return replace(_failure(match, match, span), suggestion=suggestion)


def _failure(
    head: re.Match[str], place: re.Match[str], span: LogSpan, file: str | None = None
) -> Failure:
    path = file or place["file"]
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        rule=head["rule"],
        message=head["message"],
        file=path,
        line=int(place["line"]),
        column=int(place["column"]),
        command=f"ruff check {shlex.quote(path)}",
        log=span,
    )
