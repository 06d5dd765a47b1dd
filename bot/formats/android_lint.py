"""Android lint: errors of its text report."""

import re
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "android lint"
HINTS = (": Error: ", ": error: ", "Lint found ")
REACH = (0, 0)

_LINE = pattern(
    r"\s{0,4}(?P<file>(?:[A-Za-z]:)?[^:\s()\[\]][^:()\[\]]{0,400}):(?:(?P<line>\d{1,7}):)?(?:(?P<column>\d{1,7}):)? (?:Error|error): (?P<message>\S.{0,2000}?) "
    r"\[(?P<rule>[A-Z][A-Za-z0-9]{2,60})(?: from .{1,120})?\]$"
)
_FILES = pattern(
    r"(?:\S.{0,400}/)?(?:src/.{1,400}|AndroidManifest\.xml|[\w.-]{1,60}\.(?:gradle|gradle\.kts|kt|java|xml|png|webp|toml|properties|pro))$"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error; warnings do not fail it."""
    for line in lines:
        match = _LINE.match(line.text) if line.text.endswith("]") else None
        if match is not None and _FILES.match(match["file"]):
            yield _failure(match, line)


def _failure(match: re.Match[str], line: Line) -> Failure:
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        rule=match["rule"],
        message=match["message"],
        file=match["file"],
        line=int(match["line"]) if match["line"] else None,
        column=int(match["column"]) if match["column"] else None,
        log=LogSpan(start=line.number, end=line.number),
    )
