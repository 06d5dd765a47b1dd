"""The engine in one piece: cases carried to their ends, started and stopped."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.case import Case, Signal, SignalKind
from bot.core.errors import PermanentError, TransientError
from bot.core.ids import CaseId
from bot.core.lifecycle import Stage
from bot.edges.store import SqlStore
from bot.engine import Engine, EngineConfig
from bot.ports import Ports
from tests.engine.saying import said, world_of
from tests.engine.tiny import PATH, World, started, straight

RELEASED = (*PATH, Stage.RELEASING)


async def test_a_case_is_carried_from_its_first_stage_to_its_end(world: World) -> None:
    async with started(world):
        await world.open_case()

        case = await world.woken()

    assert case.stage is Stage.HEALED
    assert [moment.stage for moment in case.story] == [*RELEASED[1:], Stage.HEALED]
    assert case.story[0].note == "did collecting"
    assert case.version == len(RELEASED)


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
