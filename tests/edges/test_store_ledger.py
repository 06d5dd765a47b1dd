"""The ledger: no cap is passed, nothing is counted twice."""

import asyncio
import tempfile

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.ids import PrNumber
from bot.core.spend import Caps
from bot.edges.store import SqlStore
from tests.edges.kept import NOW, WIDE, call, opened


async def test_each_of_the_three_caps_holds(store: SqlStore) -> None:
    caps = Caps(pr=2.0, day=3.0, month=4.0)

    assert await store.reserve(call("a", 2.0), caps)
    assert not await store.reserve(call("pr", 0.01), caps)
    assert await store.reserve(call("b", 1.0, pr=8), caps)
    assert not await store.reserve(call("day", 0.01, pr=9), caps)
    assert await store.reserve(call("c", 1.0, pr=9, repo="else/where"), caps)
    assert not await store.reserve(call("month", 0.01, pr=9, repo="third/one"), caps)
    assert await store.reserve(call("d", 1.0, pr=9, days=20), caps)  # another month


async def test_a_reservation_counts_once_a_key_and_is_replaced_by_the_cost(store: SqlStore) -> None:
    for _ in range(3):
        assert await store.reserve(call("a", 2.0), Caps(pr=2.0, day=9, month=9))
    assert (await store.left("acme/rocket", PrNumber(7), NOW, WIDE)).pr == 998.0

    for _ in range(3):
        await store.settle("a", 0.25)
    await store.settle("unknown", 9.0)

    left = await store.left("acme/rocket", PrNumber(7), NOW, WIDE)
    assert (left.pr, left.day, left.month, left.usd) == (999.75, 999.75, 999.75, 999.75)


async def test_a_call_made_again_after_it_was_paid_costs_again(store: SqlStore) -> None:
    for _ in range(2):  # the process died between the payment and the save of the step
        assert await store.reserve(call("a", 1.0), WIDE)
        await store.settle("a", 0.5)

    assert (await store.left("acme/rocket", PrNumber(7), NOW, WIDE)).pr == 999.0
    assert not await store.reserve(call("a", 1.0), Caps(pr=1.5, day=9, month=9))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    calls=st.lists(
        st.tuples(st.integers(0, 5), st.floats(0, 1.2), st.integers(1, 2), st.floats(0, 1.2)),
        min_size=1,
        max_size=14,
    )
)
def test_no_cap_is_ever_passed_however_many_ask_at_once(
    calls: list[tuple[int, float, int, float]],
) -> None:
    caps = Caps(pr=1.0, day=1.5, month=9.0)

    async def one(store: SqlStore, key: int, usd: float, pr: int, cost: float) -> None:
        if await store.reserve(call(f"{pr}-{key}", usd, pr=pr), caps):
            await store.settle(f"{pr}-{key}", min(usd, cost))

    async def run(url: str) -> tuple[float, float, float]:
        async with opened(url) as first, opened(url) as second:
            asked = [one((first, second)[number % 2], *each) for number, each in enumerate(calls)]
            await asyncio.gather(*asked)
            left = [await first.left("acme/rocket", PrNumber(pr), NOW, caps) for pr in (1, 2)]
            return left[0].pr, left[1].pr, left[0].day

    with tempfile.TemporaryDirectory() as folder:
        assert min(asyncio.run(run(f"sqlite:///{folder}/x.db"))) >= 0


async def test_concurrent_reservations_stay_under_the_cap(database_url: str) -> None:
    caps = Caps(pr=1.0, day=9.0, month=9.0)
    async with opened(database_url) as first, opened(database_url) as second:
        answers = await asyncio.gather(
            *((first, second)[n % 2].reserve(call(f"{n}", 0.3), caps) for n in range(12))
        )

    assert sum(answers) == 3
