"""Money: reservations before a call, settled after it; one ledger for attempt, PR, day and month."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.ids import CaseId, PrNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """Upper limits in USD: of a pull request, a repository's UTC day, everybody's UTC month."""

    pr: float
    day: float
    month: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """The worst case of one call to the model; `key` (case, attempt, call) makes it unique."""

    key: str
    case: CaseId
    repo: str
    pr: PrNumber
    model: str
    usd: float
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendLeft:
    """What may still be spent, in USD, under each cap; reservations count as spent."""

    pr: float
    day: float
    month: float

    @property
    def usd(self) -> float:
        """The tightest of the three, never negative."""
        return max(0.0, min(self.pr, self.day, self.month))
