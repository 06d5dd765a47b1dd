"""One process an executor id: held as long as the process lives, free the moment it dies."""

import asyncio
import fcntl
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from bot.core.errors import PermanentError
from bot.engine.config import EngineConfig
from bot.engine.database import is_postgres
from bot.engine.reaper import PostgresLease

EX_TEMPFAIL = 75


class Lease(Protocol):
    """The right to run as an executor id."""

    async def acquire(self) -> None:
        """Take it.

        Raises:
            PermanentError: a living process has it.
        """
        ...

    async def release(self) -> None:
        """Give it back; harmless when it was not taken."""
        ...


class FileLease:
    """A lock on a file beside the SQLite database; the system drops it when the process dies."""

    def __init__(self, database: str, executor_id: str) -> None:
        name = hashlib.sha256(executor_id.encode()).hexdigest()[:12]
        self._path = Path(f"{database}.{name}.lock")
        self._executor_id = executor_id
        self._fd: int | None = None

    async def acquire(self) -> None:
        """Take it, at once or not at all."""
        await asyncio.to_thread(self._acquire)

    def _acquire(self) -> None:
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            os.close(fd)
            msg = f"executor id {self._executor_id!r} is already running on this database"
            raise PermanentError(msg) from exc
        self._fd = fd

    async def release(self) -> None:
        """Give it back; the file stays, removing it would race with the next owner."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def lease_for(config: EngineConfig, on_lost: Callable[[], None] | None = None) -> Lease:
    """The lease that fits the database.

    Args:
        config: whose executor id it is.
        on_lost: called when a peer may have taken over; the default ends the process at once.
    """
    if is_postgres(config.database_url):
        return PostgresLease(config, on_lost or (lambda: os._exit(EX_TEMPFAIL)))
    return FileLease(sa.make_url(config.database_url).database or "memory", config.executor_id)
