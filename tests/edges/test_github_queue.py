"""The merge queue: what counts is the state after a mutation, not what the mutation said."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.core.errors import PermanentError, StaleError, TransientError
from tests.edges.github_fake import reply
from tests.edges.github_world import HEAD, OTHER, REPO, World, queue_data, world

GRAPHQL = "POST /graphql"
ENTERED = {"data": {"enqueuePullRequest": {"mergeQueueEntry": {"id": "MQE_1"}}}}
IN = queue_data(isInMergeQueue=True, mergeQueueEntry={"id": "MQE_1"})


def refused(sentence: str) -> web.Response:
    error = {"type": "UNPROCESSABLE", "message": sentence, "path": ["enqueuePullRequest"]}
    return reply({"data": {"enqueuePullRequest": None}, "errors": [error]})


@pytest.fixture
async def here() -> AsyncIterator[World]:
    async with world() as made:
        yield made


async def test_an_entry_is_made_for_the_expected_head_and_looked_for(here: World) -> None:
    here.wire.on(GRAPHQL, reply(ENTERED), reply(IN))

    await here.forge.enqueue(REPO, "PR_5", HEAD)

    mutation, after = here.wire.asked(GRAPHQL)
    assert mutation.body["variables"] == {"id": "PR_5", "head": HEAD}
    assert "isInMergeQueue" in after.body["query"]


@pytest.mark.parametrize(
    "sentence",
    ["Pull request is already in the queue", "already queued", "Something nobody has seen"],
)
async def test_an_error_of_a_mutation_that_worked_is_success(here: World, sentence: str) -> None:
    here.wire.on(GRAPHQL, refused(sentence), reply(IN))

    await here.forge.enqueue(REPO, "PR_5", HEAD)


async def test_a_lost_answer_of_a_mutation_that_worked_is_success(here: World) -> None:
    here.wire.on(GRAPHQL, reply({"message": "bad gateway"}, 502), reply(IN))

    await here.forge.enqueue(REPO, "PR_5", HEAD)

    assert len(here.wire.asked(GRAPHQL)) == 2


async def test_a_pull_request_that_merged_at_once_is_success(here: World) -> None:
    here.wire.on(GRAPHQL, reply(ENTERED), reply(queue_data(state="MERGED")))

    await here.forge.enqueue(REPO, "PR_5", HEAD)


async def test_a_rule_that_forbids_it_is_told_in_githubs_words(here: World) -> None:
    said = 'Pull request Required status check "unit" is expected.'
    here.wire.on(GRAPHQL, refused(said), reply(queue_data()))

    with pytest.raises(PermanentError, match=said):
        await here.forge.enqueue(REPO, "PR_5", HEAD)


@pytest.mark.parametrize("changed", [{"headRefOid": OTHER}, {"state": "CLOSED"}])
async def test_a_head_that_moved_ends_quietly(here: World, changed: dict[str, Any]) -> None:
    here.wire.on(GRAPHQL, refused("Head sha did not match"), reply(queue_data(**changed)))

    with pytest.raises(StaleError):
        await here.forge.enqueue(REPO, "PR_5", HEAD)


async def test_an_entry_that_cannot_be_seen_is_tried_again(here: World) -> None:
    here.wire.on(GRAPHQL, reply(ENTERED), reply(queue_data()))

    with pytest.raises(TransientError, match="not in the queue"):
        await here.forge.enqueue(REPO, "PR_5", HEAD)


async def test_auto_merge_that_is_off_already_is_fine(here: World) -> None:
    here.wire.on(GRAPHQL, refused("Can't disable auto-merge"), reply(queue_data()))

    await here.forge.disable_auto_merge(REPO, "PR_5")


async def test_auto_merge_that_stays_on_is_an_error(here: World) -> None:
    on = queue_data(autoMergeRequest={"mergeMethod": "MERGE"})
    here.wire.on(GRAPHQL, refused("Resource not accessible"), reply(on))

    with pytest.raises(PermanentError, match="not accessible"):
        await here.forge.disable_auto_merge(REPO, "PR_5")


async def test_auto_merge_is_switched_on_again(here: World) -> None:
    done = {"data": {"enablePullRequestAutoMerge": {"pullRequest": {"id": "PR_5"}}}}
    here.wire.on(GRAPHQL, reply(done))

    await here.forge.enable_auto_merge(REPO, "PR_5", "SQUASH")

    (mutation,) = here.wire.asked(GRAPHQL)
    assert mutation.body["variables"] == {"id": "PR_5", "method": "SQUASH"}


async def test_auto_merge_of_a_queued_entry_needs_nothing(here: World) -> None:
    here.wire.on(GRAPHQL, refused("Pull request is in clean status"), reply(IN))

    await here.forge.enable_auto_merge(REPO, "PR_5", "SQUASH")


async def test_auto_merge_that_cannot_be_switched_on_is_an_error(here: World) -> None:
    here.wire.on(GRAPHQL, refused("Auto merge is not allowed"), reply(queue_data()))

    with pytest.raises(PermanentError, match="not allowed"):
        await here.forge.enable_auto_merge(REPO, "PR_5", "SQUASH")
