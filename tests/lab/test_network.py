"""Webhooks that get lost, doubled or swapped, and answers that are errors."""

import uuid

from bot.lab.lab import Lab
from tests.lab.conftest import Client, Mailbox
from tests.lab.sample import green_pull, rocket
from tests.lab.test_graphql import DEQUEUE, read

REPO = "/repos/acme/rocket"


async def test_every_delivery_has_its_own_guid(lab: Lab, mailbox: Mailbox) -> None:
    await green_pull(await rocket(lab))
    await lab.idle()
    assert len(set(mailbox.guids)) == len(mailbox.guids) > 5
    assert all(str(uuid.UUID(guid)) == guid for guid in mailbox.guids)


async def test_a_lost_webhook_is_listed_as_failed_and_can_be_sent_again(
    lab: Lab, mailbox: Mailbox, client: Client
) -> None:
    pull = await green_pull(await rocket(lab))
    lab.network.drop("pull_request", "labeled")
    await lab.person("ada").label(pull, "one")
    await lab.idle()
    assert mailbox.payloads("pull_request", "labeled") == []
    jwt = client.app_token()
    _, failed = await client.call("GET", "/app/hook/deliveries?status=failure", token=jwt)
    assert [(f["event"], f["action"], f["status"]) for f in failed] == [
        ("pull_request", "labeled", "timed out")
    ]
    path = f"/app/hook/deliveries/{failed[0]['id']}"
    assert (await client.call("GET", path, token=jwt))[1]["request"]["payload"]["number"] == 1
    assert (await client.call("POST", f"{path}/attempts", token=jwt))[0] == 202
    await lab.idle()
    assert len(mailbox.payloads("pull_request", "labeled")) == 1
    _, newest = await client.call("GET", "/app/hook/deliveries?per_page=1", token=jwt)
    assert (newest[0]["guid"], newest[0]["redelivery"]) == (failed[0]["guid"], True)
    assert newest[0]["status"] == "OK"
    assert "cursor=1" in client.headers["Link"]


async def test_a_doubled_webhook_keeps_its_guid(lab: Lab, mailbox: Mailbox) -> None:
    pull = await green_pull(await rocket(lab))
    lab.network.double("issue_comment")
    await lab.person("ada").comment(pull, "hello")
    await lab.idle()
    assert len(mailbox.payloads("issue_comment", "created")) == 2
    assert len(mailbox.guids) == len(set(mailbox.guids)) + 1


async def test_two_webhooks_come_in_swapped_order(lab: Lab, mailbox: Mailbox) -> None:
    pull = await green_pull(await rocket(lab))
    await lab.idle()
    mailbox.heard.clear()
    lab.network.swap_next_two()
    ada = lab.person("ada")
    await ada.label(pull, "one")
    await ada.comment(pull, "two")
    await lab.idle()
    assert mailbox.names() == ["issue_comment.created", "pull_request.labeled"]


async def test_a_swap_without_a_successor_still_arrives(lab: Lab, mailbox: Mailbox) -> None:
    pull = await green_pull(await rocket(lab))
    await lab.idle()
    lab.network.swap_next_two("pull_request", "labeled")
    await lab.person("ada").label(pull, "one")
    await lab.idle()
    assert mailbox.names()[-1] == "pull_request.labeled"


async def test_a_receiver_that_is_down_or_refuses_fails_the_delivery(
    lab: Lab, mailbox: Mailbox
) -> None:
    pull = await green_pull(await rocket(lab))
    await lab.idle()
    lab.send_webhooks_to(f"{lab.url}/nothing")
    await lab.person("ada").label(pull, "one")
    await lab.idle()
    assert lab.deliveries[-1].status == "Invalid HTTP Response: 501"
    lab.unknown.clear()
    lab.send_webhooks_to("http://127.0.0.1:1/webhook")
    await lab.person("ada").label(pull, "two")
    await lab.idle()
    assert lab.deliveries[-1].status.startswith("failed to connect to host")
    assert mailbox.heard


async def test_faults_answer_as_often_as_they_were_asked_to(lab: Lab, client: Client) -> None:
    await rocket(lab)
    token = await client.token()
    lab.network.fail("GET", f"{REPO}/pulls*", 502, times=2)
    path = f"{REPO}/pulls"
    answers = [(await client.call("GET", path, token=token))[0] for _ in range(3)]
    assert answers == [502, 502, 200]
    lab.network.secondary_limit(f"{REPO}/*", retry_after_s=3)
    assert (await client.call("GET", path, token=token))[0] == 403
    assert client.headers["retry-after"] == "3"
    lab.network.fail("*", "/graphql", 429)
    assert (await client.call("POST", "/graphql", {"query": "{ viewer { login } }"}, token))[
        0
    ] == 429


async def test_graphql_may_fail_with_200(lab: Lab, client: Client) -> None:
    await rocket(lab)
    lab.network.fail_graphql("viewer", "RATE_LIMITED", "API rate limit exceeded")
    status, answer = await client.graphql("{ viewer { login } }")
    assert (status, answer["errors"][0]["type"]) == (200, "RATE_LIMITED")
    assert (await client.graphql("{ viewer { login } }"))[1]["data"]["viewer"][
        "login"
    ] == "selfheal"


async def test_a_dequeue_may_say_error_although_it_was_done(lab: Lab, client: Client) -> None:
    pull = await green_pull(await rocket(lab, min_merge=2))
    await lab.person("ada").enqueue(pull)
    identifier = (await read(client))["id"]
    lab.network.fail_graphql_but_do_it("dequeuePullRequest", "Failed to remove PR #1")
    _, answer = await client.graphql(DEQUEUE, input={"id": identifier})
    assert answer["errors"][0]["type"] == "UNPROCESSABLE"
    assert answer["data"] == {"dequeuePullRequest": None}
    assert not pull.queued
