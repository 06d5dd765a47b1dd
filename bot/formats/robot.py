"""Robot Framework: failing tests of the verbose and the dotted console."""

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.lookahead import after, detail, span
from bot.core.pattern import pattern

NAME = "robot"
HINTS = ("| FAIL |", "FAIL: ", "=" * 70, "[ ERROR ]")
REACH = (2, 10)

_VERBOSE = pattern(r"(?P<name>\S.{0,300}?)\s{1,100}\| FAIL \|$")
_DOTTED = pattern(  # not the heads of unittest and gocheck
    r"FAIL: (?P<name>(?![a-z_]\S{0,300} \(|\S{1,300}\.go:\d)[^\s(].{0,400})$"
)
_RULER = pattern(r"[=-]{70,90}$")
_COUNTS = pattern(r"\d{1,6} (?:critical )?tests?(?: total)?, \d{1,6} passed, \d{1,6} failed")
_SUITE = pattern(r"(?P<name>[A-Z]\S.{0,300}?)(?: :: .{0,300})?$")
_SYNTAX = pattern(
    r"\[ ERROR \] (?P<message>(?:Error in file|Parsing|Suite) .{0,30}?'(?P<file>[^']{1,300})'(?: on line (?P<line>\d{1,7}))?:? .{1,600})$"
)
_SEVERAL = pattern(
    r"Several failures occurred:$|Parent suite setup failed:$|Setup failed:$|Teardown failed:$|Also teardown failed:$"
)
MAX_LINES = 10


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a test; a suite that failed only repeats."""
    rows = list(lines)
    suite, before, last = "", "", ""
    for index, line in enumerate(rows):
        text = line.text
        if _RULER.match(text) and before.startswith("=") and (named := _SUITE.match(last)):
            suite = named["name"].strip()
        if (match := _VERBOSE.match(text)) is not None:
            yield from _failed(match["name"], suite, line, after(rows, index, MAX_LINES))
        elif _RULER.match(last) and (match := _DOTTED.match(text)) is not None:
            yield from _failed(match["name"], "", line, after(rows, index, MAX_LINES))
        elif (match := _SYNTAX.match(text)) is not None:
            yield _broken(match, line)
        before, last = last, text


def _failed(name: str, suite: str, line: Line, said: Sequence[Line]) -> Iterator[Failure]:
    words: list[Line] = []
    for each in said:
        if _RULER.match(each.text):
            break
        words.append(each)
    told = [each.text.strip() for each in words if each.text.strip()]
    # A traceback has its own rulers in unittest, whose heads look like those of the dotted console.
    if (
        not told
        or _COUNTS.match(told[0])
        or not _ends(said, len(words))
        or told[0].startswith("Traceback")
    ):
        return
    message = f"{told[0]} {told[1]}" if _SEVERAL.match(told[0]) and len(told) > 1 else told[0]
    short = name.rpartition(".")[2]
    yield Failure(
        type=FailureType.TEST,
        tool=NAME,
        message=message,
        test=f"{suite}.{name}" if suite else name,
        command=f"robot --test {shlex.quote(short)} .",
        detail=detail(words),
        log=span(line, words),
    )


def _ends(said: Sequence[Line], count: int) -> bool:
    """Whether what a test said ends with a ruler, or at the end of what is known."""
    return count < len(said) or count == MAX_LINES


def _broken(match: re.Match[str], line: Line) -> Failure:
    return Failure(
        type=FailureType.CONFIG,
        tool=NAME,
        message=match["message"],
        file=match["file"],
        line=int(match["line"]) if match["line"] else None,
        log=LogSpan(start=line.number, end=line.number),
        weak=True,
    )
