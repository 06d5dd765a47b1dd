"""Vale: alerts on prose, as a table for each file and one a line."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "vale"
HINTS = (
    ":Vale.",
    " Vale.",
    "  error  ",
    "  error\x1b",
    "\x1b[31merror\x1b",
    "errors, ",
    "error, ",
    "Google.",
    "Microsoft.",
)
REACH = (40, 2)

_FILE = pattern(r" (?P<file>\S{1,300}\.(?:md|mdx|rst|txt|adoc|asciidoc|html|org|tex))$")
_ROW = pattern(
    r" (?P<line>\d{1,7}):(?P<column>\d{1,5}) +(?P<severity>error|warning|suggestion) +(?P<message>\S.{0,300}?)(?: {2,200}(?P<rule>[\w-]{1,60}\.[\w-]{1,60}))?$"
)
_MORE = pattern(r" {20,40}(?P<message>\S.{0,200}?)$")
_LINE = pattern(
    r"(?P<file>[^\s:]{1,300}\.(?:md|mdx|rst|txt|adoc|asciidoc|html|org|tex)):(?P<line>\d{1,7}):(?P<column>\d{1,5}):(?P<rule>[\w-]{1,60}\.[\w-]{1,60}):(?P<message>\S.{0,500})$"
)
_SUMMARY = pattern(r"[✖✔] \d{1,6} errors?, \d{1,6} warnings? and \d{1,6} suggestions? in ")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """The errors: Vale passes on warnings and suggestions."""
    file: str | None = None
    row: tuple[re.Match[str], str, Line] | None = None
    waiting: list[Failure] = []
    for line in lines:
        text = line.text
        if row is not None and (more := _MORE.match(text)) is not None:
            row = row[0], f"{row[1]} {more['message']}", row[2]
            continue
        if row is not None and file is not None and row[0]["severity"] == "error":
            waiting.append(_failure(row[0], row[1], file, row[2]))
        row = None
        if (match := _FILE.match(text)) is not None:
            file = match["file"]
        elif file is not None and (match := _ROW.match(text)) is not None:
            row = match, match["message"], line
        elif (match := _LINE.match(text)) is not None:
            yield _failure(match, match["message"], match["file"], line)
        elif _SUMMARY.match(text):
            yield from waiting
            waiting, file = [], None


def _failure(match: re.Match[str], message: str, file: str, line: Line) -> Failure:
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        rule=match["rule"],
        message=message,
        file=file,
        line=int(match["line"]),
        column=int(match["column"]),
        command=f"vale {shlex.quote(file)}",
        log=LogSpan(start=line.number, end=line.number),
    )
