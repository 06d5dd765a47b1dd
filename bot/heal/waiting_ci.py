"""Parked until the pull request's own required checks on our commit are settled."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.core.case import Case
from bot.core.lifecycle import Stage
from bot.core.repo_config import Mode
from bot.core.wording import HOLD, MERGED
from bot.intake import left_again
from bot.ports import CheckResult, Ports, PullState, PullStatus

STAGE = Stage.WAITING_CI
LISTED = timedelta(minutes=2)  # where no rule names checks: until GitHub shows those there are
TO_START = timedelta(hours=1)
TO_END = timedelta(hours=12)


async def run(case: Case, ports: Ports) -> Case:
    """Green: on to the queue. Red: the next attempt. Not settled: stay, but not for ever."""
    pull = await ports.forge.pull(case.entry.repo, case.entry.pr)
    if pull.head == case.head and pull.status is PullStatus.MERGED:
        return case.end(Stage.HEALED, MERGED)
    if why := _stand_down(case, pull):
        return case.end(Stage.OVERTAKEN, why)
    if HOLD in pull.labels:
        return case.end(Stage.STOPPED, f"the label `{HOLD}` says hands off")
    if pull.in_queue or left_again(case.entry, pull):
        return replace(case, enqueued=case.head).to(Stage.WATCHING, "somebody queued it already")
    return await _by_checks(case, ports)


def _stand_down(case: Case, pull: PullState) -> str:
    reasons = {
        "the pull request was closed": pull.status is not PullStatus.OPEN,
        "the pull request was pushed to": pull.head != case.head,
        "the pull request was made a draft": pull.draft,
        "its base branch is another one now": pull.base_branch != case.entry.base_branch,
    }
    return next((reason for reason, true in reasons.items() if true), "")


async def _by_checks(case: Case, ports: Ports) -> Case:
    repo, waited = case.entry.repo, ports.clock.now() - case.pushes[-1].at
    results = {check.name: check for check in await ports.forge.checks(repo, case.head)}
    wanted = await ports.forge.required_checks(repo, case.entry.base_branch)
    if not wanted:
        if waited < LISTED:
            return case
        wanted = frozenset(results) - await _red_before(case, ports)
    red = sorted(name for name in wanted if name in results and results[name].red)
    if red:
        return _next(case, f"CI of the pull request is red: {', '.join(red)}")
    if any(name not in results or not results[name].done for name in wanted):
        return _patient(case, wanted, results, waited)
    case = replace(case, green_at=case.green_at or ports.clock.now())
    if case.config.mode is not Mode.REQUEUE:
        return case.end(Stage.HEALED, "Fixed and pushed; queueing it is left to you.")
    return case.to(Stage.REQUEUING, "checks of the pull request are green")


async def _red_before(case: Case, ports: Ports) -> frozenset[str]:
    """Checks that no rule names and that were red without our commit: not ours to mend."""
    patch = case.attempts[-1].patch if case.attempts else None
    if patch is None:
        return frozenset()
    before = await ports.forge.checks(case.entry.repo, patch.base)
    return frozenset(check.name for check in before if check.red)


def _patient(
    case: Case, wanted: frozenset[str], results: Mapping[str, CheckResult], waited: timedelta
) -> Case:
    """The case as it is; when it took too long, a person has to look at CI."""
    absent = sorted(wanted - results.keys())
    if absent and waited > TO_START:
        why = f"did not start on it within {TO_START // timedelta(minutes=1)} minutes"
        return case.end(Stage.GAVE_UP, f"The fix is pushed, but {', '.join(absent)} {why}.")
    if waited > TO_END:
        running = sorted(name for name in wanted if name in results and not results[name].done)
        why = f"did not end within {TO_END // timedelta(hours=1)} hours"
        return case.end(Stage.GAVE_UP, f"The fix is pushed, but {', '.join(running)} {why}.")
    return case


def _next(case: Case, why: str) -> Case:
    newest = replace(case.attempts[-1], why_failed=why)
    return replace(case, attempts=(*case.attempts[:-1], newest)).to(Stage.ATTEMPTING, why)
