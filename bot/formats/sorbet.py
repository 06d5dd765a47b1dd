"""Sorbet: type errors of Ruby, with what it would correct."""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "sorbet"
HINTS = (
    "https://srb.help/",
    "https://sorbet.org/docs/error-reference#",
    "Replace with `",
    "Replace with",
)
REACH = (0, 12)
MAX_DETAIL = 20

_LINE = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}):(?P<line>\d{1,7}): (?P<message>.{1,2000}?) "
    r"https://(?:srb\.help/|sorbet\.org/docs/error-reference#)(?P<rule>\d{1,5})$"
)
_PROPOSAL = pattern(
    r" +[^\s:][^:]{0,400}:\d{1,7}: (?P<text>(?:Replace with|Insert|Delete|Did you mean) ?.{0,200})$"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error."""
    open_: Failure | None = None
    for line in lines:
        match = _LINE.match(line.text) if "https://" in line.text else None
        if match is None:
            open_ = _continued(open_, line)
            continue
        if open_ is not None:
            yield open_
        open_ = Failure(
            type=FailureType.BUILD,
            tool=NAME,
            rule=match["rule"],
            message=match["message"],
            file=match["file"],
            line=int(match["line"]),
            command=f"srb tc {shlex.quote(match['file'])}",
            log=LogSpan(start=line.number, end=line.number),
        )
    if open_ is not None:
        yield open_


def _continued(open_: Failure | None, line: Line) -> Failure | None:
    """The open error with one of the indented lines that follow it."""
    if open_ is None or open_.log is None or not line.text.startswith("  "):
        return open_
    if line.number != open_.log.end + 1 or len(open_.detail) >= MAX_DETAIL:
        return open_
    proposal = _PROPOSAL.match(line.text)
    suggestion = open_.suggestion or (proposal["text"] if proposal else None)
    span = replace(open_.log, end=line.number)
    return replace(open_, detail=(*open_.detail, line.text), suggestion=suggestion, log=span)
