"""ty and pyrefly: type errors with their place on the line below, or before them."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "ty"
HINTS = ("error[", "error: lint:", "ERROR ")
REACH = (0, 1)

_NAME = r"(?P<rule>[a-z][a-z0-9-]{2,60})"
_PLACE = r"(?P<file>(?:[A-Za-z]:)?[^:\s][^:]{0,400}\.(?:pyi?|ipynb)):(?P<line>\d{1,7}):(?P<column>\d{1,7})"
_TY = pattern(rf"error(?:\[(?:lint:)?|: lint:){_NAME}\]?: (?P<message>\S.{{0,1000}})$")
_TY_CONCISE = pattern(rf"{_PLACE}: error\[(?:lint:)?{_NAME}\] (?P<message>\S.{{0,1000}})$")
_PYREFLY = pattern(rf" ?ERROR (?P<message>\S.{{0,1000}}) \[{_NAME}\]$")
_PYREFLY_OLD = pattern(
    rf" ?ERROR {_PLACE}(?:-\d{{1,7}}(?::\d{{1,7}})?)?: (?P<message>\S.{{0,1000}}) \[{_NAME}\]$"
)
_ARROW = pattern(rf" *--> {_PLACE}$")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error."""
    head: tuple[int, str, re.Match[str]] | None = None
    for line in lines:
        text = line.text.removeprefix("##[error]")
        if head is not None and (match := _ARROW.match(text)) is not None:
            start, tool, said = head
            yield _failure(tool, said, match, LogSpan(start=start, end=line.number))
        head = None
        span = LogSpan(start=line.number, end=line.number)
        if (match := _TY_CONCISE.match(text)) is not None:
            yield _failure(NAME, match, match, span)
        elif (match := _PYREFLY_OLD.match(text)) is not None:
            yield _failure("pyrefly", match, match, span)
        elif (match := _TY.match(text)) is not None:
            head = (line.number, NAME, match)
        elif (match := _PYREFLY.match(text)) is not None:
            head = (line.number, "pyrefly", match)


def _failure(tool: str, said: re.Match[str], place: re.Match[str], span: LogSpan) -> Failure:
    return Failure(
        type=FailureType.BUILD,
        tool=tool,
        rule=said["rule"],
        message=said["message"],
        file=place["file"],
        line=int(place["line"]),
        column=int(place["column"]),
        command=f"{tool} check {shlex.quote(place['file'])}",
        log=span,
    )
