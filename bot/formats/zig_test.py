"""Zig's test runner and Nim's unittest: failing tests, with the frame of the test's own file."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "zig test"
HINTS = ("...FAIL (", "... FAIL (", "  [FAILED] ", "[Suite] ", ": Check failed: ", "Unhandled exception: ", " failed: ")  # fmt: skip
REACH = (4, 16)

_ZIG = pattern(
    r"(?:\d{1,6}/\d{1,6} )?(?P<test>\S.{0,300}?)(?: \.\.\. ?|\.\.\. ?)FAIL \((?P<message>[A-Z]\w{1,80})\)$"
)
_ZIG_BUILD = pattern(r"error: '(?P<test>[^']{1,300})' failed: ?(?P<message>.{0,400})$")
_ZIG_FRAME = pattern(
    r"(?P<file>[^\s:]{1,300}\.zig):(?P<line>\d{1,7}):(?P<column>\d{1,7}): 0x[0-9a-f]{1,16} in test"
)
_WORDS = pattern(r"(?P<message>(?:expected|actual|slices differ|index \d).{0,300})$")
_SUITE = pattern(r"\[Suite\] (?P<suite>\S.{0,200})$")
_CHECK = pattern(
    r"\s{2,8}(?P<file>[^\s(]{1,300}\.nim)\((?P<line>\d{1,7}), (?P<column>\d{1,7})\): (?P<message>\S.{0,400})$"
)
_RAISED = pattern(r"\s{2,8}(?P<message>Unhandled exception: \S.{0,400})$")
_NIM = pattern(r"\s{2,6}\[FAILED\] (?P<test>\S.{0,300})$")
_NIM_OTHER = pattern(r"\s{2,6}\[(?:OK|SKIPPED)\] ")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a test."""
    nim = _Nim()
    open_: Failure | None = None
    for line in lines:
        text = line.text
        if (match := _ZIG.match(text) or _ZIG_BUILD.match(text)) is not None:
            if open_ is not None:
                yield open_
            open_ = _failure("zig", match["test"], match["message"], line.number)
        elif open_ is not None:
            open_ = _explained(open_, text)
        if (found := nim.read(line)) is not None:
            yield found
    if open_ is not None:
        yield open_


def _explained(open_: Failure, text: str) -> Failure:
    if open_.file is None and (match := _ZIG_FRAME.match(text)) is not None:
        place = f"zig test {shlex.quote(match['file'])}"
        return replace(
            open_,
            file=match["file"],
            line=int(match["line"]),
            column=int(match["column"]),
            command=place,
        )
    if open_.file is None and not open_.detail and (match := _WORDS.match(text)) is not None:
        return replace(open_, message=match["message"], detail=(text,))
    return open_


class _Nim:
    """A test's checks stand before its name."""

    def __init__(self) -> None:
        self._suite = ""
        self._reason: re.Match[str] | None = None

    def read(self, line: Line) -> Failure | None:
        """The failing test that this line names."""
        text = line.text
        if (match := _SUITE.match(text)) is not None:
            self._suite, self._reason = match["suite"], None
        elif _NIM_OTHER.match(text):
            self._reason = None
        elif (match := _CHECK.match(text) or _RAISED.match(text)) is not None:
            self._reason = self._reason or match
        elif (match := _NIM.match(text)) is not None:
            reason, self._reason = self._reason, None
            name = f"{self._suite}::{match['test']}" if self._suite else match["test"]
            if reason is None:
                return replace(_failure("nim unittest", name, name, line.number), weak=True)
            failure = _failure("nim unittest", name, reason["message"], line.number)
            if (file := reason.groupdict().get("file")) is None:
                return failure
            return replace(
                failure,
                file=file,
                line=int(reason["line"]),
                column=int(reason["column"]),
                command=f"nim c -r {shlex.quote(file)}",
            )
        return None


def _failure(tool: str, test: str, message: str, number: int) -> Failure:
    return Failure(
        type=FailureType.TEST,
        tool=tool,
        message=message or test,
        test=test,
        log=LogSpan(start=number, end=number),
    )
