"""A tiny engine: real store, real DBOS, steps that write into a file and nothing else."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from bot.core.case import Case, QueueEntry
from bot.core.ids import CaseId, PrNumber, Sha
from bot.core.lifecycle import Stage
from bot.edges.store import SqlStore
from bot.engine import Engine, EngineConfig, Reconcile
from bot.engine.engine import nothing_lost
from bot.heal import Step
from bot.ports import Clock, Operator, Ports, Store
from tests.engine.kill import Death, KillingStore

PATH = (
    Stage.COLLECTING,
    Stage.ATTRIBUTING,
    Stage.DIAGNOSING,
    Stage.REQUEUING,
    Stage.WATCHING,
)
Run = Callable[[Case, Ports], Awaitable[Case]]


class QuickClock:
    """The real time, in which nobody waits; `slept` remembers who wanted to."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


@dataclass(frozen=True)
class Does:
    """A step made of a function."""

    STAGE: Stage
    work: Run

    async def run(self, case: Case, ports: Ports) -> Case:
        return await self.work(case, ports)


@dataclass
class World:
    """An engine over a database, with all that a test looks at."""

    url: str
    steps: dict[Stage, Step]
    store: SqlStore
    clock: QuickClock = field(default_factory=QuickClock)
    reconcile: Reconcile = nothing_lost
    config: dict[str, Any] = field(default_factory=dict)
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        self.build()

    def build(self) -> None:
        """Make the engine of what is set now."""
        given: dict[str, Any] = {"database_url": self.url, "poll_s": 0.02, **self.config}
        self.engine = Engine(self.ports, EngineConfig(**given), self.steps, self.reconcile)

    @property
    def ports(self) -> Ports:
        absent = cast("Any", None)  # nothing here goes through the other doors
        return Ports(
            forge=absent,
            git=absent,
            model=None,
            sandbox=absent,
            store=cast("Store", self.store),
            clock=cast("Clock", self.clock),
            operator=Operator(models=()),
        )

    async def open_case(self, name: str = "c1", pr: int = 7, stage: Stage = PATH[0]) -> Case:
        opened = case(name, pr, stage)
        await self.store.open_case(opened)
        return opened

    async def case(self, name: str = "c1") -> Case:
        found = await self.store.case(CaseId(name))
        assert found is not None
        return found

    async def woken(self, name: str = "c1", why: str = "test") -> Case:
        """The case, after it was woken and all is quiet."""
        await self.engine.wake(CaseId(name), why)
        await self.engine.idle()
        return await self.case(name)


@contextlib.asynccontextmanager
async def started(world: World, *, work: bool = True) -> AsyncIterator[World]:
    """The world with its store open and its engine running."""
    await world.store.open()
    try:
        await world.engine.start(work=work)
        try:
            yield world
        finally:
            await world.engine.stop()
    finally:
        await world.store.close()


def case(name: str = "c1", pr: int = 7, stage: Stage = PATH[0]) -> Case:
    entry = QueueEntry(
        repo="acme/rocket",
        installation=1,
        pr=PrNumber(pr),
        head=Sha("a" * 40),
        base_branch="main",
        group=Sha("b" * 40),
        base=Sha("c" * 40),
    )
    return Case(
        id=CaseId(name), entry=entry, opened_at=datetime(2026, 11, 22, tzinfo=UTC), stage=stage
    )


def straight(note: Callable[[Case], None] = lambda _case: None) -> dict[Stage, Step]:
    """Steps that go along PATH to HEALED and tell `note` of each run."""

    async def on(case: Case, _ports: Ports) -> Case:
        note(case)
        if case.stage is Stage.RELEASING:
            return case.to(case.outcome or Stage.GAVE_UP, "released")
        if case.stage is PATH[-1]:
            return case.end(Stage.HEALED, "merged")
        return case.to(PATH[PATH.index(case.stage) + 1], f"did {case.stage}")

    return {stage: Does(stage, on) for stage in (*PATH, Stage.RELEASING)}


def with_steps(**changes: Run) -> Mapping[Stage, Step]:
    """The straight steps, some of them replaced: collecting=…"""
    steps = straight()
    for name, work in changes.items():
        stage = Stage(name)
        steps[stage] = Does(stage, work)
    return steps


def carry(url: str, effects: str, names: tuple[str, ...], death: Death | None) -> None:
    """A process's whole life: open the cases that are not there, wake them, work until all ended."""

    def note(case: Case) -> None:
        with Path(effects).open("a") as file:  # O_APPEND: whole lines, and none lost at the kill
            file.write(f"{case.id} {case.stage}\n")

    async def live() -> None:
        store = KillingStore(url, death)
        async with started(World(url=url, steps=straight(note), store=store)) as world:
            for number, name in enumerate(names):
                await world.open_case(name, pr=number + 1)
                await world.engine.wake(CaseId(name), "opened")
            await world.engine.idle()

    asyncio.run(live())
