"""yamllint: the standard format (grouped by file), the parsable one, and that for GitHub."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "yamllint"
HINTS = (
    "[error] ", "  error    ", "\x1b[31merror\x1b[0m    ", "::error file=", ".yml", ".yaml", "yamllint", "##[script]",
)  # fmt: skip
REACH = (0, 4)

_RULES = (
    r"anchors|braces|brackets|colons|commas|comments|comments-indentation|document-end|document-start"
    r"|empty-lines|empty-values|float-values|hyphens|indentation|key-duplicates|key-ordering|line-length"
    r"|new-line-at-end-of-file|new-lines|octal-values|quoted-strings|trailing-spaces|truthy|syntax"
)
_WORDS = r"(?P<message>\S.{0,600}?)(?: {1,4}\((?P<rule>" + _RULES + r")\))?$"
_FILE = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}\.(?:ya?ml|yamllint|clang-format|lock)|\.yamllint|stdin)$"
)
_ROW = pattern(r"  (?P<line>\d{1,7}):(?P<column>\d{1,5}) +(?P<level>error|warning) +" + _WORDS)
_PARSABLE = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}):(?P<line>\d{1,7}):(?P<column>\d{1,5}): \[(?P<level>error|warning)\] "
    + _WORDS
)
_COMMAND = pattern(
    r"::(?P<level>error|warning) file=(?P<file>[^,]{1,400}),line=(?P<line>\d{1,7}),col=(?P<column>\d{1,5})::\d{1,7}:\d{1,5} "
    r"(?:\[(?P<rule>" + _RULES + r")\] )?(?P<message>\S.{0,600}?)(?: \(syntax\))?$"
)


_RAN = pattern(r".{0,1000}?(?<![\w-])yamllint (?P<options>[^|;&]{0,400})")
_STRICT = pattern(r"(?:.{0,400} )?(?:--strict|-s)(?: |$)")
_HOOK = pattern(r"- hook id: (?P<hook>\S{1,100})$")
# With this it ends where all findings are warnings and warnings count.
_EXIT_2 = pattern(r".{0,120}?\b[Ee]xit(?:ed)?(?: with)?(?: exit)?(?: code| status)?:? '?2\b")
NEAR = 5  # lines
MAX_WARNINGS = 500


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error; a warning where the log shows that yamllint is strict."""
    run = _Run()
    for line in lines:
        yield from run.read(line)


class _Run:
    """The file of the rows, and whether warnings count."""

    def __init__(self) -> None:
        self._file: str | None = None
        self._last = 0
        self._strict = False
        self._in_hook = False
        self._warnings: list[Failure] = []
        self._warned_at = 0

    def read(self, line: Line) -> Iterator[Failure]:
        """The findings that this line tells, or that it makes count."""
        text = line.text.removeprefix("##[error]")
        if line.number > self._last + 1 or not text:
            self._file = None
        self._last = line.number
        found = self._finding(line, text)
        if found is None:
            yield from self._told(line.number, text)
        elif self._strict or found[0] == "error":
            yield found[1]
        elif len(self._warnings) < MAX_WARNINGS:
            self._warnings.append(found[1])
            self._warned_at = line.number

    def _told(self, number: int, text: str) -> Iterator[Failure]:
        """The warnings that count by what is said of the run."""
        if "yamllint " in text and (match := _RAN.match(text)) is not None:
            self._strict, self._warnings = _STRICT.match(match["options"]) is not None, []
        elif (match := _HOOK.match(text)) is not None:
            self._in_hook = match["hook"] == NAME
            self._strict, self._warnings = False, []
        elif text.startswith("##[group]Run "):
            self._warnings = []  # another step
        elif "xit" in text and _EXIT_2.match(text) is not None:
            self._strict = self._strict or self._in_hook
            if number <= self._warned_at + NEAR:
                yield from self._warnings
            self._warnings = []

    def _finding(self, line: Line, text: str) -> tuple[str, Failure] | None:
        """Its level, and what it says."""
        if text.startswith(" "):
            match, file = _ROW.match(text) if self._file else None, self._file
        elif (match := _FILE.match(text)) is not None:
            self._file = match["file"]
            return None
        else:
            match = _PARSABLE.match(text) or _COMMAND.match(text)
            file = match["file"] if match else None
        if (
            match is None
            or file is None
            or not (match["rule"] or "syntax error" in match["message"])
        ):
            return None
        return match["level"], _failure(match, file, line)


def _failure(match: re.Match[str], file: str, line: Line) -> Failure:
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        rule=match["rule"],
        message=match["message"],
        file=file,
        line=int(match["line"]),
        column=int(match["column"]),
        command=f"yamllint {shlex.quote(file)}",
        log=LogSpan(start=line.number, end=line.number),
    )
