"""All checks of one App on a commit are done: a case that waits for them may go on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.ids import CaseId, Sha
from bot.ports import Ports

NAME = "checks_finished"
EVENT = "check_suite"
ACTIONS = frozenset({"completed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A commit whose checks are done."""

    key: str
    repo: str
    sha: Sha


def read(payload: Mapping[str, Any]) -> Seen:
    """The commit."""
    repo, sha = payload["repository"]["full_name"], Sha(payload["check_suite"]["head_sha"])
    return Seen(key=f"{repo}@{sha}", repo=repo, sha=sha)


async def act(seen: Seen, delivery: str, ports: Ports) -> tuple[CaseId, ...]:
    """The cases that wait on it; nearly always none."""
    return await ports.store.waiting_on(seen.repo, seen.sha)
