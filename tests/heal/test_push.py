"""The push: into a world as we left it, once."""

from dataclasses import replace

import pytest

from bot.core.errors import PermanentError, StaleError
from bot.core.lifecycle import Stage
from bot.core.patch import ClearedPatch
from bot.ports import PullStatus
from guards.verdict import Verdict
from tests.core.cases import ENTRY, NOW, PATCH, attempt, case
from tests.fakes.forge import removed
from tests.heal.world import Bench

CLEARED = case(
    entry=replace(ENTRY, removed_at=NOW),
    stage=Stage.PUSHING,
    attempts=(attempt(1),),
    cleared=ClearedPatch(patch=PATCH, verdict=Verdict()),
)


async def test_one_who_died_after_the_push_pushes_no_more(bench: Bench) -> None:
    bench.forge.change(head=PATCH.commit)

    pushed = await bench.step(CLEARED)

    assert pushed.stage is Stage.WAITING_CI
    assert [each.sha for each in pushed.pushes] == [PATCH.commit]
    assert bench.forge.pushed == []


async def test_the_new_head_shows_that_we_are_at_it_and_how_to_stop_us(bench: Bench) -> None:
    await bench.step(CLEARED)

    assert bench.forge.pushed == [PATCH.commit]
    shown = bench.forge.reports[PATCH.commit]
    assert shown.conclusion is None
    assert [name for name, _, _ in shown.actions] == ["stop"]


@pytest.mark.parametrize(
    "change",
    [
        {"draft": True},
        {"in_queue": True},
        {"status": PullStatus.MERGED},
        {"head": "9" * 40},
        {"base_branch": "release/1.x"},
        {"labels": frozenset({"selfheal:hold"})},
        {"removal": removed("manual", None)},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_whatever_a_person_did_nothing_is_pushed_over_it(
    bench: Bench, change: dict[str, object]
) -> None:
    bench.forge.change(**change)
    with pytest.raises(StaleError):
        await bench.step(CLEARED)
    assert bench.forge.pushed == []


async def test_a_branch_that_was_closed_to_us_meanwhile_is_said_to_be(bench: Bench) -> None:
    bench.forge.change(may_push=False)
    with pytest.raises(PermanentError, match="may not be pushed to"):
        await bench.step(CLEARED)
