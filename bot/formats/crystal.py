"""Crystal: compiler errors, failing specs, and files that are not formatted."""

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.lookahead import after, detail, span, until
from bot.core.pattern import pattern

NAME = "crystal"
HINTS = (".cr:", "produced changes", "Failure/Error: ")
REACH = (12, 12)

_PLACE = pattern(
    r"(?: \d{1,4} \|.{0,200})?\s?In (?P<file>[^\s:]{1,300}\.cr):(?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?$"
)
_ERROR = pattern(r"(?:Error|Syntax error)(?: in .{1,200})?: (?P<message>\S.{0,800})$")
_SPEC = pattern(r" {1,4}(?P<number>\d{1,5})\) (?P<test>\S.{0,400})$")
_RAISED = pattern(r"\s{5,9}(?P<message>\S.{0,600} \((?P<exception>[A-Z][\w:]{0,80})\))$")
_FRAME = pattern(
    r"\s{5,12}(?:# |from )(?P<file>(?!/)[^\s:]{1,300}_spec\.cr):(?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?"
)
_EXPECTED = pattern(r"\s{5,12}(?P<words>(?:Expected|got|expected|Failure/Error): ?.{0,400})$")
_AGAIN = pattern(
    r"crystal spec (?P<file>[^\s:]{1,300}_spec\.cr):(?P<line>\d{1,7}) # (?P<test>\S.{0,400})$"
)
_FORMAT = pattern(r"formatting '(?P<file>[^']{1,300}\.cr)' (?P<message>produced changes)$")
MAX_LINES = 30


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a deepest error, a failing example, or a file."""
    rows = list(lines)
    for index, line in enumerate(rows):
        if (match := _FORMAT.match(line.text)) is not None:
            yield _unformatted(match, line)
        elif (match := _PLACE.match(line.text)) is not None:
            yield from _error(match, line, after(rows, index, MAX_LINES))
        elif (match := _SPEC.match(line.text)) is not None:
            yield from _example(match, line, until(after(rows, index, MAX_LINES), _SPEC.match))
        elif (match := _AGAIN.match(line.text)) is not None:
            yield _listed(match, line)


def _error(match: re.Match[str], line: Line, said: Sequence[Line]) -> Iterator[Failure]:
    """The error below a place; none when another place stands before it: that one is deeper."""
    rest = until(said, _PLACE.match)
    for count, each in enumerate(rest, 1):
        if (error := _ERROR.match(each.text)) is None:
            continue
        yield Failure(
            type=FailureType.BUILD,
            tool=NAME,
            message=error["message"],
            file=match["file"],
            line=int(match["line"]),
            column=int(match["column"]) if match["column"] else None,
            command=f"crystal build --no-codegen {shlex.quote(match['file'])}",
            detail=detail(rest[:count]),
            log=span(line, rest[:count]),
        )
        return


def _example(match: re.Match[str], line: Line, said: Sequence[Line]) -> Iterator[Failure]:
    frame = next(filter(None, (_FRAME.match(each.text) for each in said)), None)
    if frame is None:
        return
    raised = next(filter(None, (_RAISED.match(each.text) for each in said)), None)
    words = [found["words"] for each in said if (found := _EXPECTED.match(each.text)) is not None]
    message = f"{raised['message']}" if raised else ", ".join(words[:3])
    yield Failure(
        type=FailureType.TEST,
        tool="crystal spec",
        message=message or match["test"],
        test=match["test"],
        file=frame["file"],
        line=int(frame["line"]),
        column=int(frame["column"]) if frame["column"] else None,
        command=f"crystal spec {shlex.quote(frame['file'] + ':' + frame['line'])}",
        detail=detail(said[:12]),
        log=LogSpan(start=line.number, end=said[-1].number),
    )


def _listed(match: re.Match[str], line: Line) -> Failure:
    """A failing example by its name alone: weak, for its reason stands above."""
    return Failure(
        type=FailureType.TEST,
        tool="crystal spec",
        message=match["test"],
        test=match["test"],
        file=match["file"],
        line=int(match["line"]),
        log=LogSpan(start=line.number, end=line.number),
        weak=True,
    )


def _unformatted(match: re.Match[str], line: Line) -> Failure:
    return Failure(
        type=FailureType.FORMAT,
        tool="crystal tool format",
        message=match["message"],
        file=match["file"],
        command=f"crystal tool format {shlex.quote(match['file'])}",
        log=LogSpan(start=line.number, end=line.number),
    )
