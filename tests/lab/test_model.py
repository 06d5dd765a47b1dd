"""The scripted server keeps the API's rules, so that a harness that breaks them is found out."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.lab.model import ScriptedModel, say, think, use

TASK = {"role": "user", "content": "Repository: acme/rocket\nPull request: #7\nAttempt: 2 of 3\n"}


@pytest.fixture
async def server() -> AsyncIterator[ScriptedModel]:
    async with ScriptedModel() as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


class Client:
    """Speaks plain JSON to the server."""

    def __init__(self, server: ScriptedModel, http: aiohttp.ClientSession) -> None:
        self._server = server
        self._http = http

    async def post(self, messages: list[dict[str, Any]], **more: Any) -> tuple[int, dict[str, Any]]:
        body = {
            "model": "claude-sonnet-5-5",
            "max_tokens": 1_000,
            "messages": messages,
            "cache_control": {"type": "ephemeral"},
            **more,
        }
        headers = {"X-Api-Key": self._server.api_key}
        url = f"{self._server.url}/v1/messages"
        async with self._http.post(url, json=body, headers=headers) as response:
            return response.status, await response.json()


@pytest.fixture
def client(server: ScriptedModel, http: aiohttp.ClientSession) -> Client:
    return Client(server, http)


def _said(message: dict[str, Any]) -> dict[str, Any]:
    return {"role": "assistant", "content": message["content"]}


def _answer(message: dict[str, Any], text: str) -> dict[str, Any]:
    call = next(block for block in message["content"] if block["type"] == "tool_use")
    block = {"type": "tool_result", "tool_use_id": call["id"], "content": text}
    return {"role": "user", "content": [block]}


async def test_the_same_conversation_gets_the_same_reply(
    server: ScriptedModel, client: Client
) -> None:
    server.play("acme/rocket", attempt=2, turns=[[think("hm"), use("bash", command="ls")]])

    _, first = await client.post([TASK])
    _, again = await client.post([TASK])

    assert first["content"] == again["content"]
    assert first["id"] == again["id"]


async def test_a_play_for_one_pull_request_goes_before_one_for_all(
    server: ScriptedModel, client: Client
) -> None:
    server.play("acme/rocket", attempt=2, turns=[[say("any")]])
    server.play("acme/rocket", attempt=2, pr=7, turns=[[say("seven")]])

    _, message = await client.post([TASK])

    assert message["content"] == [{"type": "text", "text": "seven"}]


async def test_a_script_may_react_to_what_a_tool_said(
    server: ScriptedModel, client: Client
) -> None:
    server.play(
        "acme/rocket",
        attempt=2,
        turns=[
            [use("bash", command="ls")],
            lambda request: [say(f"saw {request['messages'][-1]['content'][0]['content']}")],
        ],
    )

    _, first = await client.post([TASK])
    _, second = await client.post([TASK, _said(first), _answer(first, "README.md")])

    assert second["content"][0]["text"] == "saw README.md"


@pytest.mark.parametrize(
    "first", [TASK, {"role": "user", "content": "Hello"}, {"role": "user", "content": [TASK]}]
)
async def test_a_conversation_without_a_play_fails_and_is_kept(
    server: ScriptedModel, client: Client, first: dict[str, Any]
) -> None:
    if isinstance(first["content"], list):
        first = {"role": "user", "content": [{"type": "text", "text": TASK["content"]}]}

    _, message = await client.post([first])

    assert message["content"][0]["text"] == "FAILED FIX: no script"
    assert len(server.unplayed) == 1


async def test_a_script_that_runs_out_is_kept_too(server: ScriptedModel, client: Client) -> None:
    server.play("acme/rocket", attempt=2, turns=[[use("bash", command="ls")]])

    _, first = await client.post([TASK])
    await client.post([TASK, _said(first), _answer(first, "")])

    assert server.unplayed == ["Scene(repo='acme/rocket', pr=7, attempt=2): turn 2 of 1"]


async def test_history_may_only_be_appended_to(server: ScriptedModel, client: Client) -> None:
    server.play("acme/rocket", attempt=2, turns=[[think("hm"), use("bash", command="ls")]])

    _, first = await client.post([TASK])
    changed = {**TASK, "content": f"{TASK['content']} and more"}
    status, error = await client.post([changed, _said(first), _answer(first, "")])

    assert status == 400
    assert "history changed" in error["error"]["message"]


async def test_every_call_needs_its_answer(server: ScriptedModel, client: Client) -> None:
    server.play("acme/rocket", attempt=2, turns=[[use("bash", command="ls")]])

    _, first = await client.post([TASK])
    status, error = await client.post([TASK, _said(first), {"role": "user", "content": "go on"}])

    assert status == 400
    assert "tool_result" in error["error"]["message"]


async def test_what_the_api_does_not_know_is_refused(client: Client) -> None:
    assert (await client.post([TASK], temperature=0.5))[0] == 400
    assert (await client.post([]))[0] == 400
    assert (await client.post([{"role": "user"}]))[0] == 400
    assert (await client.post([TASK], max_tokens=0))[0] == 400
    assert (await client.post([{"role": "assistant", "content": "hi"}]))[0] == 400
    assert (await client.post([TASK, {"role": "system", "content": "hi"}]))[0] == 400
    assert (await client.post([TASK], model="claude-9"))[0] == 404


async def test_a_reply_longer_than_max_tokens_is_cut_off(
    server: ScriptedModel, client: Client
) -> None:
    server.play("acme/rocket", attempt=2, turns=[[say("word " * 400)]])

    _, message = await client.post([TASK], max_tokens=100)

    assert (message["stop_reason"], message["usage"]["output_tokens"]) == ("max_tokens", 100)


async def test_only_a_marked_prompt_is_cached(server: ScriptedModel, client: Client) -> None:
    server.play("acme/rocket", attempt=2, turns=[[say("hi")]])

    await client.post([TASK], cache_control=None)
    _, message = await client.post([TASK], cache_control=None)

    assert message["usage"]["cache_read_input_tokens"] == 0
    assert message["usage"]["cache_creation_input_tokens"] == 0


@pytest.mark.parametrize("how", ["Authorization", "X-Api-Key", "none"])
async def test_the_key_is_checked_wherever_it_stands(
    server: ScriptedModel, http: aiohttp.ClientSession, how: str
) -> None:
    headers = {
        "Authorization": {"Authorization": f"Bearer {server.api_key}"},
        "X-Api-Key": {"X-Api-Key": server.api_key},
        "none": {"X-Api-Key": "guess"},
    }[how]

    async with http.get(f"{server.url}/v1/models", headers=headers) as response:
        assert response.status == (401 if how == "none" else 200)


async def test_a_body_that_is_no_object_is_refused(
    server: ScriptedModel, http: aiohttp.ClientSession
) -> None:
    for body in (b"{", b"[]", b"\xff"):
        async with http.post(f"{server.url}/v1/messages", data=body) as response:
            assert response.status == 400
