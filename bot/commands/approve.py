"""`/selfheal approve`: let a fix through that the guards want a person to see."""

from bot.core.call import Call
from bot.core.case import Signal, SignalKind
from bot.core.errors import UserError
from bot.core.lifecycle import Stage
from bot.intake import running_case
from bot.ports import Ports

NAME = "approve"
USAGE = "approve — push the fix that waits for a person; recorded with your name."


async def run(call: Call, ports: Ports) -> str:
    """Record who approved; only a fix that waits for it can be approved."""
    case = await running_case(call.repo, call.pr, ports)
    if case is None or case.stage is not Stage.NEEDS_HUMAN:
        msg = "No fix of this pull request waits for an approval."
        raise UserError(msg)
    signal = Signal(key=call.key, kind=SignalKind.APPROVE, by=call.actor, at=ports.clock.now())
    await ports.store.signal(case.id, signal)
    return f"Recorded: @{call.actor} approves attempt {len(case.attempts)}. Pushing it."
