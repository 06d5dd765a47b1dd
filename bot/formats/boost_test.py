"""Boost.Test: one failure a test case, with the first check that failed in it."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "boost-test"
HINTS = ('error: in "', "last checkpoint: ", 'error in "')
REACH = (0, 1)

_ERROR = pattern(
    r"\s{0,12}(?:(?P<file>(?:[A-Za-z]:)?[^:()\n]{1,500})(?:\((?P<line>\d{1,7})\)|:(?P<colon_line>\d{1,7}))): "
    r"(?:fatal )?error(?: in|: in) \"(?P<test>[^\"\n]{1,400})\": (?P<message>.{1,3000})$"
)
_CHECKPOINT = pattern(
    r"\s{0,12}(?P<file>(?:[A-Za-z]:)?[^:()\n]{1,500})(?:\((?P<line>\d{1,7})\)|:(?P<colon_line>\d{1,7})): last checkpoint"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """Each failing test case; what threw gets the place of its last checkpoint."""
    open_: Failure | None = None
    for line in lines:
        if open_ is not None:
            if (match := _CHECKPOINT.match(line.text)) is not None:
                open_ = replace(open_, file=match["file"], line=_line(match))
            yield open_
            open_ = None
        match = _ERROR.match(line.text)
        if match is None:
            continue
        failure = _failure(match, line)
        if failure.file is None:
            open_ = failure
        else:
            yield failure
    if open_ is not None:
        yield open_


def _line(match: re.Match[str]) -> int:
    return int(match["line"] or match["colon_line"])


def _failure(match: re.Match[str], line: Line) -> Failure:
    known = not match["file"].startswith("unknown location") and _line(match) > 0
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=match["test"],
        message=match["message"],
        file=match["file"] if known else None,
        line=_line(match) if known else None,
        command=f"--run_test={shlex.quote(match['test'])}",
        log=LogSpan(start=line.number, end=line.number),
    )
