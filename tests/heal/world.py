"""What a single step runs in: a real store, a pull request in memory, a clock that tests turn."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from bot.core.case import Case
from bot.core.ids import PrNumber, Sha
from bot.core.lifecycle import Stage, check_move
from bot.heal import BY_STAGE
from bot.ports import Box, Operator, Ports, Store
from tests.fakes.box import Command, MemoryBox
from tests.fakes.clock import FakeClock
from tests.fakes.forge import FakeForge


class NoCommits:
    """The part of `Git` that knows nothing, for steps that hardly ask."""

    async def paths(self, repo: str, commit: Sha) -> tuple[str, ...]:
        del repo, commit
        return ("tests/test_add.py",)


@dataclass
class FakeSandbox:
    """Boxes in memory, in which commands are what a test says they are."""

    commands: Mapping[str, Command] = field(default_factory=dict)
    name: str = "memory"

    def open(self, repo: str, commit: Sha) -> AbstractAsyncContextManager[Box]:
        del repo, commit
        return self._box()

    @asynccontextmanager
    async def _box(self) -> AsyncIterator[Box]:
        yield MemoryBox({}, self.commands)


@dataclass
class Bench:
    """Ports over fakes, and the one real store."""

    store: Store
    forge: FakeForge = field(default_factory=FakeForge)
    clock: FakeClock = field(default_factory=FakeClock)
    sandbox: FakeSandbox = field(default_factory=FakeSandbox)

    @property
    def ports(self) -> Ports:
        return Ports(
            forge=cast("Any", self.forge),
            git=cast("Any", NoCommits()),
            model=None,
            sandbox=self.sandbox,
            store=self.store,
            clock=self.clock,
            operator=Operator(models=("claude-sonnet-5-5",)),
        )

    async def step(self, case: Case) -> Case:
        """The case after the step of its stage, its move checked."""
        moved = await BY_STAGE[case.stage].run(case, self.ports)
        if moved.stage is not case.stage:
            check_move(case.stage, moved.stage)
        return moved

    async def newest(self, case: Case) -> Case:
        """The newest case of the pull request."""
        found = await self.store.newest_case(case.entry.repo, PrNumber(case.entry.pr))
        assert found is not None
        return found


def ended(case: Case) -> tuple[Stage | None, str]:
    """How a case that is on its way out will end, and why."""
    assert case.stage is Stage.RELEASING
    return case.outcome, case.reason
