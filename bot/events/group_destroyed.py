"""A merge group ended: merged, rebuilt behind another one, or thrown out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.ids import CaseId, Sha
from bot.core.queue_ref import pr_of
from bot.ports import Ports

NAME = "group_destroyed"
EVENT = "merge_group"
ACTIONS = frozenset({"destroyed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A group that is no more."""

    key: str
    repo: str
    head: Sha
    reason: str


def read(payload: Mapping[str, Any]) -> Seen | None:
    """The group and why it ended; the schema lets the reason be absent."""
    group, repo = payload["merge_group"], payload["repository"]["full_name"]
    pr = pr_of(group["head_ref"])
    reason = payload.get("reason")
    if pr is None or not isinstance(reason, str):
        return None
    return Seen(key=f"{repo}#{pr}", repo=repo, head=Sha(group["head_sha"]), reason=reason)


async def act(seen: Seen, delivery: str, ports: Ports) -> tuple[CaseId, ...]:
    """Remember why."""
    await ports.store.close_group(seen.repo, seen.head, seen.reason)
    return ()
