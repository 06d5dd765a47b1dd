"""A pull request was put into the queue: if it was not us, a person wants it as it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.ids import CaseId, PrNumber
from bot.core.lifecycle import Stage
from bot.intake import PAST_PUSH, is_own, overtake, running_case
from bot.ports import Ports

NAME = "entry_enqueued"
EVENT = "pull_request"
ACTIONS = frozenset({"enqueued"})
# Past the push, a person who queues it does what we were about to do.
_WELCOME = PAST_PUSH | {Stage.RELEASING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An entry that is in."""

    key: str
    repo: str
    pr: PrNumber
    sender: str


def read(payload: Mapping[str, Any]) -> Seen:
    """The entry and who queued it."""
    repo = payload["repository"]["full_name"]
    return Seen(
        key=f"{repo}#{payload['number']}",
        repo=repo,
        pr=PrNumber(payload["number"]),
        sender=payload["sender"]["login"],
    )


async def act(seen: Seen, delivery: str, ports: Ports) -> tuple[CaseId, ...]:
    """Stand down, unless the fix is on the branch already."""
    case = await running_case(seen.repo, seen.pr, ports)
    if case is None or is_own(seen.sender, ports):
        return ()
    if case.stage in _WELCOME:
        return (case.id,)
    why = f"{seen.sender} put it into the queue again"
    return await overtake(
        seen.repo, seen.pr, by=seen.sender, why=why, delivery=delivery, ports=ports
    )
