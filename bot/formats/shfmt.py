"""shfmt: scripts that it would format otherwise, as diffs, and those it cannot parse."""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "shfmt"
HINTS = (
    ".sh.orig", ".bash.orig", ".bats.orig", ".ksh.orig", " can only be used ", " must be followed by ",
    ": reached EOF without ", ": a command can only contain ", " must end with ", ": not a valid ",
)  # fmt: skip
REACH = (0, 40)

_DIFF = pattern(r"--- (?P<file>\S{1,300}\.(?:sh|bash|bats|ksh))\.orig(?:\t.{0,60})?$")
_DIFF_LINE = ("+", "-", " ", "@@", "\\ ")
_UNREAD = pattern(
    r"(?P<file>[^\s:][^:]{0,300})(?<!\.go):(?P<line>\d{1,7}):(?P<column>\d{1,7}): "
    r"(?P<message>(?:(?:\"[^\"]{1,20}\"|`[^`]{1,20}`) (?:can only be used|must (?:be followed by|end with))"
    r"|reached EOF without|a command can only contain|not a valid (?:test|arithmetic)).{1,200})$"
)
MAX_DETAIL = 40


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a script."""
    open_: Failure | None = None
    for line in lines:
        if open_ is not None and open_.log is not None:
            beside = line.number == open_.log.end + 1 and len(open_.detail) < MAX_DETAIL
            if beside and line.text.startswith(_DIFF_LINE) and _DIFF.match(line.text) is None:
                log = replace(open_.log, end=line.number)
                open_ = replace(open_, detail=(*open_.detail, line.text), log=log)
                continue
            yield open_
            open_ = None
        if (match := _DIFF.match(line.text)) is not None:
            open_ = _failure(match["file"], "is not formatted", line.number)
        elif (match := _UNREAD.match(line.text)) is not None:
            failure = _failure(match["file"], match["message"], line.number)
            yield replace(failure, line=int(match["line"]), column=int(match["column"]))
    if open_ is not None:
        yield open_


def _failure(file: str, message: str, number: int) -> Failure:
    return Failure(
        type=FailureType.FORMAT,
        tool=NAME,
        message=message,
        file=file,
        command=f"shfmt -d {shlex.quote(file)}",
        log=LogSpan(start=number, end=number),
    )
