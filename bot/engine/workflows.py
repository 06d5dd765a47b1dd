"""What DBOS runs: three workflows over whichever engine is started in this process.

Their names, arguments and the order of their steps stand in the database: change them only with a
plan for what is under way (see `config.VERSION`). Plain data goes in and out, never a document.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from dbos import DBOS

from bot import events
from bot.core.ids import CaseId
from bot.engine.advance import Advanced, give_up, retried
from bot.engine.config import HEAL, ON_EVENT, SWEEP
from bot.events import Noted
from bot.ports import Ports

RECOVERIES = 5  # of one workflow: whatever kills the process must not kill it for ever
MAX_LAPS = 200  # steps of one run; a case that needs more is broken
EVENT_TRIES = 8  # a delivery is not sent again by GitHub, so it is worth more tries than a step


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """What the workflows need of the engine."""

    ports: Ports
    advance: Callable[[CaseId], Awaitable[Advanced]]
    wake: Callable[[CaseId, str], Awaitable[None]]
    sweep: Callable[[], Awaitable[None]]


# DBOS is one per process and finds workflows by name, so what they run is one per process too.
_runner: list[Runner] = []


def install(runner: Runner) -> None:
    """Let the workflows run on this engine.

    Raises:
        RuntimeError: another engine is running in this process.
    """
    if _runner:
        msg = "an engine is running in this process already"
        raise RuntimeError(msg)
    _runner.append(runner)


def uninstall() -> None:
    """Forget the engine."""
    _runner.clear()


def _current() -> Runner:
    if not _runner:
        # Stopping: an error would be recorded as the workflow's end, this leaves it to be resumed.
        raise asyncio.CancelledError
    return _runner[0]


@DBOS.step(name="act")
async def _act(noted: dict[str, str], delivery: str) -> list[str]:
    ports = _current().ports
    seen = Noted(**noted)
    woken = await retried(lambda: events.act(seen, delivery, ports), ports.clock, EVENT_TRIES)
    return list(woken)


@DBOS.step(name="wake")
async def _wake(case_id: str, why: str) -> None:
    await _current().wake(CaseId(case_id), why)


@DBOS.workflow(name=ON_EVENT, max_recovery_attempts=RECOVERIES)
async def on_event(noted: dict[str, str], delivery: str) -> None:
    """Let a handler react to a delivery, then wake the cases it names; waits for none of them."""
    for case_id in await _act(noted, delivery):
        await _wake(case_id, delivery)


@DBOS.step(name="advance")
async def _advance(case_id: str) -> dict[str, Any]:
    return asdict(await _current().advance(CaseId(case_id)))


@DBOS.step(name="give_up")
async def _give_up(case_id: str, why: str) -> None:
    await give_up(CaseId(case_id), why, _current().ports)


@DBOS.workflow(name=HEAL, max_recovery_attempts=RECOVERIES)
async def heal(case_id: str) -> None:
    """Carry a case on until it is parked or ended."""
    for _ in range(MAX_LAPS):
        if not (await _advance(case_id))["more"]:
            return
    await _give_up(case_id, "it ran in circles")
    await _advance(case_id)


@DBOS.workflow(name=SWEEP, max_recovery_attempts=1)
async def sweep(_scheduled_at: datetime, _context: Any) -> None:
    """Look after everything that no webhook told us of."""
    await _current().sweep()
