"""The inbox: all or none, and a fault stays with whoever caused it."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.errors import TransientError
from bot.engine.config import ON_EVENT, PRS, EngineConfig
from bot.engine.database import Rows
from bot.engine.inbox import Inbox, Job
from bot.engine.serializer import JsonSerializer
from bot.events import Noted

NOTED = Noted(handler="said", partition="acme/rocket#7", seen="{}")


@pytest.fixture
async def rows(tmp_path: Path) -> AsyncIterator[Rows]:
    rows = await Rows.open(EngineConfig(database_url=f"sqlite:///{tmp_path}/selfheal.db"))
    yield rows
    await rows.close()


@pytest.fixture
async def inbox(rows: Rows) -> AsyncIterator[Inbox]:
    inbox = Inbox(rows)
    inbox.start()
    yield inbox
    await inbox.stop()


def job(name: str) -> Job:
    return Job(workflow=ON_EVENT, id=name, queue=PRS, partition="acme/rocket#7", args=())


async def kept(rows: Rows) -> set[str]:
    return set((await rows.unfinished())[PRS])


async def test_a_delivery_is_kept_once_for_each_handler(rows: Rows, inbox: Inbox) -> None:
    other = Noted(handler="other", partition="acme/rocket#7", seen="{}")

    for _ in range(2):
        await inbox.put([NOTED, other], "guid-1")
    await inbox.put([], "guid-2")

    assert await kept(rows) == {"ev:guid-1:said", "ev:guid-1:other"}


async def test_of_jobs_put_together_all_are_kept_or_none(rows: Rows, inbox: Inbox) -> None:
    with pytest.raises(Exception, match="workflow ID"):
        await inbox.enqueue([job("good"), job("")])

    assert await kept(rows) == set()


async def test_a_broken_job_does_not_harm_those_that_came_with_it(
    rows: Rows, inbox: Inbox, tmp_path: Path
) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "selfheal.db")) as other:
        other.execute("begin immediate")  # the writer waits, and the rest gathers behind it
        names = ("first", "one", "", "two")
        puts = [asyncio.ensure_future(inbox.enqueue([job(name)])) for name in names]
        await asyncio.sleep(0)
        other.rollback()
    outcomes = await asyncio.gather(*puts, return_exceptions=True)

    assert [outcome is None for outcome in outcomes] == [True, True, False, True]
    assert await kept(rows) == {"first", "one", "two"}


async def test_a_database_in_trouble_refuses_and_takes_again_afterwards(
    rows: Rows, inbox: Inbox, tmp_path: Path
) -> None:
    def rename(old: str, new: str) -> None:
        with contextlib.closing(sqlite3.connect(tmp_path / "selfheal.db")) as connection:
            connection.execute(f"alter table {old} rename to {new}")

    await asyncio.to_thread(rename, "workflow_status", "gone")
    with pytest.raises(TransientError, match="database"):
        await inbox.put([NOTED], "guid-1")
    await asyncio.to_thread(rename, "gone", "workflow_status")

    await inbox.put([NOTED], "guid-1")

    assert await kept(rows) == {"ev:guid-1:said"}


async def test_a_caller_that_went_away_does_not_stop_the_writer(rows: Rows, inbox: Inbox) -> None:
    impatient = asyncio.ensure_future(inbox.put([NOTED], "guid-1"))
    await asyncio.sleep(0)
    impatient.cancel()

    await inbox.put([NOTED], "guid-2")

    assert "ev:guid-2:said" in await kept(rows)


async def test_stopping_keeps_what_was_put_before(rows: Rows) -> None:
    inbox = Inbox(rows)
    inbox.start()
    waiting = [asyncio.ensure_future(inbox.put([NOTED], f"guid-{n}")) for n in range(20)]
    await asyncio.sleep(0)

    await inbox.stop()
    await inbox.stop()

    await asyncio.gather(*waiting)
    assert len(await kept(rows)) == 20


def test_the_serializer_never_gives_back_more_than_data() -> None:
    serializer = JsonSerializer()
    data = {"args": ["a", 1, None], "kwargs": {}}

    assert serializer.deserialize(serializer.serialize(data)) == data
    error = serializer.deserialize(serializer.serialize(KeyError("x")))
    assert isinstance(error, RuntimeError)
    assert "KeyError" in str(error)
