"""Ruby itself: syntax errors, errors that nobody rescued, and tasks of rake that were aborted."""

import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "ruby"
HINTS = (
    "syntax error", "Error)", "Exception)", "Exit)", "Interrupt)", ":in `", ":in '", " aborted!",
    "(No live threads",
)  # fmt: skip
REACH = (2, 8)
MAX_DETAIL = 30
_MAIN = "<main>'"

_SYNTAX = pattern(
    r"(?:.{0,300}: )??(?:ruby: )?(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,300}?\.(?:rb|rake|gemspec|ru|erb)|(?:[^\s:]{1,200}/)?(?:Rake|Gem|Cap|Guard|Pod|Fast|Danger)file):(?P<line>\d{1,7}): "
    r"(?P<message>syntax errors? ?(?:,|found).{0,600})$"
)
_UNRESCUED = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,300}|-e|<internal:[^>]{1,200}>):(?P<line>\d{1,7}):in "
    r"[`'][^']{1,200}': (?P<message>.{0,1500}?) \((?P<error>[A-Z][\w:]{1,120})\)$"
)
_TOP = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,300}\.rb):(?P<line>\d{1,7}): (?P<message>.{1,800}?) "
    r"\((?P<error>[A-Z][\w:]{1,100}(?:Error|Exception))\)$"
)
_FROM = pattern(
    r"\s+(?:\d{1,3}: )?from (?P<file>(?:[A-Za-z]:)?[^\s:<][^:]{0,300}):(?P<line>\d{1,7}):in [`']"
)
_FRAME = pattern(r"(?P<file>(?:[A-Za-z]:)?[^\s:<][^:]{0,300}):(?P<line>\d{1,7}):in [`']")
_GEM = pattern(
    r".{0,300}?/(?:gems|rubygems|rubygems-integration|ruby/\d[^/]{0,20}|vendor/bundle|vendor_ruby)/|/usr/|<|-e$"
)
_ABORTED = pattern(r"(?:bin/)?(?P<program>rake|rails) aborted!$")
_NAMED = pattern(r"(?P<error>[A-Z]\w{0,80}(?:::\w{1,80}){0,6}): (?P<message>\S.{0,1500})$")
_PRISM = pattern(r"\s*\|\s+\^[~\s]{0,200}\s?(?P<message>\S.{0,300})$")
_ECHO = pattern(r"Command failed with status|.{0,60}[Tt]ests? failed|.{0,80}exit status \d")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """Syntax errors surely; what was not rescued only where nothing else tells what failed."""
    open_: _Open | None = None
    for line in lines:
        if open_ is not None and open_.takes(line):
            continue
        if open_ is not None:
            yield open_.failure()
        open_ = _start(line)
    if open_ is not None:
        yield open_.failure()


class _Open:
    """A failure whose trace is still coming."""

    def __init__(self, line: Line, kind: str, message: str, file: str | None, row: str | None):
        self._start = self._end = line.number
        self._kind = kind
        self._message = message
        self._place = (file, row) if file and not _GEM.match(file) else None
        self._detail: list[str] = []
        self._blank = False
        # A trace that reaches the program itself ended it; Bundler tells of its own errors.
        self._ended = _MAIN in line.text
        self._ours = not message.rpartition(" (")[2].startswith(("Bundler::", "Gem::"))

    def takes(self, line: Line) -> bool:
        """Whether the line belongs to it."""
        text = line.text
        if line.number != self._end + 1 or len(self._detail) >= MAX_DETAIL or _start(line):
            return False
        if self._kind == "aborted" and not self._message:
            self._message = text.strip()
        elif (match := _PRISM.match(text)) is not None and self._kind == "syntax":
            self._message += "" if "^" in self._message else f": {match['message']}"
            self._kind = "known syntax"
        elif (match := _FROM.match(text) or _FRAME.match(text)) is not None:
            if self._place is None and not _GEM.match(match["file"]):
                self._place = match["file"], match["line"]
        elif not text.strip() and self._place is None and not self._blank:
            self._blank = True  # the code that failed is shown between blank lines
        elif not text.startswith((" ", "\t", ">")) and self._detail:
            return False
        self._end = line.number
        self._ended = self._ended or _MAIN in text
        self._detail.append(text)
        return True

    def _is_certain(self) -> bool:
        if self._kind == "aborted":
            return _ECHO.match(self._message) is None
        return self._ended and self._ours

    def failure(self) -> Failure:
        """All that was read."""
        file, row = self._place or (None, None)
        syntax = self._kind.endswith("syntax")
        kind = FailureType.BUILD if syntax else FailureType.RUNTIME
        if not syntax and "cannot load such file" in self._message:
            kind = FailureType.DEPENDENCY
        return Failure(
            type=kind,
            tool="rake" if self._kind == "aborted" else NAME,
            message=self._message or "aborted",
            file=file,
            line=int(row) if row else None,
            command=f"ruby -c {shlex.quote(file)}" if syntax and file else None,
            detail=tuple(self._detail),
            log=LogSpan(start=self._start, end=self._end),
            weak=not syntax and not self._is_certain(),
        )


def _start(line: Line) -> _Open | None:
    text = line.text
    if "syntax error" in text and (match := _SYNTAX.match(text)) is not None:
        message = match["message"].removesuffix(" (SyntaxError)")
        return _Open(line, "syntax", message, match["file"], match["line"])
    if text.endswith(")") and (match := _UNRESCUED.match(text) or _TOP.match(text)) is not None:
        message = f"{match['message']} ({match['error']})"
        return _Open(line, "uncaught", message, match["file"], match["line"])
    if _ABORTED.match(text):
        return _Open(line, "aborted", "", None, None)
    return None
