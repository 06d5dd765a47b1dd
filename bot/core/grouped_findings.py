"""Findings that stand below a heading which names their file or their kind: tables read by one loop."""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import Pattern


class Group(NamedTuple):
    """How one tool groups its findings.

    Attributes:
        tool: who says it.
        hints: literals of the heading or of the rows.
        heading: the whole heading; its groups are fields of `Failure`, for all rows below. A
            `message` of it is put before those of the rows.
        row: a whole row, likewise.
        gap: how many other lines, not counting blank ones, may stand before the next row.
        command: what comes before the file in the command that shows it again; "" = none does.
        type: what it means.
    """

    tool: str
    hints: tuple[str, ...]
    heading: Pattern
    row: Pattern
    gap: int = 0
    command: str = ""
    type: FailureType = FailureType.LINT


def group_hints(table: Iterable[Group]) -> tuple[str, ...]:
    """The literals of a table, each once."""
    return tuple(dict.fromkeys(hint for each in table for hint in each.hints))


def grouped(lines: Iterable[Line], table: Sequence[Group]) -> Iterator[Failure]:
    """One failure a row that stands below its heading.

    A heading may be that of several tools: the first row tells whose it is.
    """
    open_: list[tuple[Group, dict[str, str]]] = []
    others = 0
    for line in lines:
        owner = next((each for each in open_ if _fields(each[0].row, line.text) is not None), None)
        if owner is not None:
            open_, others = [owner], 0
            yield _failure(owner[0], owner[1], _fields(owner[0].row, line.text) or {}, line)
        elif started := list(_started(line.text, table)):
            open_, others = started, 0
        elif line.text.strip():
            others += 1
            open_ = [each for each in open_ if others <= each[0].gap]


def _started(text: str, table: Sequence[Group]) -> Iterator[tuple[Group, dict[str, str]]]:
    for group in table:
        if (fields := _fields(group.heading, text)) is not None:
            yield group, fields


def _fields(shape: Pattern, text: str) -> dict[str, str] | None:
    """What the groups of a pattern say; those of one field are told apart by an "_" at the end."""
    match = shape.match(text)
    if match is None:
        return None
    return {name.rstrip("_"): said.strip() for name, said in match.groupdict().items() if said}


def _failure(group: Group, heading: dict[str, str], row: dict[str, str], line: Line) -> Failure:
    said = heading | row
    file = said.get("file")
    words = (heading.get("message"), row.get("message"))
    return Failure(
        type=group.type,
        tool=group.tool,
        rule=said.get("rule"),
        message=": ".join(each for each in words if each),
        file=file,
        line=int(said["line"]) or None if "line" in said else None,
        column=int(said["column"]) or None if "column" in said else None,
        command=f"{group.command} {shlex.quote(file)}" if group.command and file else None,
        log=LogSpan(start=line.number, end=line.number),
    )
