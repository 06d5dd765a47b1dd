"""Comments, labels, reactions and the App's own lists."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.errors import PermanentError, TransientError
from bot.edges.github.transport import MAX_BODY_BYTES
from bot.ports import FailedDelivery, Installed
from tests.edges.github_fake import reply
from tests.edges.github_world import BASE, PR, REPO, World, world

LIST = f"GET {BASE}/issues/5/comments?per_page=30"
POST = f"POST {BASE}/issues/5/comments"
STICKY = "<!-- selfheal:sticky -->"


def comment(number: int, body: str, login: str = "selfheal[bot]") -> dict[str, Any]:
    return {"id": number, "body": body, "user": {"login": login}}


@pytest.fixture
async def here() -> AsyncIterator[World]:
    async with world() as made:
        made.wire.on(LIST, reply([]))
        made.wire.on(POST, reply({"id": 1}, 201))
        yield made


async def test_the_sticky_comment_is_made_once_and_then_edited_in_place(here: World) -> None:
    await here.forge.sticky(REPO, PR, "working")
    (made,) = here.wire.asked(POST)
    assert made.body == {"body": f"{STICKY}\nworking"}

    here.wire.on(LIST, reply([comment(1, "hi", "ann"), comment(2, f"{STICKY}\r\nworking\n")]))
    here.wire.on(f"PATCH {BASE}/issues/comments/2", reply({"id": 2}))
    await here.forge.sticky(REPO, PR, "working")
    assert here.wire.asked("PATCH") == []

    await here.forge.sticky(REPO, PR, "healed")
    (changed,) = here.wire.asked("PATCH")
    assert changed.body == {"body": f"{STICKY}\nhealed"}
    assert len(here.wire.asked(POST)) == 1


async def test_a_tag_in_somebody_elses_comment_or_in_a_quote_is_not_ours(here: World) -> None:
    here.wire.on(LIST, reply([comment(1, STICKY, "mallory"), comment(2, f"a log: {STICKY}")]))

    await here.forge.sticky(REPO, PR, "working")

    assert len(here.wire.asked(POST)) == 1


async def test_a_comment_is_bounded_and_hides_secrets(here: World) -> None:
    secret = "sk-ant-" + "a1" * 20

    await here.forge.sticky(REPO, PR, f"{secret} {'x' * 90_000}")

    (made,) = here.wire.asked(POST)
    assert secret not in made.body["body"]
    assert len(made.body["body"]) < 60_100
    assert made.body["body"].endswith("… (cut)")


async def test_an_answer_is_given_once_a_key(here: World) -> None:
    await here.forge.answer(REPO, PR, "delivery-1", "Stopped.")
    (made,) = here.wire.asked(POST)

    here.wire.on(LIST, reply([comment(3, made.body["body"])]))
    await here.forge.answer(REPO, PR, "delivery-1", "Stopped.")
    assert len(here.wire.asked(POST)) == 1
    await here.forge.answer(REPO, PR, "delivery-2", "Stopped.")
    assert len(here.wire.asked(POST)) == 2


async def test_a_key_cannot_close_its_hidden_tag(here: World) -> None:
    await here.forge.answer(REPO, PR, "x --> <script>", "hello")

    (made,) = here.wire.asked(POST)
    assert "script" not in made.body["body"]


async def test_a_comment_that_may_have_been_made_is_not_made_twice(here: World) -> None:
    here.wire.on(POST, reply({"message": "oops"}, 502))

    with pytest.raises(TransientError):
        await here.forge.answer(REPO, PR, "delivery-1", "Stopped.")

    assert len(here.wire.asked(POST)) == 1


@pytest.mark.parametrize("status", [200, 201])
async def test_a_reaction_is_fine_whether_new_or_there_already(here: World, status: int) -> None:
    here.wire.on(f"POST {BASE}/issues/comments/9/reactions", reply({"id": 1}, status))

    await here.forge.react(REPO, 9, "eyes")

    (made,) = here.wire.asked(f"POST {BASE}/issues/comments/9")
    assert made.body == {"content": "eyes"}


async def test_labels_are_added_and_removed(here: World) -> None:
    here.wire.on(f"POST {BASE}/issues/5/labels", reply([]))
    here.wire.on(f"DELETE {BASE}/issues/5/labels/selfheal:working", reply([]))
    here.wire.on(f"DELETE {BASE}/issues/5/labels/gone", reply({"message": "Not Found"}, 404))
    here.wire.on(f"DELETE {BASE}/issues/5/labels/locked", reply({"message": "no"}, 403))

    await here.forge.add_labels(REPO, PR, ["selfheal:working", "stop-updating"])
    await here.forge.add_labels(REPO, PR, [])
    await here.forge.remove_label(REPO, PR, "selfheal:working")
    await here.forge.remove_label(REPO, PR, "gone")
    with pytest.raises(PermanentError):
        await here.forge.remove_label(REPO, PR, "locked")

    (added,) = here.wire.asked(f"POST {BASE}/issues/5/labels")
    assert added.body == {"labels": ["selfheal:working", "stop-updating"]}


async def test_repositories_of_every_installation_are_listed(here: World) -> None:
    found = [{"id": 7}, {"id": 8, "suspended_at": "2026-01-01T00:00:00Z"}]
    here.wire.on("GET /app/installations?per_page=100", reply(found))
    repositories = [
        {"full_name": REPO, "default_branch": "main", "archived": False, "disabled": False},
        {"full_name": "octo/old", "default_branch": "main", "archived": True},
    ]
    here.wire.on(
        "GET /installation/repositories?per_page=100", reply({"repositories": repositories})
    )

    assert await here.forge.repositories() == (
        Installed(repo=REPO, installation=7, default_branch="main"),
    )
    (made,) = here.wire.asked("POST /app/installations/7/access_tokens")
    assert made.body == {"permissions": {"metadata": "read"}}


async def test_failed_deliveries_are_those_that_never_arrived_since(here: World) -> None:
    def delivery(number: int, guid: str, status: str, minute: int) -> dict[str, Any]:
        at = f"2026-11-22T11:{minute:02}:00.123Z"
        return {"id": number, "guid": guid, "status": status, "delivered_at": at, "event": "push"}

    here.wire.on(
        "GET /app/hook/deliveries?per_page=100",
        reply(
            [
                delivery(6, "healed", "OK", 50),
                delivery(5, "still", "timed out", 40),
                delivery(4, "healed", "Invalid HTTP Response: 500", 30),
                delivery(3, "still", "failed to connect", 20),
                delivery(2, "old", "failed to connect", 1),
            ]
        ),
    )
    here.wire.on("POST /app/hook/deliveries/5/attempts", reply({}, 202))

    (failed,) = await here.forge.failed_deliveries(datetime(2026, 11, 22, 11, 10, tzinfo=UTC))

    at = datetime(2026, 11, 22, 11, 40, 0, 123000, tzinfo=UTC)
    assert failed == FailedDelivery(id=5, guid="still", event="push", at=at)
    await here.forge.redeliver(failed)
    (again,) = here.wire.asked("POST /app/hook/deliveries/5/attempts")
    assert again.headers["authorization"].startswith("bearer ")


async def test_a_page_of_the_longest_comments_can_be_read(here: World) -> None:
    longest = "<" * 65_536
    escaped = json.dumps([comment(number, longest, "mallory") for number in range(30)])
    assert len(escaped.replace("<", "\\u003c")) < MAX_BODY_BYTES

    here.wire.on(LIST, reply([comment(1, longest, "mallory"), comment(2, f"{STICKY}\nworking")]))
    await here.forge.sticky(REPO, PR, "working")

    assert here.wire.asked(POST) == []
