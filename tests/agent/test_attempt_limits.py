"""What ends an attempt early, over the wire: faults, money, time and a person's word."""

import pytest

from bot.core.case import Signal, SignalKind
from bot.edges.claude import ClaudeModel
from bot.lab.model import ScriptedModel, say, use
from bot.lab.model_script import Block, Request
from tests.agent.world import CAPS, DONE, EDITOR, FIX, HAPPY, RIGHT, World


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
    def told(_: Request) -> list[Block]:
        at = world.clock.now()
        world.ledger.spoken.append(Signal(key="d1", kind=kind, by="ann", at=at))
        return [use("bash", command="cat add.py")]

    server.play("acme/rocket", attempt=1, turns=[told, [DONE]])

    tried = await world.attempt()

    assert tried.stopped
    assert tried.turns == 1
    assert len(server.messages) == 1


async def test_an_attempt_ends_at_its_deadline(server: ScriptedModel, world: World) -> None:
    def slow(_: Request) -> list[Block]:
        world.clock.forward(400)
        return [use("bash", command="cat add.py")]

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

    def look(request: Request) -> list[Block]:
        seen.extend(block["content"] for block in request["messages"][-1]["content"])
        return [DONE]

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
