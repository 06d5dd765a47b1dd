"""Julia: failed and broken tests of `Test`, and packages that cannot be loaded or resolved."""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.lookahead import after, detail, span
from bot.core.pattern import pattern

NAME = "julia"
HINTS = (": Test Failed at ", ": Error During Test at ", "Test Failed at ", "ERROR: LoadError: ", "Error During Test at ", "ERROR: Unsatisfiable requirements")  # fmt: skip
REACH = (0, 10)

_TEST = pattern(
    r"(?:(?P<test>\S.{0,200}): )?(?P<kind>Test Failed|Error During Test) at (?P<file>(?:[A-Za-z]:)?[^\s:]{1,400}):(?P<line>\d{1,7})$"
)
_FACT = pattern(r"\s{2,4}(?P<key>Expression|Evaluated|Thrown|Expected): (?P<value>\S.{0,500})$")
_THROWN = pattern(
    r"\s{2,4}(?P<message>(?:[A-Z]\w{2,60}(?:Error|Exception|Mismatch)\b|syntax: ).{0,500})$"
)
_LOAD = pattern(r"ERROR: LoadError: (?P<message>(?!Some tests did not pass).{1,600})$")
_LOAD_PLACE = pattern(r"in expression starting at (?P<file>[^\s:]{1,400}):(?P<line>\d{1,7})$")
_RESOLVE = pattern(r"ERROR: (?P<message>Unsatisfiable requirements detected for package .{1,300})$")
MAX_LINES = 10


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a test."""
    rows = list(lines)
    for index, line in enumerate(rows):
        if (match := _TEST.match(line.text)) is not None:
            yield _failed(match, line, after(rows, index, MAX_LINES))
        elif (match := _LOAD.match(line.text)) is not None:
            yield _unloaded(match["message"], line, after(rows, index, MAX_LINES))
        elif (match := _RESOLVE.match(line.text)) is not None:
            yield Failure(
                type=FailureType.DEPENDENCY,
                tool="Pkg",
                message=match["message"],
                log=LogSpan(start=line.number, end=line.number),
            )


def _failed(match: re.Match[str], line: Line, said: Sequence[Line]) -> Failure:
    facts = {
        fact["key"]: fact["value"] for each in said if (fact := _FACT.match(each.text)) is not None
    }
    thrown = next(filter(None, (_THROWN.match(each.text) for each in said)), None)
    words = [
        f"{key}: {facts[key]}" for key in ("Expression", "Evaluated", "Thrown") if key in facts
    ]
    if match["kind"] == "Error During Test" and thrown:
        words = [thrown["message"]]
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        message=", ".join(words) or match["kind"],
        test=match["test"],
        file=match["file"],
        line=int(match["line"]),
        command="julia --project -e 'using Pkg; Pkg.test()'",
        detail=detail(said),
        log=span(line, said[:2]),
    )


def _unloaded(message: str, line: Line, said: Sequence[Line]) -> Failure:
    place = next(filter(None, (_LOAD_PLACE.match(each.text) for each in said)), None)
    return Failure(
        type=FailureType.RUNTIME,
        tool=NAME,
        message=message,
        file=place["file"] if place else None,
        line=int(place["line"]) if place else None,
        detail=detail(said),
        log=span(line, said[:1]),
        weak=True,
    )
