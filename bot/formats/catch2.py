"""Catch2, of version 2 and 3: console and compact reporters; one failure an assertion."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "catch2"
HINTS = (
    "FAILED:",
    "failed: ",
    "-------------------------------------------------------------------------------",
)
REACH = (0, 14)

_RULE = "-" * 79
_PLACE = r"(?P<file>(?:[A-Za-z]:)?[^:()\n]{1,500})(?::(?P<line>\d{1,7})|\((?P<vs_line>\d{1,7})\))"
_VERBOSE = pattern(r"\d{1,6}: ")
_FAILED = pattern(rf"{_PLACE}: FAILED:$")
_COMPACT = pattern(rf"{_PLACE}: failed: (?P<words>.{{1,2000}})$")
_SOURCE = pattern(rf"{_PLACE}$")
MAX_DETAIL = 14


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an assertion, with the names of its test case and sections."""
    reader = _Reader()
    for line in lines:
        yield from reader.read(line)
    yield from reader.flush()


class _Reader:
    """The test case whose head was printed last, and the assertion that is still open."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._in_head = False
        self._open: tuple[Line, re.Match[str]] | None = None
        self._words: list[str] = []
        self._failed: set[str] = set()

    def read(self, line: Line) -> Iterator[Failure]:
        """The assertion before, when a new one starts."""
        if line.text[:1].isdigit() and (verbose := _VERBOSE.match(line.text)) is not None:
            line = Line(line.number, line.text[verbose.end() :])  # as `ctest -V` shows it
        text = line.text
        if text == _RULE:
            yield from self.flush()
            # Two rules stand around the names; the place is below the second.
            self._in_head = not self._in_head
            if self._in_head:
                self._names = []
        elif (match := _FAILED.match(text)) is not None:
            yield from self.flush()
            self._in_head = False
            self._open = (line, match)
        elif (match := _COMPACT.match(text)) is not None:
            yield from self.flush()
            yield _failure(match, line, "", match["words"], ())
        elif self._open is not None:
            yield from self._add(line)
        elif self._in_head and text.strip() and _SOURCE.match(text) is None:
            self._names.append(text.strip())

    def _add(self, line: Line) -> Iterator[Failure]:
        start = self._open[0].number if self._open else 0
        if line.number > start + MAX_DETAIL or line.text.startswith("===") or not line.text.strip():
            yield from self.flush()
        elif line.text.strip():
            self._words.append(line.text.strip())

    def flush(self) -> Iterator[Failure]:
        """The assertion that is still open."""
        found, self._open = self._open, None
        words, self._words = self._words, []
        if found is not None:
            name = " / ".join(self._names)
            yield _failure(found[1], found[0], name, " ".join(words), tuple(words))


def _failure(
    match: re.Match[str], line: Line, name: str, message: str, detail: tuple[str, ...]
) -> Failure:
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=name or None,
        message=message or "FAILED",
        file=match["file"].strip(),
        line=int(match["line"] or match["vs_line"]),
        command=shlex.quote(name.partition(" / ")[0]) if name else None,
        detail=detail,
        log=LogSpan(start=line.number, end=line.number + len(detail)),
    )
