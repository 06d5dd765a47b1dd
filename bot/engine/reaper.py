"""Take-over of dead workers on PostgreSQL: a session's advisory lock is the heartbeat.

DBOS leaves the work of a dead executor where it is. Here every worker holds a lock named after its
executor id for as long as its connection lives; a peer that can take that lock knows the owner is
dead, and puts its work back into the queues. Whoever loses the connection ends, because a peer may
be at its work already.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable

import psycopg
from dbos import DBOS

from bot.core.errors import PermanentError, TransientError
from bot.engine.config import APP, EngineConfig
from bot.engine.database import SERVICE, dbos_url

log = logging.getLogger(__name__)
_CLASS = 0x5E1F
_DEAD = (
    "select distinct executor_id from dbos.workflow_status"
    " where status = 'PENDING' and executor_id <> %s"
    " and (application_name is null or application_name = %s)"
)


class PostgresLease:
    """Holds the lock, and looks for peers who lost theirs."""

    def __init__(self, config: EngineConfig, on_lost: Callable[[], None]) -> None:
        self._config = config
        self._on_lost = on_lost
        self._connection: psycopg.AsyncConnection | None = None
        self._task: asyncio.Task[None] | None = None

    async def acquire(self) -> None:
        """Take the lock and start looking after peers."""
        try:
            self._connection = await psycopg.AsyncConnection.connect(
                dbos_url(self._config.database_url),
                autocommit=True,
                keepalives=1,
                keepalives_idle=10,
                keepalives_interval=5,
                keepalives_count=3,
                tcp_user_timeout=25_000,
            )
        except psycopg.OperationalError as exc:
            raise TransientError(SERVICE, "no connection for the lease") from exc
        if not await self._try_lock(self._connection, self._config.executor_id):
            await self.release()
            msg = f"executor id {self._config.executor_id!r} is already running on this database"
            raise PermanentError(msg)
        self._task = asyncio.create_task(self._watch(self._connection), name="reaper")

    async def release(self) -> None:
        """Stop looking and drop the lock with its connection."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    async def reap(self) -> list[str]:
        """Take the work of dead peers over; the ids of the workflows that go on."""
        if self._connection is None:
            return []
        return await self._reap(self._connection)

    async def _watch(self, connection: psycopg.AsyncConnection) -> None:
        while True:
            await asyncio.sleep(self._config.reap_s)
            try:
                taken = await self._reap(connection)
            except psycopg.Error:
                log.critical("the lease is lost; a peer may be at our work, so we end")
                self._on_lost()
                return
            except Exception:
                log.exception("the reaper failed; it tries again")
                continue
            if taken:
                log.warning("took %d workflows over from dead peers", len(taken))

    async def _reap(self, connection: psycopg.AsyncConnection) -> list[str]:
        rows = await connection.execute(_DEAD, (self._config.executor_id, APP))
        taken: list[str] = []
        for (peer,) in await rows.fetchall():
            if not await self._try_lock(connection, peer):
                continue  # alive, or another peer is reaping it
            try:
                handles = await asyncio.to_thread(
                    DBOS._recover_pending_workflows,  # noqa: SLF001  # DBOS has no public name for it
                    [peer],
                )
                taken += [handle.get_workflow_id() for handle in handles]
            finally:
                await connection.execute(
                    "select pg_advisory_unlock(%s, hashtext(%s))", (_CLASS, peer)
                )
        return taken

    @staticmethod
    async def _try_lock(connection: psycopg.AsyncConnection, name: str) -> bool:
        row = await (
            await connection.execute(
                "select pg_try_advisory_lock(%s, hashtext(%s))", (_CLASS, name)
            )
        ).fetchone()
        return bool(row and row[0])
