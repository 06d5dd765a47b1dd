"""Node.js: what it prints when a program throws and nobody catches: place, source, error, stack."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.log_paths import is_foreign
from bot.core.pattern import pattern

NAME = "node"
HINTS = ("Node.js v", "node:internal/", "internal/modules/")
REACH = (40, 2)

_PLACE = pattern(
    r"(?P<file>(?:file://)?(?:[A-Za-z]:)?/?[^\s:()][^:()]{0,400}|node:[\w/]{1,100}|internal/[\w/.]{1,100}):(?P<line>\d{1,7})$"
)
_CARET = pattern(r"\s*\^{1,200}\s*$")
_ERROR = pattern(
    r"(?:Uncaught )?(?P<name>[A-Z]\w{0,60}(?:Error|Exception|Rejection|Warning)\w{0,20}|Error)(?: \[(?P<code>[A-Z_0-9]{2,60})\])?(?:: (?P<message>.{0,2000}))?$"
)
_FRAME = pattern(
    r"\s{2,8}at (?:(?:async )?[^()]{0,300} \()?(?P<file>(?:file://)?(?:[A-Za-z]:)?[^\s:()][^:()]{0,400}):(?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?\)?"
)
_OWN = pattern(r"node:|internal/|(?:.*/)?node_modules/|<anonymous>|native|evalmachine")
_BARE = pattern(r"Cannot find (?:module|package) '(?P<name>[@a-z][^'./][^']{0,200}|@[^']{1,200})'")
_IMPORTED = pattern(r".{1,900} imported from (?P<file>\S{1,400})$")
_REQUIRED = pattern(r"- (?P<file>\S.{0,400})$")
_TRAILER = pattern(r"Node\.js v\d{1,3}\.\d")
MAX_SOURCE = 3  # lines between the place and the caret
MAX_BLOCK = 60


@dataclass
class _Block:
    """A place with its source; then the error and its frames."""

    place: re.Match[str]
    start: int
    caret: bool = False
    error: re.Match[str] | None = None
    thrown: str | None = None
    texts: list[str] = field(default_factory=list)
    frames: list[re.Match[str]] = field(default_factory=list)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a crash."""
    block: _Block | None = None
    last = 0
    for line in lines:
        text = line.text
        gone = block is not None and (line.number > last + 1 or len(block.texts) > MAX_BLOCK)
        last = line.number
        if block is not None and (gone or _TRAILER.match(text)):
            yield from _crash(block, line.number, complete=not gone)
            block = None
        if block is None or (not block.caret and len(block.texts) > MAX_SOURCE):
            place = _PLACE.match(text)
            block = _Block(place, line.number) if place is not None else None
        else:
            _add(block, text)
    if block is not None:
        yield from _crash(block, last, complete=False)


def _add(block: _Block, text: str) -> None:
    block.texts.append(text)
    if not block.caret:
        block.caret = _CARET.match(text) is not None
    elif block.error is None and block.thrown is None and text.strip():
        block.error = _ERROR.match(text)
        block.thrown = None if block.error else text.strip()
    elif (frame := _FRAME.match(text)) is not None:
        block.frames.append(frame)


def _crash(block: _Block, end: int, *, complete: bool) -> Iterator[Failure]:
    """A crash for sure: Node says its version below, or the stack ends inside Node's own modules."""
    internal = any(_OWN.match(frame["file"]) for frame in block.frames)
    if not block.caret or not (complete or (internal and block.error is not None)):
        return
    if block.error is None and not (complete and block.thrown):
        return
    error = block.error
    name = error["name"] if error else None
    words = (error["message"] or _next_words(block, error)) if error else block.thrown
    if error is not None and words and words.endswith(":"):
        words = f"{words} {_next_words(block, error)}"
    message = f"{name}: {words}" if name else words or "uncaught exception"
    file, line, column = _where(block, message)
    bare = _BARE.match(words or "") is not None
    yield Failure(
        type=FailureType.DEPENDENCY if bare else FailureType.RUNTIME,
        tool=NAME,
        rule=error["code"] if error else None,
        message=message,
        file=file,
        line=line,
        column=column,
        command=f"node {shlex.quote(file)}" if file and "." in file else None,
        detail=tuple(block.texts[:40]),
        log=LogSpan(start=block.start, end=end),
        weak=True,  # a suite may run programs that it expects to crash
    )


def _next_words(block: _Block, error: re.Match[str]) -> str:
    """The words under a name that stands alone."""
    below = block.texts[block.texts.index(error.string) + 1 :]
    return next((text.strip() for text in below if text.strip()), "")


def _where(block: _Block, message: str) -> tuple[str | None, int | None, int | None]:
    """The place Node shows when it is ours, else the first frame of ours, else who imported."""
    place = block.place
    if not _OWN.match(place["file"]) and not is_foreign(place["file"]):
        frame = next((each for each in block.frames if each["file"] == place["file"]), None)
        same = frame is not None and frame["line"] == place["line"] and frame["column"]
        return place["file"], int(place["line"]), int(frame["column"]) if same and frame else None
    for frame in block.frames:
        if not _OWN.match(frame["file"]) and not is_foreign(frame["file"]):
            column = int(frame["column"]) if frame["column"] else None
            return frame["file"], int(frame["line"]), column
    if (match := _IMPORTED.match(message)) is not None:
        return match["file"], None, None
    required = next((match for text in block.texts if (match := _REQUIRED.match(text))), None)
    return (required["file"], None, None) if required else (None, None, None)
