"""GoogleTest: each failing test once, with the first assertion that failed in it."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "gtest"
HINTS = (
    "[ RUN      ]", "[       OK ]", "[  FAILED  ]", "[  PASSED  ]", "[  SKIPPED ]", ": Failure", ": error: ", "[----------]", "Sanitizer: ", "[==========]",
)  # fmt: skip
REACH = (0, 12)

_VERBOSE = pattern(r"\d{1,6}: ")
_MARK = pattern(
    r"(?P<out>.{0,400}?)\[ {1,9}(?P<mark>RUN|OK|FAILED|PASSED|SKIPPED|DISABLED) {1,9}\] ?(?P<rest>.{0,1000})$"
)
_TEST = pattern(
    r"(?P<test>[^\s,:()]{1,600})(?:, where (?P<params>.{1,600}?))?(?: \(\d{1,9} ms\))?$"
)
_SUITE = pattern(
    r"(?P<suite>[\w./<>, -]{1,300}): SetUpTest(?:Suite|Case) or TearDownTest(?:Suite|Case)$"
)
_ASSERTION = pattern(
    r"\s{0,12}(?:(?P<file>(?:[A-Za-z]:)?[^:()\n]{1,500})(?::(?P<line>\d{1,7})|\((?P<vs_line>\d{1,7})\))|unknown file): (?:Failure|error:)(?: (?P<words>.{1,1000}))?$"
)
_ENDS = ("[==========]", "[----------]", "Google Test trace:", "Stack trace:")
_SECTION = pattern(r".{0,12}\[[-=]{10}\](?: \d{1,9} tests? from (?P<suite>[^\s,]{1,300}))?")
_DIED = pattern(
    r".{0,40}(?:ERROR|WARNING): \w{1,30}Sanitizer: |.{0,300}: Assertion [`']|Assertion failed: |terminate called "
)
MAX_WORDS = 8
MAX_RUNNING = 1000
CRASHED = "the test did not end: the program crashed in it"
MAX_DETAIL = 20


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a test; the list at the end only repeats them."""
    reader = _Reader()
    for line in lines:
        yield from reader.read(line)
    yield from reader.flush()


class _Reader:
    """The test that runs, and the assertions that failed in it."""

    def __init__(self) -> None:
        self._running: dict[str, Line] = {}
        self._name: str | None = None
        self._suite: str | None = None
        self._first: tuple[Line, re.Match[str]] | None = None
        self._words: list[str] = []
        self._last = 0
        self._done: set[str] = set()
        self._shown = False

    def read(self, line: Line) -> Iterator[Failure]:
        """A failure when a test ended badly."""
        if line.text[:1].isdigit() and (verbose := _VERBOSE.match(line.text)) is not None:
            line = Line(line.number, line.text[verbose.end() :])  # as `ctest -V` shows it
        text = line.text
        if "[ " in text and (mark := _MARK.match(text)) is not None:
            self._shown = True
            if mark["out"].strip() and mark["mark"] != "RUN":
                self._note(Line(line.number, mark["out"]))
            yield from self._marked(mark, line)
        elif (section := _SECTION.match(text)) is not None:
            self._shown = True
            yield from self._between()
            self._suite = section["suite"] or self._suite
        elif _DIED.match(text) is not None:
            self._running = {}  # a sanitizer or the C library says why
        elif "Failure" in text or "): error:" in text:
            self._assertion(line)
        else:
            self._note(line)

    def _assertion(self, line: Line) -> None:
        match = _ASSERTION.match(line.text)
        if (
            match is None
            or "Failure in " in line.text
            or (match[0].endswith("error:") and not self._name)
        ):
            self._note(line)
        elif self._first is None:
            self._first, self._last = (line, match), line.number
            self._words = [match["words"]] if match["words"] else []

    def _note(self, line: Line) -> None:
        if (
            self._first is not None
            and line.number == self._last + 1
            and len(self._words) < MAX_DETAIL
        ):
            self._last = line.number
            self._words.append(line.text)

    def _marked(self, mark: re.Match[str], line: Line) -> Iterator[Failure]:
        kind, rest = mark["mark"], mark["rest"]
        if kind == "RUN":
            yield from self._between()
            self._reset()
            self._name = rest.strip()
            if len(self._running) < MAX_RUNNING:
                self._running[self._name] = line
        elif kind == "FAILED":
            yield from self._failed(rest, line)
        elif kind == "PASSED":  # the program came to its end
            self._running = {}
        else:
            self._running.pop(rest.partition(" ")[0].rstrip(","), None)
            self._reset()

    def _failed(self, rest: str, line: Line) -> Iterator[Failure]:
        if (suite := _SUITE.match(rest)) is not None:
            name = suite["suite"]
        elif (match := _TEST.match(rest)) is not None and "." in match["test"]:
            name = match["test"]
        else:
            self._running.pop(rest.strip(), None)
            return
        self._running.pop(name, None)
        if name not in self._done:
            self._done.add(name)
            yield self._failure(name, line)
        self._reset()

    def _between(self) -> Iterator[Failure]:
        """An assertion outside of any test failed while a suite was set up."""
        if self._name is None and self._first is not None and self._shown:
            name = self._suite
            if name not in self._done:
                self._done.add(name or "")
                yield self._failure(name, self._first[0])
            self._reset()

    def flush(self) -> Iterator[Failure]:
        """Tests that never ended: the program died in them."""
        yield from self._between()
        for name, line in self._running.items():
            if name not in self._done:
                kept = self._first if name == self._name else None
                self._first, words = kept, self._words if kept else []
                self._words = words or [CRASHED]
                yield self._failure(name, line)

    def _reset(self) -> None:
        self._name = self._first = None
        self._words = []

    def _failure(self, name: str | None, line: Line) -> Failure:
        start, match = self._first or (line, None)
        message = _message(self._words) or "FAILED"
        number = (match["line"] or match["vs_line"]) if match is not None else None
        return Failure(
            type=FailureType.TEST,
            tool=NAME,
            test=name,
            message=message,
            file=match["file"].strip() if match is not None and match["file"] else None,
            line=int(number) if number else None,
            command=f"--gtest_filter={shlex.quote(name)}" if name else None,
            detail=tuple(self._words),
            log=LogSpan(start=min(start.number, line.number), end=line.number),
        )


def _message(words: list[str]) -> str:
    """The assertion in one line: "Value of: x Actual: false Expected: true"."""
    said: list[str] = []
    for word in words[:MAX_WORDS]:
        if word.startswith(_ENDS) or (not word.strip() and said):
            break
        if word.strip():
            said.append(word.strip())
    return " ".join(said)
