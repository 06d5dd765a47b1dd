"""A person changed the pull request under our hands: a push, a close, a draft, the hold label."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.ids import CaseId, PrNumber
from bot.core.wording import HOLD
from bot.intake import is_own, overtake, running_case
from bot.ports import Ports

NAME = "pr_changed"
EVENT = "pull_request"
ACTIONS = frozenset({"synchronize", "closed", "converted_to_draft", "labeled"})
_WHY = {
    "synchronize": "{who} pushed to the branch",
    "closed": "{who} closed the pull request",
    "converted_to_draft": "{who} made it a draft",
    "labeled": "{who} set the label `" + HOLD + "`",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A change of the pull request; `merged` for a close that is a merge."""

    key: str
    repo: str
    pr: PrNumber
    action: str
    merged: bool
    sender: str


def read(payload: Mapping[str, Any]) -> Seen | None:
    """The change; None for any label but the hold."""
    action, repo = payload["action"], payload["repository"]["full_name"]
    if action == "labeled" and payload["label"]["name"] != HOLD:
        return None
    return Seen(
        key=f"{repo}#{payload['number']}",
        repo=repo,
        pr=PrNumber(payload["number"]),
        action=action,
        merged=bool(payload["pull_request"].get("merged")),
        sender=payload["sender"]["login"],
    )


async def act(seen: Seen, delivery: str, ports: Ports) -> tuple[CaseId, ...]:
    """Stand down; a merge, and what we did ourselves, only wake the case."""
    if seen.merged or is_own(seen.sender, ports):
        case = await running_case(seen.repo, seen.pr, ports)
        return (case.id,) if case else ()
    why = _WHY[seen.action].format(who=seen.sender)
    return await overtake(
        seen.repo, seen.pr, by=seen.sender, why=why, delivery=delivery, ports=ports
    )
