"""The sweep: what no webhook told of, and what died."""

import asyncio
import contextlib
import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.case import Case
from bot.core.errors import TransientError
from bot.core.ids import CaseId
from bot.core.lifecycle import Stage
from bot.ports import Ports
from tests.engine.saying import Handler, said, world_of
from tests.engine.tiny import QuickClock, World, case, started


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
