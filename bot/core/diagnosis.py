"""What is to be done about a failure, as far as rules can tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.core.attribution import Attribution, Whose
from bot.core.failure import Failure, FailureType


class FailureClass(StrEnum):
    """The class of an episode; a label of the metrics."""

    FLAKY = "flaky"
    INFRA = "infra"
    BASE_BROKEN = "base_broken"
    INTERACTION = "interaction"
    CONFLICT = "conflict"
    FORMAT = "format"
    LINT = "lint"
    BUILD = "build"
    TEST = "test"
    DEPENDENCY = "dependency"
    UNKNOWN = "unknown"


class Route(StrEnum):
    """What happens next."""

    FIX = "fix"
    REQUEUE = "requeue"  # as it is, once
    EXPLAIN = "explain"  # say why and leave it to people


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """A class, a route and a sentence for people."""

    failure_class: FailureClass
    route: Route
    why: str


_BY_TYPE = {
    FailureType.FORMAT: FailureClass.FORMAT,
    FailureType.LINT: FailureClass.LINT,
    FailureType.BUILD: FailureClass.BUILD,
    FailureType.TEST: FailureClass.TEST,
    FailureType.RUNTIME: FailureClass.TEST,
    FailureType.DEPENDENCY: FailureClass.DEPENDENCY,
    FailureType.CONFLICT: FailureClass.CONFLICT,
    FailureType.INFRA: FailureClass.INFRA,
    FailureType.TIMEOUT: FailureClass.INFRA,
}
# When a log shows several types: the one that has to be fixed first.
_ORDER = (
    FailureClass.CONFLICT,
    FailureClass.DEPENDENCY,
    FailureClass.BUILD,
    FailureClass.TEST,
    FailureClass.LINT,
    FailureClass.FORMAT,
    FailureClass.INFRA,
)


def classify(failures: Sequence[Failure]) -> FailureClass:
    """The class of the most basic failure; unknown when none is of a known type."""
    seen = {_BY_TYPE[failure.type] for failure in failures if failure.type in _BY_TYPE}
    return next((each for each in _ORDER if each in seen), FailureClass.UNKNOWN)


def diagnose(failures: Sequence[Failure], attribution: Attribution, requeues: int) -> Diagnosis:
    """Choose the route.

    Args:
        failures: of one queue entry, root causes first.
        attribution: whose failure it is.
        requeues: plain requeues of this pull request so far; a second one would only spin.
    """
    whose = attribution.whose
    if whose is Whose.FLAKY:
        return _flaky(requeues)
    if whose is Whose.BASE:
        return Diagnosis(
            failure_class=FailureClass.BASE_BROKEN,
            route=Route.EXPLAIN,
            why="The same check fails on the base branch without this pull request.",
        )
    found = classify(failures)
    if found is FailureClass.INFRA:
        return Diagnosis(
            failure_class=found,
            route=Route.REQUEUE if requeues == 0 else Route.EXPLAIN,
            why="The runner failed, not the code.",
        )
    if whose is Whose.INTERACTION:
        ahead = ", ".join(f"#{number}" for number in attribution.others) or "the base branch"
        why = f"Green on its own, red together with {ahead}."
        return Diagnosis(failure_class=FailureClass.INTERACTION, route=Route.FIX, why=why)
    if whose is Whose.UNKNOWN:
        why = "The failing check could not be run here, so a fix could not be proven."
        return Diagnosis(failure_class=found, route=Route.EXPLAIN, why=why)
    return Diagnosis(
        failure_class=found, route=Route.FIX, why="It fails with this pull request alone."
    )


def _flaky(requeues: int) -> Diagnosis:
    why = "The failing part is green when it is run again on the same tree."
    if requeues:
        why += " It was requeued for that before, so a person should look."
    return Diagnosis(
        failure_class=FailureClass.FLAKY,
        route=Route.EXPLAIN if requeues else Route.REQUEUE,
        why=why,
    )
