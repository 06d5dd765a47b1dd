"""Bun: programs that threw, and files that it could not parse, resolve or run."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "bun"
HINTS = (
    "Bun v", "bun test v", "tests across", "test across", "    at /", "Script not found",
    "lockfile had changes", "No version matching", "error: GET http", "Cannot find package", "Module not found",
)  # fmt: skip
REACH = (12, 4)

_SOURCE = pattern(r"\d{1,7} \| ")
_CARET = pattern(r"\s+\^+\s*$")
_ERROR = pattern(r"(?P<name>error|[A-Z]\w{0,60}Error): (?P<message>\S.{0,2000})$")
_AT = pattern(
    r"\s{3,12}at (?:(?:async )?[^()/]{0,200} \()?(?P<file>(?:[A-Za-z]:)?[^\s:()]{1,400}\.(?:[cm]?[jt]sx?|json|css|html)):(?P<line>\d{1,7}):(?P<column>\d{1,7})\)?$"
)
_ALONE = pattern(
    r"error: (?P<message>(?:Script not found |lockfile had changes, but lockfile is frozen|No version matching \"|GET https?://\S{1,400} - \d{3}"
    r"|Cannot find package '|Module not found \"(?:/|[A-Za-z]:)).{0,400})$"
)
_FROM = pattern(r"Cannot find package '[^']{1,200}' from '(?P<file>[^']{1,400})'")
_RAN = pattern(r"\s{0,4}Ran \d{1,7} tests? across ")
NEAR = 4


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error under a piece of source with a caret, which no other tool draws so."""
    reader = _Reader()
    for line in lines:
        yield from reader.read(line)


class _Reader:
    """Keeps where the source, its caret and the error under it stood; in a test run it is the test's."""

    def __init__(self) -> None:
        self._source_at = self._caret_at = -1
        self._error: tuple[int, re.Match[str]] | None = None
        self._testing = False

    def read(self, line: Line) -> Iterator[Failure]:
        text = line.text
        if "bun test v" in text or _RAN.match(text):
            self._testing = "bun test v" in text
        elif not self._testing and not self._drawn(line):
            yield from self._told(line)

    def _drawn(self, line: Line) -> bool:
        """Whether the line is source, its caret, or the error right under that."""
        text = line.text
        if _SOURCE.match(text):
            self._source_at = line.number
        elif _CARET.match(text) and line.number == self._source_at + 1:
            self._caret_at = line.number
        elif line.number == self._caret_at + 1 and (match := _ERROR.match(text)) is not None:
            self._error = line.number, match
        else:
            return False
        return True

    def _told(self, line: Line) -> Iterator[Failure]:
        if self._error is not None and (place := _AT.match(line.text)) is not None:
            start, error = self._error
            self._error = None
            if line.number <= start + NEAR:
                yield _failure(error, place, LogSpan(start=start, end=line.number))
        elif (alone := _ALONE.match(line.text)) is not None:
            yield _install(alone["message"], line.number)


def _install(message: str, number: int) -> Failure:
    place = _FROM.match(message)
    config = message.startswith(("Script", "Module"))
    return Failure(
        type=FailureType.CONFIG if config else FailureType.DEPENDENCY,
        tool=NAME,
        message=message,
        file=place["file"] if place else None,
        log=LogSpan(start=number, end=number),
    )


def _failure(error: re.Match[str], place: re.Match[str], span: LogSpan) -> Failure:
    """A stack is indented deeper than the place of a file that cannot be parsed."""
    plain = error["name"] == "error"
    parsed = plain and not place[0].startswith("      ")
    return Failure(
        type=FailureType.BUILD if parsed else FailureType.RUNTIME,
        tool=NAME,
        message=error["message"] if plain else error[0],
        file=place["file"],
        line=int(place["line"]),
        column=int(place["column"]),
        command=f"bun {shlex.quote(place['file'])}",
        log=span,
    )
