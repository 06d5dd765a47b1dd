"""Take-over on PostgreSQL: a worker that was killed, and one that lost its lease."""

import asyncio
import os
import signal
import threading
from pathlib import Path

import psycopg

from bot.core.case import Case
from bot.core.ids import CaseId
from bot.core.lifecycle import Stage
from bot.edges.store import SqlStore
from bot.engine import EngineConfig
from bot.engine.reaper import PostgresLease
from bot.ports import Ports
from tests.engine.kill import run_child
from tests.engine.tiny import Does, World, started, straight

PEER = "selfheal-1"


def die_in_a_step(url: str) -> None:
    """A worker's whole life: it is killed while its first step runs."""

    async def fatal(_case: Case, _ports: Ports) -> Case:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    async def live() -> None:
        steps = straight()
        steps[Stage.COLLECTING] = Does(Stage.COLLECTING, fatal)
        world = World(url=url, steps=steps, store=SqlStore(url), config={"executor_id": PEER})
        async with started(world):
            await world.open_case()
            await world.engine.wake(CaseId("c1"), "test")
            await world.engine.idle()

    asyncio.run(live())


async def test_a_peer_takes_over_what_a_killed_worker_left(postgres_url: str) -> None:
    assert await asyncio.to_thread(run_child, die_in_a_step, postgres_url) == -9

    world = World(
        url=postgres_url, steps=straight(), store=SqlStore(postgres_url), config={"reap_s": 0.1}
    )
    async with started(world):
        assert (await world.engine.depth())["heal"] == 1
        await world.engine.idle()

        assert (await world.case()).stage is Stage.HEALED


async def test_work_of_a_living_peer_is_left_alone(postgres_url: str, tmp_path: Path) -> None:
    del tmp_path
    world = World(url=postgres_url, steps=straight(), store=SqlStore(postgres_url))
    assert await asyncio.to_thread(run_child, die_in_a_step, postgres_url) == -9
    peer = PostgresLease(EngineConfig(database_url=postgres_url, executor_id=PEER), _never)
    await peer.acquire()
    mine = PostgresLease(EngineConfig(database_url=postgres_url), _never)
    async with started(world, work=False):
        await mine.acquire()

        assert await mine.reap() == []
        assert (await world.engine.depth())["heal"] == 1

        await mine.release()
    await peer.release()


async def test_a_worker_that_lost_its_lease_is_told_at_once(postgres_url: str) -> None:
    lost = threading.Event()
    config = EngineConfig(database_url=postgres_url, reap_s=0.05)
    world = World(url=postgres_url, steps=straight(), store=SqlStore(postgres_url))
    async with started(world, work=False):
        lease = PostgresLease(config, lost.set)
        await lease.acquire()

        await asyncio.to_thread(_cut_others_off, postgres_url)

        assert await asyncio.to_thread(lost.wait, 30)
        await lease.release()


def _never() -> None:
    raise AssertionError


def _cut_others_off(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_locks"
            " where locktype = 'advisory' and classid = 24095 and pid <> pg_backend_pid()"
        )
