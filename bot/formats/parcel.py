"""Parcel: a build that failed, what was wrong, and the place in the code below it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "parcel"
HINTS = ("@parcel/", "🚨 Build failed.")
REACH = (3, 30)

_HEAD = pattern(
    r"(?:\S{1,4} )?(?P<plugin>@?[\w-]{0,60}/?[\w@-]{0,60}parcel[\w@/-]{0,80}): (?P<message>\S.{0,1000})$"
)
_PLACE = pattern(
    r" {2}(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}):(?P<line>\d{1,7}):(?P<column>\d{1,7})$"
)
_HINT = pattern(r"(?:💡|\u2139\ufe0f?|📝) ?(?P<suggestion>\S.{0,500})$")
_FAILED = pattern(r"(?:\S{1,4} )?Build failed\.$")
MAX_BLOCK = 40


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error; what another plugin adds to it without a place is its detail."""
    failed = False
    errors: list[Failure] = []
    for line in lines:
        if _FAILED.match(line.text) is not None:
            yield from _told(errors)
            failed, errors = True, []
        elif failed and (match := _HEAD.match(line.text)) is not None:
            errors.append(_failure(match, line.number))
        elif errors:
            errors[-1] = _with(errors[-1], line)
    yield from _told(errors)


def _told(errors: Iterable[Failure]) -> Iterator[Failure]:
    """Each error with the proposal of the remark below it."""
    before: Failure | None = None
    for error in errors:
        if before is not None and before.line and not error.line:
            detail = (*before.detail, error.message, *error.detail)
            suggestion = before.suggestion or error.suggestion
            before = replace(before, detail=detail, suggestion=suggestion)
            continue
        if before is not None:
            yield before
        before = error
    if before is not None:
        yield before


def _failure(match: re.Match[str], number: int) -> Failure:
    return Failure(
        type=FailureType.BUILD,
        tool=NAME,
        message=f"{match['plugin']}: {match['message']}",
        log=LogSpan(start=number, end=number),
    )


def _with(failure: Failure, line: Line) -> Failure:
    """With its place or the proposal, if that is what the next line holds."""
    log = failure.log
    if log is None or line.number > log.start + MAX_BLOCK:
        return failure
    detail = (*failure.detail, line.text) if line.text.strip() else failure.detail
    failure = replace(failure, detail=detail, log=replace(log, end=line.number))
    if failure.line is None and (match := _PLACE.match(line.text)) is not None:
        row, column = int(match["line"]), int(match["column"])
        return replace(failure, file=match["file"], line=row, column=column)
    if failure.suggestion is None and (match := _HINT.match(line.text)) is not None:
        return replace(failure, suggestion=match["suggestion"])
    return failure
