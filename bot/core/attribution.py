"""Whose failure is it? Decided by what was run, never by opinion."""

from dataclasses import dataclass
from enum import StrEnum


class Whose(StrEnum):
    """Who has to act."""

    BASE = "base"  # the base branch is broken without the pull request
    PULL_REQUEST = "pull_request"  # red on its own
    INTERACTION = "interaction"  # green alone, red with what was ahead of it or came into base
    FLAKY = "flaky"  # the same tree is green when run again
    UNKNOWN = "unknown"  # nothing could be run


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The failing part, run once on one tree; None = could not be run there."""

    tree: str  # "base", "alone", "group"
    command: str
    failed: bool | None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """The answer, with the runs that show it."""

    whose: Whose
    trials: tuple[Trial, ...] = ()
    others: tuple[int, ...] = ()  # pull requests ahead in the same group, for an interaction


def attribute(trials: tuple[Trial, ...], others: tuple[int, ...] = ()) -> Attribution:
    """Read the truth table of base, alone and group.

    The failing part red on base blames base; else red alone blames the pull request; else red
    only in the group blames the combination; red nowhere is flaky.
    """
    failed = {trial.tree: trial.failed for trial in trials}
    if failed.get("group") is False:
        whose = Whose.FLAKY
    elif failed.get("base"):
        whose = Whose.BASE
    elif failed.get("alone"):
        whose = Whose.PULL_REQUEST
    elif failed.get("group") and failed.get("alone") is False:
        whose = Whose.INTERACTION
    else:
        whose = Whose.UNKNOWN
    return Attribution(
        whose=whose, trials=trials, others=others if whose is Whose.INTERACTION else ()
    )
