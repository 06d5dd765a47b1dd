"""Step 3: decide what is to be done: fix, requeue as it is, or explain."""

from dataclasses import replace

from bot.core.attribution import Attribution, Whose
from bot.core.case import Case
from bot.core.diagnosis import Diagnosis, Route, diagnose
from bot.core.lifecycle import Stage
from bot.core.repo_config import Mode
from bot.ports import Ports

STAGE = Stage.DIAGNOSING


async def run(case: Case, ports: Ports) -> Case:
    """Fill `diagnosis` and take its route, as far as the repository's mode allows."""
    attribution = case.attribution or Attribution(whose=Whose.UNKNOWN)
    found = diagnose(case.failures, attribution, case.requeues)
    case = replace(case, diagnosis=found)
    if found.route is Route.EXPLAIN or not _allowed(found, case.config.mode):
        return case.end(Stage.EXPLAINED, _why(found, case.config.mode))
    if found.route is Route.REQUEUE:
        return replace(case, requeues=case.requeues + 1).to(Stage.REQUEUING, found.why)
    return case.to(Stage.HOLDING, found.why)


def _allowed(found: Diagnosis, mode: Mode) -> bool:
    needed = Mode.REQUEUE if found.route is Route.REQUEUE else Mode.PUSH
    return mode.rank >= needed.rank


def _why(found: Diagnosis, mode: Mode) -> str:
    if found.route is Route.EXPLAIN:
        return found.why
    return f"{found.why} The mode of this repository is `{mode}`, so nothing was done about it."
