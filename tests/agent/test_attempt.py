"""An attempt over the wire: the real client against the scripted server."""

import pytest

from bot.lab.model import ScriptedModel, say, stop, use
from bot.lab.model_script import Block
from tests.agent.world import FIX, HAPPY, NARROW, RIGHT, WRONG, World, lines


async def test_an_honest_fix_is_made_checked_and_reported(
    server: ScriptedModel, world: World
) -> None:
    server.play("acme/rocket", attempt=1, turns=HAPPY)

    tried = await world.attempt()

    assert (tried.status, tried.why_failed) == ("SUCCESSFUL FIX", "")
    assert tried.summary == "Add instead of subtracting"
    assert tried.root_cause == "the sign was wrong"
    assert world.box.files["add.py"].decode() == RIGHT
    assert [command for command, _ in world.box.ran] == ["cat add.py", NARROW, "pytest -q"]
    assert tried.turns == 4


async def test_the_transcript_has_times_costs_and_ends_with_the_verdict(
    server: ScriptedModel, world: World
) -> None:
    server.play("acme/rocket", attempt=1, turns=HAPPY)

    tried = await world.attempt()
    written = lines(tried)

    assert all(line["at"] == "2026-11-22T12:00:00+00:00" for line in written)
    kinds = [line["kind"] for line in written]
    assert kinds == [
        *("task", "model", "tool", "model", "tool", "model", "tool", "tool", "model", "tool"),
        "result",
    ]
    assert written[1]["thinking"] == "Look first."
    assert written[1]["request_id"].startswith("req_")
    assert written[2]["name"] == "bash"
    assert "return a - b" in written[2]["output"]
    assert written[-1]["result"] == "SUCCESSFUL FIX"
    assert sum(line.get("usd", 0) for line in written[:-1]) == pytest.approx(tried.cost_usd)


async def test_from_the_second_turn_on_the_prompt_is_read_from_the_cache(
    server: ScriptedModel, world: World
) -> None:
    server.play("acme/rocket", attempt=1, turns=HAPPY)

    usages = [line["usage"] for line in lines(await world.attempt()) if line["kind"] == "model"]

    assert usages[0]["cache_read"] == 0
    assert all(usage["cache_read"] > 0 for usage in usages[1:])


async def test_what_the_model_said_is_sent_back_as_it_was(
    server: ScriptedModel, world: World
) -> None:
    server.play("acme/rocket", attempt=1, turns=HAPPY)

    await world.attempt()
    requests = [asked.body for asked in server.messages]
    first, second = requests[0], requests[1]

    assert first is not None
    assert second is not None
    assert second["messages"][:1] == first["messages"]
    thought, said, called = second["messages"][1]["content"]
    assert (thought["type"], thought["thinking"]) == ("thinking", "Look first.")
    assert said == {"type": "text", "text": "I look."}
    assert (called["name"], called["input"]) == ("bash", {"command": "cat add.py"})
    assert second["messages"][2]["content"][0]["tool_use_id"] == called["id"]


async def test_the_money_in_the_ledger_is_what_the_attempt_cost(
    server: ScriptedModel, world: World
) -> None:
    server.play("acme/rocket", attempt=1, turns=HAPPY)

    tried = await world.attempt()

    assert world.ledger.total == pytest.approx(tried.cost_usd)
    assert len(world.ledger.charged) == tried.turns
    assert all(key.startswith("case-1:1:2026-11-22T12:00:00") for key in world.ledger.charged)


async def test_an_agent_may_abstain_in_words(server: ScriptedModel, world: World) -> None:
    server.play("acme/rocket", attempt=1, turns=[[say("FAILED FIX: the test contradicts itself")]])

    tried = await world.attempt()

    assert tried.status == "FAILED FIX"
    assert tried.why_failed == "the agent gave up: the test contradicts itself"
    assert world.box.files["add.py"].decode() == WRONG


async def test_an_agent_may_abstain_by_report(server: ScriptedModel, world: World) -> None:
    told = {"root_cause": "", "summary": "unclear what is meant", "files": [], "risk": ""}
    server.play("acme/rocket", attempt=1, turns=[[use("report", status="FAILED FIX", **told)]])

    tried = await world.attempt()

    assert tried.status == "FAILED FIX"
    assert tried.why_failed == "the agent gave up: unclear what is meant"
    assert lines(tried)[-1]["result"] == "FAILED FIX"


@pytest.mark.parametrize(
    ("turn", "why"),
    [
        ([say("I'd rather not."), stop("refusal")], "refused"),
        ([say("So"), FIX, stop("max_tokens")], "cut off"),
        ([FIX, stop("model_context_window_exceeded")], "outgrew"),
        ([say("All good now!")], "without saying"),
    ],
)
async def test_a_turn_that_ends_oddly_fails_and_runs_no_tool(
    server: ScriptedModel, world: World, turn: list[Block], why: str
) -> None:
    server.play("acme/rocket", attempt=1, turns=[turn])

    tried = await world.attempt()

    assert tried.status == "FAILED FIX"
    assert why in tried.why_failed
    assert world.box.files["add.py"].decode() == WRONG
