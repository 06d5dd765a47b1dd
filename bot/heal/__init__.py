"""The shelf of heal steps: one module for each stage that is not an end."""

from collections.abc import Sequence
from typing import Protocol

from bot.core.case import Case
from bot.core.lifecycle import Stage
from bot.ports import Ports


class Step(Protocol):
    """The shape of a module on this shelf.

    A step may be run again after a crash: all it does outside must be idempotent by `case.id`.
    A step with nothing to do yet returns the case at its own stage: it is parked.
    """

    @property
    def STAGE(self) -> Stage:
        """The stage it serves."""
        ...

    async def run(self, case: Case, ports: Ports) -> Case:
        """Do the work and return the case at its next stage."""
        ...


ALL: Sequence[Step] = []
BY_STAGE = {step.STAGE: step for step in ALL}
