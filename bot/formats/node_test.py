"""node:test: the failing tests that its spec and dot reporters list at the end.

The list repeats what the run has shown: only it counts. It also holds the suites around failing
tests, tests that are still to do, and tests that were cancelled because another one failed.
"""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.js_stack import Frame, best, frame, is_same, name_pattern, place
from bot.core.log_paths import relative
from bot.core.pattern import pattern

NAME = "node:test"
HINTS = (
    "\u2716 ",
    "test at ",
    "failing tests:",
    "Failed tests:",
    "node:internal/test_runner",
    "Node.js v",
)
REACH = (40, 40)

MAX_DETAIL = 40
_SIGNS = ("\u2716 ", "\u26a0 ", "\ufe63 ")  # failed, failed but to do, skipped
MAX_LINES = 300

_HEADING = pattern("(?:\u2716 failing tests|Failed tests):$")
_AT = pattern(r"test at (?P<place>\S.{0,500})$")
_NAMED = pattern(
    "[\u2716\u26a0\ufe63] (?P<name>\\S.{0,1000}?)(?: \\([\\d.]{1,20}m?s\\))?(?P<todo> # (?:TODO|SKIP)\\b.{0,500})?$"
)
_SUBTESTS = pattern(r"'?\d{1,6} subtests? failed'?$")
_FILE = pattern(r"\S{0,500}\.[cm]?[jt]sx?$")
_CANCELLED = "test did not finish before its parent"
_THROWN = pattern(r"(?:Uncaught )?(?:\w{0,60}Error|Error)(?: \[\w{1,60}\])?: \S")
_CRASH_AT = pattern(r"(?:file://)?(?P<file>(?:[A-Za-z]:)?[/\\][^\s:]{1,400}):(?P<line>\d{1,7})$")


@dataclass(slots=True)
class _Block:
    """One entry of the list."""

    name: str
    skip: bool
    at: Frame | None
    start: int
    end: int
    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Crash:
    """What a file printed before node gave it up."""

    at: Frame | None = None
    message: str = ""
    lines: list[str] = field(default_factory=list)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a failing test or file."""
    reader = _Reader()
    for line in lines:
        yield from reader.read(line)
    yield from reader.finish()


class _Reader:
    """Keeps the entry whose lines are still coming."""

    def __init__(self) -> None:
        self._listing = False
        self._at: Frame | None = None
        self._block: _Block | None = None
        self._crash = _Crash()
        self._crashes: dict[str, _Crash] = {}
        self._cancelled: list[Failure] = []
        self._found = False

    def read(self, line: Line) -> Iterator[Failure]:
        """Take the next line."""
        text = line.text
        if text.endswith(("failing tests:", "Failed tests:")) and _HEADING.match(text):
            yield from self._flush()
            self._listing = True
            return
        if not self._listing:
            self._progress(text)
        elif text.startswith("test at ") and (match := _AT.match(text)) is not None:
            yield from self._flush()
            self._at = place(match["place"])
        elif text.startswith(_SIGNS) and (match := _NAMED.match(text)) is not None:
            yield from self._flush()
            skip = match["todo"] is not None
            self._block = _Block(match["name"], skip, self._at, line.number, line.number)
            self._at = None
        elif self._block is not None and (not text or text.startswith("  ")):
            self._take(self._block, line)
        elif text:
            yield from self._flush()
            self._listing = self._block is not None

    def finish(self) -> Iterator[Failure]:
        """The entry that is still open, and the cancelled tests when nothing else explains them."""
        yield from self._flush()
        if not self._found:
            yield from self._cancelled

    def _take(self, block: _Block, line: Line) -> None:
        if len(block.lines) < MAX_LINES:
            block.lines.append(line.text[2:])
            block.end = line.number if line.text else block.end

    def _progress(self, text: str) -> None:
        """What a file said before it ended: its own error is printed only here."""
        crash = self._crash
        if text.startswith("\u2716 ") and (match := _NAMED.match(text)) is not None:
            if crash.message and _FILE.match(match["name"]):
                self._crashes[match["name"]] = crash
            self._crash = _Crash()
        elif text[:1].isalpha() and _THROWN.match(text) and not crash.message:
            crash.message = text
        elif (match := _CRASH_AT.match(text)) is not None:
            self._crash = _Crash(at=Frame(match["file"], int(match["line"]), 0))
        elif text.startswith("    at "):
            crash.lines.append(text)

    def _flush(self) -> Iterator[Failure]:
        block, self._block = self._block, None
        if block is None or block.skip or not any(block.lines):
            return
        if _SUBTESTS.match(block.lines[0]):
            return
        failure = _failure(block, self._crashes.get(block.name))
        if _CANCELLED in block.lines[0]:
            self._cancelled.append(failure)
            return
        self._found = True
        yield failure


def _failure(block: _Block, crash: _Crash | None) -> Failure:
    own = block.at.file if block.at else None
    found = best(block.lines, own) or block.at
    message = _message(block.lines)
    whole = block.at is None or block.name.replace("\\", "/").endswith(
        block.at.file.replace("\\", "/")
    )
    if crash is not None and message == "test failed":
        message = crash.message
        ours = crash.at if crash.at and frame(f"at {crash.at.file}:1:1") else None
        found = best(crash.lines, own) or ours or found
    name = shlex.quote(name_pattern(block.name))
    file = found.file if found else None
    if is_same(file or "", own):
        file = own
    if file is None and _FILE.match(block.name):
        file = block.name
    command = (
        f"node --test --test-name-pattern={name} {shlex.quote(own or '')}"
        if own and not whole
        else None
    )
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        rule="file" if crash else None,
        test=(_FILE.match(block.name) and relative(block.name)) or block.name,
        message=message,
        file=file,
        line=found.line if found else None,
        column=(found.column or None) if found else None,
        command=command
        or (f"node --test {shlex.quote(own or file or '')}" if own or file else None),
        detail=tuple(block.lines[:MAX_DETAIL]),
        log=LogSpan(start=block.start, end=block.end),
        root=crash is not None,
    )


def _message(lines: list[str]) -> str:
    """The first line, and the next where it only announces that."""
    told = [text.strip() for text in lines if text.strip()]
    first, after = told[0], next(iter(told[1:]), "")
    if first.endswith(":") and after and not after.startswith(("+ ", "- ", "at ")):
        return f"{first} {after}"
    return first.strip("'") if first.startswith("'") else first
