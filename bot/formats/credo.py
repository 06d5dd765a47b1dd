"""Credo: issues of Elixir code, by category, one a line, and in flycheck's form."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "credo"
HINTS = ("[C] ", "[D] ", "[F] ", "[R] ", "[W] ", ".ex:", ".exs:")
REACH = (2, 1)

_AT = r"(?P<file>[^\s:]{1,300}\.exs?):(?P<line>\d{1,7})(?::(?P<column>\d{1,5}))?"
_HEAD = pattern(r"\s*(?:┃ +)?\[(?P<rule>[CDFRW])\] [↗→↘↑↓] (?P<message>\S.{0,500})$")
_ONE = pattern(r"\[(?P<rule>[CDFRW])\] [↗→↘↑↓] " + _AT + r" (?P<message>\S.{0,500})$")
_FLYCHECK = pattern(_AT + r": (?P<rule>[CDFRW]): (?P<message>\S.{0,500})$")
_PLACE = pattern(r"\s*(?:┃ +)?" + _AT + r"(?: #\(.{1,200}\))?$")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an issue: Credo's exit code counts every category that it shows."""
    head: tuple[re.Match[str], Line] | None = None
    for line in lines:
        match = _ONE.match(line.text) or _FLYCHECK.match(line.text)
        if match is not None:
            yield _failure(match, match, line)
            head = None
        elif (match := _HEAD.match(line.text)) is not None:
            head = match, line
        elif head is not None and (match := _PLACE.match(line.text)) is not None:
            yield _failure(head[0], match, head[1])
            head = None
        elif head is not None and line.number > head[1].number + 2:
            head = None


def _failure(head: re.Match[str], place: re.Match[str], line: Line) -> Failure:
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        rule=head["rule"],
        message=head["message"],
        file=place["file"],
        line=int(place["line"]),
        column=int(place["column"]) if place["column"] else None,
        command=f"mix credo {shlex.quote(place['file'])}",
        log=LogSpan(start=line.number, end=line.number),
    )
