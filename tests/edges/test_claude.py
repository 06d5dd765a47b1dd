"""The model's edge, over the wire against the scripted server."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.core.errors import EdgeError, ModelBusyError, PermanentError, TransientError
from bot.core.transcript import Conversation, Reply, ToolResult, ToolSpec
from bot.edges.claude import ClaudeModel
from bot.lab.model import ScriptedModel, say, stop, think, use

TALK = Conversation(
    model="claude-sonnet-5-5",
    system="You fix things.",
    tools=(ToolSpec(name="bash", definition={"type": "bash_20250124", "name": "bash"}),),
    turns=("Repository: acme/rocket\nAttempt: 1 of 3\n",),
)
TURNS = [
    [think("First look."), say("Looking."), use("bash", command="ls")],
    [say("SUCCESSFUL FIX")],
]


@pytest.fixture
async def server() -> AsyncIterator[ScriptedModel]:
    async with ScriptedModel() as running:
        running.play("acme/rocket", attempt=1, turns=TURNS)
        yield running


@pytest.fixture
async def claude(server: ScriptedModel) -> AsyncIterator[ClaudeModel]:
    model = ClaudeModel(api_key=server.api_key, base_url=server.url)
    yield model
    await model.close()


async def _refused(claude: ClaudeModel) -> EdgeError:
    with pytest.raises(EdgeError) as caught:
        await claude.reply(TALK, 4_000, 30)
    return caught.value


async def test_a_turn_comes_back_with_text_thinking_calls_and_usage(claude: ClaudeModel) -> None:
    reply = await claude.reply(TALK, 4_000, 30)

    assert (reply.text, reply.thinking, reply.stop_reason) == (
        "Looking.",
        "First look.",
        "tool_use",
    )
    assert [(call.name, call.args) for call in reply.calls] == [("bash", {"command": "ls"})]
    assert reply.usage.output > 0
    assert reply.request_id is not None
    assert [block["type"] for block in reply.content] == ["thinking", "text", "tool_use"]


async def test_the_whole_conversation_is_accepted_back(claude: ClaudeModel) -> None:
    first = await claude.reply(TALK, 4_000, 30)
    results = (ToolResult(call_id=first.calls[0].id, text=""),)

    second = await claude.reply(replace(TALK, turns=(*TALK.turns, first, results)), 4_000, 30)

    assert second.text == "SUCCESSFUL FIX"
    assert second.usage.cache_read > 0


async def test_the_request_asks_for_caching_summaries_and_a_stream(
    server: ScriptedModel, claude: ClaudeModel
) -> None:
    await claude.reply(TALK, 4_000, 30)
    body = server.messages[0].body

    assert body is not None
    assert body["stream"] is True
    assert body["cache_control"] == {"type": "ephemeral"}
    assert body["system"][0]["cache_control"] == {"type": "ephemeral"}
    assert body["thinking"] == {"type": "adaptive", "display": "summarized"}
    assert body["output_config"] == {"effort": "medium"}


async def test_the_count_is_at_least_what_is_billed(claude: ClaudeModel) -> None:
    counted = await claude.count(TALK)

    assert counted >= (await claude.reply(TALK, 4_000, 30)).usage.prompt


async def test_the_environment_does_not_decide_where_requests_go(
    server: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "ANTHROPIC_BASE_URL", "http://127.0.0.1:1")
    monkeypatch.setitem(os.environ, "ANTHROPIC_AUTH_TOKEN", "other")
    model = ClaudeModel(api_key=server.api_key, base_url=server.url)

    await model.reply(TALK, 4_000, 30)
    await model.close()

    assert "other" not in str(server.messages[0].headers)


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (400, "report it as a bug"),
        (401, "set a valid SELFHEAL_ANTHROPIC_API_KEY"),
        (402, "no credit"),
        (403, "may not use this model"),
        (404, "check SELFHEAL_MODELS"),
        (413, "too large"),
        (422, "was refused"),
    ],
)
async def test_a_final_refusal_says_what_to_do(
    server: ScriptedModel, claude: ClaudeModel, status: int, remedy: str
) -> None:
    server.will_fail(1, status)

    error = await _refused(claude)

    assert isinstance(error, PermanentError)
    assert remedy in str(error)
    assert "scripted fault" in str(error)


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529])
async def test_a_busy_service_is_worth_another_try_and_was_asked_once(
    server: ScriptedModel, claude: ClaudeModel, status: int
) -> None:
    server.will_fail(1, status, headers={"retry-after": "12"})

    error = await _refused(claude)

    assert isinstance(error, ModelBusyError)
    assert error.retry_after_s == 12
    assert len(server.messages) == 1


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [({"retry-after-ms": "1500"}, 1.5), ({"retry-after": "soon"}, 0), ({"retry-after": "nan"}, 0)],
)
async def test_how_long_to_wait_is_read_with_care(
    server: ScriptedModel, claude: ClaudeModel, headers: dict[str, str], wait_s: float
) -> None:
    server.will_fail(1, 429, headers=headers)

    error = await _refused(claude)

    assert isinstance(error, TransientError)
    assert error.retry_after_s == wait_s


@pytest.mark.parametrize("after_events", range(12))
async def test_a_stream_that_breaks_off_anywhere_may_have_cost_something(
    server: ScriptedModel, claude: ClaudeModel, after_events: int
) -> None:
    server.will_cut(1, after_events=after_events)

    error = await _refused(claude)

    assert isinstance(error, TransientError)
    assert not isinstance(error, ModelBusyError)


async def test_a_reply_that_takes_too_long_may_have_cost_something(
    server: ScriptedModel, claude: ClaudeModel
) -> None:
    server.will_hang(1)

    with pytest.raises(TransientError, match="in time") as caught:
        await claude.reply(TALK, 4_000, 0.05)

    assert not isinstance(caught.value, ModelBusyError)


async def test_a_closed_port_is_worth_another_try(server: ScriptedModel) -> None:
    model = ClaudeModel(api_key="k", base_url=server.url)
    await server.stop()

    with pytest.raises(TransientError, match="no connection"):
        await model.count(TALK)
    await model.close()


@pytest.mark.parametrize("reason", ["refusal", "max_tokens", "model_context_window_exceeded"])
async def test_an_odd_end_keeps_its_reason_and_hands_out_no_calls(
    server: ScriptedModel, claude: ClaudeModel, reason: str
) -> None:
    turn = [say("Well,"), use("bash", command="rm -rf build dist"), stop(reason)]
    server.play("acme/rocket", attempt=1, turns=[turn])

    reply = await claude.reply(TALK, 4_000, 30)

    assert (reply.stop_reason, reply.calls) == (reason, ())


async def test_a_cancelled_call_ends_at_once(server: ScriptedModel, claude: ClaudeModel) -> None:
    server.will_hang(1)
    call: asyncio.Task[Reply] = asyncio.ensure_future(claude.reply(TALK, 4_000, 30))
    await server.asked()

    call.cancel()

    with contextlib.suppress(asyncio.CancelledError):
        await call
    assert call.cancelled()


async def test_a_key_is_never_told_even_where_it_cannot_be_sent(server: ScriptedModel) -> None:
    claude = ClaudeModel(api_key="gateway-key\n0123456789", base_url=server.url)
    said = await _refused(claude)
    await claude.close()

    assert "0123456789" not in str(said)


async def test_the_line_end_of_a_key_that_was_read_from_a_file_is_no_part_of_it(
    server: ScriptedModel,
) -> None:
    claude = ClaudeModel(api_key=f"{server.api_key}\n", base_url=server.url)
    reply = await claude.reply(TALK, 4_000, 30)
    await claude.close()

    assert reply.stop_reason == "tool_use"
