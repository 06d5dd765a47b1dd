"""SQLFluff: violations in the human format, wrapped over several lines, and in that for GitHub."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "sqlfluff"
HINTS = ("| P: ", "== [", "                       | ", "title=SQLFluff", "User Error: No dialect")
REACH = (0, 0)

_FILE = pattern(r"== \[(?P<file>[^\]]{1,400})\] (?P<outcome>FAIL|PASS)")
_ROW = pattern(
    r"L: *(?P<line>\d{1,7}) \| P: *(?P<column>\d{1,5}) \| +(?P<rule>[A-Z]{1,4}\d{0,4}) \| (?P<message>\S.{0,600})$"
)
_MORE = pattern(r" {15,40}\| (?P<message>.{0,600})$")
_COMMAND = pattern(
    r"::(?:warning|error|notice) title=SQLFluff,file=(?P<file>[^,]{1,400}),line=(?P<line>\d{1,7}),col=(?P<column>\d{1,5})[^:]{0,60}::"
    r"(?P<rule>[A-Z]{1,4}\d{0,4}): (?P<message>\S.{0,1000})$"
)
_NAMED = pattern(r"(?P<message>.{1,2000}?) \[[a-z_]{1,40}(?:\.[a-z_]{1,60}){0,2}\]$")
_CONFIG = pattern(r"User Error: (?P<message>No dialect was specified\..{0,200})")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a violation."""
    file: str | None = None
    row: tuple[re.Match[str], str, Line] | None = None
    for line in lines:
        if row is not None and (more := _MORE.match(line.text)) is not None:
            row = row[0], f"{row[1]} {more['message']}", row[2]
            continue
        if row is not None and file is not None:
            yield _failure(row[0], row[1], file, row[2])
        row = None
        if (match := _FILE.match(line.text)) is not None:
            file = match["file"]
        elif file is not None and (match := _ROW.match(line.text)) is not None:
            row = match, match["message"], line
        else:
            yield from _whole(line)
    if row is not None and file is not None:
        yield _failure(row[0], row[1], file, row[2])


def _whole(line: Line) -> Iterator[Failure]:
    """What stands on one line: an annotation, or a complaint about the configuration."""
    if (match := _COMMAND.match(line.text)) is not None:
        yield _failure(match, match["message"], match["file"], line)
    elif (match := _CONFIG.match(line.text)) is not None:
        yield _config(match["message"], line)


def _failure(match: re.Match[str], message: str, file: str, line: Line) -> Failure:
    named = _NAMED.match(message)
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        rule=match["rule"],
        message=named["message"] if named else message,
        file=file,
        line=int(match["line"]),
        column=int(match["column"]),
        command=f"sqlfluff lint {shlex.quote(file)}",
        log=LogSpan(start=line.number, end=line.number),
    )


def _config(message: str, line: Line) -> Failure:
    span = LogSpan(start=line.number, end=line.number)
    return Failure(type=FailureType.CONFIG, tool=NAME, message=message, log=span)
