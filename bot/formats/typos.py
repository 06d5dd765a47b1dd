"""typos: misspelt words in files and in their names, in the long and the brief format."""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "typos"
HINTS = ("` should be ", "` -> ", "` is disallowed")
REACH = (0, 4)

_HEAD = pattern(
    r"(?:error: )?(?P<message>`[^`]{1,200}` (?:should be (?P<fix>`[^`]{1,200}`.{0,300})|is disallowed))$"
)
_PLACE = pattern(
    r" *(?:--> |╭▸ |1 │ )(?P<file>[^\n]{1,500}?)(?::(?P<line>\d{1,7}):(?P<column>\d{1,5}))?$"
)
_BRIEF = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400})(?::(?P<line>\d{1,7}):(?P<column>\d{1,5}))?: "
    r"(?:error: )?(?P<message>`(?P<word>[^`]{1,200})` (?:->|should be) (?P<fix>`[^`]{1,200}`.{0,300}))$"
)
_IN_NAME = pattern(
    r"error: `(?P<file>[^`]{1,500})`: (?P<message>`[^`]{1,200}` should be (?P<fix>`.{1,300}))$"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a word and place; what typos would write instead is the suggestion."""
    open_: Failure | None = None
    for line in lines:
        text = line.text
        if (
            open_ is not None and text.strip() == "╭▸"
        ):  # the name of the file itself, in the next line
            continue
        if open_ is not None and (match := _PLACE.match(text)) is not None:
            row = match["line"]
            yield replace(
                _at(open_, match["file"], int(row) if row else None, match["column"]),
                log=LogSpan(start=open_.log.start if open_.log else line.number, end=line.number),
            )
            open_ = None
        elif (match := _HEAD.match(text)) is not None:
            open_ = _failure(match["message"], match["fix"], line)
        elif (match := _BRIEF.match(text) or _IN_NAME.match(text)) is not None and (
            match.groupdict().get("line") or "." in match["file"] or "/" in match["file"]
        ):
            groups = match.groupdict()
            row = groups.get("line")
            failure = _failure(match["message"], match["fix"], line)
            yield _at(failure, match["file"], int(row) if row else None, groups.get("column"))


def _failure(message: str, fix: str | None, line: Line) -> Failure:
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        message=message,
        suggestion=f"should be {fix}" if fix else None,
        log=LogSpan(start=line.number, end=line.number),
    )


def _at(failure: Failure, file: str, row: int | None, column: str | None) -> Failure:
    return replace(
        failure,
        file=file,
        line=row,
        column=int(column) if column else None,
        command=f"typos {shlex.quote(file)}",
    )
