"""AVA: tests that failed, rejections and exceptions nobody caught, and files without tests."""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.js_stack import best
from bot.core.pattern import pattern

NAME = "ava"
HINTS = (
    "[fail]: ",
    "No tests found in ",
    "Uncaught exception in ",
    "Unhandled rejection in ",
    "Difference (",
    "\u203a ",
    "tests failed",
    "test failed",
)
REACH = (14, 40)

MAX_DETAIL = 40
MAX_LINES = 200
MAX_PRINTED = 10

_FAIL = pattern("  [\u2718\u2716\u00d7] \\[fail\\]: (?P<name>\\S.{0,1000})$")
_EMPTY = pattern("  [\u2718\u2716\u00d7] (?P<message>No tests found in (?P<file>\\S.{0,400}))$")
_UNCAUGHT = pattern(r"  (?P<title>Uncaught exception|Unhandled rejection) in (?P<file>\S.{0,400})$")
_SOURCE = pattern(r"  (?P<file>\S{1,400}\.[cm]?[jt]sx?):(?P<line>\d{1,7})$")
_EXCERPT = pattern(r" {1,8}\d{1,7}: ")
_THROWN = pattern(r"(?:[A-Z]\w{0,60})?Error(?: \[\w{1,60}\])?: \S")
_COUNTS = pattern(r"  \d{1,7} (?:tests?|uncaught|unhandled) \w")
_INTRODUCTION = ("Error thrown in test", "Rejected promise returned by test")


@dataclass(slots=True)
class _Block:
    """One failing test, or an exception outside of all."""

    title: str
    start: int
    end: int
    file: str | None = None
    uncaught: bool = False
    lines: list[str] = field(default_factory=list)
    source: tuple[str, int] | None = None


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a failing test."""
    reader = _Reader()
    for line in lines:
        yield from reader.read(line)
    yield from reader.finish()


class _Reader:
    """What the progress named as failed; blocks with these titles follow below."""

    def __init__(self) -> None:
        self._named: dict[str, int] = {}
        self._block: _Block | None = None
        self._failed = False

    def read(self, line: Line) -> Iterator[Failure]:
        """Take the next line."""
        text = line.text
        if "[fail]: " in text and (match := _FAIL.match(text)) is not None:
            yield from self._flush()
            self._named.setdefault(match["name"], line.number)
        elif "No tests found" in text and (match := _EMPTY.match(text)) is not None:
            span = LogSpan(start=line.number, end=line.number)
            yield Failure(
                type=FailureType.TEST,
                tool=NAME,
                rule="no-tests",
                message=match["message"],
                file=match["file"],
                log=span,
            )
        elif (match := _UNCAUGHT.match(text)) is not None:
            yield from self._flush()
            self._block = _Block(
                match["title"], line.number, line.number, file=match["file"], uncaught=True
            )
        elif text.startswith("  ") and (name := self._title(text[2:])) is not None:
            yield from self._flush()
            self._block = _Block(text[2:], line.number, line.number)
            del self._named[name]
        elif text.startswith("  \u2500") or _COUNTS.match(text):
            yield from self._flush()
            self._failed = self._failed or text.endswith(" failed")
        elif self._block is not None:
            _take(self._block, line)

    def finish(self) -> Iterator[Failure]:
        """The block that is still open, and names without one."""
        yield from self._flush()
        for name, number in self._named.items() if self._failed else ():
            yield Failure(
                type=FailureType.TEST,
                tool=NAME,
                test=name,
                message=f"{name} failed",
                log=LogSpan(start=number, end=number),
            )

    def _title(self, text: str) -> str | None:
        """The progress puts the reason behind the name."""
        if text in self._named:
            return text
        return (
            next((name for name in self._named if name.startswith(text + " ")), None)
            if text
            else None
        )

    def _flush(self) -> Iterator[Failure]:
        block, self._block = self._block, None
        if block is not None and block.lines:
            yield _failure(block)


def _take(block: _Block, line: Line) -> None:
    text = line.text
    if (match := _SOURCE.match(text)) is not None and block.source is None and not block.lines:
        block.source = match["file"], int(match["line"])
    elif text.strip() and not _EXCERPT.match(text) and len(block.lines) < MAX_LINES:
        block.lines.append(text.removeprefix("  "))
        block.end = line.number


def _failure(block: _Block) -> Failure:
    frame = best(block.lines, block.source[0] if block.source else block.file)
    thrown = next((text for text in block.lines if _THROWN.match(text)), None)
    file, line = block.source or (block.file, None)
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        rule="uncaught" if block.uncaught else None,
        test=None if block.uncaught else block.title,
        message=thrown or _told(block.lines),
        file=frame.file if frame else file,
        line=frame.line if frame else line,
        column=frame.column if frame else None,
        command=f"npx ava {shlex.quote(file or '')}" if file else None,
        detail=tuple(block.lines[:MAX_DETAIL]),
        log=LogSpan(start=block.start, end=block.end),
        root=block.uncaught,
    )


def _told(lines: list[str]) -> str:
    """The words, and of a difference its lines."""
    plain = [
        text
        for text in lines
        if not text.startswith(_INTRODUCTION) and not text.startswith("\u203a")
    ]
    first = plain[0] if plain else lines[0]
    if first.startswith("Difference"):
        signed = [
            text for text in plain[1 : 1 + MAX_PRINTED] if text.lstrip().startswith(("- ", "+ "))
        ]
        return " ".join([first, *(text.strip() for text in signed)])
    return first
