"""CTest: the tests listed as failed; weak where what they printed says more."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern
from bot.core.test_words import FAILED, tells

NAME = "ctest"
HINTS = (
    "***Failed", "***Timeout", "***Exception", "***Not Run", "The following tests FAILED", "Errors while running CTest",
    "Test #", "FAILED:", "error: in \"", *FAILED,
    "(Failed)", "(Timeout)", "(SEGFAULT)", "(Not Run)", "(ILLEGAL)", "(OTHER_FAULT)", "(NUMERICAL)", "(BAD_COMMAND)", " aborted)",
    " killed)", "(Bus error)", "(INTERRUPT)", "(Exit code ", "(Skipped)", "[ RUN      ]", "[       OK ]",
)  # fmt: skip
REACH = (0, 3)

_RAN = pattern(
    r"\s{0,12}(?:\d{1,6}: )?\d{1,6}/\d{1,6} Test {1,8}#(?P<number>\d{1,6}): (?P<name>\S{1,500}) \.{0,300}(?P<result>.{0,200}?)\s{1,12}\d{1,8}\.\d{1,3} sec.{0,80}$"
)
_HALF = pattern(
    r"\s{0,12}\d{1,6}/\d{1,6} Test {1,8}#(?P<number>\d{1,6}): (?P<name>\S{1,500}) \.{0,300}(?P<result>.{0,40}\*\*\*[A-Z].{0,200})$"
)
_LISTED = pattern(
    r"\s{1,12}(?P<number>\d{1,6}) - (?P<name>\S{1,500}) \((?P<result>[^()\n]{1,100})\)(?:\s.{0,200})?$"
)
_HEAD = pattern(r"\s{0,12}The following tests FAILED:$")
_VERBOSE = pattern(r"\s{0,12}(?P<number>\d{1,6}): ")
_RUNS, _RAN_WELL = "[ RUN      ]", "[       OK ]"


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a failing test, where CTest reports it first."""
    reader = _Reader()
    for line in lines:
        yield from reader.read(line)
    yield from reader.flush()


class _Reader:
    """The result that was reported last, and what the program printed below it."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._told: set[str] = set()  # numbers of tests whose output, shown as it comes, said more
        self._open: tuple[re.Match[str], Line] | None = None
        self._said_more = self._running = self._listing = False

    def read(self, line: Line) -> Iterator[Failure]:
        """The result before, when this line is another."""
        text = line.text
        ran = (_RAN.match(text) or _HALF.match(text)) if "Test " in text else None
        listed = _LISTED.match(text) if self._listing else None
        self._listing = listed is not None or _HEAD.match(text) is not None
        if ran is None and not self._listing:
            self._output(text)
            return
        yield from self.flush()
        match = ran or listed
        if match is not None and _is_bad(match, ran is not None):
            self._open = (match, line)

    def _output(self, text: str) -> None:
        """What a test printed."""
        if tells(text):
            self._said_more = True
            if (verbose := _VERBOSE.match(text)) is not None:
                self._told.add(verbose["number"])
        self._running = _RUNS in text or (self._running and _RAN_WELL not in text)

    def flush(self) -> Iterator[Failure]:
        """The result that is still open."""
        open_, said_more = self._open, self._said_more or self._running
        self._open, self._said_more, self._running = None, False, False
        if open_ is not None and open_[0]["name"] not in self._seen:
            self._seen.add(open_[0]["name"])
            told = said_more or open_[0]["number"] in self._told
            yield _failure(*open_, weak=told)


def _is_bad(match: re.Match[str], ran: bool) -> bool:
    return not _skipped(match["result"]) and (not ran or "***" in match["result"])


def _skipped(result: str) -> bool:
    return "Skipped" in result or "Disabled" in result


def _failure(match: re.Match[str], line: Line, *, weak: bool) -> Failure:
    name, words = match["name"], match["result"].replace("***", " ").strip()
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=name,
        message=f"{name} ({words})",
        command=f"ctest -R {shlex.quote(f'^{re.escape(name)}$')} --output-on-failure",
        weak=weak,
        log=LogSpan(start=line.number, end=line.number),
    )
