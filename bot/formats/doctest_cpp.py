"""doctest for C++: one failure a test case, with the first assertion that failed in it."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "doctest"
HINTS = (
    "TEST CASE:  ",
    ": ERROR: ",
    ": FATAL ERROR: ",
    "): ERROR: ",
    "): FATAL ERROR: ",
    "[doctest] ",
)
REACH = (2, 12)

_CASE = pattern(r"TEST CASE:  (?P<name>.{1,500})$")
_SUBCASE = pattern(r"  (?P<name>\S.{0,300})$")
_ERROR = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^:()\n]{1,500})(?::(?P<line>\d{1,7})|\((?P<vs_line>\d{1,7})\)): (?:FATAL )?ERROR: (?P<message>.{1,3000})$"
)
MAX_DETAIL = 5


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """Each test case that failed, once for each of its subcases."""
    names: list[str] = []
    head = open_ = 0
    error: tuple[Line, re.Match[str]] | None = None
    words: list[str] = []
    for line in lines:
        if error is not None:
            if line.text.startswith("  ") and line.number == open_ + 1 and len(words) < MAX_DETAIL:
                words.append(line.text.strip())
                open_ += 1
                continue
            yield _failure(error, names, words)
            error, words = None, []
        if (match := _CASE.match(line.text)) is not None:
            names, head = [match["name"].strip()], line.number
        elif names and line.number == head + 1 and (match := _SUBCASE.match(line.text)) is not None:
            names.append(match["name"])
            head = line.number
        elif names and (match := _ERROR.match(line.text)) is not None:
            error, open_ = (line, match), line.number
    if error is not None:
        yield _failure(error, names, words)


def _failure(error: tuple[Line, re.Match[str]], names: list[str], words: list[str]) -> Failure:
    line, match = error
    values = next((word for word in words if word.startswith("values: ")), "")
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=" / ".join(names),
        message=f"{match['message']} {values}".strip(),
        file=match["file"],
        line=int(match["line"] or match["vs_line"]),
        command=f"--test-case={shlex.quote(names[0])}",
        detail=tuple(words),
        log=LogSpan(start=line.number, end=line.number + len(words)),
    )
