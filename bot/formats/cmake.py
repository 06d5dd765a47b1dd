"""CMake: errors of configuring and generating, with the call stack that leads to the project's file."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "cmake"
HINTS = (
    "CMake Error",
    "Configuring incomplete, errors",
    "CMake Generate step failed",
    "Error: could not load cache",
    " is not a directory",
)
REACH = (0, 45)

_HEAD = pattern(
    r"(?P<indent>\s{0,20})CMake Error(?: \(dev\))?(?: (?:at|in) (?P<file>[^:\n]{1,500}?|[A-Za-z]:[^:\n]{1,500}?)"
    r"(?::(?P<line>\d{1,7}))?(?: \((?P<command>[\w.:-]{1,200})\))?:$|: (?P<message>.{1,3000})$)"
)
_FRAME = pattern(r"(?P<file>(?:[A-Za-z]:)?[^:\n]{1,500}):(?P<line>\d{1,7}) \([\w.:-]{1,200}\)$")
_REPEATS = pattern(
    r"\s{0,20}(?:-- Configuring incomplete, errors occurred!?|CMake Generate step failed\b.{0,200})$"
)
_NO_CACHE = pattern(r"Error: (?P<message>could not load cache|[^\s:]{1,300} is not a directory)$")
_FOREIGN = ("/share/cmake", "/cmake/data/share/", "/CMake.app/", "/usr/")
_PACKAGE = pattern(
    r"Could not find a package configuration file|Could NOT find |By not providing \"Find|The following required packages were not found"
    r"|A required package was not found|Could not find a configuration file for package"
)
_SETTINGS = ("Could not create named generator", "Could not read presets", "No such preset")
_ECHO = ("CMAKE_", "Internal CMake error, TryCompile")
MAX_DETAIL = 40


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error, with its first paragraph as the message."""
    block: _Block | None = None
    for line in lines:
        if block is not None and block.takes(line):
            continue
        if block is not None:
            yield block.failure()
            block = None
        if (match := _HEAD.match(line.text)) is not None:
            block = _Block(match, line)
        elif _REPEATS.match(line.text) is not None or (_NO_CACHE.match(line.text) is not None):
            known = _NO_CACHE.match(line.text)
            yield Failure(
                type=FailureType.CONFIG if known else FailureType.BUILD,
                tool=NAME,
                message=(known["message"] if known else line.text.strip().removeprefix("-- ")),
                weak=known is None or "directory" in known["message"],
                log=LogSpan(start=line.number, end=line.number),
            )
    if block is not None:
        yield block.failure()


class _Block:
    """An error and the indented lines below it."""

    def __init__(self, head: re.Match[str], line: Line) -> None:
        self._head = head
        self._start = self._end = line.number
        self._indent = len(head["indent"])
        self._words: list[str] = []
        self._stack: list[tuple[str, int]] = []
        self._in_stack = False
        self._paragraphs = 0
        self._detail: list[str] = []

    def takes(self, line: Line) -> bool:
        """Whether the line is part of the error."""
        text = line.text[self._indent :] if not line.text[: self._indent].strip() else line.text
        if line.number != self._end + 1 or len(self._detail) >= MAX_DETAIL:
            return False
        if text.startswith("Call Stack (most recent call first)"):
            self._in_stack = True
        elif text.startswith("  ") and not text.startswith("   --"):
            self._add(text)
        elif text.strip() and (self._head["message"] or "").endswith(":") and not self._words:
            self._words.append(text.strip())
        elif text.strip() or self._head["message"]:
            return False
        elif self._words:
            self._paragraphs += 1
        self._end = line.number
        if text.strip():
            self._detail.append(text)
        return True

    def _add(self, text: str) -> None:
        if self._in_stack:
            frame = _FRAME.match(text.strip())
            if frame is not None:
                self._stack.append((frame["file"], int(frame["line"])))
        elif self._paragraphs == 0 or (self._paragraphs == 1 and self._introduces()):
            self._words.append(text.strip())

    def _introduces(self) -> bool:
        """Whether the first paragraph only leads to the next: "Cannot find source file:"."""
        return len(self._words) > 0 and self._words[-1].endswith(":")

    def failure(self) -> Failure:
        """What was read."""
        head = self._head
        message = " ".join([head["message"] or "", *self._words]).strip()
        file, line = self._place()
        failure = Failure(
            type=_kind(message, "\n".join(self._detail)),
            tool=NAME,
            message=message or head[0].strip().removesuffix(":"),
            file=file,
            line=line,
            detail=tuple(self._detail),
            log=LogSpan(start=self._start, end=self._end),
        )
        return replace(failure, weak=bool(head["message"]) and message.startswith(_ECHO))

    def _place(self) -> tuple[str | None, int | None]:
        """Where it happened, in the project's own files rather than CMake's modules."""
        file = self._head["file"]
        line = int(self._head["line"]) if self._head["line"] else None
        if file is None or not any(part in file for part in _FOREIGN):
            return file, line
        for own, number in self._stack:
            if not any(part in own for part in _FOREIGN):
                return own, number
        return file, line


def _kind(message: str, detail: str) -> FailureType:
    if (
        _PACKAGE.match(message) is not None
        or "Could not find a package configuration file" in detail
    ):
        return FailureType.DEPENDENCY
    missing = message.startswith("The source directory") and ("does not" in message)
    return FailureType.CONFIG if missing or message.startswith(_SETTINGS) else FailureType.BUILD
