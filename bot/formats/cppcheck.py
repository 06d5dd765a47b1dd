"""cppcheck: errors (and what `--error-exitcode` makes of warnings is its own affair)."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "cppcheck"
HINTS = ("error:", ": (error")
REACH = (0, 2)

_FILE = r"(?P<file>(?:[A-Za-z]:)?[^:\]\n]{1,400}\.(?:c|cc|cpp|cxx|c\+\+|h|hh|hpp|hxx|inl|ipp|tpp|C|ino))"
_DEFAULT = pattern(
    rf"\s{{0,12}}{_FILE}:(?P<line>\d{{1,7}}):(?:(?P<column>\d{{1,7}}):)? ?error: ?(?P<message>.{{1,2000}}?) \[(?P<rule>[A-Za-z]\w{{2,80}})\]$"
)
_OLD = pattern(
    rf"\s{{0,12}}\[{_FILE}:(?P<line>\d{{1,7}})\](?: -> \[[^\]\n]{{1,400}}\]){{0,20}}: \(error(?:, inconclusive)?\) (?P<message>.{{1,2000}})$"
)
_LAST = pattern(r".{0,2000}-> \[(?P<file>[^\]:\n]{1,400}):(?P<line>\d{1,7})\]: \(error")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error; style, performance and information are advice."""
    for line in lines:
        match = _DEFAULT.match(line.text) or _OLD.match(line.text)
        if match is not None:
            yield _failure(match, line)


def _failure(match: re.Match[str], line: Line) -> Failure:
    groups = match.groupdict()
    last = _LAST.match(line.text) if " -> [" in line.text else None
    place = last or match
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        rule=groups.get("rule"),
        message=match["message"],
        file=place["file"],
        line=int(place["line"]),
        column=int(groups["column"]) if groups.get("column") else None,
        command=f"cppcheck {shlex.quote(place['file'])}",
        log=LogSpan(start=line.number, end=line.number),
    )
