"""`/selfheal retry [hint]`: once more; attempts start anew, money that was spent stays spent."""

from bot.core.call import Call
from bot.core.case import Signal, SignalKind
from bot.core.case_id import retry_of
from bot.core.errors import UserError
from bot.core.lifecycle import Stage
from bot.intake import reopen
from bot.ports import Ports

NAME = "retry"
USAGE = "retry [hint…] — try once more, with your hint for the fixer."


async def run(call: Call, ports: Ports) -> str:
    """Open the case again, or pass the hint to the one that waits for a person."""
    case = await ports.store.newest_case(call.repo, call.pr)
    if case is None:
        msg = "This pull request has not been thrown out of the queue while I was watching."
        raise UserError(msg)
    if case.stage is Stage.HEALED:
        msg = "It was healed; there is nothing to retry."
        raise UserError(msg)
    if not case.ended:
        if not call.text:
            return "I am still at it."
        signal = Signal(
            key=call.key,
            kind=SignalKind.HINT,
            by=call.actor,
            at=ports.clock.now(),
            text=call.text,
        )
        await ports.store.signal(case.id, signal)
        return "Noted; the next attempt reads your hint."
    pull = await ports.forge.pull(call.repo, call.pr)
    if pull.in_queue or pull.head != case.head:
        msg = "It changed since it failed. Put it into the queue; if it fails there, I look at it."
        raise UserError(msg)
    await reopen(case, call.text, retry_of(case.id) + 1, ports)
    return "Trying again."
