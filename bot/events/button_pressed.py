"""Somebody pressed Retry or Stop on our check run; GitHub shows these to people with write access."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot import commands
from bot.core.call import Call
from bot.core.ids import CaseId, PrNumber
from bot.intake import running_case
from bot.ports import Ports

NAME = "button_pressed"
EVENT = "check_run"
ACTIONS = frozenset({"requested_action"})
BUTTONS = frozenset({"retry", "stop"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A pressed button; the case id stands in the check run's external id."""

    key: str
    repo: str
    installation: int
    pr: PrNumber
    actor: str
    button: str


def read(payload: Mapping[str, Any]) -> Seen | None:
    """The button and the pull request; None for what is not ours."""
    repo, button = payload["repository"]["full_name"], payload["requested_action"]["identifier"]
    owner, _, rest = str(payload["check_run"]["external_id"]).partition("#")
    number = rest.partition("@")[0]
    if button not in BUTTONS or owner != repo or not number.isascii() or not number.isdigit():
        return None
    return Seen(
        key=f"{repo}#{int(number)}",
        repo=repo,
        installation=payload["installation"]["id"],
        pr=PrNumber(int(number)),
        actor=payload["sender"]["login"],
        button=button,
    )


async def act(seen: Seen, delivery: str, ports: Ports) -> tuple[CaseId, ...]:
    """The same as the slash command of that name."""
    if not commands.may(await ports.forge.permission(seen.repo, seen.actor)):
        return ()
    call = Call(
        key=delivery,
        repo=seen.repo,
        installation=seen.installation,
        pr=seen.pr,
        comment_id=0,
        actor=seen.actor,
        name=seen.button,
    )
    await ports.forge.answer(seen.repo, seen.pr, delivery, await commands.answer(call, ports))
    case = await running_case(seen.repo, seen.pr, ports)
    return (case.id,) if case else ()
