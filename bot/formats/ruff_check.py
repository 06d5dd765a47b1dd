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
    "'--config <CONFIG_OPTION>'",
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
_NAMES = pattern(
    r".{0,300}?(?:Failed to (?:load configuration|parse)|from) `?(?P<file>[^`]{1,400}\.toml)`?$"
)
_TOML = pattern(r"TOML parse error at line (?P<line>\d{1,7}), column (?P<column>\d{1,7})$")
_OPTION = pattern(
    r"error: (?P<message>invalid value '.{1,300}' for '--config <CONFIG_OPTION>'.{0,300})$"
)
MAX_CAUSES = 12  # lines, with the source between them
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
    for broken in reader.broken:
        yield from broken.failures()


class _Reader:
    """Keeps what it found, with the wording where it may be another linter's line."""

    def __init__(self) -> None:
        self.found: list[tuple[Failure, Wording | None]] = []
        self._head: tuple[Line, re.Match[str]] | None = None
        self._group: str | None = None
        self.broken: list[_Broken] = []
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
            self.broken.append(_Broken(line.number))
        elif self.broken and self.broken[-1].read(line):
            pass
        elif (match := _OPTION.match(text)) is not None:
            span = LogSpan(start=line.number, end=line.number)
            found = Failure(type=FailureType.CONFIG, tool=NAME, message=match["message"], log=span)
            self._add(found)
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


class _Broken:
    """Why ruff could not begin: its causes, outermost first, and where a file is wrong."""

    def __init__(self, number: int) -> None:
        self._start = self._end = number
        self._causes: list[str] = []
        self._file: str | None = None
        self._at: re.Match[str] | None = None
        self._done = False

    def read(self, line: Line) -> bool:
        """Take the next line; whether it belongs to it."""
        if self._done or line.number > self._start + MAX_CAUSES:
            return False
        if (match := _CAUSE.match(line.text)) is not None:
            cause = match["message"]
            self._file = named["file"] if (named := _NAMES.match(cause)) else self._file
            self._at = _TOML.match(cause) or self._at
            self._causes.append(cause)
        elif self._at is None or not line.text.strip():
            self._done = True
            return False
        elif not _GUTTER.match(line.text):
            self._causes.append(line.text.strip())
            self._done = True
        self._end = line.number
        return True

    def failures(self) -> Iterator[Failure]:
        """One, when it said why."""
        causes = self._causes
        if len(causes) > 1 and causes[0].startswith("Failed to load configuration"):
            causes = causes[1:]
        if causes:
            yield Failure(
                type=FailureType.CONFIG,
                tool=NAME,
                message=": ".join(causes),
                file=self._file,
                line=int(self._at["line"]) if self._at else None,
                column=int(self._at["column"]) if self._at else None,
                log=LogSpan(start=self._start, end=self._end),
            )
