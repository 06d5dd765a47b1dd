"""The bot and everything around it, for one test: the lab, the model, the service, real effects."""

from dataclasses import dataclass

from bot.core.case import Case
from bot.core.ids import PrNumber
from bot.lab.lab import Lab
from bot.lab.model import ScriptedModel
from bot.lab.repos import LabPull
from bot.lab.stage import Theatre
from bot.rehearsal import Rehearsal


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    stage: Rehearsal

    @property
    def theatre(self) -> Theatre:
        return self.stage.theatre

    @property
    def lab(self) -> Lab:
        return self.stage.theatre.lab

    @property
    def model(self) -> ScriptedModel:
        return self.stage.theatre.model

    async def settle(self) -> None:
        """Until nothing moves."""
        await self.stage.settle()

    async def case(self, pull: LabPull) -> Case:
        """The newest case of a pull request."""
        store = self.stage.service.ports.store
        found = await store.newest_case(pull.repo.name, PrNumber(pull.number))
        assert found is not None, "no case was opened"
        return found

    async def ended(self, pull: LabPull) -> Case:
        """Its newest case when it has ended."""
        found = await self.stage.ended(pull, lambda _: None)
        await self.settle()
        return found
