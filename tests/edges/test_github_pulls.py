"""Pull requests as the forge reads them, and pushes to them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.case import AutoMerge
from bot.core.errors import PermanentError, StaleError, TransientError
from bot.ports import PullStatus, Removal
from tests.edges.github_fake import reply
from tests.edges.github_world import (
    BASE,
    HEAD,
    OTHER,
    OURS,
    PR,
    REPO,
    TARGET,
    World,
    cleared,
    pull_data,
    pull_node,
    world,
)

GRAPHQL = "POST /graphql"


@pytest.fixture
async def here() -> AsyncIterator[World]:
    async with world() as made:
        yield made


async def test_a_pull_request_is_read_in_one_request(here: World) -> None:
    group = {"reason": "failed_checks", "createdAt": "2026-11-22T10:00:00Z"}
    here.wire.on(
        GRAPHQL,
        reply(
            pull_data(
                author={"__typename": "Bot", "login": "renovate"},
                autoMergeRequest={
                    "mergeMethod": "SQUASH",
                    "enabledBy": {"__typename": "User", "login": "bea"},
                },
                timelineItems={"nodes": [{**group, "beforeCommit": {"oid": OTHER}}]},
            )
        ),
    )

    pull = await here.forge.pull(REPO, PR)

    assert len(here.wire.asked(GRAPHQL)) == 1
    assert pull.author == "renovate[bot]"
    assert pull.auto_merge == AutoMerge(enabled_by="bea", method="SQUASH")
    assert pull.removal == Removal(
        reason="failed_checks", group=OTHER, at=datetime(2026, 11, 22, 10, tzinfo=UTC)
    )
    assert (pull.status, pull.head, pull.labels) == (PullStatus.OPEN, HEAD, frozenset({"bug"}))
    assert pull.may_push


async def test_ghosts_and_gone_forks_are_read_too(here: World) -> None:
    here.wire.on(GRAPHQL, reply(pull_data(author=None, headRepository=None, state="WEIRD")))

    pull = await here.forge.pull(REPO, PR)

    assert (pull.author, pull.head_repo, pull.may_push) == ("", None, False)
    assert pull.status is PullStatus.CLOSED


FORK = {"nameWithOwner": "ann/widgets", "parent": {"nameWithOwner": REPO}}
STRANGER = {"nameWithOwner": "ann/widgets", "parent": {"nameWithOwner": "evil/widgets"}}
PARENT = {"nameWithOwner": "up/widgets", "parent": None}


@pytest.mark.parametrize(
    ("head", "lent", "may_push"),
    [(FORK, True, True), (FORK, False, False), (STRANGER, True, False), (PARENT, True, False)],
)
async def test_only_a_fork_of_the_base_that_lends_its_branch_is_pushed_to(
    here: World, head: dict[str, Any], lent: bool, may_push: bool
) -> None:
    here.wire.on(GRAPHQL, reply(pull_data(headRepository=head, maintainerCanModify=lent)))

    assert (await here.forge.pull(REPO, PR)).may_push is may_push


async def test_a_part_that_github_refuses_to_show_does_not_hide_the_rest(here: World) -> None:
    private = {"nameWithOwner": "ann/widgets", "parent": None}
    refused = [{"type": "FORBIDDEN", "message": "Resource not accessible by integration"}]
    here.wire.on(GRAPHQL, reply({**pull_data(headRepository=private), "errors": refused}))

    assert not (await here.forge.pull(REPO, PR)).may_push


@pytest.mark.parametrize("data", [{"repository": {"pullRequest": None}}, {"repository": None}])
async def test_a_pull_request_that_is_not_there_is_a_permanent_error(
    here: World, data: dict[str, Any]
) -> None:
    missing = [{"type": "NOT_FOUND", "message": "Could not resolve to a PullRequest"}]
    here.wire.on(GRAPHQL, reply({"data": data, "errors": missing}))

    with pytest.raises(PermanentError):
        await here.forge.pull(REPO, PR)


async def test_only_pull_requests_that_left_the_queue_are_swept(here: World) -> None:
    left = {"nodes": [{"reason": "manual", "createdAt": "2026-11-22T10:00:00Z"}]}
    nodes = [pull_node(number=1), None, pull_node(number=2, timelineItems=left)]
    here.wire.on(GRAPHQL, reply({"data": {"repository": {"pullRequests": {"nodes": nodes}}}}))

    (found,) = await here.forge.recently_removed(REPO)

    assert found.number == 2
    assert found.removal is not None
    assert found.removal.group is None


async def test_a_stranger_has_no_rights(here: World) -> None:
    start = f"GET {BASE}/collaborators"
    here.wire.on(f"{start}/ghost/permission", reply({"message": "Not Found"}, 404))
    here.wire.on(f"{start}/odd/permission", reply({"permission": "triage?"}))
    here.wire.on(f"{start}/a%5Bbot%5D/permission", reply({"permission": "write"}))

    assert await here.forge.permission(REPO, "ghost") == "none"
    assert await here.forge.permission(REPO, "odd") == "none"
    assert await here.forge.permission(REPO, "a[bot]") == "write"


async def test_the_cleared_commit_is_pushed_where_the_head_is(here: World) -> None:
    here.wire.on(GRAPHQL, reply(pull_data()))

    assert await here.forge.push(TARGET, cleared()) == OURS
    assert here.git.pushed == [(TARGET, OURS)]


async def test_a_commit_that_is_there_already_is_not_pushed_again(here: World) -> None:
    here.wire.on(GRAPHQL, reply(pull_data(headRefOid=OURS, isInMergeQueue=True)))

    assert await here.forge.push(TARGET, cleared()) == OURS
    assert here.git.pushed == []


@pytest.mark.parametrize(
    "changed",
    [{"isInMergeQueue": True}, {"state": "CLOSED"}, {"state": "MERGED"}, {"headRefName": "new"}],
)
async def test_nothing_is_pushed_once_the_world_moved_on(
    here: World, changed: dict[str, Any]
) -> None:
    here.wire.on(GRAPHQL, reply(pull_data(**changed)))

    with pytest.raises(StaleError):
        await here.forge.push(TARGET, cleared())

    assert here.git.pushed == []


async def test_nothing_is_pushed_to_a_branch_that_nobody_lent(here: World) -> None:
    other = {"nameWithOwner": REPO, "parent": None}
    node = pull_data(headRepository=other, baseRepository={"nameWithOwner": "octo/else"})
    here.wire.on(GRAPHQL, reply(node))

    with pytest.raises(PermanentError, match="may not push"):
        await here.forge.push(TARGET, cleared())

    assert here.git.pushed == []


@pytest.mark.parametrize("error", [StaleError("moved"), TransientError("git", "cut")])
async def test_a_push_whose_answer_was_lost_is_found_done(here: World, error: Exception) -> None:
    here.git.error = error
    here.wire.on(GRAPHQL, reply(pull_data()), reply(pull_data(headRefOid=OURS)))

    assert await here.forge.push(TARGET, cleared()) == OURS


async def test_a_branch_that_somebody_else_moved_is_left_alone(here: World) -> None:
    here.git.error = StaleError("moved")
    here.wire.on(GRAPHQL, reply(pull_data()), reply(pull_data(headRefOid=OTHER)))

    with pytest.raises(StaleError):
        await here.forge.push(TARGET, cleared())
