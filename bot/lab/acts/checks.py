"""Check runs: made, settled, and what they say of a commit as a whole."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from bot.lab.hub import Hub, Repo
from bot.lab.payloads.checks import check_suite, webhook_check_run
from bot.lab.payloads.commits import facts
from bot.lab.payloads.repository import envelope
from bot.lab.queue.state import Verdict
from bot.lab.records import CheckRun, Happened, Suite


def open_suite(hub: Hub, repo: Repo, app: str, sha: str, branch: str | None) -> Suite:
    """A new check suite."""
    suite = Suite(
        id=next(hub.ids), app=app, sha=sha, branch=branch, at=hub.clock.now(), status="in_progress"
    )
    repo.suites[suite.id] = suite
    return suite


def suite_of(hub: Hub, repo: Repo, app: str, sha: str) -> Suite:
    """The suite of an App on a commit; it has one."""
    found = (s for s in repo.suites.values() if s.app == app and s.sha == sha)
    branch = next((p.branch for p in repo.pulls.values() if p.head == sha), None)
    return next(found, None) or open_suite(hub, repo, app, sha, branch)


async def add_check(hub: Hub, repo: Repo, check: CheckRun, sender: str) -> CheckRun:
    """Keep a new check run and tell of it; one made settled is told of as completed too."""
    repo.checks[check.id] = check
    _check_event(hub, repo, check, "created", sender)
    if check.settled:
        await _settled(hub, repo, check, sender)
    return check


async def change_check(
    hub: Hub, repo: Repo, check: CheckRun, sender: str, **fields: Any
) -> CheckRun:
    """The check run with these fields changed; told of when it settles."""
    newer = replace(repo.checks[check.id], **fields)
    if newer.settled and newer.completed_at is None:
        newer = replace(newer, completed_at=hub.clock.now())
    repo.checks[check.id] = newer
    if newer.settled and not check.settled:
        await _settled(hub, repo, newer, sender)
    return newer


def press(hub: Hub, repo: Repo, check: CheckRun, identifier: str, sender: str) -> None:
    """Somebody clicks a button of our check run."""
    extra = {"requested_action": {"identifier": identifier}}
    _check_event(hub, repo, check, "requested_action", sender, extra)


def verdict(repo: Repo, sha: str) -> Verdict | None:
    """What the required checks say of a commit; red only once all of them are settled."""
    checks = repo.newest_checks(sha)
    required = [checks.get(name) for name in repo.required]
    if all(check is not None and check.good for check in required):
        return Verdict.GREEN
    if all(check is not None and check.settled for check in required):
        return Verdict.RED
    return None


def blocked_by(repo: Repo, sha: str) -> str | None:
    """Why GitHub would not let this commit into the queue, in its words."""
    checks = repo.newest_checks(sha)
    for name in repo.required:
        check = checks.get(name)
        if check is None or not check.settled:
            return f'Required status check "{name}" is expected.'
        if not check.good:
            return f'Required status check "{name}" is failing.'
    return None


def summed(conclusions: Iterable[str | None]) -> str:
    """One conclusion out of many: the worst counts, and skipped ones do not."""
    given = [conclusion for conclusion in conclusions if conclusion]
    for word in ("failure", "timed_out", "cancelled", "action_required"):
        if word in given:
            return word
    return "success" if "success" in given or not given else given[0]


def _check_event(
    hub: Hub,
    repo: Repo,
    check: CheckRun,
    action: str,
    sender: str,
    extra: dict[str, Any] | None = None,
) -> None:
    payload = {
        "action": action,
        "check_run": webhook_check_run(hub, repo, check),
        **envelope(hub, repo, sender),
        **(extra or {}),
    }
    happened = Happened(repo=repo.name, event="check_run", action=action, sha=check.sha)
    if action == "completed":
        hub.tell("check", f"{check.name}: {check.conclusion} on {check.sha[:8]}", repo.name)
    hub.emit(happened, payload)


async def _settled(hub: Hub, repo: Repo, check: CheckRun, sender: str) -> None:
    _check_event(hub, repo, check, "completed", sender)
    await close_suite(hub, repo, check.suite, sender)


async def close_suite(hub: Hub, repo: Repo, suite_id: int, sender: str) -> None:
    """Settle a suite and tell of it, once all its check runs are settled."""
    mine = [check for check in repo.checks.values() if check.suite == suite_id]
    suite = repo.suites[suite_id]
    if suite.status == "completed" or not all(check.settled for check in mine):
        return
    conclusion = summed(check.conclusion for check in mine)
    suite = replace(suite, status="completed", conclusion=conclusion)
    repo.suites[suite_id] = suite
    payload = {
        "action": "completed",
        "check_suite": check_suite(hub, repo, suite, await facts(repo, suite.sha)),
        **envelope(hub, repo, sender),
    }
    hub.emit(
        Happened(
            repo=repo.name,
            event="check_suite",
            action="completed",
            sha=suite.sha,
            branch=suite.branch,
        ),
        payload,
    )
