"""playwright test: tests that failed, those that passed only on a retry, and files it could not load.

A failure is a numbered block; its retries stand in the same block. Which of the blocks are flaky is
said only by the lists at the end.
"""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.js_stack import best, is_same, place, reason
from bot.core.pattern import pattern

NAME = "playwright"
HINTS = (
    "] \u203a ",
    ".spec.",
    ".test.",
    "Retry #",
    " flaky",
    "Error: No tests found",
    "##[error]  ",
    "\u2500\u2500\u2500\u2500",
)
REACH = (12, 60)

MAX_DETAIL = 40
MAX_LINES = 400
_LEAD = 12

_TITLE = (
    r"(?:\[(?P<project>[^\]]{1,100})\] \u203a )?(?P<file>[^\s:\u203a][^:\u203a]{0,400}):(?P<line>\d{1,7}):(?P<column>\d{1,7})"
    r" \u203a (?P<name>\S.{0,1000}?)(?: \u2500{1,400})?$"
)
_HEAD = pattern(r"(?:##\[error\])? {0,4}(?P<number>\d{1,6})\) " + _TITLE)
_LISTED = pattern(r" {2,6}" + _TITLE)
_COUNTS = pattern(
    r" {1,4}(?P<count>\d{1,6}) (?P<what>failed|flaky|interrupted|skipped|did not run|passed)\b.{0,60}$"
)
_RETRY = pattern(r" {2,6}Retry #\d{1,3} \u2500")
_LOAD = pattern(r" {3}at (?P<file>[^\s:]{1,400}\.\w{1,6}):(?P<line>\d{1,7})$")
_THROWN = pattern(r"(?:[A-Z]\w{0,40})?Error: \S")
_ABSOLUTE = pattern(
    r"[A-Z]?\w{0,40}Error: (?P<file>(?:[A-Za-z]:)?[/\\][^\s:]{1,400}): (?P<message>.{1,1000}?)(?: \(\d{1,7}:\d{1,7}\))?$"
)
_NONE = pattern(r"Error: (?P<message>No tests found)\b\.?$")


@dataclass(slots=True)
class _Block:
    """One numbered failure."""

    project: str | None
    file: str
    line: int
    column: int
    name: str
    start: int
    end: int
    lines: list[str] = field(default_factory=list)
    retried: bool = False

    @property
    def test(self) -> str:
        """Without its line, so that it stays the same when the file grows above it."""
        title = f"{self.file} \u203a {self.name}"
        return f"[{self.project}] \u203a {title}" if self.project else title


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a failing test, in the order of their numbers."""
    reader = _Reader()
    for line in lines:
        reader.read(line)
    for block in reader.blocks:
        if not any(block.lines):
            continue  # a title without a reason is what a test printed
        flaky = (block.project, block.file, block.line, block.name) in reader.flaky
        failure = _failure(block)
        yield replace(failure, flaky="it passed when it was retried") if flaky else failure
    yield from reader.loads
    if not reader.blocks and not reader.loads:
        yield from reader.empty


class _Reader:
    """All blocks, and what the lists at the end say of them."""

    def __init__(self) -> None:
        self.blocks: list[_Block] = []
        self.loads: list[Failure] = []
        self.empty: list[Failure] = []
        self.flaky: set[tuple[str | None, str, int, str]] = set()
        self._block: _Block | None = None
        self._list = ""
        self._before: list[Line] = []

    def read(self, line: Line) -> None:
        """Take the next line."""
        text = line.text
        self._before = [*self._before[-_LEAD:], line]
        if ") " in text[:24] and (match := _HEAD.match(text)) is not None:
            self._block = _Block(
                match["project"],
                match["file"],
                int(match["line"]),
                int(match["column"]),
                match["name"],
                line.number,
                line.number,
            )
            self.blocks.append(self._block)
            self._list = ""
        elif text.startswith(" ") and (match := _COUNTS.match(text)) is not None:
            self._block, self._list = None, match["what"]
        elif self._list == "flaky" and (match := _LISTED.match(text)) is not None:
            self.flaky.add((match["project"], match["file"], int(match["line"]), match["name"]))
        elif self._block is not None:
            self._take(self._block, line)
        else:
            self._remark(line)

    def _take(self, block: _Block, line: Line) -> None:
        text = line.text
        if (text and not text.startswith("    ")) or len(block.lines) >= MAX_LINES:
            self._block = None
        elif _RETRY.match(text) is not None:
            block.retried = True
        elif not block.retried:
            block.lines.append(text[4:])
            block.end = line.number if text else block.end

    def _remark(self, line: Line) -> None:
        """A file that could not be loaded, or a run without tests."""
        text, span = line.text, LogSpan(start=line.number, end=line.number)
        if text.startswith("   at ") and (match := _LOAD.match(text)) is not None:
            found = self._load(match["file"], int(match["line"]), line)
            self.loads += [found] if found else []
        elif text.startswith("Error: No tests") and (match := _NONE.match(text)) is not None:
            self.empty.append(
                Failure(
                    type=FailureType.CONFIG,
                    tool=NAME,
                    rule="no-tests",
                    message=match["message"],
                    log=span,
                )
            )

    def _load(self, file: str, number: int, line: Line) -> Failure | None:
        thrown = [each for each in self._before if _THROWN.match(each.text)]
        if not thrown or not any(not each.text for each in self._before[-2:]):
            return None
        absolute = _ABSOLUTE.match(thrown[-1].text)
        named = [each.text[2:] for each in self._before if each.text.startswith("- ")]
        known = [absolute["file"]] if absolute else named
        return Failure(
            type=FailureType.TEST,
            tool=NAME,
            rule="load",
            message=thrown[-1].text,
            file=next((each for each in known if is_same(each, file)), file),
            line=number,
            log=LogSpan(start=thrown[-1].number, end=line.number),
            root=True,
        )


def _failure(block: _Block) -> Failure:
    frame = best(block.lines, block.file) or place(f"{block.file}:{block.line}:{block.column}")
    file = frame.file if frame and not is_same(frame.file, block.file) else block.file
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=block.test,
        message=reason(block.lines),
        file=file,
        line=frame.line if frame else None,
        column=frame.column if frame else None,
        command=f"npx playwright test {shlex.quote(f'{block.file}:{block.line}')}",
        detail=tuple(block.lines[:MAX_DETAIL]),
        log=LogSpan(start=block.start, end=block.end),
    )
