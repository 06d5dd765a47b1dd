"""The part of the store that an attempt needs: a ledger and signals."""

from datetime import datetime

from bot.core.case import Signal
from bot.core.ids import CaseId, PrNumber
from bot.core.spend import Caps, Reservation, SpendLeft


class Ledger:
    """Money and signals in memory; `most` is the highest sum there ever was."""

    def __init__(self) -> None:
        self.reserved: dict[str, Reservation] = {}
        self.charged: dict[str, float] = {}
        self.spoken: list[Signal] = []
        self.most = 0.0

    @property
    def total(self) -> float:
        """What is settled, and what is still set aside."""
        return sum(self.charged.values())

    async def signals(self, case_id: CaseId) -> tuple[Signal, ...]:
        """All signals."""
        del case_id
        return tuple(self.spoken)

    async def reserve(self, reservation: Reservation, caps: Caps) -> bool:
        """Set money aside; once a key."""
        if reservation.key in self.reserved:
            msg = f"reserved twice: {reservation.key}"
            raise AssertionError(msg)
        if self.total + reservation.usd > min(caps.pr, caps.day, caps.month):
            return False
        self.reserved[reservation.key] = reservation
        self._charge(reservation.key, reservation.usd)
        return True

    async def settle(self, key: str, usd: float) -> None:
        """Replace a reservation by what the call cost."""
        if key not in self.reserved:
            msg = f"settled without a reservation: {key}"
            raise AssertionError(msg)
        self._charge(key, usd)

    async def left(self, repo: str, pr: PrNumber, at: datetime, caps: Caps) -> SpendLeft:
        """What may still be spent."""
        del repo, pr, at
        total = self.total
        return SpendLeft(pr=caps.pr - total, day=caps.day - total, month=caps.month - total)

    def _charge(self, key: str, usd: float) -> None:
        self.charged[key] = usd
        self.most = max(self.most, self.total)
