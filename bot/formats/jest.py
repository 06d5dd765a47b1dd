"""jest: tests and suites that failed, thresholds that were missed, and configurations it refused.

A failure is a block below `FAIL file`: `  ● suite, test`, indented text, a code frame, a stack. It
is printed again in the summary of a large run. Blocks of passing suites are console output.
"""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.js_stack import Frame, best, is_same, is_test_file, name_pattern, reason
from bot.core.pattern import pattern

NAME = "jest"
HINTS = (
    "FAIL ", "PASS ", "●", "Test Suites:", "Jest: ", "No tests found, exiting", ".test.", ".spec.", "__tests__/",
    "Summary of all failing tests", "##[error]", "::error file=",
)  # fmt: skip
REACH = (1, 60)

ARROW = " \u203a "
MAX_DETAIL = 40
MAX_LINES = 400
_CONFIG_LINES = 8

_SUITE = pattern(
    r" ?(?P<verdict>FAIL|PASS|RUNS) {1,3}(?:[^>]{1,100} )?"
    r"(?P<file>(?:[A-Za-z]:)?[^\s>:*]{1,400}\.(?:[cm]?[jt]sx?|vue|svelte|coffee|json|graphql|snap|html|css|mdx?))"
    r"(?: \(\d[^)]{0,60}\))?$"
)
_BLOCK = pattern(r"  ● (?P<title>\S.{0,1000})$")
_OWN = ("FAIL ", "PASS ", " FAIL ", " PASS ", "  ● ", "Test Suites:")
_NO_TEST = ("Console", "Cannot log after tests", "Test suite failed to run")
_CODE = pattern(r"[ >]{0,20}\d{0,7} \|")
_SYNTAX = pattern(
    r"(?:\w{0,20}Error: )?(?P<file>(?:[A-Za-z]:)?[^\s:]{1,400}): .{1,600}\((?P<line>\d{1,7}):(?P<column>\d{1,7})\)$"
)
_BARE_PLACE = pattern(
    r"(?P<file>(?:[A-Za-z]:)?/?[^\s:]{1,400}\.\w{1,6}):(?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?(?: - .{1,1000})?$"
)
_DIAGNOSTIC = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:]{1,400}):(?P<line>\d{1,7}):(?P<column>\d{1,7}) - error (?P<rule>TS\d{1,6}): (?P<message>\S.{0,2000})$"
)
_DRAWN = pattern(
    "\\s{0,12}(?:,-|\u256d\u2500)\\[(?P<file>[^\\s:\\]]{1,400}):(?P<line>\\d{1,7}):(?P<column>\\d{1,7})\\]$"
)
_THRESHOLD = pattern(
    r"Jest: (?P<message>\"?.{1,400}coverage threshold for .{1,100} not met: .{1,60}|Coverage data for .{1,400} was not found\.)$"
)
_CONFIG = pattern(
    r"● (?P<title>Validation Error|Unrecognized CLI Parameters?|Multiple configurations found|Multiple configs found|Could not find a config file based on provided values)\b.{0,300}"
)
_ANNOTATED = pattern(
    r"::error file=(?P<file>[^,]{1,500}),line=\d{1,7},title=(?P<title>[^>]{1,1000}?)::(?P<words>[^%].{1,3500})"
)
_THREW = pattern(r"##\[error\](?P<words>(?:expect\(|thrown: |(?:[A-Z]\w{0,60})?Error: ).{1,2000})$")
_NONE = pattern(r"No tests found, exiting with code 1$")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a failing test or suite."""
    reader = _Reader()
    for line in lines:
        yield from reader.read(line)
    yield from reader.flush()


class _Reader:
    """Keeps the suite and the block whose lines are still coming."""

    def __init__(self) -> None:
        self._suite: str | None = None
        self._title = ""
        self._start = 0
        self._end = 0
        self._lines: list[str] = []
        self._config: tuple[int, list[str]] | None = None
        self._annotation: list[str] = []
        self._blocks = False

    def read(self, line: Line) -> Iterator[Failure]:
        """Take the next line."""
        text = line.text
        if self._config is not None and not self._configured(line):
            yield from self.flush()
        if self._title:
            if not text or text.startswith("    "):
                self._take(line)
                return
            yield from self.flush()
        if self._annotation and text.startswith(_OWN):
            yield from self._close_annotation()
        if text.startswith(("##[error]", "::error ")) or self._annotation:
            yield from self._annotated(line)
        elif text.startswith("  ● "):
            self._open(line)
        elif (match := _SUITE.match(text)) is not None:
            self._suite = match["file"] if match["verdict"] == "FAIL" else None
        else:
            yield from self._remark(line)

    def flush(self) -> Iterator[Failure]:
        """The block that is still open."""
        if self._config is not None:
            yield self._refused(*self._config)
            self._config = None
        yield from self._close_annotation()
        title, self._title = self._title, ""
        if title and self._suite:
            span = LogSpan(start=self._start, end=self._end)
            diagnosed = list(_diagnostics(title, self._suite, self._lines, span))
            yield from diagnosed or [_failure(title, self._suite, self._lines, span)]

    def _annotated(self, line: Line) -> Iterator[Failure]:
        """What the reporter for GitHub said, raw or as a runner shows it; it may be all there is."""
        text = line.text
        if self._annotation and not text.startswith(("##[", "::")):
            if len(self._annotation) < MAX_LINES:
                self._annotation.append(text)
                self._end = line.number
            return
        yield from self._close_annotation()
        if (match := _THREW.match(text)) is not None:
            self._annotation, self._start, self._end = [match["words"]], line.number, line.number
        elif "%0A    at " in text and (match := _ANNOTATED.match(text)) is not None:
            words = match["words"].replace("%0A", "\n").replace("%25", "%").split("\n")
            if is_test_file(match["file"]):
                span = LogSpan(start=line.number, end=line.number)
                yield _failure(match["title"], match["file"], words, span)

    def _close_annotation(self) -> Iterator[Failure]:
        lines, self._annotation = self._annotation, []
        marked = [text for text in lines if text.lstrip().startswith("at ")]
        frame = best(marked)
        if frame is not None and not self._blocks and is_test_file(frame.file):
            failure = _failure("", frame.file, lines, LogSpan(start=self._start, end=self._end))
            yield replace(failure, test=None, command=f"npx jest {shlex.quote(frame.file)}")

    def _open(self, line: Line) -> None:
        match = _BLOCK.match(line.text)
        if match is None or self._suite is None or match["title"].lstrip().startswith(_NO_TEST[:2]):
            return
        self._blocks = True
        self._title, self._start, self._end, self._lines = (
            match["title"],
            line.number,
            line.number,
            [],
        )

    def _take(self, line: Line) -> None:
        if len(self._lines) < MAX_LINES:
            self._lines.append(line.text[4:])
            if line.text:
                self._end = line.number

    def _remark(self, line: Line) -> Iterator[Failure]:
        """What condemns the whole run."""
        text, span = line.text, LogSpan(start=line.number, end=line.number)
        if text.startswith("Jest: ") and (match := _THRESHOLD.match(text)) is not None:
            yield Failure(
                type=FailureType.TEST,
                tool=NAME,
                rule="coverage-threshold",
                message=match["message"],
                log=span,
            )
        elif text.startswith("● ") and (match := _CONFIG.match(text)) is not None:
            self._config = (line.number, [text.removeprefix("● ").removesuffix(":")])
        elif text.startswith("No tests") and _NONE.match(text):
            yield Failure(
                type=FailureType.CONFIG, tool=NAME, rule="no-tests", message=text, log=span
            )

    def _configured(self, line: Line) -> bool:
        start, found = self._config or (0, [])
        if line.number - start > _CONFIG_LINES or not (not line.text or line.text.startswith("  ")):
            return False
        if line.text.strip():
            found.append(line.text.strip())
        return True

    def _refused(self, number: int, found: list[str]) -> Failure:
        return Failure(
            type=FailureType.CONFIG,
            tool=NAME,
            rule="configuration",
            message=": ".join(found[:2]),
            detail=tuple(found),
            log=LogSpan(start=number, end=number + 1),
        )


def _failure(title: str, suite: str, lines: list[str], span: LogSpan) -> Failure:
    broken = title.startswith(_NO_TEST[2])
    frame = best(lines, suite)
    file, line, column = (frame.file, frame.line, frame.column) if frame else (suite, None, None)
    if broken and (named := _syntax(lines)) is not None:
        file, line, column = named.file, named.line, named.column or None
    if is_same(file, suite):
        file = suite
    test = None if broken else title
    name = name_pattern(title.replace(ARROW, " "))
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        rule="suite" if broken else None,
        test=test,
        message=_message(lines) or title,
        file=file,
        line=line,
        column=column,
        command=f"npx jest {shlex.quote(suite)}" + (f" -t {shlex.quote(name)}" if test else ""),
        detail=tuple(lines[:MAX_DETAIL]),
        log=span,
        root=broken,
    )


def _diagnostics(title: str, suite: str, lines: list[str], span: LogSpan) -> Iterator[Failure]:
    """What ts-jest found in the types: each on its own."""
    for text in lines if title.startswith(_NO_TEST[2]) else ():
        if " - error TS" in text and (match := _DIAGNOSTIC.match(text)) is not None:
            file = match["file"]
            yield Failure(
                type=FailureType.TEST,
                tool=NAME,
                rule=match["rule"],
                message=match["message"],
                file=file,
                line=int(match["line"]),
                column=int(match["column"]),
                command=f"npx jest {shlex.quote(suite)}",
                detail=tuple(lines[:MAX_DETAIL]),
                log=span,
                root=True,
            )


def _syntax(lines: list[str]) -> Frame | None:
    """The place that a compiler names in a suite that could not be read; Babel's columns start at 0."""
    for text in lines:
        for place, first in ((_SYNTAX, 0), (_BARE_PLACE, 1), (_DRAWN, 1)):
            if (match := place.match(text)) is not None:
                column = int(match["column"]) + 1 - first if match["column"] else 0
                return Frame(match["file"], int(match["line"]), column)
        if text.startswith("  at "):
            return None
    return None


def _message(lines: list[str]) -> str:
    """The first line, and what was expected and received."""
    told = [text.strip() for text in lines if text.strip()]
    if not told:
        return ""
    first = told[0]
    if first.startswith("Jest encountered an unexpected token"):
        rest = told[told.index("Details:") + 1 :] if "Details:" in told else []
        return ": ".join([first, *rest[:1]])
    if _BARE_PLACE.match(first) and len(told) > 1 and " - " not in first:
        return told[1] if not _CODE.match(told[1]) else first
    return reason(lines).removeprefix("x ")
