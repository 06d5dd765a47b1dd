"""bandit: issues as text, on a screen, and in its one-line layout."""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "bandit"
HINTS = (">> Issue: [", "[bandit]: ", "   Location: ")
REACH = (6, 5)

_ISSUE = pattern(r">> Issue: \[(?P<rule>B\d{3})(?::[\w-]{1,80})?\] (?P<message>\S.{0,600})$")
_LOCATION = pattern(
    r"   Location: (?P<file>[^:]{1,400}):(?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?$"
)
_CUSTOM = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^:\s][^:]{0,400}):(?P<line>\d{1,7}): (?P<rule>B\d{3})\[bandit\]: "
    r"(?P<severity>[A-Z]{3,9}): (?P<message>\S.{0,600})$"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an issue."""
    open_: Failure | None = None
    for line in lines:
        span = LogSpan(start=line.number, end=line.number)
        if (match := _CUSTOM.match(line.text)) is not None:
            failure = _failure(match["rule"], match["message"], span)
            yield _placed(failure, match["file"], match["line"], None)
        elif (match := _ISSUE.match(line.text)) is not None:
            yield from _given(open_)
            open_ = _failure(match["rule"], match["message"], span)
        elif open_ is not None and (match := _LOCATION.match(line.text)) is not None:
            span = LogSpan(start=open_.log.start if open_.log else span.start, end=line.number)
            failure = replace(open_, log=span)
            yield _placed(failure, match["file"], match["line"], match["column"])
            open_ = None
    yield from _given(open_)


def _given(failure: Failure | None) -> Iterator[Failure]:
    if failure is not None:
        yield failure


def _failure(rule: str, message: str, span: LogSpan) -> Failure:
    return Failure(type=FailureType.LINT, tool=NAME, rule=rule, message=message, log=span)


def _placed(failure: Failure, file: str, line: str, column: str | None) -> Failure:
    return replace(
        failure,
        file=file,
        line=int(line),
        column=int(column) + 1 if column else None,  # bandit counts columns from 0
        command=f"bandit {shlex.quote(file)}",
    )
