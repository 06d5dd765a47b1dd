"""The shelf of heal steps: one module for each stage that is not an end."""

from collections.abc import Sequence
from typing import Protocol

from bot.core.case import Case
from bot.core.lifecycle import Stage
from bot.heal import (
    attempt,
    attribute,
    collect,
    diagnose,
    hold,
    judge,
    needs_human,
    push,
    recipe,
    release,
    requeue,
    verify,
    waiting_ci,
    watch,
)
from bot.ports import Ports


class Step(Protocol):
    """The shape of a module on this shelf.

    A step may be run again after a crash: all it does outside must be idempotent by `case.id`.
    A step that returns its case unchanged is parked: it waits for an event. One that returns it
    richer but at its own stage is saved and run again.
    """

    @property
    def STAGE(self) -> Stage:
        """The stage it serves."""
        ...

    async def run(self, case: Case, ports: Ports) -> Case:
        """Do the work and return the case at its next stage."""
        ...


ALL: Sequence[Step] = [
    collect,
    attribute,
    diagnose,
    hold,
    recipe,
    attempt,
    verify,
    judge,
    needs_human,
    push,
    waiting_ci,
    requeue,
    watch,
    release,
]
BY_STAGE = {step.STAGE: step for step in ALL}
