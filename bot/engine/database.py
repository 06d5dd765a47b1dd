"""The engine's own door to the database that DBOS keeps its tables in."""

import asyncio
import logging
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import cast

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, WorkflowStatus
from sqlalchemy.exc import OperationalError

from bot.core.errors import TransientError
from bot.core.ids import CaseId
from bot.engine.config import APP, HEAL, PRS, EngineConfig
from bot.engine.serializer import JsonSerializer

SERVICE = "database"
_BUSY_TIMEOUT_MS = 30_000
_MANY = 100_000
_ENDED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")


def dbos_url(url: str) -> str:
    """The URL as DBOS wants it: a plain backend name, with the password."""
    parsed = sa.make_url(url)
    name = "sqlite" if parsed.get_backend_name() == "sqlite" else "postgresql"
    return parsed.set(drivername=name).render_as_string(hide_password=False)


def is_postgres(url: str) -> bool:
    """Whether more than one machine may serve."""
    return sa.make_url(url).get_backend_name() != "sqlite"


def quiet() -> None:
    """Send DBOS's log lines through ours instead of its own handler."""
    theirs = logging.getLogger("dbos")
    for handler in list(theirs.handlers):
        theirs.removeHandler(handler)
    theirs.addHandler(logging.NullHandler())  # else DBOS would put its own back
    theirs.propagate = True
    theirs.setLevel(logging.ERROR)  # below that it advertises its hosted service


def _connect(url: str) -> sa.Engine:
    if is_postgres(url):
        parsed = sa.make_url(url).set(drivername="postgresql+psycopg")
        return sa.create_engine(
            parsed, pool_size=4, max_overflow=0, pool_pre_ping=True, hide_parameters=True
        )
    # What is queued holds foreign text: it stays out of messages and logs.
    engine = sa.create_engine(url, pool_size=4, max_overflow=0, hide_parameters=True)
    sa.event.listen(engine, "connect", _configure)
    return engine


def _configure(connection: sqlite3.Connection, _record: object) -> None:
    # As DBOS does on its own connections: writers wait at BEGIN instead of failing later.
    connection.isolation_level = "IMMEDIATE"
    connection.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA foreign_keys=ON")


def _migrate(url: str) -> None:
    path = None if is_postgres(url) else sa.make_url(url).database
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        Path(path).touch(mode=0o600)
        Path(path).chmod(0o600)
        # DBOS leaves the default journal, which is eight times slower; WAL stays with the file.
        with closing(sqlite3.connect(path, timeout=_BUSY_TIMEOUT_MS / 1000)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
    DBOS.migrate(dbos_url(url))


class Rows:
    """DBOS's tables without running anything: enqueue, list, delete."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self.client = DBOSClient(
            system_database_engine=engine,
            application_name=APP,
            serializer=JsonSerializer(),
            retry_connection_errors=False,  # a webhook is refused rather than held up
        )

    @classmethod
    async def open(cls, config: EngineConfig) -> "Rows":
        """Make or migrate DBOS's tables and register the queues.

        Raises:
            TransientError: the database cannot be reached.
        """
        try:
            return await asyncio.to_thread(cls._open, config)
        except OperationalError as exc:
            raise TransientError(SERVICE, "it cannot be opened by the engine") from exc

    @classmethod
    def _open(cls, config: EngineConfig) -> "Rows":
        quiet()
        _migrate(config.database_url)
        rows = cls(_connect(config.database_url))
        # Before the launch, so that the first look for work finds them.
        for name, workers in ((PRS, 64), (HEAL, config.workers)):
            rows.client.register_queue(
                name,
                partition_concurrency=1,
                worker_concurrency=workers,
                polling_interval_sec=config.poll_s,
            )
        return rows

    async def close(self) -> None:
        """Close every connection."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self.client.destroy()
        self.engine.dispose()

    async def unfinished(self) -> dict[str, list[str]]:
        """Ids of workflows queued or running, by the name of the queue."""
        found = await self.client.list_workflows_async(
            status=["ENQUEUED", "PENDING", "DELAYED"],
            queue_name=[PRS, HEAL],
            load_input=False,
            load_output=False,
            limit=_MANY,
        )
        by_queue: dict[str, list[str]] = {PRS: [], HEAL: []}
        for workflow in found:
            by_queue[cast("str", workflow.queue_name)].append(workflow.workflow_id)
        return by_queue

    async def queued(self) -> list[CaseId]:
        """Cases with a heal that waits for its turn."""
        found = await self.client.list_workflows_async(
            status="ENQUEUED", queue_name=HEAL, load_output=False, limit=_MANY
        )
        return [_case_id(workflow) for workflow in found]

    async def dead(self) -> dict[str, CaseId]:
        """Heals that DBOS starts no more, because the process died in each: id and case."""
        found = await self.client.list_workflows_async(
            status="MAX_RECOVERY_ATTEMPTS_EXCEEDED", name=HEAL, load_output=False, limit=_MANY
        )
        return {workflow.workflow_id: _case_id(workflow) for workflow in found}

    async def forget(self, workflow_ids: list[str]) -> None:
        """Delete workflows."""
        await self.client.delete_workflows_async(workflow_ids)

    async def purge(self, before: datetime, batch: int) -> None:
        """Delete what was queued before a moment and has ended; that is their dedup, too."""
        while True:
            found = await self.client.list_workflows_async(
                status=list(_ENDED),
                end_time=before.isoformat(),
                load_input=False,
                load_output=False,
                limit=batch,
            )
            if not found:
                return
            await self.forget([workflow.workflow_id for workflow in found])


def _case_id(heal: WorkflowStatus) -> CaseId:
    return CaseId(heal.input["args"][0]) if heal.input else CaseId("")
