"""What a test runner printed between its first line and its count: the output of its tests.

Tests compile, parse and log what is wrong on purpose. What another tool seems to say between these
lines is such output: a test that failed for it is told by the runner, one that passed needs no word.
"""

from bisect import bisect_right
from collections.abc import Iterable

from bot.core.failure import Failure, FailureType
from bot.core.framing import Line
from bot.core.pattern import pattern

HINTS = (
    "test session starts",
    " ==",
    "##[group]Run ",
    "##[section]Starting: ",
    "Process completed with exit code",
)
REACH = (0, 0)

_BEGIN = pattern(r"={3,} test session starts(?: \([^()]{1,60}\))? ={3,}$")
_END = pattern(
    r"={1,200} (?:no tests ran|\d{1,7} (?:passed|failed|errors?|skipped|deselected|xfailed|xpassed|warnings?|rerun)\b)"
    r"[^=]{0,200} in \d{1,6}(?:\.\d{1,3})?(?:s|seconds)\b[^=]{0,40} ={1,200}$"
)
_FAILED = pattern(r".{0,200}?\b\d{1,7} (?:failed|errors?)\b")
_STEP = (
    "##[group]Run ",
    "##[section]Starting: ",
    "##[error]Process completed",
    "Process completed",
)
_TOOL = "pytest"
MAX_OPEN = 50


class TestSessions:
    """The complete runs of one task; a run that broke off explains nothing."""

    __test__ = False

    def __init__(self, lines: Iterable[Line]) -> None:
        self._spans: list[tuple[int, int, bool]] = []
        begun: list[int] = []
        for line in lines:
            text = line.text
            if text.startswith(_STEP):
                begun.clear()
            elif text.startswith("=") and _BEGIN.match(text) is not None:
                begun = [*begun[-MAX_OPEN:], line.number]
            elif begun and text.startswith("=") and _END.match(text) is not None:
                self._close(begun.pop(), line.number, failed=_FAILED.match(text) is not None)

    def _close(self, start: int, end: int, *, failed: bool) -> None:
        while self._spans and self._spans[-1][0] > start:
            self._spans.pop()  # a test that ran the runner
        self._spans.append((start, end, failed))

    def hold(self, failure: Failure) -> bool:
        """Whether what seems to be a failure is only the output of a test.

        Linters may run as tests (pytest-ruff): what they say stays where tests failed.
        """
        if failure.log is None or failure.tool == _TOOL or not self._spans:
            return False
        at = bisect_right(self._spans, (failure.log.start, 0, False)) - 1
        if at < 0 or failure.log.end > self._spans[at][1]:
            return False
        return not (self._spans[at][2] and failure.type is FailureType.LINT)
