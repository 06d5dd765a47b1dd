"""OCaml and dune: the place first, the source, then the error; Alcotest's failures are left alone."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "ocaml"
HINTS = (
    '.ml", line',
    '.mli", line',
    '.mll", line',
    '.mly", line',
    'dune", line',
    'dune-project", line',
    '.opam", line',
    '.ml", characters',
)
REACH = (0, 14)

_PLACE = pattern(
    r"\s{0,12}File \"(?P<file>[^\"\n]{1,400})\", lines? (?P<line>\d{1,7})(?:-\d{1,7})?(?:, characters (?P<column>\d{1,7})-\d{1,7})?:$"
)
_ERROR = pattern(
    r"\s{0,12}Error(?: \(alert \w{1,40}\))?(?: \((?P<rule>warning \d{1,3}(?: \[[\w-]{1,80}\])?)\))?: (?P<message>.{1,2000})$"
)
MAX_DISTANCE = 14


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error; its first lines are the message."""
    place: tuple[Line, re.Match[str]] | None = None
    open_: _Open | None = None
    for line in lines:
        if open_ is not None:
            if open_.takes(line):
                continue
            yield open_.failure()
            open_ = place = None
        if (match := _PLACE.match(line.text)) is not None:
            place = (line, match)
        elif place is not None and line.number <= place[0].number + MAX_DISTANCE:
            open_ = _error(place, line)
    if open_ is not None:
        yield open_.failure()


class _Open(NamedTuple):
    """An error whose message may go on below."""

    place: tuple[Line, re.Match[str]]
    line: Line
    match: re.Match[str]
    more: list[str]

    def takes(self, line: Line) -> bool:
        """Whether the line goes on with the message."""
        beside = line.number == self.line.number + len(self.more) + 1
        inside = line.text.startswith("       ") and len(self.more) < MAX_DISTANCE
        if beside and inside:
            self.more.append(line.text.strip())
        return beside and inside

    def failure(self) -> Failure:
        """What was read."""
        start, where = self.place
        return Failure(
            type=FailureType.BUILD,
            tool=NAME,
            rule=self.match["rule"],
            message=" ".join([self.match["message"], *self.more[:3]]),
            file=where["file"],
            line=int(where["line"]),
            column=int(where["column"]) + 1 if where["column"] else None,
            detail=tuple(self.more),
            log=LogSpan(start=start.number, end=self.line.number + len(self.more)),
        )


def _error(place: tuple[Line, re.Match[str]], line: Line) -> _Open | None:
    match = _ERROR.match(line.text) if "Error" in line.text else None
    return _Open(place, line, match, []) if match is not None else None
