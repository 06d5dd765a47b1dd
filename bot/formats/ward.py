"""ward: a test under its description, the assertion or the traceback below it."""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "ward"
HINTS = ("  Failed at ", " in _ ", "\u256f", "\u2771 ")
REACH = (4, 6)

_TITLE = pattern(r"\u2500{2,200} (?P<title>\S.{0,300}?) \u2500{2,200}$")
_FAILED = pattern(r"  Failed at (?P<file>(?:[A-Za-z]:)?[^\s:]{1,300}\.py)(?::(?P<line>\d{1,7}))?$")
_CODE = pattern(r" {2,8}\u2771 {1,8}\d{1,7} {1,80}(?P<code>\S.{0,400})$")
_FRAME = pattern(r"  \u2502 (?P<file>(?:[A-Za-z]:)?[^\s:]{1,300}\.py):(?P<line>\d{1,7}) in\b")
_RAISED = pattern(r"  (?P<message>[A-Z][\w.]{2,120}(?:: \S.{0,800})?)$")
MAX_DETAIL = 40


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a test that failed; of several errors the last, which the others caused."""
    title: str | None = None
    open_: Failure | None = None
    for line in lines:
        text = line.text
        if (match := _TITLE.match(text)) is not None:
            if open_ is not None:
                yield open_
            title, open_ = match["title"], None
        elif title is not None and open_ is None and (match := _FAILED.match(text)) is not None:
            row = int(match["line"]) if match["line"] else None
            open_ = _failure(title, match["file"], row, line.number)
        elif open_ is not None:
            open_ = _with(open_, line)
    if open_ is not None:
        yield open_


def _failure(title: str, file: str, row: int | None, number: int) -> Failure:
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=title,
        message=title,
        file=file,
        line=row,
        command=f"ward --path {shlex.quote(file)}",
        log=LogSpan(start=number, end=number),
    )


def _with(failure: Failure, line: Line) -> Failure:
    """With what the next line says of it."""
    text = line.text
    if failure.log is not None:
        failure = replace(failure, log=replace(failure.log, end=line.number))
    if text.strip() and len(failure.detail) < MAX_DETAIL:
        failure = replace(failure, detail=(*failure.detail, text))
    if (match := _FRAME.match(text)) is not None:
        own = failure.file and match["file"].replace("\\", "/").endswith(failure.file)
        return replace(failure, line=int(match["line"])) if own else failure
    if (match := _CODE.match(text) or _RAISED.match(text)) is not None:
        return replace(
            failure, message=match["message" if match.re.groupindex.get("message") else "code"]
        )
    return failure
