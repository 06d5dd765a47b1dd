from itertools import product
from pathlib import Path

import pytest

from bot import heal
from bot.core.errors import IllegalMoveError
from bot.core.lifecycle import ENDS, MOVES, Stage, check_move

README = Path(__file__).parents[2] / "README.md"


def test_every_stage_but_ends_has_a_step() -> None:
    assert set(heal.BY_STAGE) == set(Stage) - ENDS


def test_every_stage_stands_in_the_table() -> None:
    assert set(MOVES) == set(Stage)


def test_an_end_is_an_end() -> None:
    for end, stage in product(ENDS, Stage):
        with pytest.raises(IllegalMoveError):
            check_move(end, stage)


def test_whatever_is_not_an_end_can_be_left_for_releasing() -> None:
    for stage in set(Stage) - ENDS:
        check_move(stage, Stage.RELEASING)


def test_exactly_the_moves_of_the_table_are_legal() -> None:
    for old, new in product(set(Stage) - ENDS, set(Stage) - {Stage.RELEASING}):
        if new in MOVES[old]:
            check_move(old, new)
        else:
            with pytest.raises(IllegalMoveError):
                check_move(old, new)


def test_nothing_is_pushed_that_was_not_judged_or_approved() -> None:
    before = {old for old, moves in MOVES.items() if Stage.PUSHING in moves}

    assert before == {Stage.JUDGING, Stage.NEEDS_HUMAN}


def test_every_stage_can_come_to_every_end() -> None:
    for end in ENDS:
        reach = {end}
        moves = {old: new | {Stage.RELEASING} for old, new in MOVES.items() if old not in ENDS}
        while more := {old for old, new in moves.items() if new & reach} - reach:
            reach |= more
        assert reach == (set(Stage) - ENDS) | {end}


def test_the_readme_draws_this_table() -> None:
    arrows = [f"    {old} --> {new}" for old, moves in MOVES.items() for new in sorted(moves)]

    assert "\n".join(["stateDiagram-v2", *arrows, "```"]) in README.read_text()
