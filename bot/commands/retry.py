"""`/selfheal retry [hint]`: once more; attempts start anew, money that was spent stays spent."""

from bot.core.call import Call
from bot.core.case import Case, Signal, SignalKind
from bot.core.case_id import retry_of
from bot.core.errors import UserError
from bot.core.lifecycle import Stage
from bot.core.wording import HOLD
from bot.intake import reopen
from bot.ports import Ports, PullStatus

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
        return await _hint(case, call, ports)
    pull = await ports.forge.pull(call.repo, call.pr)
    if HOLD in pull.labels:
        msg = f"The label `{HOLD}` says hands off; take it away first."
        raise UserError(msg)
    if pull.status is not PullStatus.OPEN or pull.draft:
        msg = "It is closed or a draft: there is nothing to heal."
        raise UserError(msg)
    if pull.in_queue or pull.head != case.head:
        msg = "It changed since it failed. Put it into the queue; if it fails there, I look at it."
        raise UserError(msg)
    await reopen(case, call.text, retry_of(case.id) + 1, ports)
    return "Trying again."


async def _hint(case: Case, call: Call, ports: Ports) -> str:
    """Pass it to the running case; without words it means something to a waiting one alone."""
    waits = case.stage is Stage.NEEDS_HUMAN
    if waits and case.model_attempts >= case.config.limits.attempts:
        msg = "All attempts are used. `/selfheal approve` pushes the fix, `/selfheal stop` ends it."
        raise UserError(msg)
    if not call.text and not waits:
        return "I am still at it."
    signal = Signal(
        key=call.key, kind=SignalKind.HINT, by=call.actor, at=ports.clock.now(), text=call.text
    )
    await ports.store.signal(case.id, signal)
    return "Noted; the next attempt reads your hint." if call.text else "Trying again."
