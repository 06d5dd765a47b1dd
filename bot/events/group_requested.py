"""The queue made a merge group: remember which pull request it adds, and what it stands on."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.errors import EdgeError
from bot.core.ids import CaseId, PrNumber, Sha
from bot.core.queue_ref import branch_of, pr_of
from bot.ports import Group, Ports

NAME = "group_requested"
EVENT = "merge_group"
ACTIONS = frozenset({"checks_requested"})
HEAD_START_S = 60.0  # of the fetch: what else happens to the pull request waits behind it


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A new group."""

    key: str
    repo: str
    installation: int
    pr: PrNumber
    head: Sha
    base: Sha
    base_branch: str


def read(payload: Mapping[str, Any]) -> Seen | None:
    """The group; None when its ref does not name a pull request."""
    group, repo = payload["merge_group"], payload["repository"]["full_name"]
    if (pr := pr_of(group["head_ref"])) is None:
        return None
    return Seen(
        key=f"{repo}#{pr}",
        repo=repo,
        installation=payload["installation"]["id"],
        pr=pr,
        head=Sha(group["head_sha"]),
        base=Sha(group["base_sha"]),
        base_branch=branch_of(group["base_ref"]),
    )


async def act(seen: Seen, delivery: str, ports: Ports) -> tuple[CaseId, ...]:
    """Remember it, and fetch the commit while GitHub still has a ref to it."""
    await ports.store.saw_group(
        Group(
            repo=seen.repo,
            installation=seen.installation,
            head=seen.head,
            base=seen.base,
            base_branch=seen.base_branch,
            pr=seen.pr,
            seen_at=ports.clock.now(),
        )
    )
    try:
        async with asyncio.timeout(HEAD_START_S):
            await ports.git.fetch(seen.repo, seen.head)
    except (EdgeError, TimeoutError):
        return ()  # only a head start: collecting fetches again, or makes the commit anew
    return ()
