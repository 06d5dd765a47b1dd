"""Our commit is on the branch: what its checks, GitHub and people may do now."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.case import Case, Pushed
from bot.core.ids import Sha
from bot.core.lifecycle import Stage
from bot.core.repo_config import Mode, RepoConfig
from bot.ports import PullStatus
from tests.core.cases import ENTRY, NOW, attempt, case
from tests.fakes.forge import removed
from tests.heal.world import Bench, ended

FIX = Sha("d" * 40)


@pytest.fixture
def pushed(bench: Bench) -> Case:
    bench.forge.change(head=FIX)
    bench.clock.time = NOW
    return case(
        entry=replace(ENTRY, removed_at=NOW),
        stage=Stage.WAITING_CI,
        attempts=(attempt(1),),
        pushes=(Pushed(attempt=1, sha=FIX, at=NOW),),
    )


async def test_a_required_check_that_never_starts_ends_with_a_person(
    bench: Bench, pushed: Case
) -> None:
    assert await bench.step(pushed) == pushed

    bench.clock.forward(timedelta(hours=2).total_seconds())

    assert ended(await bench.step(pushed)) == (
        Stage.GAVE_UP,
        "The fix is pushed, but unit did not start on it within 60 minutes.",
    )


async def test_a_check_that_runs_has_half_a_day(bench: Bench, pushed: Case) -> None:
    bench.forge.green(FIX, "unit", conclusion=None)
    bench.clock.forward(timedelta(hours=2).total_seconds())
    assert await bench.step(pushed) == pushed

    bench.clock.forward(timedelta(hours=11).total_seconds())

    assert ended(await bench.step(pushed))[0] is Stage.GAVE_UP


async def test_a_person_may_queue_the_fix_before_we_do(bench: Bench, pushed: Case) -> None:
    bench.forge.change(in_queue=True)
    assert (await bench.step(pushed)).stage is Stage.WATCHING


async def test_one_that_was_queued_and_thrown_out_meanwhile_is_looked_at(
    bench: Bench, pushed: Case
) -> None:
    bench.forge.change(removal=removed("failed_checks"))
    assert (await bench.step(pushed)).stage is Stage.WATCHING


async def test_what_a_person_merged_with_our_fix_is_healed(bench: Bench, pushed: Case) -> None:
    bench.forge.change(status=PullStatus.MERGED)
    assert ended(await bench.step(pushed))[0] is Stage.HEALED


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"draft": True}, Stage.OVERTAKEN),
        ({"status": PullStatus.CLOSED}, Stage.OVERTAKEN),
        ({"head": Sha("9" * 40)}, Stage.OVERTAKEN),
        ({"base_branch": "release/1.x"}, Stage.OVERTAKEN),
        ({"labels": frozenset({"selfheal:hold"})}, Stage.STOPPED),
    ],
)
async def test_people_go_first(
    bench: Bench, pushed: Case, change: dict[str, object], outcome: Stage
) -> None:
    bench.forge.change(**change)
    assert ended(await bench.step(pushed))[0] is outcome


async def test_where_no_rule_names_checks_those_red_before_do_not_count(
    bench: Bench, pushed: Case
) -> None:
    bench.forge.required = frozenset()
    bench.forge.green(ENTRY.head, "codecov", conclusion="failure")
    bench.forge.green(FIX, "codecov", conclusion="failure")
    assert await bench.step(pushed) == pushed  # GitHub may list others in a moment

    bench.clock.forward(300)

    assert (await bench.step(pushed)).stage is Stage.REQUEUING


async def test_where_no_rule_names_checks_a_new_red_one_counts(bench: Bench, pushed: Case) -> None:
    bench.forge.required = frozenset()
    bench.forge.green(FIX, "unit", conclusion="failure")
    bench.clock.forward(300)
    assert (await bench.step(pushed)).stage is Stage.ATTEMPTING


async def test_in_push_mode_the_queueing_is_left_to_people(bench: Bench, pushed: Case) -> None:
    bench.forge.green(FIX, "unit")
    quiet = replace(pushed, config=RepoConfig(mode=Mode.PUSH))
    assert ended(await bench.step(quiet))[0] is Stage.HEALED
