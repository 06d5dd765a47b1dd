"""The inbox: many deliveries, one COMMIT. One thread writes whatever has come in meanwhile."""

import asyncio
import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dbos import EnqueueOptions
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.core.errors import TransientError
from bot.engine.config import ON_EVENT, PRS, VERSION
from bot.engine.database import SERVICE, Rows
from bot.events import Noted

MAX_BATCH = 256
MAX_WAITING = 10_000  # beyond that a caller is refused instead of growing the memory
_MAX_PRIORITY = 2**31 - 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A workflow to be queued; the id is the dedup: the second of that id is dropped."""

    workflow: str
    id: str
    queue: str
    partition: str
    args: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Waiting:
    jobs: tuple[Job, ...]
    done: asyncio.Future[None]


class Inbox:
    """Commits jobs in groups; `put` and `enqueue` return after COMMIT."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._turn = 0

    def start(self) -> None:
        """Start the writer."""
        self._thread = threading.Thread(target=self._run, name="inbox", daemon=True)
        self._thread.start()

    @property
    def is_open(self) -> bool:
        """Whether jobs are taken: the writer was started and lives."""
        return self._thread is not None and self._thread.is_alive()

    async def stop(self) -> None:
        """Commit what is waiting and end the writer; harmless when it is not running."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            await asyncio.to_thread(thread.join)

    async def put(self, noted: Sequence[Noted], delivery: str) -> None:
        """Keep a delivery for its handlers; a delivery that was kept before changes nothing.

        Args:
            noted: what the handlers saw in it.
            delivery: its GUID, the same when GitHub delivers it again.

        Raises:
            TransientError: it could not be kept.
        """
        await self.enqueue(
            [
                Job(
                    workflow=ON_EVENT,
                    id=f"ev:{delivery}:{each.handler}",
                    queue=PRS,
                    partition=each.partition,
                    args=(asdict(each), delivery),
                )
                for each in noted
            ]
        )

    async def enqueue(self, jobs: Sequence[Job]) -> None:
        """Queue workflows, all or none of them.

        Raises:
            TransientError: they could not be kept.
        """
        if not jobs:
            return
        if self._thread is None or self._queue.qsize() >= MAX_WAITING:
            raise TransientError(SERVICE, "the inbox is closed or full")
        waiting = _Waiting(tuple(jobs), asyncio.get_running_loop().create_future())
        self._queue.put(waiting)
        await waiting.done

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            batch, last = [first], False
            while len(batch) < MAX_BATCH and not last:
                try:
                    following = self._queue.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    last = True
                else:
                    batch.append(following)
            self._commit(batch)
            if last:
                return

    def _commit(self, batch: Sequence[_Waiting]) -> None:
        error = self._write(batch)
        if error is not None and len(batch) > 1 and not isinstance(error, TransientError):
            for each in batch:  # one of them is broken: the others must not suffer
                self._commit([each])
            return
        for each in batch:
            _answer(each.done, error)

    def _write(self, batch: Sequence[_Waiting]) -> Exception | None:
        try:
            with self._rows.engine.begin() as transaction:
                for each in batch:
                    for job in each.jobs:
                        self._rows.client.enqueue_in_transaction(
                            transaction, self._options(job), *job.args
                        )
        except (OperationalError, InterfaceError, PoolTimeoutError) as exc:
            return TransientError(SERVICE, f"{type(exc).__name__} while a job was queued")
        except Exception as exc:  # noqa: BLE001  # it belongs to the caller, who awaits it
            return exc
        return None

    def _options(self, job: Job) -> EnqueueOptions:
        # DBOS tells rows of one second apart by their ids alone (on SQLite before Python 3.12), so
        # the order of arrival is their priority: a clock that never stands still. It wraps after
        # 248 days, which can swap two deliveries that wait at that very moment.
        self._turn = max(self._turn + 1, _hundredths())
        return EnqueueOptions(
            workflow_name=job.workflow,
            workflow_id=job.id,
            queue_name=job.queue,
            queue_partition_key=job.partition,
            app_version=VERSION,
            priority=self._turn % _MAX_PRIORITY + 1,
        )


def _answer(done: asyncio.Future[None], error: Exception | None) -> None:
    def tell() -> None:
        if done.done():  # the caller was cancelled
            return
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)

    loop = done.get_loop()
    if not loop.is_closed():
        loop.call_soon_threadsafe(tell)


def _hundredths() -> int:
    return int(time.time() * 100)
