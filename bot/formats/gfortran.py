"""gfortran: the place first, then the source, and the error below it."""

import re
from collections.abc import Iterable, Iterator

from bot.core import make_folders
from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.make_folders import Folders
from bot.core.pattern import pattern

NAME = "gfortran"
HINTS = (
    ".f90:",
    ".F90:",
    ".f:",
    ".F:",
    ".f95:",
    ".f03:",
    ".f08:",
    ".for:",
    ".f77:",
    ".FOR:",
    ".F95:",
    *make_folders.HINTS,
)
REACH = (0, 8)

_PLACE = pattern(
    r"\s{0,12}(?P<file>(?:[A-Za-z]:)?[^\s:]{1,400}\.(?:f|F|for|FOR|ftn|fpp|f77|f90|F90|f95|F95|f03|F03|f08|F08)):"
    r"(?P<line>\d{1,7})(?:[:.](?P<column>\d{1,7})(?:-\d{1,7})?)?:(?: (?P<rest>.{1,1000}))?$"
)
_ERROR = pattern(r"\s{0,12}(?:Fatal |Internal )?Error: (?P<message>.{1,2000})$")
_RULE = pattern(r" \[(?P<rule>-W[\w=+-]{1,100})\]$")
MAX_DISTANCE = 9


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error."""
    folders = Folders()
    place: tuple[Line, re.Match[str]] | None = None
    for line in lines:
        if folders.read(line):
            continue
        if (match := _PLACE.match(line.text)) is not None:
            place = (line, match)
            text = match["rest"] or ""  # -fdiagnostics-plain-output
        else:
            text = line.text
        if place is None or "rror: " not in text:
            continue
        error = _ERROR.match(text)
        if error is not None and line.number <= place[0].number + MAX_DISTANCE:
            yield _failure(place[1], error["message"], place[0], line, folders)
            place = None


def _failure(
    place: re.Match[str], message: str, start: Line, end: Line, folders: Folders
) -> Failure:
    rule = _RULE.search(message[-120:])
    name = rule["rule"].replace("-Werror=", "-W") if rule else None
    return Failure(
        type=FailureType.BUILD,
        tool=NAME,
        rule=name,
        message=message[: -len(rule[0])] if rule else message,
        file=folders.place(place["file"]),
        line=int(place["line"]),
        column=int(place["column"]) if place["column"] else None,
        log=LogSpan(start=start.number, end=end.number),
    )
