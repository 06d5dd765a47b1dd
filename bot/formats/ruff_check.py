"""ruff check: full, concise, grouped by file, as pylint and for GitHub, diffs, and wrong options."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern
from bot.core.python_lint import Wording, by_ruff

NAME = "ruff"
HINTS = (
    "--> ", "[*] ", "invalid-syntax:", "title=ruff", "title=Ruff", "fixable with",
    "Failed to lint", *(f".py:{digit}" for digit in range(1, 10)), ".pyi:", ".ipynb:", ".pyx:", "ruff failed", "E902 ", "+++ ", "Would fix ",
)  # fmt: skip
REACH = (2, 40)

_CODE = r"(?P<rule>[A-Z]{1,4}\d{3,5}(?!:)|invalid-syntax(?=:)|SyntaxError(?=:))"
_TEXT = r":?(?P<fix> \[\*\])? (?P<message>\S.{0,1000})$"
_HEAD = pattern(_CODE + _TEXT)
_ARROW = pattern(r" *--> (?P<file>[^\n]{1,500}?):(?P<line>\d{1,7}):(?P<column>\d{1,7})$")
_CONCISE = pattern(
    r"(?:##\[error\])?(?P<file>(?:[A-Za-z]:)?[^:\s][^:]{0,400}):(?P<line>\d{1,7}):(?P<column>\d{1,7}): "
    + _CODE
    + _TEXT
)
_GROUP = pattern(r"(?P<file>[^\s:][^:]{0,400}\.(?:py|pyi|ipynb)):$")
_GROUPED = pattern(r" {1,8}(?P<line>\d{1,7}):(?P<column>\d{1,7}) +" + _CODE + _TEXT)
_COMMAND = pattern(r"::error title=[Rr]uff(?: \([^)]{1,40}\))?,.{0,1000}?::(?P<rest>.{1,2000})")
_PYLINT = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^:\s][^:]{0,400}\.(?:pyi?|ipynb|toml)):(?P<line>\d{1,7}):"
    r" (?:\[(?P<rule>[A-Z]{1,4}\d{3,5}|invalid-syntax)\](?P<fix> \[\*\])?|SyntaxError:) (?P<message>\S.{0,1000})$"
)
_OF_PYTHON = (".py", ".pyi", ".ipynb", ".pyx", ".pxd", ".toml", ".md")
_GUTTER = pattern(r" {0,20}\d{0,7} {1,20}[|+-](?: |$)|\s*$| {0,20}\.\.\.$")
_HELP = pattern(r" *(?:= )?help: (?P<text>\S.{0,500})$")
_DIFF = pattern(r"\+\+\+ (?P<file>\S.{0,400}\.(?:pyi?|ipynb))$")
_WOULD_FIX = pattern(r"Would fix \d{1,6} errors?\b")
_CAUSE = pattern(r"  Cause: (?P<message>\S.{0,500})$")
MAX_DETAIL = 40


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a diagnostic, with ruff's own proposal as suggestion."""
    reader = _Reader()
    for line in lines:
        reader.read(line)
    found = reader.found
    ours = iter(by_ruff(wording for _, wording in found if wording is not None))
    for failure, wording in found:
        if wording is None or next(ours):
            yield failure


class _Reader:
    """Keeps what it found, with the wording where it may be another linter's line."""

    def __init__(self) -> None:
        self.found: list[tuple[Failure, Wording | None]] = []
        self._head: tuple[Line, re.Match[str]] | None = None
        self._group: str | None = None
        self._broken: Line | None = None
        self._diffs: list[tuple[str, int]] = []

    def read(self, line: Line) -> None:
        """Take the next line."""
        text = line.text
        if self._continue(line):
            return
        if self._head is not None and (match := _ARROW.match(text)) is not None:
            start, head = self._head
            self._add(_failure(head, match, LogSpan(start=start.number, end=line.number)))
            self._head = None
            return
        self._head = None
        if self._whole(line) or self._run(line):
            return
        if (match := _HEAD.match(text)) is not None:
            self._head = (line, match)

    def _add(self, failure: Failure, wording: Wording | None = None) -> None:
        self.found.append((failure, wording))

    def _continue(self, line: Line) -> bool:
        """Whether the line belongs to the last diagnostic: its source, help or note."""
        if not self.found:
            return False
        failure, wording = self.found[-1]
        if failure.log is None or line.number != failure.log.end + 1:
            return False
        if not line.text and not failure.detail:
            return False
        start = failure.log.start
        if (match := _HELP.match(line.text)) is not None:
            failure = replace(failure, suggestion=match["text"])
        elif not line.text.startswith("note: ") and not _GUTTER.match(line.text):
            return False
        detail = (*failure.detail, line.text)[:MAX_DETAIL]
        span = LogSpan(start=start, end=line.number)
        failure = replace(failure, detail=detail, log=span)
        self.found[-1] = (failure, wording)
        return True

    def _whole(self, line: Line) -> bool:
        """Whether it is a diagnostic that stands on one line, or the file of those that follow."""
        span = LogSpan(start=line.number, end=line.number)
        if (match := _GROUP.match(line.text)) is not None:
            self._group = match["file"]
            return True
        if (match := _GROUPED.match(line.text)) is not None and self._group:
            self._add(_failure(match, match, span, file=self._group))
            return True
        if not line.text.strip():
            self._group = None
        text, suggestion = line.text.removeprefix("##[error]"), None
        if (match := _COMMAND.match(text)) is not None:
            text, _, rest = match["rest"].partition("%0A")
            suggestion = rest.strip().removeprefix("help: ") or None
        match = _CONCISE.match(text) or _PYLINT.match(text)
        if match is None or not (match["file"].endswith(_OF_PYTHON) or match["rule"] == "E902"):
            return False
        wording = Wording(match["rule"] or "invalid-syntax", match["message"], bool(match["fix"]))
        self._add(replace(_failure(match, match, span), suggestion=suggestion), wording)
        return True

    def _run(self, line: Line) -> bool:
        """Whether it says something of the whole run."""
        text = line.text
        if text == "ruff failed":
            self._broken = line
        elif self._broken is not None and (match := _CAUSE.match(text)) is not None:
            self._add(_broken(match["message"], self._broken.number, line.number))
            self._broken = None
        elif (match := _DIFF.match(text)) is not None:
            self._diffs.append((match["file"], line.number))
        elif _WOULD_FIX.match(text):
            for file, number in self._diffs:
                self._add(_would_fix(file, number))
            self._diffs = []
        else:
            return False
        return True


def _failure(
    head: re.Match[str], place: re.Match[str], span: LogSpan, file: str | None = None
) -> Failure:
    path = file or place["file"]
    column = place.groupdict().get("column")
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        rule=head["rule"] or "invalid-syntax",
        message=head["message"],
        file=path,
        line=int(place["line"]),
        column=int(column) if column else None,
        command=f"ruff check {shlex.quote(path)}",
        log=span,
    )


def _would_fix(file: str, number: int) -> Failure:
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        message="Would fix errors",
        file=file,
        command=f"ruff check --diff {shlex.quote(file)}",
        suggestion=f"ruff check --fix {shlex.quote(file)}",
        log=LogSpan(start=number, end=number),
    )


def _broken(message: str, start: int, end: int) -> Failure:
    span = LogSpan(start=start, end=end)
    return Failure(type=FailureType.CONFIG, tool=NAME, message=message, log=span)
