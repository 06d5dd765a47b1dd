"""The money of one attempt: set aside before each call to the model, settled after it."""

from dataclasses import dataclass
from datetime import datetime

from bot.agent.task import Task
from bot.core import prices
from bot.core.spend import Reservation
from bot.core.transcript import Usage
from bot.ports import Ports

WANT_TOKENS = 16_000  # of one reply, thinking included
MIN_TOKENS = 2_000  # with fewer a reply is cut off before it says anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Money set aside for one call: its worst case."""

    key: str
    usd: float
    max_tokens: int


class Budget:
    """Reserves, settles and adds up; `spent_usd` is what was charged so far."""

    def __init__(self, task: Task, ports: Ports, started: datetime) -> None:
        self._task = task
        self._ports = ports
        # The time of the start is in every key: an attempt that runs again after a crash
        # reserves anew, and what the lost one held stays charged at its worst case.
        self._prefix = f"{task.case}:{task.number}:{started.isoformat()}"
        self._calls = 0
        self.spent_usd = 0.0

    async def hold(self, counted: int) -> Held | None:
        """Set the worst case of the next call aside; None when it does not fit below the caps."""
        task, now = self._task, self._ports.clock.now()
        left = await self._ports.store.left(task.repo, task.pr, now, task.caps)
        prompt = _at_most(counted)
        fitted = prices.fit_max_tokens(task.model, prompt, left.usd, WANT_TOKENS)
        if fitted < MIN_TOKENS:
            return None
        self._calls += 1
        held = Held(
            key=f"{self._prefix}:{self._calls}",
            usd=prices.worst_usd(task.model, prompt, fitted),
            max_tokens=fitted,
        )
        reservation = Reservation(
            key=held.key,
            case=task.case,
            repo=task.repo,
            pr=task.pr,
            model=task.model,
            usd=held.usd,
            at=now,
        )
        # Somebody else may have reserved between the two: the ledger has the last word.
        return held if await self._ports.store.reserve(reservation, task.caps) else None

    async def pay(self, held: Held, usage: Usage) -> float:
        """Settle at what the call cost, and return that."""
        return await self._settle(held, prices.cost_usd(self._task.model, usage))

    async def give_back(self, held: Held) -> None:
        """Settle a call that the service turned away: nothing was billed."""
        await self._settle(held, 0.0)

    async def forfeit(self, held: Held) -> float:
        """Settle a call that broke off at its worst case: nobody knows what was billed."""
        return await self._settle(held, held.usd)

    async def _settle(self, held: Held, usd: float) -> float:
        await self._ports.store.settle(held.key, usd)
        self.spent_usd += usd
        return usd


def _at_most(counted: int) -> int:
    """Tokens that the prompt may turn out to have: the count is an estimate."""
    return counted + counted // 50 + 64
