"""What is changed on a pull request while we work, and that it is put back on every way out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.case import AutoMerge, Case, Held, Signal, SignalKind
from bot.core.errors import PermanentError
from bot.core.ids import Sha
from bot.core.lifecycle import Stage
from bot.core.repo_config import Mode, RepoConfig
from bot.ports import PullStatus
from tests.core.cases import ENTRY, NOW, attempt, case
from tests.heal.world import Bench, ended

ARMED = AutoMerge(enabled_by="ada", method="SQUASH")
KNOWN = case(entry=replace(ENTRY, removed_at=NOW), node_id="PR_7", stage=Stage.HOLDING)
WAITS = replace(KNOWN, stage=Stage.NEEDS_HUMAN, attempts=(attempt(1),))


def armed(bench: Bench) -> str:
    """How it merges when ready; "" when that is off."""
    found = bench.forge.state.auto_merge
    return found.method if found else ""


async def held(bench: Bench) -> Case:
    planned = await bench.step(KNOWN)
    assert planned.stage is Stage.HOLDING  # saved before anything is changed
    return await bench.step(planned)


@pytest.mark.parametrize("outcome", [Stage.GAVE_UP, Stage.STOPPED, Stage.OVERTAKEN])
async def test_auto_merge_and_labels_are_as_before(bench: Bench, outcome: Stage) -> None:
    bench.forge.change(auto_merge=ARMED, author="renovate[bot]", labels=frozenset({"deps"}))
    working = await held(bench)
    assert armed(bench) == ""
    assert bench.forge.state.labels == {"deps", "selfheal:working", "stop-updating"}

    for _ in range(2):  # a crash before it was saved
        assert (await bench.step(working.end(outcome, "because"))).stage is outcome

    assert armed(bench) == "SQUASH"
    human = {"selfheal:needs-human"} if outcome is Stage.GAVE_UP else set()
    assert bench.forge.state.labels == {"deps"} | human


async def test_our_label_of_a_case_that_died_is_taken_away(bench: Bench) -> None:
    bench.forge.change(labels=frozenset({"selfheal:working"}))
    await bench.step((await held(bench)).end(Stage.OVERTAKEN, "ada pushed"))
    assert bench.forge.state.labels == frozenset()


async def test_the_last_word_is_said_also_when_auto_merge_is_refused(bench: Bench) -> None:
    bench.forge.refuse["enable_auto_merge"] = PermanentError("github: clean status")
    working = replace(KNOWN, held=Held(auto_merge=ARMED))

    over = await bench.step(working.end(Stage.GAVE_UP, "No."))

    assert over.stage is Stage.GAVE_UP
    assert "Merge-when-ready was on before" in bench.forge.said[-1]
    assert bench.forge.reports[ENTRY.head].conclusion == "action_required"


async def test_no_check_run_is_left_in_progress_on_an_older_head(bench: Bench) -> None:
    entry = replace(KNOWN.entry, head=Sha("9" * 40))
    tried = replace(KNOWN, entry=entry, attempts=(attempt(1),), held=Held())
    await bench.step(tried.end(Stage.GAVE_UP, "No."))
    assert set(bench.forge.reports) == {ENTRY.head, entry.head}


@pytest.mark.parametrize(
    ("quiet", "spoken"),
    [
        (KNOWN.end(Stage.OVERTAKEN, "ada pushed"), False),
        (replace(KNOWN, enqueued=ENTRY.head).end(Stage.OVERTAKEN, "it left the queue"), True),
        (replace(KNOWN, config=RepoConfig(mode=Mode.OFF)).end(Stage.EXPLAINED, "off"), False),
    ],
)
async def test_we_speak_last_only_where_we_spoke_before(
    bench: Bench, quiet: Case, spoken: bool
) -> None:
    await bench.step(quiet)
    assert bool(bench.forge.said) is spoken
    assert bool(bench.forge.reports) is spoken


async def test_a_fork_that_may_not_be_pushed_to_is_explained_and_not_touched(bench: Bench) -> None:
    bench.forge.change(may_push=False, head_repo="bob/rocket")

    outcome, why = ended(await bench.step(KNOWN))

    assert outcome is Stage.EXPLAINED
    assert "Allow edits by maintainers" in why
    assert bench.forge.asked == ["pull"]


async def test_what_a_person_did_meanwhile_is_seen_before_money_is_spent(bench: Bench) -> None:
    bench.forge.change(head=Sha("9" * 40))
    assert ended(await bench.step(KNOWN)) == (Stage.OVERTAKEN, "the branch has new commits")


async def test_github_may_call_it_queued_for_a_moment_more(bench: Bench) -> None:
    bench.forge.change(in_queue=True)
    assert await bench.step(KNOWN) == KNOWN


async def test_a_person_is_asked_once_however_often_the_sweep_comes_by(bench: Bench) -> None:
    asked = await bench.step(WAITS)
    bench.forge.change(labels=frozenset())  # somebody tidied up

    assert await bench.step(asked) == asked

    assert len(bench.forge.said) == 1
    assert bench.forge.state.labels == frozenset()


async def test_what_waits_for_a_person_ends_when_it_was_merged_by_hand(bench: Bench) -> None:
    bench.forge.change(status=PullStatus.MERGED)
    assert ended(await bench.step(WAITS))[0] is Stage.OVERTAKEN


async def test_a_hint_takes_the_question_back(bench: Bench) -> None:
    asked = await bench.step(WAITS)
    later = NOW + timedelta(seconds=5)
    await bench.store.signal(asked.id, Signal(key="k", kind=SignalKind.HINT, by="ada", at=later))

    assert (await bench.step(asked)).stage is Stage.ATTEMPTING
    assert bench.forge.state.labels == {"selfheal:working"}
