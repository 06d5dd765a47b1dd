"""The shelf of scenarios: one file an episode, each on its own small repository."""

from collections.abc import Sequence
from typing import Protocol

from bot.lab.repos import LabPull
from bot.lab.scenarios import (
    base_broken,
    cheat_then_honest,
    coverage_drop,
    failing_test,
    flaky,
    gives_up,
    human_wins,
    interaction,
    lint,
    protected_path,
)
from bot.lab.stage import Theatre


class Scenario(Protocol):
    """The shape of a module on this shelf."""

    @property
    def NAME(self) -> str:
        """Its name on the command line."""
        ...

    @property
    def TITLE(self) -> str:
        """What happens, in one line."""
        ...

    @property
    def ENDED(self) -> str:
        """The stage at which its case must end."""
        ...

    @property
    def MERGED(self) -> bool:
        """Whether the pull request must be on main at the end."""
        ...

    @property
    def COMMITS(self) -> int:
        """How many `Claude fix:` commits must be on its branch."""
        ...

    @property
    def VERDICTS(self) -> Sequence[str]:
        """The guards' outcomes in order, one an attempt with a patch."""
        ...

    async def play(self, theatre: Theatre) -> LabPull:
        """Set the stage and let people act; the pull request whose case this is."""
        ...


ALL: Sequence[Scenario] = [
    failing_test,
    lint,
    cheat_then_honest,
    coverage_drop,
    flaky,
    base_broken,
    interaction,
    protected_path,
    gives_up,
    human_wins,
]
BY_NAME = {scenario.NAME: scenario for scenario in ALL}
