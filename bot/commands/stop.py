"""`/selfheal stop`: leave this pull request alone."""

from bot.core.call import Call
from bot.core.case import Signal, SignalKind
from bot.core.errors import UserError
from bot.intake import running_case
from bot.ports import Ports

NAME = "stop"
USAGE = "stop — end the running heal of this pull request."


async def run(call: Call, ports: Ports) -> str:
    """Ask the case to stop; it does so before its next effect."""
    case = await running_case(call.repo, call.pr, ports)
    if case is None:
        msg = "There is no running heal to stop."
        raise UserError(msg)
    signal = Signal(key=call.key, kind=SignalKind.STOP, by=call.actor, at=ports.clock.now())
    await ports.store.signal(case.id, signal)
    return "Stopping. I will not push to this pull request any more."
