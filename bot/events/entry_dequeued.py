"""A pull request left the merge queue: merged, thrown out by red checks, or taken out by a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.ids import CaseId, PrNumber
from bot.intake import group_of, is_own, open_case, overtake, running_case
from bot.ports import Ports

NAME = "entry_dequeued"
EVENT = "pull_request"
ACTIONS = frozenset({"dequeued"})

# GitHub's words (UPPER_SNAKE here, other words in GraphQL); any other one is neutral.
HEAL = frozenset({"CI_FAILURE"})
BY_HAND = frozenset({"MANUAL", "QUEUE_CLEARED"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An entry that is out."""

    key: str
    repo: str
    installation: int
    pr: PrNumber
    base_branch: str
    reason: str
    sender: str


def read(payload: Mapping[str, Any]) -> Seen:
    """The entry and GitHub's reason."""
    repo, pull = payload["repository"]["full_name"], payload["pull_request"]
    return Seen(
        key=f"{repo}#{payload['number']}",
        repo=repo,
        installation=payload["installation"]["id"],
        pr=PrNumber(payload["number"]),
        base_branch=pull["base"]["ref"],
        reason=payload["reason"],
        sender=payload["sender"]["login"],
    )


async def act(seen: Seen, delivery: str, ports: Ports) -> tuple[CaseId, ...]:
    """Open a case for red checks, wake the one that watches, stand down for a person."""
    if seen.reason in HEAL:
        return await _failed(seen, ports)
    if seen.reason in BY_HAND and not is_own(seen.sender, ports):
        why = "somebody took it out of the queue"
        return await overtake(
            seen.repo, seen.pr, by=seen.sender, why=why, delivery=delivery, ports=ports
        )
    case = await running_case(seen.repo, seen.pr, ports)
    return (case.id,) if case else ()  # merged, or whatever else: its step reads what it means


async def _failed(seen: Seen, ports: Ports) -> tuple[CaseId, ...]:
    pull = await ports.forge.pull(seen.repo, seen.pr)
    group = await group_of(seen.repo, seen.installation, pull, ports)
    return () if group is None else (await open_case(pull, group, seen.reason, ports),)
