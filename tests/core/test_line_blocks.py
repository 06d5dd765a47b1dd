"""Blocks of lines: where they begin and end, and what they say."""

from collections.abc import Sequence

from bot.core.failure import FailureType
from bot.core.framing import Line
from bot.core.line_blocks import blocks, kind_of, without_blank_end
from bot.core.pattern import pattern


def _indented(block: Sequence[Line], line: Line) -> bool:
    return line.number == block[-1].number + 1 and line.text.startswith(" ")


def _found(*texts: str) -> list[list[str]]:
    lines = [Line(at, text) for at, text in enumerate(texts, 1)]
    found = blocks(lines, lambda text: text.startswith("!"), _indented)
    return [[line.text for line in block] for block in found]


def test_a_block_ends_with_what_does_not_follow() -> None:
    assert _found("a", "! one", "  why", "b", "  c") == [["! one", "  why"]]


def test_a_block_ends_where_the_next_begins_and_with_the_log() -> None:
    assert _found("! one", "! two", "  why") == [["! one"], ["! two", "  why"]]


def test_lines_without_a_beginning_are_no_block() -> None:
    assert _found("a", "  b") == []


def test_blank_lines_at_the_end_come_off_but_not_the_first() -> None:
    lines = [Line(at, text) for at, text in enumerate(("", "a", " ", ""), 1)]

    assert [line.text for line in without_blank_end(lines)] == ["", "a"]
    assert len(without_blank_end(lines[2:])) == 1


def test_the_first_kind_that_reads_a_text_has_the_word() -> None:
    kinds = (
        (pattern(r"(?P<message>no .*)$"), FailureType.CONFIG),
        (pattern(r"(?P<message>.*)$"), FailureType.INFRA),
    )

    assert kind_of("no file", kinds) == ("no file", FailureType.CONFIG)
    assert kind_of("slow", kinds) == ("slow", FailureType.INFRA)
    assert kind_of("slow", kinds[:1]) is None
