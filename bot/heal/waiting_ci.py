"""Parked until the pull request's own required checks on our commit are settled."""

from dataclasses import replace

from bot.core.case import Case
from bot.core.lifecycle import Stage
from bot.core.repo_config import Mode
from bot.ports import Ports, PullStatus

STAGE = Stage.WAITING_CI


async def run(case: Case, ports: Ports) -> Case:
    """Green: on to the queue. Red: the next attempt. Not settled: stay."""
    entry = case.entry
    pull = await ports.forge.pull(entry.repo, entry.pr)
    if pull.status is not PullStatus.OPEN or pull.head != case.head:
        moved = "closed" if pull.status is not PullStatus.OPEN else "pushed to"
        return case.end(Stage.OVERTAKEN, f"the pull request was {moved}")
    if pull.in_queue:
        return replace(case, enqueued=case.head).to(Stage.WATCHING, "somebody queued it already")
    required = await ports.forge.required_checks(entry.repo, entry.base_branch)
    results = {check.name: check for check in await ports.forge.checks(entry.repo, case.head)}
    wanted = required or frozenset(results)
    red = sorted(name for name in wanted if name in results and results[name].red)
    if red:
        return _next(case, f"CI of the pull request is red: {', '.join(red)}")
    if not wanted or any(name not in results or not results[name].done for name in wanted):
        return case
    case = replace(case, green_at=case.green_at or ports.clock.now())
    if case.config.mode is not Mode.REQUEUE:
        return case.end(Stage.HEALED, "Fixed and pushed; queueing it is left to you.")
    return case.to(Stage.REQUEUING, "checks of the pull request are green")


def _next(case: Case, why: str) -> Case:
    newest = replace(case.attempts[-1], why_failed=why)
    return replace(case, attempts=(*case.attempts[:-1], newest)).to(Stage.ATTEMPTING, why)
