"""The queue, auto-merge and pushes against a local GitHub: every one is safe to repeat."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.case import AutoMerge
from bot.core.errors import PermanentError, StaleError
from bot.core.ids import PrNumber
from tests.edges.github_lab import REPO, Here, lab_world


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Here]:
    async with lab_world(tmp_path) as made:
        yield made


async def test_auto_merge_is_switched_off_and_on(here: Here) -> None:
    pull = await here.repo.open_pr(
        author="ann", branch="slow", title="Slow", files={"c.py": "C = 1\n"}, message="c"
    )
    number = PrNumber(pull.number)
    await here.lab.person("bea").enable_auto_merge(pull, "SQUASH")
    state = await here.forge.pull(REPO, number)
    assert state.auto_merge == AutoMerge(enabled_by="bea", method="SQUASH")

    await here.forge.disable_auto_merge(REPO, state.node_id)
    await here.forge.disable_auto_merge(REPO, state.node_id)
    assert pull.state.auto_merge is None
    await here.forge.enable_auto_merge(REPO, state.node_id, "SQUASH")
    assert [armed.method for armed in (pull.auto_merge,) if armed] == ["SQUASH"]


async def test_the_pull_request_enters_the_queue_once(here: Here) -> None:
    node = await here.node()

    await here.forge.enqueue(REPO, node, here.head)
    await here.forge.enqueue(REPO, node, here.head)

    assert here.pull.queued
    assert (await here.forge.pull(REPO, here.pr)).in_queue


async def test_an_error_of_the_queue_that_did_it_all_the_same_is_success(here: Here) -> None:
    here.lab.network.fail_graphql_but_do_it("enqueuePullRequest", "Something went wrong")

    await here.forge.enqueue(REPO, await here.node(), here.head)

    assert here.pull.queued


async def test_a_head_that_moved_is_not_enqueued(here: Here) -> None:
    node, old = await here.node(), here.head
    await here.lab.person("ann").push(here.pull, {"b.py": "B = 2\n"}, "b2")

    with pytest.raises(StaleError):
        await here.forge.enqueue(REPO, node, old)

    assert not here.pull.queued


async def test_a_rule_that_forbids_the_queue_is_told_in_githubs_words(here: Here) -> None:
    node = await here.node()
    await here.lab.person("ann").push(here.pull, {"b.py": "B = 2\n"}, "b2")

    with pytest.raises(PermanentError, match='Required status check "unit" is expected'):
        await here.forge.enqueue(REPO, node, here.head)


async def test_our_commit_is_pushed_and_pushing_it_again_changes_nothing(here: Here) -> None:
    fix, target = await here.fix(), here.target()

    assert await here.forge.push(target, fix) == fix.patch.commit
    assert await here.forge.push(target, fix) == fix.patch.commit

    assert here.pull.head == fix.patch.commit
    assert len(await here.pull.commits()) == 2


async def test_nothing_is_pushed_to_a_branch_that_moved_or_is_queued(here: Here) -> None:
    fix, target = await here.fix(), here.target()
    await here.lab.person("ann").enqueue(here.pull)
    with pytest.raises(StaleError):
        await here.forge.push(target, fix)

    await here.lab.person("ann").dequeue(here.pull)
    theirs = await here.lab.person("ann").push(here.pull, {"b.py": "B = 2\n"}, "b2")
    with pytest.raises(StaleError):
        await here.forge.push(target, fix)

    assert here.pull.head == theirs
