"""The engine in one piece: deliveries in, cases carried to their ends, on both databases."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import events
from bot.core import codec
from bot.core.case import Case, Signal, SignalKind
from bot.core.errors import PermanentError, TransientError
from bot.core.ids import CaseId
from bot.core.lifecycle import Stage
from bot.edges.store import SqlStore
from bot.engine import Engine, EngineConfig
from bot.events import Noted
from bot.ports import Ports
from tests.engine.tiny import PATH, QuickClock, Run, World, case, started, straight, with_steps

RELEASED = (*PATH, Stage.RELEASING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the test's own handler sees."""

    key: str
    text: str
    wakes: tuple[str, ...] = ()


class Handler:
    """A handler whose deeds a test can read."""

    NAME = "said"
    EVENT = "issue_comment"
    ACTIONS: frozenset[str] = frozenset()
    Seen = Said

    def __init__(self) -> None:
        self.acted: list[tuple[str, str]] = []
        self.errors: list[Exception] = []

    def read(self, payload: Mapping[str, Any]) -> Said | None:
        del payload
        return None

    async def act(self, seen: Said, delivery: str, /, ports: Ports) -> tuple[CaseId, ...]:
        del ports
        await asyncio.sleep(0)
        if self.errors:
            raise self.errors.pop()
        self.acted.append((delivery, seen.text))
        return tuple(CaseId(name) for name in seen.wakes)


@pytest.fixture
def handler() -> Iterator[Handler]:
    """Our handler on the shelf, as long as the test runs."""
    made = Handler()
    events.BY_NAME["said"] = made
    yield made
    del events.BY_NAME["said"]


def said(text: str, key: str = "acme/rocket#7", wakes: Sequence[str] = ()) -> Noted:
    seen = codec.dumps(Said(key=key, text=text, wakes=tuple(wakes)))
    return Noted(handler="said", partition=key, seen=seen)


@pytest.fixture
def world(database_url: str) -> World:
    return World(url=database_url, steps=straight(), store=SqlStore(database_url))


@pytest.fixture
def lite(tmp_path: Path) -> World:
    """A world on SQLite, for what does not depend on the database."""
    url = f"sqlite:///{tmp_path}/selfheal.db"
    return World(url=url, steps=straight(), store=SqlStore(url))


def world_of(lite: World, **steps: Run) -> World:
    return World(url=lite.url, steps=dict(with_steps(**steps)), store=lite.store, clock=lite.clock)


async def test_a_case_is_carried_from_its_first_stage_to_its_end(world: World) -> None:
    async with started(world):
        await world.open_case()

        case = await world.woken()

    assert case.stage is Stage.HEALED
    assert [moment.stage for moment in case.story] == [*RELEASED[1:], Stage.HEALED]
    assert case.story[0].note == "did collecting"
    assert case.version == len(RELEASED)


async def test_a_delivery_wakes_the_cases_its_handler_names(world: World, handler: Handler) -> None:
    async with started(world):
        await world.open_case()

        await world.engine.inbox.put([said("go", wakes=["c1", "unknown"])], "guid-1")
        await world.engine.idle()

        assert (await world.case()).stage is Stage.HEALED
    assert handler.acted == [("guid-1", "go")]


async def test_a_delivery_is_handled_once_however_often_it_comes(
    world: World, handler: Handler
) -> None:
    async with started(world):
        twice = [world.engine.inbox.put([said("go")], "guid-1") for _ in range(5)]
        await asyncio.gather(*twice)
        await world.engine.idle()
        await world.engine.inbox.put([said("go")], "guid-1")
        await world.engine.idle()

    async with started(world):
        await world.engine.inbox.put([said("go")], "guid-1")
        await world.engine.idle()

    assert handler.acted == [("guid-1", "go")]


async def test_deliveries_of_a_pull_request_are_handled_in_their_order(
    world: World, handler: Handler
) -> None:
    async with started(world):
        for number in range(12):
            key = f"acme/rocket#{number % 2}"
            await world.engine.inbox.put([said(str(number), key)], f"guid-{number}")
        await world.engine.idle()

    texts = [int(text) for _, text in handler.acted]
    assert [text for text in texts if text % 2] == [1, 3, 5, 7, 9, 11]
    assert [text for text in texts if not text % 2] == [0, 2, 4, 6, 8, 10]


async def test_what_is_put_before_a_stop_is_handled_after_the_next_start(
    world: World, handler: Handler
) -> None:
    async with started(world, work=False):
        await world.engine.inbox.put([said("go")], "guid-1")
        assert await world.engine.depth() == {"prs": 1, "heal": 0}

    assert handler.acted == []
    async with started(world):
        await world.engine.idle()
    assert handler.acted == [("guid-1", "go")]


async def test_a_handler_is_tried_again_while_a_service_is_down(
    lite: World, handler: Handler
) -> None:
    handler.errors = [TransientError("github", "502") for _ in range(5)]
    async with started(lite):
        await lite.engine.inbox.put([said("go")], "guid-1")
        await lite.engine.idle()

    assert handler.acted == [("guid-1", "go")]
    assert lite.clock.slept == [2, 4, 8, 16, 32]


async def test_a_broken_handler_holds_nobody_else_up(lite: World, handler: Handler) -> None:
    handler.errors = [ZeroDivisionError("a bug")]
    async with started(lite):
        await lite.engine.inbox.put([said("broken")], "guid-1")
        await lite.engine.idle()
        await lite.engine.inbox.put([said("fine")], "guid-2")
        await lite.engine.idle()

    assert handler.acted == [("guid-2", "fine")]


async def test_many_at_once_share_commits_and_none_is_lost(lite: World, handler: Handler) -> None:
    async with started(lite):
        await asyncio.gather(
            *(
                lite.engine.inbox.put([said(str(n), f"acme/rocket#{n}")], f"guid-{n}")
                for n in range(300)
            )
        )
        await lite.engine.idle()

    assert sorted(int(text) for _, text in handler.acted) == list(range(300))


async def test_one_case_never_runs_twice_at_once(lite: World) -> None:
    running, most = 0, 0

    async def watched(case: Case, _ports: Ports) -> Case:
        nonlocal running, most
        running, most = running + 1, max(most, running + 1)
        await asyncio.sleep(0.05)
        running -= 1
        return case

    world = world_of(lite, collecting=watched)
    async with started(world):
        await world.open_case()
        for number in range(4):
            await world.engine.wake(CaseId("c1"), f"why-{number}")
        await world.engine.idle()

    assert most == 1


async def test_a_step_cut_off_by_a_stop_is_run_again_and_the_case_ends(lite: World) -> None:
    reached, runs = asyncio.Event(), 0

    async def slow(case: Case, _ports: Ports) -> Case:
        nonlocal runs
        runs += 1
        if runs == 1:
            reached.set()
            await asyncio.Event().wait()
        return case.to(Stage.ATTRIBUTING)

    world = world_of(lite, collecting=slow)
    async with started(world):
        await world.open_case()
        await world.engine.wake(CaseId("c1"), "test")
        await reached.wait()
    async with started(world):
        await world.engine.idle()

        assert (await world.case()).stage is Stage.HEALED
    assert runs == 2


async def test_an_engine_starts_and_stops_as_often_as_one_likes(lite: World) -> None:
    for number in range(3):
        async with started(lite):
            await lite.open_case(f"c{number}", pr=number)
            assert (await lite.woken(f"c{number}")).stage is Stage.HEALED
        assert await asyncio.to_thread(lambda: "alive") == "alive"  # the loop's own threads


async def test_two_engines_cannot_work_in_one_process_or_under_one_name(lite: World) -> None:
    other = World(url=lite.url, steps=straight(), store=lite.store)
    async with started(lite):
        with pytest.raises(PermanentError, match="already running"):
            await other.engine.start()
        other = World(
            url=lite.url, steps=straight(), store=lite.store, config={"executor_id": "another"}
        )
        with pytest.raises(RuntimeError, match="already"):
            await other.engine.start()
        await lite.open_case()
        assert (await lite.woken()).stage is Stage.HEALED


async def test_two_workers_cannot_share_a_name_on_postgresql(postgres_url: str) -> None:
    world = World(url=postgres_url, steps=straight(), store=SqlStore(postgres_url))
    other = World(url=postgres_url, steps=straight(), store=SqlStore(postgres_url))
    async with started(world):
        with pytest.raises(PermanentError, match="already running"):
            await other.engine.start()


async def test_a_database_that_is_away_is_said_at_the_start_and_at_the_inbox(
    tmp_path: Path, lite: World
) -> None:
    nowhere = f"postgresql://t@/none?host={tmp_path}"
    with pytest.raises(TransientError, match="database"):
        await Engine(lite.ports, EngineConfig(database_url=nowhere), straight()).start()

    async with started(lite):
        inbox = lite.engine.inbox
    with pytest.raises(TransientError, match="closed"):
        await inbox.put([said("late")], "guid-1")


async def test_the_sweep_wakes_what_is_parked_and_what_reconcile_found(lite: World) -> None:
    green = False

    async def until_green(case: Case, _ports: Ports) -> Case:
        return case.to(Stage.WATCHING) if green else case

    async def reconcile(ports: Ports) -> tuple[CaseId, ...]:
        lost = replace(case(), id=CaseId("lost"), stage=Stage.WATCHING, version=0)
        await ports.store.open_case(lost)
        return (lost.id,)

    world = world_of(lite, requeuing=until_green)
    world.reconcile = reconcile
    world.build()
    async with started(world):
        await world.open_case()
        assert (await world.woken()).stage is Stage.REQUEUING

        green = True
        await world.engine.sweep()
        await world.engine.idle()

        assert (await world.case()).stage is Stage.HEALED
        assert (await world.case("lost")).stage is Stage.HEALED


async def test_a_sweep_wakes_what_it_can_while_github_is_away(lite: World) -> None:
    async def away(_ports: Ports) -> tuple[CaseId, ...]:
        service = "github"
        raise TransientError(service, "502")

    lite.reconcile = away
    lite.build()
    async with started(lite):
        await lite.open_case()
        await lite.engine.sweep()
        await lite.engine.idle()

        assert (await lite.case()).stage is Stage.HEALED


class LaterClock(QuickClock):
    """A month ahead of the database."""

    def now(self) -> datetime:
        return super().now() + timedelta(days=31)


async def test_the_sweep_forgets_work_that_ended_long_ago(lite: World, handler: Handler) -> None:
    lite = World(url=lite.url, steps=lite.steps, store=lite.store, clock=LaterClock())
    async with started(lite):
        await lite.engine.inbox.put([said("go")], "guid-1")
        await lite.engine.idle()
        await lite.engine.sweep()
        await lite.engine.inbox.put([said("go")], "guid-1")  # its dedup went with it
        await lite.engine.idle()

    assert handler.acted == [("guid-1", "go")] * 2


async def test_the_schedule_runs_the_sweep(lite: World) -> None:
    swept = asyncio.Event()

    async def reconcile(_ports: Ports) -> tuple[CaseId, ...]:
        swept.set()
        return ()

    world = World(
        url=lite.url,
        steps=lite.steps,
        store=lite.store,
        reconcile=reconcile,
        config={"sweep_cron": "* * * * * *"},
    )
    async with started(world):
        await asyncio.wait_for(swept.wait(), 30)


async def test_a_case_whose_step_never_comes_to_an_end_is_ended(lite: World) -> None:
    async def richer(case: Case, _ports: Ports) -> Case:
        return replace(case, requeues=case.requeues + 1)

    world = world_of(lite, collecting=richer)
    async with started(world):
        await world.open_case()

        case = await world.woken()

    assert (case.stage, case.reason) == (Stage.GAVE_UP, "it ran in circles")


async def test_a_person_who_says_stop_ends_a_case(lite: World) -> None:
    async with started(lite):
        opened = await lite.open_case()
        said_stop = Signal(key="k", kind=SignalKind.STOP, by="mona", at=lite.clock.now())
        await lite.store.signal(opened.id, said_stop)

        case = await lite.woken()

    assert (case.stage, case.reason) == (Stage.STOPPED, "stopped by mona")


async def test_a_heal_that_kills_its_worker_is_given_up_at_the_second_burial(lite: World) -> None:
    runs = 0

    async def never(case: Case, _ports: Ports) -> Case:
        nonlocal runs
        runs += 1
        return case

    world = world_of(lite, collecting=never)
    async with started(world):
        await world.open_case()
        for round_ in range(2):
            await world.woken(why=f"round-{round_}")
            await asyncio.to_thread(_kill_over_and_over, world, f"heal:c1:round-{round_}")
            await world.engine.sweep()
            await world.engine.idle()

        case = await world.case()
    assert case.stage is Stage.GAVE_UP
    assert "died again and again in collecting" in case.reason


def _kill_over_and_over(world: World, workflow_id: str) -> None:
    # What DBOS writes when a workflow was started too often; dying six times takes too long here.
    path = world.url.removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        changed = connection.execute(
            "update workflow_status set status = 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'"
            " where workflow_uuid = ?",
            (workflow_id,),
        )
        assert changed.rowcount == 1
