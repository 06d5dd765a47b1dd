"""mocha, and cypress which reports through it: tests and hooks that failed, and runs that broke down.

All reporters for people end alike: `2 failing`, then numbered failures, whose titles stand on one
line a suite and end with a colon. The numbers before that end only mark where a failure happened.
"""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.js_stack import Frame, best, name_pattern
from bot.core.pattern import pattern

NAME = "mocha"
HINTS = (
    " failing", "at Context.", "Error: ", "AssertionError", "Exception during run: ", "(Run Starting)",
    "process.processImmediate", "at processImmediate",
)  # fmt: skip
REACH = (8, 40)

MAX_DETAIL = 40
MAX_LINES = 400
MAX_TITLES = 20
MAX_GAP = 3

_COUNT = pattern(r" {0,4}\d{1,6} failing$")
_NUMBERED = pattern(r" {2,4}(?P<number>\d{1,6}\))(?: (?P<title>.{0,2000}))?$")
_DEEPER = pattern(r" {7,60}\S")
_CRASH = pattern(r" Exception during run: (?P<message>.{1,2000})$")
_CRASH_AT = pattern(r"(?:file://)?(?P<file>(?:[A-Za-z]:)?/[^\s:]{1,400}):(?P<line>\d{1,7})$")
_THROWN = pattern(r"(?:\w{0,40}Error|Error)(?: \[\w{1,60}\])?: ")
_NO_FILES = pattern(r"Error: (?P<message>No test files found.{0,500})$")
_IN_FILE = pattern(r".{1,3000} \((?P<file>(?:[A-Za-z]:)?[/\\][^\s()]{1,400}\.\w{1,5})\)$")
_AT = ("at ", "node:")


@dataclass(slots=True)
class _Block:
    """One numbered failure, or the crash of the run."""

    start: int
    end: int
    titles: list[str] = field(default_factory=list)
    titled: bool = False
    lines: list[str] = field(default_factory=list)
    framed: bool = False
    blanks: int = 0


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a failing test or hook."""
    reader = _Reader()
    for line in lines:
        yield from reader.read(line)
    yield from reader.flush()


class _Reader:
    """Keeps the failure whose lines are still coming."""

    def __init__(self) -> None:
        self._tool = NAME
        self._listing = False
        self._number = 0
        self._block: _Block | None = None

    def read(self, line: Line) -> Iterator[Failure]:
        """Take the next line."""
        text = line.text
        if "(Run Starting)" in text:
            self._tool = "cypress"
        if text.endswith(" failing") and _COUNT.match(text):
            yield from self.flush()
            self._listing, self._number = True, 0
        elif self._listing and self._is_next(text):
            yield from self.flush()
            self._begin(line)
        elif self._block is not None and self._take(line):
            return
        else:
            yield from self.flush()
            yield from self._remark(line)

    def flush(self) -> Iterator[Failure]:
        """The failure that is still open."""
        block, self._block = self._block, None
        if block is not None and block.lines:
            yield _failure(block, self._tool) if block.titles else _crash(block)

    def _is_next(self, text: str) -> bool:
        """A number is a heading only when it is the next: a test may be named `1) x`."""
        match = _NUMBERED.match(text)
        return match is not None and match["number"] == f"{self._number + 1})"

    def _begin(self, line: Line) -> None:
        match = _NUMBERED.match(line.text)
        title = (match["title"] or "").strip() if match else ""
        self._number += 1
        self._block = _Block(line.number, line.number, [title] if title else [])

    def _take(self, line: Line) -> bool:
        """Whether the line belongs to the open failure: to its title, or to what follows."""
        block, text = self._block, line.text
        if block is None or len(block.lines) >= MAX_LINES:
            return False
        if not block.titled:
            deeper = _DEEPER.match(text) is not None and len(block.titles) < MAX_TITLES
            if deeper or not (text or block.titles):
                block.titles += [text.strip()] if text.strip() else []
                return True
            block.titled = True
        return _follows(block, line)

    def _remark(self, line: Line) -> Iterator[Failure]:
        """What condemns the whole run."""
        text = line.text
        if text.startswith(" Exception") and (match := _CRASH.match(text)) is not None:
            self._block = _Block(line.number, line.number, titled=True, lines=[match["message"]])
        elif text.startswith("Error: No test") and (match := _NO_FILES.match(text)) is not None:
            span = LogSpan(start=line.number, end=line.number)
            yield Failure(
                type=FailureType.CONFIG,
                tool=NAME,
                rule="no-tests",
                message=match["message"],
                log=span,
            )


def _follows(block: _Block, line: Line) -> bool:
    """Whether a line is of the message, the differences or the stack."""
    text = line.text.strip()
    if not text:
        block.blanks += 1
        return not (block.framed and block.blanks >= MAX_GAP)
    if (
        block.framed
        and (block.blanks or not line.text.startswith("  "))
        and not text.startswith("at ")
    ):
        nested = line.text.startswith("     ") and _THROWN.match(text.removeprefix("Caused by: "))
        if not nested:
            return False
    block.blanks = 0
    block.framed = block.framed or text.startswith("at ")
    block.lines.append(line.text)
    block.end = line.number
    return True


def _failure(block: _Block, tool: str) -> Failure:
    test = " ".join(block.titles).removesuffix(":")
    told = [text.strip() for text in block.lines if text.strip()]
    frame = best(block.lines)
    named = next((match for text in told[:3] if (match := _IN_FILE.match(text)) is not None), None)
    file = frame.file if frame else named["file"] if named else None
    return Failure(
        type=FailureType.TEST,
        tool=tool,
        test=test,
        message=_message(told),
        file=file,
        line=frame.line if frame else None,
        column=frame.column if frame else None,
        command=_command(tool, file, test),
        detail=tuple(block.lines[:MAX_DETAIL]),
        log=LogSpan(start=block.start, end=block.end),
    )


def _command(tool: str, file: str | None, test: str) -> str | None:
    if tool == "cypress":
        return f"npx cypress run --spec {shlex.quote(file)}" if file else None
    where = f" {shlex.quote(file)}" if file else ""
    return f"npx mocha{where} --grep {shlex.quote(name_pattern(test))}"


def _message(told: list[str]) -> str:
    """The first line, and the next where it only announces that."""
    first = told[0]
    after = next(iter(told[1:]), "")
    if first.endswith(":") and after and not after.startswith(("+ ", "- ", *_AT)):
        return f"{first} {after}"
    return first


def _crash(block: _Block) -> Failure:
    """A file of tests that could not be loaded."""
    thrown = next((text for text in block.lines if _THROWN.match(text)), block.lines[0])
    place = _CRASH_AT.match(block.lines[0])
    frame = Frame(place["file"], int(place["line"]), 0) if place else best(block.lines)
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        rule="load",
        message=thrown,
        file=frame.file if frame else None,
        line=frame.line if frame else None,
        column=(frame.column or None) if frame else None,
        detail=tuple(block.lines[:MAX_DETAIL]),
        log=LogSpan(start=block.start, end=block.end),
        root=True,
    )
