"""Lines after a line of a log, as far as nothing is missing between them."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from bot.core.failure import LogSpan
from bot.core.framing import Line

MAX_DETAIL = 40


def after(rows: Sequence[Line], index: int, limit: int = MAX_DETAIL) -> list[Line]:
    """At most `limit` lines that stand directly after one another behind `rows[index]`."""
    window = rows[index : index + 1 + limit]
    for count, (one, two) in enumerate(pairwise(window), 1):
        if two.number > one.number + 1:
            return list(window[1:count])
    return list(window[1:])


def until(rows: Sequence[Line], stops: Callable[[str], object]) -> list[Line]:
    """The lines before the first whose text stops them."""
    for count, line in enumerate(rows):
        if stops(line.text):
            return list(rows[:count])
    return list(rows)


def span(head: Line, rows: Sequence[Line]) -> LogSpan:
    """From the head to the last of the lines that belong to it."""
    end = rows[-1].number if rows else head.number
    return LogSpan(start=head.number, end=max(end, head.number))


def detail(rows: Sequence[Line]) -> tuple[str, ...]:
    """The lines as the context of a failure."""
    return tuple(line.text for line in rows[:MAX_DETAIL])
