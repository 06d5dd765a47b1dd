"""TSLint: prose, verbose, stylish, msbuild, and the brackets of before version 5.12."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "tslint"
HINTS = ("ERROR: ", ".ts[", ".tsx[", ".js[", "31mERROR", "): error ")
REACH = (1, 0)

_RULE = r"(?P<rule>[a-z][\w-]{1,80})"
_AT = r"(?P<line>\d{1,7})(?:, |:|,)(?P<column>\d{1,7})"
_FILE = r"(?P<file>(?:[A-Za-z]:)?[^\s:\[(][^:\[(]{0,400}\.[cm]?[jt]sx?)"
_PROSE = pattern(
    r"(?:ERROR: )(?:\("
    + _RULE
    + r"\) )?"
    + _FILE
    + r"(?:\[|:)"
    + _AT
    + r"(?:\]: | - )(?P<message>\S.{0,1000})$"
)
_OLD = pattern(
    r"(?:\((?P<rule>[\w-]{1,80})\) )?" + _FILE + r"\[" + _AT + r"\]: (?P<message>\S.{0,1000})$"
)
_HEADER = pattern(_FILE + r"(?::\d{1,7}:\d{1,7})?$")
_ROW = pattern(r"ERROR: {1,4}" + _AT + r" +" + _RULE + r"  +(?P<message>\S.{0,1000})$")
_STUDIO = pattern(
    _FILE + r"\(" + _AT + r"\): error (?P<rule>[a-z][A-Za-z]{2,60}): (?P<message>\S.{0,1000})$"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error; what says WARNING passes."""
    file: str | None = None
    for line in lines:
        text = line.text
        if (match := _HEADER.match(text)) is not None:
            file = match["file"]
        elif (match := _PROSE.match(text) or _OLD.match(text) or _STUDIO.match(text)) is not None:
            yield _failure(match, match["file"], line.number)
        elif file is not None and (match := _ROW.match(text)) is not None:
            yield _failure(match, file, line.number)


def _failure(match: re.Match[str], file: str, number: int) -> Failure:
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        rule=match["rule"],
        message=match["message"],
        file=file,
        line=int(match["line"]),
        column=int(match["column"]),
        command=f"npx tslint {shlex.quote(file)}",
        log=LogSpan(start=number, end=number),
    )
