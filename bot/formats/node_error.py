"""Node.js: what it prints when a program throws and nobody catches: place, source, error, stack."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.log_paths import is_foreign
from bot.core.pattern import pattern

NAME = "node"
HINTS = ("Node.js v", "node:internal/", "internal/modules/", "Finished: FAILURE")
REACH = (40, 8)

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
_OWN = pattern(r"node:|internal/|(?:.*/)?node_modules/|<anonymous|native|evalmachine|\[\w{1,20}\]")
_BARE = pattern(r"Cannot find (?:module|package) '(?P<name>[@a-z][^'./][^']{0,200}|@[^']{1,200})'")
_IMPORTED = pattern(r".{1,900} imported from (?P<file>\S{1,400})$")
_REQUIRED = pattern(r"- (?P<file>\S.{0,400})$")
_TRAILER = pattern(r"Node\.js v\d{1,3}\.\d")
# What whoever started Node says right behind a crash when it died of it.
_DIED = pattern(
    r"npm (?:error|ERR!) |(?:\u2009| )?ELIFECYCLE\b|error Command failed with |error: script \"|ERROR: Job failed"
    r"|NX {1,4}Running target .{1,300} failed$|The command failed in workspace |lerna ERR! |ERROR: command finished with error|(?:#\d{1,4} )?ERROR: process \"|g?make(?:\[\d{1,3}\])?: \*\*\* "
    r"|\U0001f6a8 Error: The command exited with status [1-9]|husky - |error: Recipe `|task: Failed to run "
    r"|(?:Error: )?Process completed with exit code [1-9]|Exited with code (?:exit status )?[1-9]"
    r"|(?:Bash|Cmd\.exe|PowerShell|Command) exited with (?:code|status) '?[1-9]|Process exited with code [1-9]\d{0,4} \(Step"
    r"|(?:The command '|The command \"|Error: Command \"|Warning: command \"|npm run |yarn |pnpm |bun |node |npx )"
    r".{0,400}? (?:exited with|returned a non-zero code:) (?:(?:code|status) |non-zero )?[1-9s]"
)
# What a CI service puts between a command and its word on it.
_SERVICE = pattern(
    r"(?:section_(?:start|end):|\^\^\^ \+\+\+|Uploading artifacts|Cleaning up |travis_time:end:|Process exited with code \d{1,5}$|-{3,40}$|\})"
)
_PNPM_STEP = "Failed"
_JENKINS_STEP = "[Pipeline] }"  # after every step: what it ended with is told by the job's end
_JENKINS_END = "Finished: FAILURE"
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


class _Crashes:
    """The crashes of one log, each until it is known whether a program died of it."""

    def __init__(self) -> None:
        self.waiting: list[Failure] = []
        self.steps: list[Failure] = []  # that ended a step of Jenkins
        self.last = 0

    def judged(self, line: Line) -> Iterator[Failure]:
        """Those that the next line decides on; lines without words decide nothing."""
        text = line.text.strip()
        follows, self.last = line.number <= self.last + 1, line.number
        if text == _JENKINS_END:
            yield from (replace(failure, weak=False) for failure in self.steps)
            self.steps = []
        if not self.waiting or (follows and (not text or _SERVICE.match(text))):
            return
        if follows and text == _JENKINS_STEP:
            self.steps += self.waiting
        else:
            died = follows and _DIED.match(text) is not None
            step = follows and text == _PNPM_STEP  # also of a dependency that may be missing
            for failure in self.waiting:
                yield replace(failure, weak=not (died or (step and failure.file)))
        self.waiting = []

    def ended(self) -> Iterator[Failure]:
        """What is left where the log ends: a program with nothing behind it died."""
        for failure in self.waiting:
            beyond = failure.log is not None and self.last >= failure.log.end + REACH[1]
            yield replace(failure, weak=beyond)
        yield from self.steps


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a crash; weak unless the log says that the program's end was one as well."""
    crashes = _Crashes()
    block: _Block | None = None
    last = 0
    for line in lines:
        text = line.text
        gone = block is not None and (
            not last <= line.number <= last + 1 or len(block.texts) > MAX_BLOCK
        )
        last = line.number
        trailer = not gone and _TRAILER.match(text) is not None
        if block is not None and (gone or trailer or (block.error and _DIED.match(text))):
            end = line.number if trailer else block.start + len(block.texts)
            crashes.waiting += _crash(block, end, complete=trailer)
            crashes.last = end
            block = None
        if trailer:
            continue
        yield from crashes.judged(line)
        if block is None or (not block.caret and len(block.texts) > MAX_SOURCE):
            place = _PLACE.match(text)
            block = _Block(place, line.number) if place is not None else None
        else:
            _add(block, text)
    if block is not None:
        yield from _crash(block, last, complete=False)
    yield from crashes.ended()


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
