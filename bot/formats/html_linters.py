"""HTMLHint's default reporter and html-validate's code frames: findings of two and more lines."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "htmlhint"
HINTS = ("          ^ ", "-validate.org/rules/", ") at ")
REACH = (3, 0)

_FILE = pattern(r"   (?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,300}\.\w{1,8})$")
_SOURCE = pattern(r" {6}L(?P<line>\d{1,7}) \|")
_WORDS = pattern(r" {10,400}\^ (?P<message>[A-Z].{1,500}?) \((?P<rule>[a-z][a-z-]{2,60})\)$")
_FRAME = pattern(
    r"error: (?P<message>\S.{0,500}?) \((?P<rule>[a-z][a-z0-9/-]{2,60})\) at "
    r"(?P<file>(?:[A-Za-z]:)?[^\s:]{1,300}):(?P<line>\d{1,7}):(?P<column>\d{1,7}):$"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a finding."""
    file = source = None
    for line in lines:
        text = line.text
        if (match := _FILE.match(text)) is not None:
            file, source = match["file"], None
        elif (match := _SOURCE.match(text)) is not None:
            source = match["line"]
        elif file and source and (match := _WORDS.match(text)) is not None:
            yield _finding("htmlhint", match, file, source, line.number)
        elif (match := _FRAME.match(text)) is not None:
            yield _finding("html-validate", match, match["file"], match["line"], line.number)


def _finding(tool: str, match: re.Match[str], file: str, line: str, number: int) -> Failure:
    column = match.groupdict().get("column")
    return Failure(
        type=FailureType.LINT,
        tool=tool,
        rule=match["rule"],
        message=match["message"],
        file=file,
        line=int(line) or None,
        column=int(column) if column else None,
        command=f"{tool} {shlex.quote(file)}",
        log=LogSpan(start=number, end=number),
    )
