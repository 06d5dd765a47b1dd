"""bun test: tests that failed, and errors between tests.

The error stands before the test it belongs to: `(fail) suite > test [1.00ms]` ends it.
"""

import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.js_stack import best, name_pattern, reason
from bot.core.pattern import pattern

NAME = "bun"
HINTS = (
    "(fail) ",
    "(pass) ",
    "bun test v",
    "# Unhandled error between tests",
    "\u2717 ",
    "\u2713 ",
)
REACH = (50, 14)

MAX_DETAIL = 40
MAX_LINES = 200
_RULES = 2  # the lines of dashes around an error between tests

_ENDED = pattern(
    "(?:\\((?P<verdict>fail|pass|skip|todo)\\)|(?P<sign>[\u2717\u2713\u00bb\u270e])) (?P<name>\\S.{0,1000}?)(?: \\[[\\d.]{1,20}m?s\\])?$"
)
_FILE = pattern(r"(?P<file>(?:\S{1,400}[._](?:test|spec)\.[cm]?[jt]sx?)):$")
_ERROR = pattern(r"(?:error|[A-Z]\w{0,60}Error|AssertionError)(?: \[\w{1,60}\])?: \S")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a failing test, or a file that could not be run."""
    reader = _Reader()
    for line in lines:
        yield from reader.read(line)


class _Reader:
    """Keeps the lines since the last test ended."""

    def __init__(self) -> None:
        self._bun = False
        self._file: str | None = None
        self._lines: list[Line] = []
        self._between = 0

    def read(self, line: Line) -> Iterator[Failure]:
        """Take the next line."""
        text = line.text
        if text.startswith("bun test v"):
            self._bun = True
        elif text.startswith("# Unhandled error between tests"):
            self._between, self._lines = _RULES, []
        elif self._between and text.startswith("-------"):
            self._between -= 1
            if not self._between:
                yield from self._failed(None, line)
        elif text.endswith(":") and (match := _FILE.match(text)) is not None:
            self._file, self._lines = match["file"], []
        elif (
            text[:1] in ("(", "\u2717", "\u2713", "\u00bb", "\u270e")
            and (match := _ENDED.match(text)) is not None
        ):
            if match["verdict"] == "fail" or (match["sign"] == "\u2717" and self._bun):
                yield from self._failed(match["name"], line)
            self._lines = []
        else:
            self._lines = [*self._lines[-MAX_LINES:], line]

    def _failed(self, name: str | None, line: Line) -> Iterator[Failure]:
        """The first error since the last test; those after it follow from it."""
        start = next((at for at, each in enumerate(self._lines) if _ERROR.match(each.text)), None)
        told = [each.text for each in self._lines[start:]] if start is not None else []
        first = self._lines[start].number if start is not None else line.number
        self._lines = []
        if not self._bun or not (name or told):
            return
        frame = best(told, self._file)
        command = f"bun test {shlex.quote(self._file)}" if self._file else None
        named = f" -t {shlex.quote(name_pattern(name.replace(' > ', ' ')))}" if name else ""
        yield Failure(
            type=FailureType.TEST,
            tool=NAME,
            rule=None if name else "load",
            test=name,
            message=reason(told).removeprefix("error: ") or f"{name} failed",
            file=frame.file if frame else self._file,
            line=frame.line if frame else None,
            column=frame.column if frame else None,
            command=command + named if command else None,
            detail=tuple(told[:MAX_DETAIL]),
            log=LogSpan(start=first, end=line.number),
            root=name is None,
        )
