"""Complaints of several lines: one that begins them, and those that belong to it."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from bot.core.failure import FailureType
from bot.core.framing import Line
from bot.core.pattern import Pattern

Kinds = Sequence[tuple[Pattern, FailureType]]


def blocks(
    lines: Iterable[Line],
    begins: Callable[[str], bool],
    follows: Callable[[Sequence[Line], Line], bool],
) -> Iterator[list[Line]]:
    """The blocks in order, none of them empty.

    Args:
        lines: of a log.
        begins: whether a text is the first of a block.
        follows: whether a line belongs to the block so far.
    """
    block: list[Line] = []
    for line in lines:
        if begins(line.text):
            if block:
                yield block
            block = [line]
        elif block and follows(block, line):
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def without_blank_end(block: Sequence[Line]) -> Sequence[Line]:
    """The block without the blank lines at its end."""
    end = len(block)
    while end > 1 and not block[end - 1].text.strip():
        end -= 1
    return block[:end]


def kind_of(text: str, kinds: Kinds) -> tuple[str, FailureType] | None:
    """The message and the type of the first pattern that reads the text."""
    for each, kind in kinds:
        if (match := each.match(text)) is not None:
            return match["message"], kind
    return None
