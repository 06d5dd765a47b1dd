"""Somebody commented on a pull request: perhaps a slash command."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot import commands
from bot.core.call import Call
from bot.core.ids import CaseId, PrNumber
from bot.core.slash import Written, written
from bot.intake import running_case
from bot.ports import Ports

NAME = "comment_posted"
EVENT = "issue_comment"
ACTIONS = frozenset({"created"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A comment with at least one command in it."""

    key: str
    repo: str
    installation: int
    pr: PrNumber
    comment_id: int
    actor: str
    commands: tuple[Written, ...]


def read(payload: Mapping[str, Any]) -> Seen | None:
    """The commands; None for issues, bots and comments without any."""
    issue, comment = payload["issue"], payload["comment"]
    if "pull_request" not in issue or comment["user"]["type"] == "Bot":
        return None
    found = written(comment["body"] or "")
    if not found:
        return None
    repo = payload["repository"]["full_name"]
    return Seen(
        key=f"{repo}#{issue['number']}",
        repo=repo,
        installation=payload["installation"]["id"],
        pr=PrNumber(issue["number"]),
        comment_id=comment["id"],
        actor=comment["user"]["login"],
        commands=found,
    )


async def act(seen: Seen, delivery: str, ports: Ports) -> tuple[CaseId, ...]:
    """Acknowledge, run, answer once; who has no right gets a thumbs-down and nothing else."""
    permission = await ports.forge.permission(seen.repo, seen.actor)
    if not commands.may(permission):
        await ports.forge.react(seen.repo, seen.comment_id, "-1")
        return ()
    await ports.forge.react(seen.repo, seen.comment_id, "eyes")
    answers = []
    for index, command in enumerate(seen.commands):
        call = Call(
            key=f"{delivery}:{index}",
            repo=seen.repo,
            installation=seen.installation,
            pr=seen.pr,
            comment_id=seen.comment_id,
            actor=seen.actor,
            name=command.name,
            text=command.text,
        )
        answers.append(await commands.answer(call, ports))
    await ports.forge.answer(seen.repo, seen.pr, f"{seen.comment_id}", "\n\n".join(answers))
    case = await running_case(seen.repo, seen.pr, ports)
    return (case.id,) if case else ()
