"""valgrind: memory errors and leaks, at the first frame with a source file."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "valgrind"
HINTS = (
    "== Invalid ", "== Conditional jump", "== Use of uninitialised", "== Mismatched free", "== Source and destination", "== Syscall param",
    "lost in loss record", "== Possible data race", "== Process terminating", "== Jump to the invalid",
)  # fmt: skip
REACH = (0, 14)

_HEAD = pattern(
    r"\s{0,12}==(?P<process>\d{1,9})==\s{1,4}(?P<message>(?:Invalid (?:read|write|free)|Conditional jump|Use of uninitialised|Mismatched free"
    r"|Source and destination overlap|Syscall param|Possible data race|Process terminating|Jump to the invalid|[\d,]{1,15} (?:\([^)]{1,100}\) )?bytes in [\d,]{1,15} blocks are "
    r"(?:definitely|indirectly|possibly) lost).{0,300})$"
)
_FRAME = pattern(r"\s{0,12}==\d{1,9}==\s{1,8}(?:at|by) 0x[0-9A-Fa-f]{1,16}: ")
_PLACE = pattern(r"\((?P<file>[^\s()]{1,500}):(?P<line>\d{1,7})\)$")
_RECORD = pattern(r" in loss record [\d,]{1,12} of [\d,]{1,12}$")
_LIBRARY = ("vg_replace_", "coregrind", "m_replacemalloc")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error or a leak."""
    open_: Failure | None = None
    for line in lines:
        if "==" not in line.text:
            continue
        if (match := _HEAD.match(line.text)) is not None:
            if open_ is not None:
                yield open_
            open_ = _failure(match, line)
        elif open_ is not None:
            if _FRAME.match(line.text) is None:
                yield open_
                open_ = None
            else:
                open_ = _with_frame(open_, line)
    if open_ is not None:
        yield open_


def _failure(match: re.Match[str], line: Line) -> Failure:
    return Failure(
        type=FailureType.RUNTIME,
        tool=NAME,
        message=_RECORD.sub("", match["message"]),
        log=LogSpan(start=line.number, end=line.number),
    )


def _with_frame(failure: Failure, line: Line) -> Failure:
    text = line.text
    failure = replace(failure, detail=(*failure.detail, text)[:20])
    match = _PLACE.match(text.rpartition(" ")[2]) if failure.file is None else None
    if match is None or match["file"].startswith(_LIBRARY):
        return failure
    return replace(failure, file=match["file"], line=int(match["line"]))
