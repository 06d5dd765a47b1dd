"""Back into the queue, and what comes of it there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.case import Case, Signal, SignalKind
from bot.core.errors import PermanentError
from bot.core.ids import Sha
from bot.core.lifecycle import Stage
from bot.intake import open_case, overtake
from bot.ports import Group, PullStatus
from tests.core.cases import ENTRY, NOW, case
from tests.fakes.forge import removed
from tests.heal.world import Bench, ended

AGAIN = Group(
    repo=ENTRY.repo,
    installation=1,
    head=Sha("f" * 40),
    base=Sha("e" * 40),
    base_branch="main",
    pr=ENTRY.pr,
    seen_at=NOW,
)
KNOWN = case(entry=replace(ENTRY, removed_at=NOW))
REQUEUING = KNOWN.to(Stage.REQUEUING)
WATCHING = KNOWN.to(Stage.WATCHING)


async def test_a_refusal_is_explained_with_githubs_reason(bench: Bench) -> None:
    bench.forge.refuse["enqueue"] = PermanentError("github: The last push must be approved.")

    outcome, why = ended(await bench.step(REQUEUING))

    assert outcome is Stage.GAVE_UP
    assert "does not let it into the queue: The last push must be approved." in why


async def test_it_is_not_queued_twice_by_one_who_died_after_queueing(bench: Bench) -> None:
    bench.forge.change(removal=removed("failed_checks"))

    assert (await bench.step(REQUEUING)).stage is Stage.WATCHING
    assert bench.forge.enqueued == []


async def test_one_who_died_while_it_merged_sees_it_merged(bench: Bench) -> None:
    bench.forge.change(status=PullStatus.MERGED)

    watching = await bench.step(REQUEUING)

    assert ended(await bench.step(watching)) == (Stage.HEALED, "Merged.")


async def test_a_second_ejection_goes_on_in_the_same_case(bench: Bench) -> None:
    await bench.store.saw_group(AGAIN)
    bench.forge.change(removal=removed("failed_checks", AGAIN.head))

    again = await bench.step(WATCHING)

    assert again.stage is Stage.COLLECTING
    assert (again.entry.group, again.entry.base) == (AGAIN.head, AGAIN.base)
    assert await bench.step(again.to(Stage.WATCHING)) == again.to(Stage.WATCHING)


@pytest.mark.parametrize("reason", ["manual", "merge_conflict", "queue_cleared"])
async def test_any_other_removal_is_left_to_people(bench: Bench, reason: str) -> None:
    bench.forge.change(removal=removed(reason, None))
    assert ended(await bench.step(WATCHING))[0] is Stage.OVERTAKEN


async def test_records_that_lag_are_waited_for(bench: Bench) -> None:
    assert await bench.step(WATCHING) == WATCHING


async def test_a_group_that_a_case_has_been_through_opens_no_other(bench: Bench) -> None:
    gone = replace(KNOWN, entry=replace(ENTRY, group=AGAIN.head), stage=Stage.GAVE_UP)
    await bench.store.open_case(gone)
    bench.forge.change(removal=removed("failed_checks", AGAIN.head))

    assert await open_case(bench.forge.state, AGAIN, "CI_FAILURE", bench.ports) == KNOWN.id
    assert await bench.newest(KNOWN) == gone


@pytest.mark.parametrize("stage", [Stage.WAITING_CI, Stage.REQUEUING, Stage.WATCHING])
async def test_a_case_that_will_see_it_by_itself_keeps_it(bench: Bench, stage: Stage) -> None:
    await bench.store.open_case(KNOWN.to(stage))
    assert await open_case(bench.forge.state, AGAIN, "CI_FAILURE", bench.ports) == KNOWN.id


async def test_a_case_still_at_work_makes_room_for_a_new_ejection(bench: Bench) -> None:
    await bench.store.open_case(KNOWN.to(Stage.ATTEMPTING))
    bench.clock.time = NOW + timedelta(minutes=5)

    opened = await open_case(bench.forge.state, AGAIN, "CI_FAILURE", bench.ports)

    assert opened != KNOWN.id
    assert [signal.text for signal in await bench.store.signals(KNOWN.id)] == [
        "it was queued again, and failed again"
    ]


async def overtaken(bench: Bench, known: Case) -> int:
    """How many signals a webhook of a person's act leaves."""
    await bench.store.open_case(known)
    await overtake(
        ENTRY.repo, ENTRY.pr, by="ada", why="ada did it", delivery="guid", ports=bench.ports
    )
    return len(await bench.store.signals(known.id))


async def test_a_late_webhook_of_what_was_before_stops_nothing(bench: Bench) -> None:
    assert await overtaken(bench, KNOWN.to(Stage.ATTEMPTING)) == 0


async def test_what_is_true_now_stops_it(bench: Bench) -> None:
    bench.forge.change(head=Sha("9" * 40))
    assert await overtaken(bench, KNOWN.to(Stage.ATTEMPTING)) == 1


async def test_who_was_told_to_stop_leaves_the_same_commits_alone(bench: Bench) -> None:
    await bench.store.open_case(KNOWN.to(Stage.STOPPED))
    stop = Signal(key="k", kind=SignalKind.STOP, by="ada", at=NOW)
    await bench.store.signal(KNOWN.id, stop)
    assert await open_case(bench.forge.state, AGAIN, "CI_FAILURE", bench.ports) == KNOWN.id

    bench.forge.change(head=Sha("9" * 40))

    assert await open_case(bench.forge.state, AGAIN, "CI_FAILURE", bench.ports) != KNOWN.id
