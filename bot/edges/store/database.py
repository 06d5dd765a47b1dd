"""Connections: how a URL becomes an engine, and how many threads may wait for it."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.core.errors import PermanentError, TransientError
from bot.edges.store.migrations import upgrade

T = TypeVar("T")
SERVICE = "database"
THREADS = 4
BUSY_TIMEOUT_MS = 30_000


def make_engine(url: str) -> sa.Engine:
    """An engine whose write transactions never deadlock each other on SQLite."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=THREADS,
            max_overflow=0,
            pool_pre_ping=True,
            hide_parameters=True,  # documents hold foreign text; it stays out of messages and logs
        )
    if parsed.database:
        path = Path(parsed.database)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.chmod(0o600)
    engine = sa.create_engine(parsed, pool_size=THREADS, max_overflow=0, hide_parameters=True)
    sa.event.listen(engine, "connect", _configure_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's own BEGIN, see _begin_sqlite
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")  # a 202 was promised on this


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that reads first and writes later can fail at once with "database is locked":
    # writers take the lock at the start, where busy_timeout waits for it.
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


class Database:
    """Runs short transactions on a few threads of its own, beside the event loop."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._reading: sa.Engine | None = None
        self._writing: sa.Engine | None = None
        self._threads: ThreadPoolExecutor | None = None

    async def open(self) -> None:
        """Connect, and bring the tables up to date."""
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="store")
        await self._run(self._connect)

    async def close(self) -> None:
        """Let running transactions end and close every connection; harmless when not open."""
        if self._threads is not None:
            await self._run(self._disconnect)
            self._threads.shutdown(wait=True)
            self._threads = None

    async def read(self, work: Callable[[sa.Connection], T]) -> T:
        """What `work` returns, from one consistent view."""
        return await self._run(lambda: self._transact(self._reading, work))

    async def write(self, work: Callable[[sa.Connection], T]) -> T:
        """What `work` returns, after COMMIT; nothing of it is kept when it raises."""
        return await self._run(lambda: self._transact(self._writing, work))

    async def compute(self, work: Callable[[], T]) -> T:
        """What `work` returns: work that is long and needs no connection."""
        return await self._run(work)

    def _connect(self) -> None:
        engine = make_engine(self._url)
        self._reading, self._writing = engine, engine.execution_options(write=True)
        upgrade(self._writing)

    def _disconnect(self) -> None:
        if self._reading is not None:
            self._reading.dispose()
        self._reading = self._writing = None

    @staticmethod
    def _transact(engine: sa.Engine | None, work: Callable[[sa.Connection], T]) -> T:
        if engine is None:
            msg = "the store is not open"
            raise RuntimeError(msg)
        with engine.begin() as connection:
            return work(connection)

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except (OperationalError, InterfaceError, PoolTimeoutError) as exc:
            raise TransientError(SERVICE, _short(exc)) from exc
        except SQLAlchemyError as exc:
            msg = f"{SERVICE}: {_short(exc)}"
            raise PermanentError(msg) from exc


def _short(exc: Any) -> str:
    cause = exc.orig if isinstance(exc, DBAPIError) else exc
    return f"{type(cause).__name__}: {str(cause)[:200]}"


def insert_new(connection: sa.Connection, table: sa.Table, row: dict[str, Any]) -> bool:
    """Keep a row; False when one with its key is there."""
    new = _insert(connection, table)
    kept = connection.execute(new, row, execution_options={"preserve_rowcount": True})
    return kept.rowcount == 1


def insert_all_new(
    connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]]
) -> None:
    """Keep those rows whose keys are not there."""
    if rows:
        connection.execute(_insert(connection, table), rows)


def _insert(connection: sa.Connection, table: sa.Table) -> sa.Insert:
    # ON CONFLICT DO NOTHING is the same words in both dialects, but not in the common language.
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing()
