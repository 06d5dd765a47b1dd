"""A commit status changed: third-party CI that speaks no check runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.ids import CaseId, Sha
from bot.ports import Ports

NAME = "status_changed"
EVENT = "status"
ACTIONS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A commit with a settled status."""

    key: str
    repo: str
    sha: Sha


def read(payload: Mapping[str, Any]) -> Seen | None:
    """The commit; None while the status is pending."""
    if payload["state"] == "pending":
        return None
    repo, sha = payload["repository"]["full_name"], Sha(payload["sha"])
    return Seen(key=f"{repo}@{sha}", repo=repo, sha=sha)


async def act(seen: Seen, delivery: str, ports: Ports) -> tuple[CaseId, ...]:
    """The cases that wait on it."""
    return await ports.store.waiting_on(seen.repo, seen.sha)
