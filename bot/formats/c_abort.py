"""Programs in C and C++ that end themselves: a failed `assert`, an exception that nobody caught."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "c_abort"
HINTS = (
    ": Assertion ",
    "Assertion failed: ",
    "terminate called ",
    "libc++abi: ",
    "*** stack smashing detected",
    "[ RUN      ]",
    "[       OK ]",
    "[  FAILED  ]",
)
REACH = (0, 2)

_SOURCE = (
    r"(?P<file>(?:[A-Za-z]:)?[^\s:,()]{1,400}\.(?:c|cc|cpp|cxx|C|h|hh|hpp|hxx|m|mm|inl|ipp|cu))"
)
_GLIBC = pattern(
    rf"(?:\d{{1,6}}: )?(?:[^\s:]{{1,300}}: )?{_SOURCE}:(?P<line>\d{{1,7}}): (?:[^\n]{{1,600}}?: )?(?P<message>Assertion [`'].{{1,1500}} failed\.?)$"
)
_BSD = pattern(
    rf"(?:\d{{1,6}}: )?(?P<message>Assertion failed: .{{1,1000}}?)(?:, function [^,\n]{{1,300}})?, file {_SOURCE}, line (?P<line>\d{{1,7}})\.?$"
)
_THROWN = pattern(
    r"(?:\d{1,6}: )?(?:libc\+\+abi(?:\.dylib)?: (?=terminating))?(?P<message>(?:terminate called|(?<=abi: )terminating|(?<=dylib: )terminating).{1,600}|\*\*\* stack smashing detected \*\*\*.{0,100})$"
)
_MARK = pattern(r".{0,20}\[ {1,9}(?P<mark>RUN|OK|FAILED) {1,9}\] (?P<test>[^\s,]{1,300})")
_WHAT = pattern(r"(?:\d{1,6}: )?\s{1,8}what\(\):\s{1,4}(?P<message>.{1,1000})$")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a program that ended so."""
    open_: Failure | None = None
    running: str | None = None
    for line in lines:
        if (mark := _MARK.match(line.text)) is not None:
            running = mark["test"] if mark["mark"] == "RUN" else None
        if open_ is not None:
            if (what := _WHAT.match(line.text)) is not None:
                open_ = replace(open_, message=f"{open_.message}: {what['message']}")
            yield open_
            open_ = None
        if (match := _asserted(line.text)) is not None:
            yield replace(_failure(match, line), test=running)
        elif (match := _THROWN.match(line.text)) is not None:
            open_ = replace(_failure(match, line), test=running)
    if open_ is not None:
        yield open_


def _asserted(text: str) -> re.Match[str] | None:
    """A failed `assert`, as the C libraries word it."""
    return _GLIBC.match(text) or _BSD.match(text) if "Assertion " in text else None


def _failure(match: re.Match[str], line: Line) -> Failure:
    groups = match.groupdict()
    return Failure(
        type=FailureType.RUNTIME,
        message=match["message"].rstrip("."),
        file=groups.get("file"),
        line=int(groups["line"]) if groups.get("line") else None,
        log=LogSpan(start=line.number, end=line.number),
    )
