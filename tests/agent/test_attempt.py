"""An attempt over the wire: the real client against the scripted server."""

from collections.abc import AsyncIterator

import pytest

from bot.core.case import Signal, SignalKind
from bot.edges.claude import ClaudeModel
from bot.lab.model import ScriptedModel, say, stop, think, use
from tests.agent.world import CAPS, NARROW, RIGHT, WRONG, World, lines

EDITOR = "str_replace_based_edit_tool"
FIX = use(EDITOR, command="str_replace", path="add.py", old_str="a - b", new_str="a + b")
DONE = use(
    "report",
    status="SUCCESSFUL FIX",
    root_cause="the sign was wrong",
    summary="Add instead of subtracting",
    files=["add.py"],
    risk="none",
)
HAPPY = [
    [think("Look first."), say("I look."), use("bash", command="cat add.py")],
    [think("A wrong sign."), FIX],
    [use("run_check", name="unit", narrow=True), use("run_check", name="unit", narrow=False)],
    [DONE],
]


@pytest.fixture
async def server() -> AsyncIterator[ScriptedModel]:
    async with ScriptedModel() as running:
        yield running
    assert running.unplayed == []


@pytest.fixture
async def world(server: ScriptedModel) -> AsyncIterator[World]:
    model = ClaudeModel(api_key=server.api_key, base_url=server.url)
    yield World(model)
    await model.close()


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
    server: ScriptedModel, world: World, turn: list[dict[str, object]], why: str
) -> None:
    server.play("acme/rocket", attempt=1, turns=[turn])

    tried = await world.attempt()

    assert tried.status == "FAILED FIX"
    assert why in tried.why_failed
    assert world.box.files["add.py"].decode() == WRONG


async def test_an_overloaded_service_is_asked_again_and_nothing_is_charged_for_it(
    server: ScriptedModel, world: World
) -> None:
    server.play("acme/rocket", attempt=1, turns=HAPPY)
    server.will_fail(2, 529, headers={"retry-after": "7"})

    tried = await world.attempt()

    assert tried.status == "SUCCESSFUL FIX"
    assert world.clock.slept == [7.0]
    assert sorted(world.ledger.charged.values())[0] == 0.0


async def test_a_service_that_stays_down_fails_the_attempt_after_two_retries(
    server: ScriptedModel, world: World
) -> None:
    server.play("acme/rocket", attempt=1, turns=HAPPY)
    for nth in (1, 2, 3):
        server.will_fail(nth, 503)

    tried = await world.attempt()

    assert tried.status == "FAILED FIX"
    assert "could not be reached" in tried.why_failed
    assert world.clock.slept == [2.0, 10.0]
    assert tried.cost_usd == 0.0


async def test_a_stream_that_breaks_off_is_charged_at_its_worst_case_and_runs_nothing(
    server: ScriptedModel, world: World
) -> None:
    server.play("acme/rocket", attempt=1, turns=[[FIX], [DONE]])
    server.will_cut(1, after_events=6)

    tried = await world.attempt()
    first = min(world.ledger.reserved)

    assert tried.status == "SUCCESSFUL FIX"
    assert world.ledger.charged[first] == world.ledger.reserved[first].usd
    assert world.box.files["add.py"].decode() == RIGHT


async def test_a_refused_key_ends_the_attempt_with_what_to_do(world: World) -> None:
    server = ScriptedModel(api_key="another")
    await server.start()
    model = ClaudeModel(api_key="wrong", base_url=server.url)

    tried = await World(model).attempt()
    await model.close()
    await server.stop()

    assert tried.hopeless
    assert "set a valid SELFHEAL_ANTHROPIC_API_KEY" in tried.why_failed


async def test_without_room_below_the_cap_no_call_is_made(
    server: ScriptedModel, world: World
) -> None:
    server.play("acme/rocket", attempt=1, turns=HAPPY)

    tried = await world.attempt(caps=type(CAPS)(pr=0.02, day=50, month=1000))

    assert tried.why_failed.startswith("spend cap")
    assert server.messages == ()
    assert world.ledger.total == 0


async def test_a_small_cap_makes_replies_shorter(server: ScriptedModel, world: World) -> None:
    server.play("acme/rocket", attempt=1, turns=HAPPY)

    await world.attempt(caps=type(CAPS)(pr=0.06, day=50, month=1000))
    body = server.messages[0].body

    assert body is not None
    assert 2_000 <= body["max_tokens"] < 6_000
    assert world.ledger.most <= 0.06


@pytest.mark.parametrize("kind", [SignalKind.STOP, SignalKind.OVERTAKEN])
async def test_a_stop_ends_the_attempt_before_the_next_turn(
    server: ScriptedModel, world: World, kind: SignalKind
) -> None:
    def told(_: object) -> list[dict[str, object]]:
        at = world.clock.now()
        world.ledger.spoken.append(Signal(key="d1", kind=kind, by="ann", at=at))
        return [dict(use("bash", command="cat add.py"))]

    server.play("acme/rocket", attempt=1, turns=[told, [DONE]])

    tried = await world.attempt()

    assert tried.stopped
    assert tried.turns == 1
    assert len(server.messages) == 1


async def test_an_attempt_ends_at_its_deadline(server: ScriptedModel, world: World) -> None:
    def slow(_: object) -> list[dict[str, object]]:
        world.clock.forward(400)
        return [dict(use("bash", command="cat add.py"))]

    server.play("acme/rocket", attempt=1, turns=[slow] * 5)

    tried = await world.attempt()

    assert tried.why_failed == "no result after 15 minutes"
    assert tried.turns == 3
    assert [timeout for _, timeout in world.box.ran] == [120.0, 100.0, 1.0]


async def test_an_attempt_ends_after_its_turns(server: ScriptedModel, world: World) -> None:
    server.play("acme/rocket", attempt=1, turns=[[use("bash", command="cat add.py")]] * 4)

    tried = await world.attempt(max_turns=3)

    assert tried.why_failed == "no result after 3 turns"


async def test_a_wrong_call_is_answered_in_words_and_the_model_goes_on(
    server: ScriptedModel, world: World
) -> None:
    seen: list[str] = []

    def look(request: dict[str, object]) -> list[dict[str, object]]:
        messages = request["messages"]
        assert isinstance(messages, list)
        seen.extend(block["content"] for block in messages[-1]["content"])
        return [dict(DONE)]

    wrong = [
        use("launch"),
        use("bash"),
        use("run_check", name="nope", narrow=True),
        use(EDITOR, command="view", path="gone.py"),
        use("report", status="MAYBE", root_cause="", summary="", files=[], risk=""),
    ]
    server.play("acme/rocket", attempt=1, turns=[wrong, look])

    tried = await world.attempt()

    assert tried.status == "SUCCESSFUL FIX"
    assert [text.partition(";")[0] for text in seen] == [
        "there is no tool 'launch'",
        "Error: `command` must be a string",
        "Error: no check named 'nope'",
        "Error: [Errno 2] No such file: 'gone.py'",
        "Error: `status` must be one of: SUCCESSFUL FIX, FAILED FIX",
    ]


async def test_secrets_do_not_get_into_the_transcript(server: ScriptedModel, world: World) -> None:
    secret = "ghp_" + "a1B2" * 9
    server.play("acme/rocket", attempt=1, turns=[[say(f"FAILED FIX: I saw {secret}")]])

    tried = await world.attempt()

    assert secret.encode() not in tried.transcript
    assert b"[redacted]" in tried.transcript
