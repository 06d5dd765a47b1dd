"""The door to durable memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.core.case import Case, Signal
from bot.core.ids import CaseId, Digest, PrNumber, Sha
from bot.core.spend import Caps, Reservation, SpendLeft

TIME_BOUNDS_S = (30, 60, 120, 180, 300, 450, 600, 900, 1200, 1800, 3600, 7200, 14400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A merge group, as `merge_group.checks_requested` told it.

    Attributes:
        head: the group commit. base: the commit it stands on. pr: the entry it adds.
        closed: GitHub's reason when it was destroyed: merged | invalidated | dequeued.
    """

    repo: str
    installation: int
    head: Sha
    base: Sha
    base_branch: str
    pr: PrNumber
    seen_at: datetime
    closed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One row of the list of cases."""

    id: CaseId
    repo: str
    pr: PrNumber
    title: str
    stage: str
    failure_class: str
    reason: str
    spend_usd: float
    opened_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """Durations, counted in buckets.

    Attributes:
        counts: of each of TIME_BOUNDS_S what lies between it and the one before, then what lies
            above the last; a duration on a bound is below it.
        sum_s: of them all.
    """

    counts: tuple[int, ...] = (0,) * (len(TIME_BOUNDS_S) + 1)
    sum_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Totals over all cases, for the metrics: label values to a number. Only `open` may fall.

    Attributes:
        cases: that ended, by (class, outcome). open: that have not, by (class, stage).
        attempts: that ended, by their result. findings: by (guard, severity).
        spend_usd: that was paid, by model.
        to_fix_push: from a case's ejection to its first push.
        to_green: from there to the first time that the checks were green on our push.
    """

    cases: Mapping[tuple[str, str], int] = field(default_factory=dict)
    open: Mapping[tuple[str, str], int] = field(default_factory=dict)
    attempts: Mapping[str, int] = field(default_factory=dict)
    findings: Mapping[tuple[str, str], int] = field(default_factory=dict)
    spend_usd: Mapping[str, float] = field(default_factory=dict)
    to_fix_push: Durations = field(default_factory=Durations)
    to_green: Durations = field(default_factory=Durations)


class Store(Protocol):
    """Durable memory. Every method is one transaction."""

    async def saw_group(self, group: Group) -> None:
        """Remember a merge group; known already changes nothing."""
        ...

    async def close_group(self, repo: str, head: Sha, reason: str) -> None:
        """Remember why a group was destroyed."""
        ...

    async def group(self, repo: str, head: Sha) -> Group | None:
        """A group by its head."""
        ...

    async def newest_group(self, repo: str, pr: PrNumber) -> Group | None:
        """The newest group that added this pull request, closed as dequeued or still open."""
        ...

    async def open_case(self, case: Case) -> bool:
        """Keep a new case; False when that id is there already."""
        ...

    async def case(self, case_id: CaseId) -> Case | None:
        """A case by id."""
        ...

    async def save(self, case: Case) -> Case:
        """Keep a newer state of a case, whole and atomically; it comes back with its new version.

        Raises:
            StaleError: somebody saved it since it was loaded.
        """
        ...

    async def newest_case(self, repo: str, pr: PrNumber) -> Case | None:
        """The newest case of a pull request, ended or not."""
        ...

    async def open_cases(self) -> tuple[CaseId, ...]:
        """Ids of all cases that have not ended, oldest first."""
        ...

    async def waiting_on(self, repo: str, sha: Sha) -> tuple[CaseId, ...]:
        """Cases not ended whose pushed head is this commit."""
        ...

    async def lines(self, limit: int = 200) -> tuple[CaseLine, ...]:
        """Newest cases first."""
        ...

    async def counted(self) -> Counted:
        """Totals for the metrics."""
        ...

    async def signal(self, case_id: CaseId, signal: Signal) -> bool:
        """Keep a signal; False when its key was kept before."""
        ...

    async def signals(self, case_id: CaseId) -> tuple[Signal, ...]:
        """All signals of a case, oldest first."""
        ...

    async def once(self, key: str) -> bool:
        """True the first time a key is seen, for ever after False."""
        ...

    async def put(self, content: bytes) -> Digest:
        """Keep a blob."""
        ...

    async def get(self, digest: Digest) -> bytes:
        """A blob.

        Raises:
            PermanentError: there is none.
        """
        ...

    async def reserve(self, reservation: Reservation, caps: Caps) -> bool:
        """Set money aside for one call; False when a cap could be passed. Once a key."""
        ...

    async def settle(self, key: str, usd: float) -> None:
        """Replace a reservation by what the call cost."""
        ...

    async def left(self, repo: str, pr: PrNumber, at: datetime, caps: Caps) -> SpendLeft:
        """What may still be spent."""
        ...
