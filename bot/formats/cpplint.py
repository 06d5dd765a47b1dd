"""cpplint: every finding makes it fail."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "cpplint"
HINTS = ("[whitespace/", "[build/", "[readability/", "[runtime/", "[legal/")
REACH = (0, 0)

_FINDING = pattern(
    r"\s{0,12}(?P<file>(?:[A-Za-z]:)?[^:(\n]{1,400})(?::(?P<line>\d{1,7}):|\((?P<vs_line>\d{1,7})\): (?:error|warning) cpplint:) {1,2}"
    r"(?P<message>.{1,1000}?) {1,2}\[(?P<rule>(?:whitespace|build|readability|runtime|legal)/[\w+/-]{1,60})\] \[[0-5]\]$"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a finding."""
    for line in lines:
        if (match := _FINDING.match(line.text)) is not None:
            yield _failure(match, line)


def _failure(match: re.Match[str], line: Line) -> Failure:
    number = int(match["line"] or match["vs_line"])
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        rule=match["rule"],
        message=match["message"],
        file=match["file"],
        line=number,
        command=f"cpplint {shlex.quote(match['file'])}",
        log=LogSpan(start=line.number, end=line.number),
    )
