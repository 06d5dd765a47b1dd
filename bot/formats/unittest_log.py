"""unittest and its kin (Django's runner, regrtest, nose): tests that failed, erred, or passed unexpectedly."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.log_paths import relative
from bot.core.pattern import pattern
from bot.core.python_frames import HEADER, Frame, Raised, read

NAME = "unittest"
HINTS = (
    "=" * 70,
    "-" * 70,
    " ... FAIL",
    " ... ERROR",
    "unexpected success",
    "FAILURE then SUCCESS",
)
REACH = (1, 60)

_TITLE = pattern(
    r"(?P<kind>FAIL|ERROR|UNEXPECTED SUCCESS)(?: \[\d{1,7}(?:\.\d{1,9})?s\])?: (?P<title>(?!//|@)\S.{0,600})$"
)
_NAMED = pattern(r"(?P<name>\S{1,200}) \((?P<where>[\w.<>]{1,400})\)(?P<variant>(?: .{1,300})?)$")
_PROGRESS = pattern(
    r"(?P<title>\w{1,200} \([\w.]{1,400}\))(?: \.\.\.)? ?(?P<outcome>FAIL|ERROR|unexpected success)$"
)
_RAN = pattern(r"Ran \d{1,7} tests? in ")
_PASSED = pattern(r"OK(?: \([a-z]{4,30}.{0,80}\))?$")
_RERUN = pattern(r"(?:Tests? )?[Rr]esult: FAILURE then SUCCESS")
_CAPTURED = pattern(r"(?:Stdout|Stderr):$|-{10,30} >> begin captured ")
MAX_DETAIL = 40


@dataclass(slots=True, kw_only=True)
class _Block:
    """What stands below one title."""

    kind: str
    title: str
    start: int
    end: int
    texts: list[str] = field(default_factory=list)
    captured: bool = False


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a test, a subtest, or a fixture of a class or module."""
    reader = _Reader()
    for line in lines:
        reader.read(line)
    failures = [_failure(block) for block in reader.blocks]
    known = {failure.test for failure in failures}
    failures += [each for each in map(_failure, reader.progress) if each.test not in known]
    flaky = "passed when run again" if reader.passed_again else None
    return iter([replace(failure, flaky=flaky) for failure in failures])


class _Reader:
    """Sorts the lines into blocks."""

    def __init__(self) -> None:
        self.blocks: list[_Block] = []
        self.progress: list[_Block] = []
        self.passed_again = False
        self._settled = 0  # how many blocks the verdict of a run has confirmed
        self._open: _Block | None = None
        self._ruled = 0

    def read(self, line: Line) -> None:
        """Take the next line."""
        text = line.text
        if text.startswith("=" * 70):
            self._ruled, self._open = line.number, None
            return
        below = self._ruled == line.number - 1
        if below and (match := _TITLE.match(text)) is not None:
            self._open = _Block(
                kind=match["kind"], title=match["title"], start=line.number, end=line.number
            )
            self.blocks.append(self._open)
        elif text.startswith(("Ran ", "OK", "FAILED (")):
            self._verdict(text)
        elif self._open is not None:
            self._take(self._open, line)
        elif (match := _PROGRESS.match(text)) is not None:
            number = line.number
            kind = match["outcome"].upper()
            self.progress.append(_Block(kind=kind, title=match["title"], start=number, end=number))
        elif _RERUN.match(text):
            self.passed_again = True

    def _verdict(self, text: str) -> None:
        """What a run that passed printed about failing tests was its own test data."""
        if _RAN.match(text):
            self._open = None
        elif self._open is None and text.startswith("FAILED ("):
            self._settled = len(self.blocks)
        elif self._open is None and _PASSED.match(text):
            del self.blocks[self._settled :]

    def _take(self, block: _Block, line: Line) -> None:
        block.captured = block.captured or _CAPTURED.match(line.text) is not None
        if not block.captured and not line.text.startswith("-" * 70):
            block.texts.append(line.text)
            block.end = line.number if line.text else block.end


def _failure(block: _Block) -> Failure:
    named = _NAMED.match(block.title)
    test = _dotted(named) if named else block.title
    raised = _last(block)
    frame = _place(raised, test) if raised else None
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        rule="import" if "_FailedTest" in block.title else None,
        test=test,
        message=_message(block, raised),
        file=frame.path if frame else None,
        line=frame.line if frame else None,
        command=_command(test) if named else None,
        detail=tuple(block.texts[:MAX_DETAIL]),
        log=LogSpan(start=block.start, end=block.end),
        root="_FailedTest" in block.title,
    )


def _dotted(match: re.Match[str]) -> str:
    """`a.b.Class.test`, whichever way this version of Python prints it."""
    name, where = match["name"], match["where"]
    if "_FailedTest" in where:
        return name
    if name.endswith(("Class", "Module")) and not name.startswith("test"):
        return f"{name} ({where})"
    last = where.rpartition(".")[2]
    return (where if last == name else f"{where}.{name}") + match["variant"]


def _last(block: _Block) -> Raised | None:
    starts = [text.endswith(HEADER) for text in block.texts]
    if True not in starts:
        return None
    complete = [each for each in read(block.texts[starts.index(True) :]) if each.message]
    return complete[-1] if complete else None


def _message(block: _Block, raised: Raised | None) -> str:
    if raised is not None:
        return raised.message
    if block.kind == "UNEXPECTED SUCCESS":
        return "Unexpected success"
    return next((text for text in block.texts if text.strip()), "") or f"{block.title} failed"


def _place(raised: Raised, test: str) -> Frame | None:
    """The deepest frame in the test's own file, else the deepest that is not installed."""
    names = test.partition(" (")[0].partition(" [")[0].split(".")
    if "(" in test and test.startswith(("setUp", "tearDown")):
        names = test.partition("(")[2].rstrip(")").split(".")
    for count in range(len(names), 0, -1):
        file = "/".join(names[:count]) + ".py"
        for frame in reversed(raised.frames):
            path = frame.path.replace("\\", "/")
            if path == file or path.endswith("/" + file):
                # Where the job ran in a folder nobody knows, the module still names the file.
                return frame if relative(path) else frame._replace(path=file)
    return raised.own


def _command(test: str) -> str | None:
    name = test.partition(" ")[0]
    return f"python -m unittest {shlex.quote(name)}" if "." in name else None
