"""gocheck (gopkg.in/check.v1): suites inside one Go test."""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "gocheck"
HINTS = ("FAIL: ", "PANIC: ")
REACH = (1, 30)

_HEAD = pattern(
    r"(?P<kind>FAIL|PANIC): (?P<file>[^\s:]{1,300}\.go):(?P<line>\d{1,7}): (?P<test>[\w.]{1,300})$"
)
_PLACE = pattern(r"(?P<file>[^\s:]{1,300}_test\.go):(?P<line>\d{1,7}):?$")
_SAID = pattern(r"\.\.\. (?P<message>\S.{0,1000})$")
_PC = pattern(r" \(PC=0x[0-9A-Fa-f]{1,16}\)$")
_RULE = "-" * 40
MAX_DETAIL = 30


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a test: the assertion's line and the values it compared."""
    open_: Failure | None = None
    for line in lines:
        if (match := _HEAD.match(line.text)) is not None:
            if open_ is not None:
                yield open_
            open_ = Failure(
                type=FailureType.TEST,
                tool=NAME,
                test=match["test"],
                message="",
                file=match["file"],
                line=int(match["line"]),
                command=f"go test ./... -check.f {shlex.quote(match['test'])}",
                log=LogSpan(start=line.number, end=line.number),
            )
        elif open_ is not None:
            if line.text.startswith((_RULE, "OOPS: ", "--- FAIL", "FAIL\t")):
                yield open_
                open_ = None
            else:
                open_ = _more(open_, line)
    if open_ is not None:
        yield open_


def _more(failure: Failure, line: Line) -> Failure:
    text = line.text
    log = replace(failure.log, end=line.number) if failure.log else None
    failure = replace(failure, detail=(*failure.detail, text)[:MAX_DETAIL], log=log)
    if (match := _PLACE.match(text)) is not None:
        return replace(failure, file=match["file"], line=int(match["line"]))
    if (match := _SAID.match(text)) is not None:
        said = _PC.sub("", match["message"])
        return replace(failure, message=f"{failure.message} {said}".strip())
    if text.startswith("    ") and not failure.message:
        return replace(failure, message=text.strip())
    return failure
