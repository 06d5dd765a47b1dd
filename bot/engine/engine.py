"""The engine: starts and stops DBOS in this process, and is all that others see of it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from dbos import DBOS, DBOSConfig

from bot import heal
from bot.core.errors import EdgeError
from bot.core.ids import CaseId
from bot.core.lifecycle import Stage
from bot.engine import workflows
from bot.engine.advance import Advanced, advance, give_up
from bot.engine.config import APP, HEAL, SWEEP, VERSION, EngineConfig
from bot.engine.database import Rows, dbos_url, quiet
from bot.engine.inbox import Inbox, Job
from bot.engine.lease import lease_for
from bot.engine.serializer import JsonSerializer
from bot.heal import Step
from bot.ports import Ports

log = logging.getLogger(__name__)
Reconcile = Callable[[Ports], Awaitable[tuple[CaseId, ...]]]
KEPT_FOR = timedelta(days=30)  # a finished row is what makes a second delivery harmless
_BATCH = 500
_IDLE_LOOK_S = 0.02


async def nothing_lost(_ports: Ports) -> tuple[CaseId, ...]:
    """No cases: the reconcile of an engine that has none."""
    return ()


class Engine:
    """Durable work over the ports: deliveries in, cases carried to their ends.

    One engine may run at a time in a process; it can be started again after it was stopped.

    Attributes:
        inbox: where webhooks are kept; open between `start` and `stop`.
    """

    def __init__(
        self,
        ports: Ports,
        config: EngineConfig,
        steps: Mapping[Stage, Step] = heal.BY_STAGE,
        reconcile: Reconcile = nothing_lost,
    ) -> None:
        """Remember what to run.

        Args:
            ports: the world; the store in it is open.
            config: where and how.
            steps: what serves a stage.
            reconcile: finds, at each sweep, what no webhook told us of, and names the cases.
        """
        self._ports, self._config = ports, config
        self._steps, self._reconcile = steps, reconcile
        self._rows: Rows | None = None
        self._lease = lease_for(config)
        self._dbos: DBOS | None = None
        self._sweeping = asyncio.Lock()
        self._works = False
        self.inbox: Inbox

    async def start(self, *, work: bool = True) -> None:
        """Open the inbox, and with `work` carry cases on as well.

        Raises:
            PermanentError: another living process works under this executor id.
            TransientError: the database cannot be reached.
        """
        self._works = work
        self._rows = await Rows.open(self._config)
        self.inbox = Inbox(self._rows)
        self.inbox.start()
        if work:
            try:
                await self._lease.acquire()
                self._launch()
            except BaseException:
                await self.stop()
                raise
            await asyncio.to_thread(_schedule, self._config.sweep_cron)

    @property
    def ready(self) -> bool:
        """Whether deliveries are taken and, if it was started to work, cases are carried on."""
        opened = self._rows is not None and self.inbox.is_open
        return opened and (self._dbos is not None or not self._works)

    async def stop(self) -> None:
        """Stop taking work and let go of the database; a step under way is run again later."""
        if self._dbos is not None:
            instance, self._dbos = self._dbos, None
            await _destroy(instance)
            workflows.uninstall()
        await self._lease.release()
        if self._rows is not None:
            await self.inbox.stop()
            await self._rows.close()
            self._rows = None

    async def wake(self, case_id: CaseId, why: str) -> None:
        """Let a case look whether it can move; for one pair of arguments only once.

        Args:
            case_id: a case; nothing happens when there is none.
            why: a key such as a delivery's GUID.
        """
        case = await self._ports.store.case(case_id)
        if case is not None and not case.ended:
            partition = f"{case.entry.repo}#{case.entry.pr}"
            job = Job(
                workflow=HEAL,
                id=f"heal:{case_id}:{why}",
                queue=HEAL,
                partition=partition,
                args=(case_id,),
            )
            await self.inbox.enqueue([job])

    async def idle(self) -> None:
        """Return when nothing is queued or running."""
        while any((await self.depth()).values()):  # noqa: ASYNC110  # other processes work too
            await asyncio.sleep(_IDLE_LOOK_S)

    async def depth(self) -> Mapping[str, int]:
        """How many deliveries and heals are queued or running, by the queue's name."""
        unfinished = await self._open_rows().unfinished()
        return {queue: len(ids) for queue, ids in unfinished.items()}

    async def sweep(self) -> None:
        """Look after what no webhook told us of: lost entries, parked cases, dead and old work."""
        async with self._sweeping:
            await self._sweep()

    async def _sweep_in_turn(self) -> None:
        if not self._sweeping.locked():  # one that takes long is not joined by the next
            await self.sweep()

    async def _sweep(self) -> None:
        moment = self._ports.clock.now()
        try:
            lost = await self._reconcile(self._ports)
        except EdgeError as exc:
            log.warning("nothing was reconciled: %s", exc)
            lost = ()
        await self._bury(await self._open_rows().dead())
        queued = set(await self._open_rows().queued())
        for case_id in dict.fromkeys((*lost, *await self._ports.store.open_cases())):
            if case_id not in queued:  # it will look by itself: piling up helps nobody
                await self.wake(case_id, f"sweep-{moment.isoformat()}")
        await self._open_rows().purge(moment - KEPT_FOR, _BATCH)

    async def _bury(self, dead: Mapping[str, CaseId]) -> None:
        """Heals that died over and over: the case has one more chance at its version, no more."""
        for workflow_id, case_id in dead.items():
            case = await self._ports.store.case(case_id)
            if case is not None and not case.ended:
                chance = await self._ports.store.once(f"dead:{case_id}:{case.version}")
                if not chance:
                    await give_up(
                        case_id, f"the worker died again and again in {case.stage}", self._ports
                    )
            await self._open_rows().forget([workflow_id])

    def _open_rows(self) -> Rows:
        if self._rows is None:
            msg = "the engine is not started"
            raise RuntimeError(msg)
        return self._rows

    def _launch(self) -> None:
        workflows.install(
            workflows.Runner(
                ports=self._ports, advance=self._advance, wake=self.wake, sweep=self._sweep_in_turn
            )
        )
        self._dbos = DBOS(config=_dbos_config(self._config))
        quiet()
        # In the running loop: queued workflows run on it, beside the web half.
        DBOS.launch()

    async def _advance(self, case_id: CaseId) -> Advanced:
        return await advance(case_id, self._steps, self._ports)


def _dbos_config(config: EngineConfig) -> DBOSConfig:
    return DBOSConfig(
        name=APP,
        system_database_url=dbos_url(config.database_url),
        application_version=VERSION,
        executor_id=config.executor_id,
        serializer=JsonSerializer(),
        max_executor_threads=config.threads,
        sys_db_pool_size=config.threads,
        # It is asleep that long when it is asked to stop; we never send it anything.
        notification_listener_polling_interval_sec=max(0.2, config.poll_s),
        log_level="ERROR",
        enable_otlp=False,
    )


def _schedule(cron: str) -> None:
    DBOS.apply_schedules(
        [
            {
                "schedule_name": SWEEP,
                "workflow_fn": workflows.sweep,
                "schedule": cron,
                "context": None,
            }
        ]
    )


async def _destroy(instance: DBOS) -> None:
    """End DBOS. What was under way stays PENDING in its tables, and is taken up at the next start."""
    loop = asyncio.get_running_loop()
    # Work that a queue hands out while the threads go ends in errors that mean nothing: it is
    # PENDING, and the next start takes it up. `quiet` lets its log speak again.
    logging.getLogger("dbos").setLevel(logging.CRITICAL)
    await _cancel(instance)
    with ThreadPoolExecutor(1, thread_name_prefix="dbos-stop") as stopper:
        await loop.run_in_executor(stopper, DBOS.destroy)
    await _cancel(instance)  # what a queue's thread had started in the meantime
    # DBOS made its own threads the loop's default ones, and they are gone now.
    loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))


async def _cancel(instance: DBOS) -> None:
    # No public name for them, but a task left alone would write into a database that is closed.
    tasks = list(instance._workflow_tasks)  # noqa: SLF001
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
