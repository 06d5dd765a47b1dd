"""Findings that are one line each: tables of tools and their wording, read by one loop."""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import Pattern


class Wording(NamedTuple):
    """How one tool says one thing.

    Attributes:
        tool: who says it.
        hints: literals, one of which stands in every such line.
        line: the line from its first character; its groups are named as the fields of `Failure` are,
            and those it lacks are unknown; several of one field are told apart by an "_" at the end.
        command: what comes before the file in the command that shows it again; "" = none does.
        type: what it means.
        weak: whether a green log may hold it.
    """

    tool: str
    hints: tuple[str, ...]
    line: Pattern
    command: str = ""
    type: FailureType = FailureType.LINT
    weak: bool = False


def hints(table: Iterable[Wording]) -> tuple[str, ...]:
    """The literals of a table, each once."""
    return tuple(dict.fromkeys(hint for each in table for hint in each.hints))


def findings(lines: Iterable[Line], table: Sequence[Wording]) -> Iterator[Failure]:
    """One failure a line that a row of the table reads; the first such row has the word."""
    for line in lines:
        if (failure := finding(line, table)) is not None:
            yield failure


def finding(line: Line, table: Iterable[Wording], *, file: str | None = None) -> Failure | None:
    """What a row of the table reads in the line; `file` where the line names none."""
    for each in table:
        if not any(hint in line.text for hint in each.hints):
            continue
        match = each.line.match(line.text)
        if match is None:
            continue
        said = {name.rstrip("_"): text for name, text in match.groupdict().items() if text}
        place = said.get("file", file)
        return Failure(
            type=each.type,
            tool=each.tool,
            rule=said.get("rule"),
            message=said["message"].strip(),
            file=place,
            line=_number(said.get("line")),
            column=_number(said.get("column")),
            test=said.get("test"),
            command=f"{each.command} {shlex.quote(place)}" if each.command and place else None,
            suggestion=said.get("suggestion"),
            log=LogSpan(start=line.number, end=line.number),
            weak=each.weak,
        )
    return None


def _number(text: str | None) -> int | None:
    """A line or a column; tools that count columns from 0 say 0 where they know none."""
    return int(text) or None if text else None
