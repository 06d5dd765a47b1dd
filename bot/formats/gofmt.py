"""gofmt, goimports and gofumpt: files that would be formatted otherwise, as a diff or a list."""

import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "gofmt"
HINTS = (
    "##[script]",
    ".go.orig",
    "gofmt ",
    "goimports ",
    "gofumpt ",
    "gofmt'",
    "gofmt:",
    "gofmt`",
    "gofmt)",
)
REACH = (0, 40)

_DIFF = pattern(r"diff (?:-u )?\S{1,400}\.go\.orig (?P<file>\S{1,400}\.go)$")
_HUNK = pattern(r"@@ -(?P<line>\d{1,7})(?:,\d{1,7})? \+\d{1,7}(?:,\d{1,7})? @@")
_LISTING = pattern(r".{0,400}\b(?P<tool>gofmt|goimports|gofumpt)\b (?:\S{1,40} ){0,4}?-\w{0,4}l")
_SPOKEN = pattern(
    r".{0,200}(?:not (?:properly |correctly )?(?:gofmt|format|go fmt)|(?:need|run|require|fail|unformatted)\S{0,10} .{0,60}(?:gofmt|format)|gofmt.{0,40}(?:needs|fail|error|differ))",
)
_FILE = pattern(r"\s{0,8}(?:- |\* )?(?P<file>(?:[A-Za-z]:)?[^\s:()\"'`*?$|;<>]{1,400}\.go)$")
_BETWEEN = ("##[", "shell:", "env:", "  ", "\t", "::")
MAX_BETWEEN = 30


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a file, at the first line that would change."""
    reader = _Reader()
    for line in lines:
        yield from reader.read(line)
    yield from reader.flush()


class _Reader:
    def __init__(self) -> None:
        self._diff: tuple[str, int] | None = None
        self._at = 0
        self._tool: str | None = None
        self._left = 0
        self._listed = False

    def read(self, line: Line) -> Iterator[Failure]:
        """Take the next line; give what is complete."""
        line = line._replace(text=line.text.removeprefix("##[error]"))
        if line.text.startswith("##[group]"):
            self._tool = None
        if (match := _DIFF.match(line.text)) is not None:
            yield from self.flush()
            self._diff = (match["file"], line.number)
            return
        if self._diff is not None:
            yield from self._in_diff(line)
            return
        yield from self._in_list(line)

    def flush(self) -> Iterator[Failure]:
        """A file whose first change was not shown."""
        if self._diff is not None:
            file, number = self._diff
            self._diff = None
            yield _failure("gofmt", file, None, LogSpan(start=number, end=number))

    def _in_diff(self, line: Line) -> Iterator[Failure]:
        """Count to the first line that changes."""
        text = line.text
        if text.startswith(("--- ", "+++ ")) or self._diff is None:
            return
        if (match := _HUNK.match(text)) is not None:
            self._at = int(match["line"])
        elif text.startswith(("-", "+")):
            file, number = self._diff
            self._diff = None
            yield _failure("gofmt", file, self._at or None, LogSpan(start=number, end=line.number))
        else:
            self._at += 1

    def _in_list(self, line: Line) -> Iterator[Failure]:
        """Bare names mean something only below the command that lists them."""
        text = line.text
        if "fmt" in text or "goimports" in text:
            if (match := _LISTING.match(text)) is not None:
                self._tool, self._left, self._listed = match["tool"], MAX_BETWEEN, False
                return
            if not text.startswith("##[") and _SPOKEN.match(text) is not None:
                self._tool, self._left, self._listed = "gofmt", 3, False
                return
        if self._tool is None:
            return
        if (match := _FILE.match(text)) is not None:
            self._listed = True
            yield _failure(
                self._tool, match["file"], None, LogSpan(start=line.number, end=line.number)
            )
            return
        self._left -= 1
        if self._listed or self._left <= 0 or not (text.startswith(_BETWEEN) or not text.strip()):
            self._tool = None


def _failure(tool: str, file: str, line: int | None, span: LogSpan) -> Failure:
    return Failure(
        type=FailureType.FORMAT,
        tool=tool,
        message=f"not formatted: {tool} would change {file.rpartition('/')[2]}",
        file=file,
        line=line,
        command=f"{tool} -d {shlex.quote(file)}",
        suggestion=f"{tool} -w {shlex.quote(file)}",
        log=span,
    )
