"""`cargo nextest`: a status line a test, with its output below, and a summary at the end."""

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType
from bot.core.framing import Line
from bot.core.pattern import pattern
from bot.formats.cargo_test import _panic
from bot.formats.cargo_test._libtest import built

TOOL = "cargo nextest"
_STATUS = pattern(
    r" {0,12}(?:TRY (?P<attempt>\d{1,3}) )?(?P<status>FAIL|TIMEOUT|TMT|ABORT|SIG[A-Z0-9]{1,12}|LEAK-FAIL|FLFAIL|FAIL \+ LEAK|XFAIL|PASS|FLAKY|LEAK|SLOW)"
    r"(?: \d{1,3}/\d{1,3})? \[ {0,8}>? ?[\d.]{1,12}s\] (?:\( {0,8}\d{1,7}/ {0,8}\d{1,7}\) )?(?P<binary>[\w:./@-]{1,300}) +(?P<test>\S.{0,400}?)$"
)
_BAD = ("FAIL", "TIMEOUT", "TMT", "ABORT", "SIG", "LEAK-FAIL", "FLFAIL")
_OUTPUT = pattern(
    r"(?:--- (?:TRY \d{1,3} )?(?:STDOUT|STDERR|OUTPUT): .{1,400}---|\s{0,6}(?:stdout|stderr|output) ─{3}.{0,600})$"
)
MAX_OUTPUT = 250


class Nextest:
    """Gives each failing test once, with its output of the first time it failed."""

    def __init__(self) -> None:
        self._output: dict[str, list[Line]] = {}
        self._failed: dict[str, tuple[str, int]] = {}
        self._passed: set[str] = set()
        self._current: str | None = None

    def read(self, line: Line) -> bool:
        """Take the next line; whether it belongs to nextest."""
        text = line.text
        if "s] " in text and (match := _STATUS.match(text)) is not None:
            self._judge(match, line.number)
            return True
        if self._current is None:
            return False
        if (
            text
            and not text.startswith(" ")
            and text.lstrip().startswith(
                ("Summary [", "Canceling", "Cancelling", "error: test run failed")
            )
        ):
            self._current = None
            return False
        if text.lstrip().startswith(("Summary [", "Canceling", "Cancelling")):
            self._current = None
            return True
        kept = self._output.setdefault(self._current, [])
        if len(kept) < MAX_OUTPUT and _OUTPUT.match(text) is None:
            kept.append(line)
        return True

    def finish(self) -> Iterator[Failure]:
        """The tests that failed and did not pass when tried again."""
        for test, (status, number) in self._failed.items():
            if test not in self._passed:
                yield self._failure(test, status, number)

    def _judge(self, match: re.Match[str], number: int) -> None:
        test = f"{match['binary']} {match['test']}"
        status = match["status"]
        self._current = None
        if status.startswith(_BAD):
            if test not in self._failed:
                self._failed[test] = (status, number)
                self._current = test
        elif status in {"PASS", "FLAKY", "LEAK"}:
            self._passed.add(test)

    def _failure(self, test: str, status: str, number: int) -> Failure:
        output = self._output.get(test, [])
        texts = [line.text.removeprefix("    ") for line in output]
        name = test.partition(" ")[2]
        reason = _panic.why(texts, name)
        if reason is None:
            reason = _panic.Reason(f"{status} {test}")
        failure = built(TOOL, test, reason, output, number)
        if status in {"TIMEOUT", "TMT"}:
            return replace(failure, type=FailureType.TIMEOUT)
        return failure
