"""Tasks whose lines stand mixed in a log."""

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.mixed_lines import MixedLines


def found(start: int, end: int) -> Failure:
    return Failure(type=FailureType.TEST, message="x", log=LogSpan(start=start, end=end))


def test_lines_of_a_task_stand_behind_one_another_and_get_their_numbers_back() -> None:
    mixed = MixedLines()
    rows = [(Line(n, f"{task}{n}"), task) for n, task in enumerate("abababb", 10)]

    lines = list(mixed.apart(rows))

    assert [line.text for line in lines] == ["a10", "a12", "a14", "b11", "b13", "b15", "b16"]
    one, two, three = (line.number for line in lines[:3])
    assert (two, three) == (one + 1, one + 2)
    assert mixed.located(found(one, three)).log == LogSpan(start=10, end=14)
    assert mixed.located(found(lines[3].number, lines[6].number)).log == LogSpan(start=11, end=16)


def test_what_is_missing_between_two_lines_of_a_task_stays_missing() -> None:
    rows = [(Line(1, ""), "a"), (Line(2, ""), "b"), (Line(9, ""), "a"), (Line(9, "redrawn"), "a")]

    lines = list(MixedLines().apart(rows))

    assert [line.number - lines[0].number for line in lines[:3]] == [0, 7, 7]


def test_lines_that_nothing_mixes_and_lines_of_no_task_keep_their_numbers() -> None:
    rows = [(Line(1, "x"), None), (Line(2, "y"), "a"), (Line(3, "z"), "a"), (Line(4, "w"), None)]

    lines = list(MixedLines().apart(rows))

    assert [line.number for line in lines] == [1, 4, 2, 3]
    assert MixedLines().located(found(2, 3)).log == LogSpan(start=2, end=3)
