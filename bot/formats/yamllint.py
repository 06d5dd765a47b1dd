"""yamllint: the standard format (grouped by file), the parsable one, and that for GitHub."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "yamllint"
HINTS = (
    "[error] ", "  error    ", "\x1b[31merror\x1b[0m    ", "::error file=", ".yml", ".yaml",
)  # fmt: skip
REACH = (0, 2)

_RULES = (
    r"anchors|braces|brackets|colons|commas|comments|comments-indentation|document-end|document-start"
    r"|empty-lines|empty-values|float-values|hyphens|indentation|key-duplicates|key-ordering|line-length"
    r"|new-line-at-end-of-file|new-lines|octal-values|quoted-strings|trailing-spaces|truthy|syntax"
)
_WORDS = r"(?P<message>\S.{0,600}?)(?: {1,4}\((?P<rule>" + _RULES + r")\))?$"
_FILE = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}\.(?:ya?ml|yamllint|clang-format|lock)|\.yamllint|stdin)$"
)
_ROW = pattern(r"  (?P<line>\d{1,7}):(?P<column>\d{1,5}) +error +" + _WORDS)
_PARSABLE = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}):(?P<line>\d{1,7}):(?P<column>\d{1,5}): \[error\] "
    + _WORDS
)
_COMMAND = pattern(
    r"(?:::error |##\[error\] ?)file=(?P<file>[^,]{1,400}),line=(?P<line>\d{1,7}),col=(?P<column>\d{1,5})::\d{1,7}:\d{1,5} "
    r"(?:\[(?P<rule>" + _RULES + r")\] )?(?P<message>\S.{0,600}?)(?: \(syntax\))?$"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error; yamllint passes on warnings."""
    file: str | None = None
    last = 0
    for line in lines:
        text = line.text
        if line.number > last + 1 or not text:
            file = None
        last = line.number
        if text.startswith(" "):
            match = _ROW.match(text) if file else None
            if match is not None and file is not None:
                yield _failure(match, file, line)
        elif (match := _FILE.match(text)) is not None:
            file = match["file"]
        elif "error" in text:
            match = _PARSABLE.match(text) or _COMMAND.match(text)
            if match is not None and (match["rule"] or "syntax error" in match["message"]):
                yield _failure(match, match["file"], line)


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
