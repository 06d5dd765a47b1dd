"""bats: tests of shell scripts that failed, as its formatter for terminals prints them."""

import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "bats"
HINTS = ("in test file ", "\u2717 ", "' failed")
REACH = (6, 12)

MAX_DETAIL = 20

# On a terminal the name and the counter stand before it, overwritten.
_TEST = pattern(
    "(?:.{1,1000}\\d/\\d{1,6})?\\s{0,3}\u2717 (?P<name>\\S.{0,1000}?)(?: \\[\\d{1,9}\\])?$"
)
_PLACE = pattern(
    r" {3,6}\(?(?:from function .{1,200} in (?:test )?file|in test file) (?P<file>[^,()]{1,400}), line (?P<line>\d{1,7})[),]"
)
_SAID = pattern(r" {3,8}(?P<message>`.{1,1000}' failed.{0,100})$")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a failing test: at the line of the test itself, not of a function it called."""
    name, start, told = "", 0, list[str]()
    for line in lines:
        if "\u2717 " in line.text and (match := _TEST.match(line.text)) is not None:
            yield from _failure(name, start, told)
            name, start, told = match["name"], line.number, []
        elif name and line.text.startswith("   ") and len(told) < MAX_DETAIL:
            told.append(line.text)
        elif name and line.text.strip():
            yield from _failure(name, start, told)
            name, told = "", []
    yield from _failure(name, start, told)


def _failure(name: str, start: int, told: list[str]) -> Iterator[Failure]:
    places = [match for text in told if (match := _PLACE.match(text)) is not None]
    own = next((match for match in places if "in test file" in match[0]), None)
    said = next((match["message"] for text in told if (match := _SAID.match(text)) is not None), "")
    if own is None or not said:
        return
    yield Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=name,
        message=said,
        file=own["file"],
        line=int(own["line"]),
        command=f"bats {shlex.quote(own['file'])}",
        detail=tuple(told),
        log=LogSpan(start=start, end=start + len(told)),
    )
