"""Money is set aside before a call and settled after it: no cap is ever passed."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.errors import ConfigError, ModelBusyError, PermanentError, TransientError
from bot.core.ids import PrNumber
from bot.core.spend import Caps
from bot.core.transcript import Conversation, Reply, ToolCall, Usage
from bot.edges.store import SqlStore
from tests.agent.world import MODEL, World
from tests.fakes.model import ListedModel, Next

LOOK = {"command": "cat add.py"}
FAILURES: Sequence[Exception] = (
    TransientError("claude", "the reply broke off"),
    ModelBusyError("claude", "HTTP 529"),
)


def _reply(share: tuple[float, float, float]) -> Callable[[Conversation, int], Reply]:
    """A turn that uses shares of its prompt and of its `max_tokens`."""

    def turn(conversation: Conversation, max_tokens: int) -> Reply:
        call = ToolCall(id=f"t{len(conversation.turns)}", name="bash", args=LOOK)
        read = int(10_000 * share[0])
        written = int((10_000 - read) * share[1])
        usage = Usage(
            fresh=10_000 - read - written,
            cache_write=written,
            cache_read=read,
            output=int(max_tokens * share[2]),
        )
        return Reply(content=(), text="", stop_reason="tool_use", usage=usage, calls=(call,))

    return turn


SHARES = st.floats(0, 1)
TURNS = st.one_of(
    st.builds(_reply, st.tuples(SHARES, SHARES, SHARES)), st.sampled_from(list(FAILURES))
)


@settings(max_examples=60, deadline=None)
@given(turns=st.lists(TURNS, min_size=1, max_size=30), cap=st.floats(0, 1.5))
def test_settled_and_reserved_money_never_passes_the_cap(turns: list[Next], cap: float) -> None:
    async def play() -> None:
        world = World(ListedModel([*turns, *[FAILURES[1]] * 3], prompt_tokens=10_000))

        tried = await world.attempt(caps=Caps(pr=cap, day=50, month=50))

        assert world.ledger.most <= cap
        assert tried.cost_usd == pytest.approx(world.ledger.total)

    asyncio.run(play())


async def test_a_cap_that_somebody_else_used_up_is_kept() -> None:
    world = World(ListedModel([_reply((0, 0, 0.1))] * 3))

    tried = await world.attempt(caps=Caps(pr=5, day=0.001, month=50))

    assert tried.why_failed.startswith("spend cap")
    assert not world.ledger.reserved


async def test_a_cancelled_attempt_leaves_its_reservation_standing() -> None:
    class Waiting(ListedModel):
        async def reply(
            self, conversation: Conversation, max_tokens: int, timeout_s: float
        ) -> Reply:
            called.set()
            await asyncio.Event().wait()
            return await super().reply(conversation, max_tokens, timeout_s)

    called = asyncio.Event()
    world = World(Waiting([]))
    running = asyncio.ensure_future(world.attempt())
    await called.wait()

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    (reservation,) = world.ledger.reserved.values()
    assert world.ledger.total == reservation.usd


async def test_an_attempt_that_runs_again_reserves_anew() -> None:
    world = World(ListedModel([PermanentError("claude: no credit")] * 2))

    await world.attempt()
    world.clock.forward(1)
    await world.attempt()

    assert len(world.ledger.reserved) == 2


async def test_a_model_without_a_price_is_never_called() -> None:
    model = ListedModel([])

    with pytest.raises(ConfigError, match="no price"):
        await World(model).attempt(model=f"{MODEL}-next")

    assert model.asked == []


async def test_waiting_never_goes_past_the_deadline() -> None:
    busy = ModelBusyError("claude", "HTTP 429", retry_after_s=3_600)
    world = World(ListedModel([busy]))

    tried = await world.attempt()

    assert tried.why_failed == "no result after 15 minutes"
    assert world.clock.slept == []


async def test_the_durable_ledger_holds_what_the_attempt_says_it_cost(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path / 'ledger.db'}")
    await store.open()
    world = World(ListedModel([_reply((0.2, 0.5, 1.0))] * 99, prompt_tokens=10_000))
    world.ports = replace(world.ports, store=store)
    caps = Caps(pr=0.5, day=50, month=50)

    tried = await world.attempt(caps=caps)
    left = await store.left("acme/rocket", PrNumber(7), world.clock.now(), caps)
    await store.close()

    assert tried.why_failed.startswith("spend cap")
    assert 0 <= left.pr < 0.06
    assert caps.pr - left.pr == pytest.approx(tried.cost_usd, abs=1e-5 * tried.turns)
