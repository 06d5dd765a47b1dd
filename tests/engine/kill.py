"""Death at a save point: a store that kills its process, and a way to run one to its death.

For any service over `SqlStore`: put `KillingStore` in its place inside a child process, run the
child with each save in turn, start it again without, and compare the ends.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from bot.core.case import Case
from bot.edges.store import SqlStore

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["bot.engine", "bot.edges.store", "tests.engine.tiny"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    """When the process dies: at which save of this process, from 1, and on which side of it."""

    save: int
    when: Literal["before", "after"]

    def __str__(self) -> str:
        return f"{self.when}-save-{self.save}"


class KillingStore(SqlStore):
    """A `SqlStore` that sends its own process SIGKILL around one save; None = it never does."""

    def __init__(self, url: str, death: Death | None = None) -> None:
        super().__init__(url)
        self._death = death
        self.saves = 0

    async def save(self, case: Case) -> Case:
        self.saves += 1
        mine = self.saves  # others may save while this one is at it
        self._die(Death(save=mine, when="before"))
        saved = await super().save(case)
        self._die(Death(save=mine, when="after"))
        return saved

    def _die(self, here: Death) -> None:
        if here == self._death:
            os.kill(os.getpid(), signal.SIGKILL)


def run_child(work: Callable[..., None], *args: Any, timeout_s: float = 120) -> int:
    """The exit code of `work(*args)` in a process of its own; -9 when it was killed.

    Raises:
        TimeoutError: it did not end in time; it is killed then.
    """
    child = _context.Process(target=work, args=args)
    child.start()
    child.join(timeout_s)
    code = child.exitcode
    if code is None:
        child.kill()
        child.join()
    child.close()
    if code is None:
        msg = f"the child was still running after {timeout_s} s"
        raise TimeoutError(msg)
    return code
