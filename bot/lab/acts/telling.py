"""Change a pull request and tell of it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.lab.hub import Hub, Repo
from bot.lab.payloads.pull import pull_request
from bot.lab.payloads.repository import envelope
from bot.lab.records import Happened, Pull, TimelineItem


class RefusedError(Exception):
    """GitHub does not do that; the text is what it answers."""


def change(hub: Hub, repo: Repo, pull: Pull, **fields: Any) -> Pull:
    """The pull request with these fields changed, now."""
    newer = replace(repo.pulls[pull.number], updated_at=hub.clock.now(), **fields)
    repo.pulls[pull.number] = newer
    return newer


def remember(
    hub: Hub,
    repo: Repo,
    pull: Pull,
    kind: str,
    actor: str,
    **facts: str | None,
) -> Pull:
    """Add an item to its timeline; `facts` are its reason and before_commit."""
    item = TimelineItem(
        id=f"{kind}_{next(hub.ids)}",
        kind=kind,
        at=hub.clock.now(),
        actor=actor,
        **facts,
    )
    timeline = (*repo.pulls[pull.number].timeline, item)
    return change(hub, repo, pull, timeline=timeline)


def pull_event(
    hub: Hub,
    repo: Repo,
    pull: Pull,
    action: str,
    sender: str,
    extra: Mapping[str, Any] | None = None,
) -> None:
    """Send a `pull_request` webhook; GitHub says `dequeued` a moment after `destroyed`."""
    payload = {
        "action": action,
        "number": pull.number,
        "pull_request": pull_request(hub, repo, pull),
        **envelope(hub, repo, sender),
        **(extra or {}),
    }
    happened = Happened(
        repo=repo.name,
        event="pull_request",
        action=action,
        sha=pull.head,
        pr=pull.number,
        branch=pull.branch,
    )
    note = f" ({extra['reason']})" if extra and "reason" in extra else ""
    hub.tell("pull_request", f"#{pull.number} {action}{note} by {sender}", repo.name, pull.number)
    hub.emit(happened, payload, lag_s=hub.dequeue_lag_s if action == "dequeued" else 0.0)
