"""codespell: `src/a.py:12: teh ==> the`."""

import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "codespell"
HINTS = (" ==> ",)
REACH = (0, 0)

_LINE = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400})(?::(?P<line>\d{1,7}))?: "
    r"(?P<message>(?P<word>[^\s=]{1,100}) ==> (?P<fix>[^=]{1,300}))$"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a word and line."""
    for line in lines:
        match = _LINE.match(line.text)
        if match is None or not (match["line"] or "." in match["file"] or "/" in match["file"]):
            continue
        yield Failure(
            type=FailureType.LINT,
            tool=NAME,
            message=match["message"].rstrip(),
            file=match["file"],
            line=int(match["line"]) if match["line"] else None,
            command=f"codespell {shlex.quote(match['file'])}",
            suggestion=match["fix"].rstrip(),
            log=LogSpan(start=line.number, end=line.number),
        )
