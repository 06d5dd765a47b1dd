"""npm, pnpm and yarn audit: the advisories that made the audit fail."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "npm audit"
HINTS = ("npm audit report", "Severity: ", "│ low", "│ moderate", "│ high", "│ critical", "│ info")
REACH = (1, 12)

_CELLS = pattern(r"\s{0,20}│ (?P<left>[^│]{0,80})│ (?P<right>[^│]{0,500})│?$")
_SEVERITIES = {"low", "moderate", "high", "critical", "info"}
_PACKAGE = pattern(r"(?P<name>[@\w./-]{1,120})  (?P<range>\S.{0,300})$")
_SEVERITY = pattern(r"Severity: (?P<severity>low|moderate|high|critical)$")
_ADVISORY = pattern(r"(?P<message>\S.{1,400}) - (?P<url>https://\S{1,300})$")
MAX_DETAIL = 14


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an advisory, with the package it is about."""
    reader = _Reader()
    for line in lines:
        yield from reader.read(line)
    yield from reader.flush()


class _Reader:
    """Keeps the table of an advisory, and in npm's report the package above it."""

    def __init__(self) -> None:
        self._open: Failure | None = None
        self._package: str | None = None
        self._severe = False
        self._reported = False
        self._previous = ""

    def read(self, line: Line) -> Iterator[Failure]:
        text = line.text
        if text.startswith("# npm audit report"):
            self._reported = True
        elif (cells := _CELLS.match(text)) is not None:
            yield from self._cells(cells, line)
        elif self._reported:
            yield from self._listed(line)
        self._previous = text

    def flush(self) -> Iterator[Failure]:
        """The advisory that is still open."""
        failure, self._open = self._open, None
        if failure is not None:
            yield failure

    def _cells(self, cells: re.Match[str], line: Line) -> Iterator[Failure]:
        if cells["left"].strip() in _SEVERITIES:
            yield from self.flush()
            self._open = _failure(cells["right"], line.number, None)
        elif self._open is not None:
            self._open = _more(self._open, cells, line)

    def _listed(self, line: Line) -> Iterator[Failure]:
        text = line.text
        if _SEVERITY.match(text) is not None:
            above = _PACKAGE.match(self._previous)
            self._package, self._severe = (above["name"] if above else None), True
        elif self._severe and (match := _ADVISORY.match(text)) is not None:
            words = match["message"]
            message = (
                words
                if self._package is None or self._package in words
                else f"{words} ({self._package})"
            )
            failure = _failure(message, line.number, match["url"])
            yield replace(failure, detail=(self._previous, text))
        elif not text.strip():
            self._severe = False


def _failure(message: str, number: int, url: str | None) -> Failure:
    return Failure(
        type=FailureType.DEPENDENCY,
        tool=NAME,
        rule=url.rpartition("/")[2] if url else None,
        message=message.strip(),
        log=LogSpan(start=number, end=number),
    )


def _more(open_: Failure, cells: re.Match[str], line: Line) -> Failure:
    """One more row of the table of an advisory."""
    left, right = cells["left"].strip(), cells["right"].strip()
    failure = open_
    if len(failure.detail) < MAX_DETAIL:
        failure = replace(failure, detail=(*failure.detail, f"{left}: {right}" if left else right))
    if left == "More info" and right.startswith("http"):
        failure = replace(failure, rule=right.rpartition("/")[2])
    if not failure.detail[1:] and not left:
        failure = replace(failure, message=f"{failure.message} {right}")
    start = failure.log.start if failure.log else line.number
    return replace(failure, log=LogSpan(start=start, end=line.number))
