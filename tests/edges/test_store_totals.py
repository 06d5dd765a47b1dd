"""What the metrics count, on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

from bot.core.case import Case, Pushed
from bot.core.ids import CaseId
from bot.core.lifecycle import Stage
from bot.edges.store import SqlStore
from bot.ports import TIME_BOUNDS_S, Counted, Durations
from guards.verdict import Severity, Verdict
from tests.core.cases import DIAGNOSIS, FINDING, NOW, PATCH, attempt, case
from tests.edges.kept import WIDE, call

WARNING = replace(FINDING, guard="size", severity=Severity.WARN)
TWICE_REJECTED = Verdict(findings=(FINDING, replace(FINDING, line=9), WARNING))


def pushed(after_s: float, number: int = 1) -> Pushed:
    return Pushed(attempt=number, sha=PATCH.commit, at=NOW + timedelta(seconds=after_s))


def healed(name: str = "c1") -> Case:
    return case(
        id=CaseId(name),
        diagnosis=DIAGNOSIS,
        stage=Stage.HEALED,
        attempts=(
            attempt(1, verdict=TWICE_REJECTED, why_failed="rejected by the guards"),
            attempt(2, verdict=Verdict()),
        ),
        pushes=(pushed(120, 2), pushed(9_000, 2)),
        green_at=NOW + timedelta(seconds=20_000.5),
    )


def bucket(bound_s: int) -> tuple[int, ...]:
    return (*(int(bound == bound_s) for bound in TIME_BOUNDS_S), 0)


async def test_an_empty_store_has_counted_nothing(store: SqlStore) -> None:
    assert await store.counted() == Counted()


async def test_a_case_is_counted_with_its_attempts_findings_and_times(store: SqlStore) -> None:
    await store.open_case(healed())

    counted = await store.counted()

    assert (counted.cases, counted.open) == ({("test", "healed"): 1}, {})
    assert counted.attempts == {"rejected": 1, "pushed": 1}
    assert counted.findings == {("deleted_tests", "reject"): 2, ("size", "warn"): 1}
    assert counted.to_fix_push == Durations(counts=bucket(120), sum_s=120.0)
    above = (0,) * len(TIME_BOUNDS_S)
    assert counted.to_green == Durations(counts=(*above, 1), sum_s=20_000.5)


async def test_saving_a_case_again_counts_nothing_again(store: SqlStore) -> None:
    await store.open_case(healed())
    before = await store.counted()

    once = await store.save(healed())
    await store.save(once)

    assert await store.counted() == before


async def test_a_case_is_counted_as_it_goes_and_no_total_falls(store: SqlStore) -> None:
    opened = replace(healed(), stage=Stage.PUSHING, pushes=(), green_at=None)
    await store.open_case(opened)
    on_the_way = await store.counted()
    assert on_the_way.open == {("test", "pushing"): 1}
    assert (on_the_way.attempts, on_the_way.cases) == ({"rejected": 1}, {})

    waiting = await store.save(replace(opened, stage=Stage.WAITING_CI, pushes=(pushed(30, 2),)))
    red_ci = replace(waiting.attempts[1], why_failed="CI is red")
    again = replace(waiting, attempts=(waiting.attempts[0], red_ci), stage=Stage.ATTEMPTING)
    await store.save(replace(again, pushes=(pushed(30, 2), pushed(600, 3))))

    counted = await store.counted()
    assert counted.attempts == {"rejected": 1, "pushed": 1}
    assert counted.to_fix_push == Durations(counts=bucket(30), sum_s=30.0)
    assert counted.to_green == Durations()


async def test_a_clock_that_is_behind_makes_no_negative_time(store: SqlStore) -> None:
    await store.open_case(replace(healed(), pushes=(pushed(-5, 2),)))

    assert (await store.counted()).to_fix_push == Durations(counts=bucket(30), sum_s=0.0)


async def test_money_is_added_up_by_model_when_it_is_paid(store: SqlStore) -> None:
    for key, model, usd in [("a", "small", 0.25), ("b", "small", 0.5), ("c", "large", 2.0)]:
        await store.reserve(replace(call(key, 3.0), model=model), WIDE)
        await store.settle(key, usd)
    await store.reserve(replace(call("d", 3.0), model="large"), WIDE)

    assert (await store.counted()).spend_usd == {"small": 0.75, "large": 2.0}


async def test_a_save_that_lost_counts_nothing(store: SqlStore) -> None:
    opened = case(id=CaseId("c1"))
    await store.open_case(opened)
    await store.save(opened)

    assert not await store.open_case(healed())

    assert (await store.counted()).attempts == {}
