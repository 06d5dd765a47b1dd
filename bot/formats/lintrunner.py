"""lintrunner: messages of its linters below the name of a file."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "lintrunner"
HINTS = (">>> Lint for ", "  Error (", "  Warning (", "  Advice (")
REACH = (0, 30)

_FILE = pattern(r"\s{0,4}>>> Lint for (?P<file>\S.{0,400}):$")
_HEAD = pattern(
    r"  (?:Error|Warning|Advice) \((?P<linter>[A-Z][\w-]{1,60})\) (?P<rule>\S.{0,100})$"
)
_MESSAGE = pattern(r"    (?P<message>\S.{0,1000})$")
_MARKED = pattern(r"    >>> {0,8}(?P<line>\d{1,7}) {1,4}\|")
MAX_BELOW = 40


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a message; the marked line of the source is its place."""
    file: str | None = None
    open_: Failure | None = None
    for line in lines:
        text = line.text
        named, head = _FILE.match(text), _HEAD.match(text)
        if open_ is not None and (named or head):
            yield open_
            open_ = None
        if named is not None:
            file = named["file"]
        elif head is not None and file is not None:
            open_ = _failure(head, file, line.number)
        elif open_ is not None:
            open_ = _below(open_, text, line.number)
    if open_ is not None:
        yield open_


def _failure(head: re.Match[str], file: str, number: int) -> Failure:
    return Failure(
        type=FailureType.LINT,
        tool=head["linter"].lower(),
        rule=head["rule"].strip("[]"),
        message="",
        file=file,
        command=f"lintrunner {shlex.quote(file)}",
        log=LogSpan(start=number, end=number),
    )


def _below(failure: Failure, text: str, number: int) -> Failure:
    """The first words are the message, the first marked line of the source is the place."""
    if failure.log is None or number > failure.log.start + MAX_BELOW:
        return failure
    span = replace(failure.log, end=number)
    if (match := _MARKED.match(text)) is not None:
        return failure if failure.line else replace(failure, line=int(match["line"]), log=span)
    if not failure.message and (match := _MESSAGE.match(text)) is not None:
        return replace(failure, message=match["message"], log=span)
    return failure
