"""vitest: tests and suites that failed, errors nobody caught, and thresholds that were missed.

Failures stand in sections of their own below ` FAIL  file > suite > test`; tests that failed for the
same reason share one body. Where only the reporter for GitHub ran, its annotations are all there is.
"""

import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.js_stack import Frame, best, is_same, name_pattern
from bot.core.pattern import pattern

NAME = "vitest"
HINTS = (
    "FAIL ", "\u276f ", "\u23af\u23af", "##[error]", "No test files found, exiting", "does not meet", "::error file=",
)  # fmt: skip
REACH = (1, 60)

MAX_DETAIL = 40
MAX_LINES = 400
MAX_SHARING = 200

_FAIL = pattern(
    r" ?FAIL {2,6}(?:\|[^|]{1,80}\| {1,4}|[\w@./-]{1,60}(?: \([\w -]{1,30}\))? {1,4})?"
    r"(?P<file>(?:[A-Za-z]:)?[^\s>:*|]{1,400}\.\w{1,10})(?: \([^)]{1,40}\))?(?P<rest> > .{1,1500}| \[ .{1,500} \])$"
)
_RULE = pattern(
    "\u23af{2,400}(?: (?P<title>[A-Z][\\w ]{1,60}?) |\\[\\d{1,6}/\\d{1,6}\\])?\u23af{0,400}$"
)
_UNCAUGHT = pattern(
    r"(?:Unhandled (?:Rejection|Error|Source Error)|Uncaught Exception|Startup Error|Typecheck Error)$"
)
_THREW = pattern(r"##\[error\](?P<message>(?:[A-Z]\w{0,60})?Error: .{1,2000})$")
_ANNOTATED = pattern(
    r"::error file=(?P<file>[^,]{1,500}),title=(?P<test>[^,]{1,500} > [^,]{1,500}),line=(?P<line>\d{1,7}),column=(?P<column>\d{1,7})"
    r"::(?P<message>.{1,3000})$"
)
_NONE = pattern(r"No test files found, exiting with code 1$")
_THRESHOLD = pattern(r"ERROR: (?P<message>Coverage for \w+ \([\d.]+%\) does not meet .{1,300})$")
_ERROR_AT = pattern(
    r"(?P<file>(?:[A-Za-z]:)?/?[^\s:]{1,400}):(?P<line>\d{1,7}):(?P<column>\d{1,7}): (?:ERROR: )?(?P<message>.{1,1000})$"
)
_DRAWN_AT = pattern(
    "\\s{0,12}\u256d\u2500\\[ (?P<file>[^\\s:]{1,400}):(?P<line>\\d{1,7}):(?P<column>\\d{1,7}) \\]$"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a failing test or suite, or uncaught error."""
    reader = _Reader()
    for line in lines:
        yield from reader.read(line)
    yield from reader.flush()


class _Reader:
    """Keeps the failure whose lines are still coming."""

    def __init__(self) -> None:
        self._open: list[tuple[str, str | None]] = []  # files and ids that share the body
        self._uncaught = ""
        self._annotation = False
        self._failed = False
        self._start = self._end = 0
        self._lines: list[str] = []

    def read(self, line: Line) -> Iterator[Failure]:
        """Take the next line."""
        text = line.text
        if "FAIL" in text and (match := _FAIL.match(text)) is not None:
            if any(self._lines) or self._uncaught:
                yield from self.flush()
            self._failed = True
            self._begin(line, match["file"], match["rest"])
        elif text.startswith("\u23af"):
            yield from self.flush()
            self._section(line)
        elif text.startswith(("##[", "::error")):
            yield from self.flush()
            yield from self._annotated(line)
        elif self._open or self._uncaught or self._annotation:
            if not self._take(line):
                yield from self.flush()
        else:
            yield from self._remark(line)

    def flush(self) -> Iterator[Failure]:
        """The failure that is still open."""
        lines, opened, uncaught = self._lines, self._open, self._uncaught
        annotation, self._annotation = self._annotation, False
        self._lines, self._open, self._uncaught = [], [], ""
        span = LogSpan(start=self._start, end=self._end)
        for file, test in opened:
            yield _failure(file, test, lines, span)
        if uncaught and any(lines):
            yield _thrown(uncaught, lines, span)
        marked = [text for text in lines if text.startswith(" \u276f ")] if annotation else []
        if not self._failed and (frame := best(marked)) is not None:
            yield _plain(lines, frame, span)

    def _begin(self, line: Line, file: str, rest: str) -> None:
        if not self._open:
            self._start = line.number
        self._end = line.number
        test = file + rest if rest.startswith(" > ") else None
        if len(self._open) < MAX_SHARING:
            self._open.append((file, test))

    def _section(self, line: Line) -> None:
        match = _RULE.match(line.text)
        title = match["title"] if match else None
        if title and _UNCAUGHT.match(title):
            self._uncaught, self._start = title, line.number

    def _take(self, line: Line) -> bool:
        """Whether the line belongs to the open body."""
        gap = line.number - self._end > REACH[1] and bool(self._lines)
        if gap or len(self._lines) >= MAX_LINES:
            return False
        self._lines.append(line.text)
        if line.text:
            self._end = line.number
        return True

    def _annotated(self, line: Line) -> Iterator[Failure]:
        """What the reporter for GitHub said: in a log of a runner only the words and the stack are left."""
        if (match := _THREW.match(line.text)) is not None:
            self._annotation = True
            self._start = self._end = line.number
            self._lines = [match["message"]]
        elif (match := _ANNOTATED.match(line.text)) is not None:
            frame = Frame(match["file"], int(match["line"]), int(match["column"]))
            words = match["message"].replace("%0A", "\n").replace("%25", "%").split("\n")
            file, test = match["test"].partition(" > ")[0], match["test"]
            span = LogSpan(start=line.number, end=line.number)
            yield _placed(file, test, words, frame, span)

    def _remark(self, line: Line) -> Iterator[Failure]:
        """What condemns the whole run."""
        text, span = line.text, LogSpan(start=line.number, end=line.number)
        if text.startswith("No test") and _NONE.match(text):
            yield Failure(
                type=FailureType.CONFIG, tool=NAME, rule="no-tests", message=text, log=span
            )
        elif text.startswith("ERROR: ") and (match := _THRESHOLD.match(text)) is not None:
            yield Failure(
                type=FailureType.TEST, rule="coverage-threshold", message=match["message"], log=span
            )


def _failure(file: str, test: str | None, lines: list[str], span: LogSpan) -> Failure:
    frame = best(lines, file)
    if test is None:
        frame = _compiled(lines, file) or frame
    return _placed(file, test, lines, frame, span)


def _placed(
    file: str, test: str | None, lines: list[str], frame: Frame | None, span: LogSpan
) -> Failure:
    name = name_pattern((test or "").removeprefix(f"{file} > ").replace(" > ", " "))
    same = frame is None or is_same(frame.file, file)
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        rule=None if test else "suite",
        test=test,
        message=_message(lines) or f"{test or file} failed",
        file=file if same or frame is None else frame.file,
        line=frame.line if frame else None,
        column=frame.column if frame else None,
        command=f"npx vitest run {shlex.quote(file)}"
        + (f" -t {shlex.quote(name)}" if name else ""),
        detail=tuple(lines[:MAX_DETAIL]),
        log=span,
        root=test is None,
    )


def _compiled(lines: list[str], file: str) -> Frame | None:
    """The place a bundler names in a suite that could not be read; columns count from 0 there."""
    for text in lines:
        if (match := _ERROR_AT.match(text)) is not None:
            return Frame(match["file"], int(match["line"]), int(match["column"]) + 1)
        if (match := _DRAWN_AT.match(text)) is not None:
            return Frame(match["file"], int(match["line"]), int(match["column"]))
    return None


def _thrown(title: str, lines: list[str], span: LogSpan) -> Failure:
    frame = best(lines)
    startup = title == "Startup Error"
    return Failure(
        type=FailureType.CONFIG if startup else FailureType.TEST,
        tool=NAME,
        rule=title.lower().replace(" ", "-"),
        message=_message(lines),
        file=frame.file if frame else None,
        line=frame.line if frame else None,
        column=frame.column if frame else None,
        detail=tuple(lines[:MAX_DETAIL]),
        log=span,
    )


def _plain(lines: list[str], frame: Frame, span: LogSpan) -> Failure:
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        message=_message(lines),
        file=frame.file,
        line=frame.line,
        column=frame.column,
        command=f"npx vitest run {shlex.quote(frame.file)}",
        detail=tuple(lines[:MAX_DETAIL]),
        log=span,
    )


def _message(lines: list[str]) -> str:
    """The first line; of a bundler's list of errors its first too."""
    told = [text.strip() for text in lines if text.strip()]
    if not told:
        return ""
    if told[0].endswith(("error:", "errors:")) and len(told) > 1:
        match = _ERROR_AT.match(told[1])
        return f"{told[0]} {match['message'] if match else told[1]}"
    return told[0]
