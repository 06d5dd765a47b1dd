"""One step of a case: load, look whether anybody objects, run, check the move, save.

Nothing here knows how steps are made durable; `workflows` runs this inside DBOS. An unsaved step is
run again after a crash, a saved one is not.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.core.case import Case, Moment, SignalKind
from bot.core.errors import (
    ConfigError,
    NoSandboxError,
    PermanentError,
    StaleError,
    TransientError,
    UserError,
)
from bot.core.ids import CaseId
from bot.core.lifecycle import ENDS, Stage, check_move
from bot.heal import Step
from bot.ports import Clock, Ports

T = TypeVar("T")
log = logging.getLogger(__name__)

TRIES = 4  # of one step in a row, while a service is down
MAX_WAIT_S = 60.0  # longer than that the case is left to the sweep, and its worker is free
MAX_ROUNDS = 24  # sweeps that may find the same service down; two hours at one each 5 minutes
MAX_MOVES = 400  # of a case in its life: the steps have their own limits, this is for their bugs
INTERNAL = "internal error"
# Where an error sends a case; the first that fits. Any other error is a bug.
_SENT_TO: dict[type[Exception], Stage] = {
    StaleError: Stage.OVERTAKEN,
    NoSandboxError: Stage.EXPLAINED,
    PermanentError: Stage.GAVE_UP,
    ConfigError: Stage.GAVE_UP,
    UserError: Stage.GAVE_UP,
}
_ENDED_BY = {SignalKind.STOP: Stage.STOPPED, SignalKind.OVERTAKEN: Stage.OVERTAKEN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Advanced:
    """What came of one step.

    Attributes:
        more: whether the next step can be run at once; False = parked, ended or moved by another.
    """

    stage: str
    version: int
    more: bool


async def advance(case_id: CaseId, steps: Mapping[Stage, Step], ports: Ports) -> Advanced:
    """Carry a case one step on.

    Raises:
        TransientError: the store itself is down; nothing was kept, the sweep comes back to it.
    """
    case = await retried(lambda: ports.store.case(case_id), ports.clock)
    if case is None or case.ended:
        return Advanced(stage="" if case is None else case.stage, version=0, more=False)
    moved = await _next(case, steps, ports)
    if moved == case:
        return Advanced(stage=case.stage, version=case.version, more=False)
    saved = await _save(case, moved, ports)
    if saved is None:
        return Advanced(stage=case.stage, version=case.version, more=False)
    if (
        saved.stage is not case.stage
    ):  # all that a log tells of a heal; the case's page has the rest
        log.info("case %s: %s", saved.id, saved.stage.value)
    left_to_sweep = saved.tries > case.tries
    more = not saved.ended and not left_to_sweep
    return Advanced(stage=saved.stage, version=saved.version, more=more)


async def give_up(case_id: CaseId, why: str, ports: Ports) -> None:
    """End a case that cannot be carried on, whatever stage it is in."""
    case = await ports.store.case(case_id)
    if case is None or case.ended:
        return
    await _save(case, _told(case, _out(case, Stage.GAVE_UP, why), ports.clock), ports)


async def retried(work: Callable[[], Awaitable[T]], clock: Clock, tries: int = TRIES) -> T:
    """What `work` returns, tried again with growing pauses while a service is down.

    Raises:
        TransientError: it was still down the last time, or asked for a pause that is too long.
    """
    for tried in range(1, tries):
        try:
            return await work()
        except TransientError as exc:
            if exc.retry_after_s > MAX_WAIT_S:
                raise
            log.info("try %d failed: %s", tried, exc)
            await clock.sleep(min(MAX_WAIT_S, max(exc.retry_after_s, 2.0**tried)))
    return await work()


async def _save(case: Case, moved: Case, ports: Ports) -> Case | None:
    """The moved case as it is kept; None when somebody else moved it."""
    try:
        return await retried(lambda: ports.store.save(moved), ports.clock)
    except StaleError:
        log.info("case %s was moved by somebody else", case.id)
        return None
    except (PermanentError, ValueError) as exc:  # too large or broken; the one before was not
        log.warning("case %s cannot be kept: %s", case.id, exc)
        reason = str(exc) if isinstance(exc, PermanentError) else INTERNAL
        return await ports.store.save(_told(case, _out(case, Stage.GAVE_UP, reason), ports.clock))


async def _next(case: Case, steps: Mapping[Stage, Step], ports: Ports) -> Case:
    """The case after its step, its move checked and told; the same case when it is parked."""
    if case.stage is not Stage.RELEASING:
        for signal in await retried(lambda: ports.store.signals(case.id), ports.clock):
            if (outcome := _ENDED_BY.get(signal.kind)) is not None:
                reason = signal.text or f"{outcome.value} by {signal.by}"
                return _told(case, case.end(outcome, reason), ports.clock)
        if len(case.story) >= MAX_MOVES:
            return _told(case, case.end(Stage.GAVE_UP, "it ran in circles"), ports.clock)
    moved = await _run(case, steps[case.stage], ports)
    return _told(case, moved, ports.clock)


async def _run(case: Case, step: Step, ports: Ports) -> Case:
    """The case as the step left it, or where its error sends it."""
    try:
        moved = await retried(lambda: step.run(case, ports), ports.clock)
        if moved.stage is not case.stage:
            check_move(case.stage, moved.stage)
    except TransientError as exc:
        if case.tries + 1 >= MAX_ROUNDS:
            return _out(case, Stage.GAVE_UP, f"still failing after {MAX_ROUNDS} rounds: {exc}")
        return replace(case, tries=case.tries + 1)
    except tuple(_SENT_TO) as exc:
        outcome = next(end for kind, end in _SENT_TO.items() if isinstance(exc, kind))
        return _out(case, outcome, str(exc))
    except Exception:
        log.exception("case %s broke in %s", case.id, case.stage)
        return _out(case, Stage.GAVE_UP, INTERNAL)
    return replace(moved, tries=0)


def _out(case: Case, outcome: Stage, reason: str) -> Case:
    """The case on its way out; one that was on it already ends, whatever could not be put back."""
    if case.stage is not Stage.RELEASING:
        return case.end(outcome, reason)
    end = case.outcome if case.outcome in ENDS else outcome
    return replace(case, stage=end or outcome, note=f"not everything was put back: {reason}")


def _told(case: Case, moved: Case, clock: Clock) -> Case:
    """The moved case with a line more in its story; one that stayed has nothing to tell."""
    if moved.stage is case.stage:
        return moved
    moment = Moment(at=clock.now(), stage=moved.stage, note=moved.note)
    return replace(moved, story=(*moved.story, moment))
