"""The way out: whatever was held is put back, and the last word is said. Safe to run twice."""

from dataclasses import replace

from bot.core.case import Case
from bot.core.errors import PermanentError
from bot.core.ids import Sha
from bot.core.lifecycle import Stage
from bot.core.markdown import sentence
from bot.core.wording import NEEDS_HUMAN, silent, sticky
from bot.ports import Ports, PullState, PullStatus
from bot.report import report

STAGE = Stage.RELEASING
_NOT_ARMED = "Merge-when-ready was on before, and GitHub does not let it be switched on again."
_CONCLUSION = {
    Stage.HEALED: "success",
    Stage.EXPLAINED: "neutral",
    Stage.GAVE_UP: "action_required",
    Stage.STOPPED: "neutral",
    Stage.OVERTAKEN: "neutral",
}


async def run(case: Case, ports: Ports) -> Case:
    """Labels and auto-merge as they were; the sticky comment and the check run say how it ended."""
    outcome = case.outcome or Stage.GAVE_UP
    entry, url = case.entry, ports.operator.public_url
    pull = await ports.forge.pull(entry.repo, entry.pr)
    await _labels(case, outcome, pull, ports)
    if not await _auto_merge(case, pull, ports):
        case = replace(case, reason=_with(case.reason, _NOT_ARMED))
    if not silent(case):
        await ports.forge.sticky(entry.repo, entry.pr, sticky(case, url))
        final = report(case, url, conclusion=_CONCLUSION[outcome])
        for sha in _reported(case):
            await ports.forge.report(entry.repo, sha, final)
    return case.to(outcome, case.reason)


def _with(reason: str, more: str) -> str:
    return reason if more in reason else f"{sentence(reason)} {more}".strip()


def _reported(case: Case) -> tuple[Sha, ...]:
    """Every head that our check run may stand on: none may be left saying "in progress"."""
    worked_on = [attempt.patch.base for attempt in case.attempts if attempt.patch]
    return tuple(dict.fromkeys((*worked_on, case.entry.head, case.head)))


async def _labels(case: Case, outcome: Stage, pull: PullState, ports: Ports) -> None:
    repo, pr = case.entry.repo, case.entry.pr
    ours = set(case.held.labels) if case.held else set()
    if outcome is Stage.GAVE_UP:
        await ports.forge.add_labels(repo, pr, [NEEDS_HUMAN])
    else:
        ours.add(NEEDS_HUMAN)
    for label in sorted(ours & pull.labels):
        await ports.forge.remove_label(repo, pr, label)


async def _auto_merge(case: Case, pull: PullState, ports: Ports) -> bool:
    """On again as it was, unless the pull request is queued, merged or armed already.

    False = GitHub refuses: a person has to know, and all else is still put back.
    """
    was = case.held.auto_merge if case.held else None
    idle = pull.status is PullStatus.OPEN and pull.auto_merge is None and not pull.in_queue
    if was is None or not idle:
        return True
    try:
        await ports.forge.enable_auto_merge(case.entry.repo, pull.node_id, was.method)
    except PermanentError:
        return False
    return True
