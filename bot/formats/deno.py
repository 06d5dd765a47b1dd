"""Deno: check, run, lint and fmt."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "deno"
HINTS = (
    "[ERROR]: ", "at file://", "file://", "--> ", "-->\x1b", "from /", "from\x1b[0m /", "not formatted file",
)  # fmt: skip
REACH = (8, 8)

_TYPE = pattern(r"(?P<rule>TS\d{1,6}) \[ERROR\]: (?P<message>\S.{0,2000})$")
_LINT = pattern(r"error\[(?P<rule>[a-z][a-z0-9-]{2,60})\]: (?P<message>\S.{0,1000})$")
_RUN = pattern(
    r"error: (?P<message>(?:Uncaught (?:\(in (?:worker )?promise\) )?|Module not found|SyntaxError: |The module's source code|Relative import path|Expected |Unable to load|Failed resolving).{0,1500})$"
)
_AT = pattern(
    r"\s{1,12}at (?:(?:async )?[^()]{0,200} \()?(?P<file>file://[^\s:()]{1,400}):(?P<line>\d{1,7}):(?P<column>\d{1,7})\)?$"
)
_ARROW = pattern(
    r"\s{1,10}--> (?P<file>[^\s:][^:]{0,400}\.(?:[cm]?[jt]sx?|vue|svelte|json)):(?P<line>\d{1,7}):(?P<column>\d{1,7})$"
)
_FROM = pattern(r"from (?P<file>(?:/|[A-Za-z]:)[^:]{1,400}):$")
_SUMMARY = pattern(r"error: Found \d{1,7} not formatted files?")
MAX_WAIT = 12


@dataclass(frozen=True, slots=True)
class _Head:
    """An error whose place is still to come."""

    match: re.Match[str]
    type: FailureType
    number: int


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error with a place, and one an unformatted file."""
    head: _Head | None = None
    unformatted: list[tuple[str, int]] = []
    for line in lines:
        text = line.text
        if head is not None and line.number > head.number + MAX_WAIT:
            head = None
        place = _AT.match(text) or _ARROW.match(text)
        if head is not None and place is not None:
            yield _failure(head, place, line.number)
            head = None
        elif (new := _head(line)) is not None:
            head = new
        elif (match := _FROM.match(text)) is not None:
            unformatted = [*unformatted[-500:], (match["file"], line.number)]
        elif _SUMMARY.match(text) is not None:
            for file, number in unformatted:
                yield _unformatted(file, number, text)
            unformatted = []


def _head(line: Line) -> _Head | None:
    text = line.text
    if (match := _TYPE.match(text)) is not None:
        return _Head(match, FailureType.BUILD, line.number)
    if (match := _LINT.match(text)) is not None:
        return _Head(match, FailureType.LINT, line.number)
    if (match := _RUN.match(text)) is not None:
        thrown = match["message"].startswith("Uncaught")
        return _Head(match, FailureType.RUNTIME if thrown else FailureType.BUILD, line.number)
    return None


def _failure(head: _Head, place: re.Match[str], end: int) -> Failure:
    return Failure(
        type=head.type,
        tool=NAME,
        rule=head.match.groupdict().get("rule"),
        message=head.match["message"],
        file=place["file"],
        line=int(place["line"]),
        column=int(place["column"]),
        log=LogSpan(start=head.number, end=end),
    )


def _unformatted(file: str, number: int, summary: str) -> Failure:
    return Failure(
        type=FailureType.FORMAT,
        tool=NAME,
        message="not formatted as deno fmt would",
        file=file,
        command=f"deno fmt --check {shlex.quote(file)}",
        detail=(summary,),
        log=LogSpan(start=number, end=number),
    )
