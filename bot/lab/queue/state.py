"""The queue of one branch, as values."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class EntryState(StrEnum):
    """GitHub's words (`MergeQueueEntryState`); LOCKED lasts only while GitHub merges."""

    QUEUED = "QUEUED"
    AWAITING_CHECKS = "AWAITING_CHECKS"
    MERGEABLE = "MERGEABLE"
    UNMERGEABLE = "UNMERGEABLE"
    LOCKED = "LOCKED"


class Reason(StrEnum):
    """Why an entry left, in the webhook's words."""

    MANUAL = "MANUAL"
    MERGE = "MERGE"
    MERGE_CONFLICT = "MERGE_CONFLICT"
    CI_FAILURE = "CI_FAILURE"
    CI_TIMEOUT = "CI_TIMEOUT"
    QUEUE_CLEARED = "QUEUE_CLEARED"

    @property
    def in_timeline(self) -> str:
        """The same in the other vocabulary, of GraphQL's timeline."""
        return _TIMELINE[self]


_TIMELINE = {
    Reason.MANUAL: "manual",
    Reason.MERGE: "merged",
    Reason.MERGE_CONFLICT: "merge_conflict",
    Reason.CI_FAILURE: "failed_checks",
    Reason.CI_TIMEOUT: "checks_timed_out",
    Reason.QUEUE_CLEARED: "queue_cleared",
}


class Verdict(StrEnum):
    """What the required checks said of a group; a red one only once all of them are settled."""

    GREEN = "green"
    RED = "red"
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueConfig:
    """A merge queue's rule.

    Attributes:
        method: MERGE or SQUASH.
        headgreen: only the last group of a merge must be green; otherwise every one (ALLGREEN).
        min_wait_s: how long fewer than `min_merge` green entries wait for company.
        timeout_s: how long checks may take, in the lab's seconds.
        hold_conflicts: keep an entry that conflicts with its base as UNMERGEABLE, as GitHub
            sometimes does, where it otherwise leaves with MERGE_CONFLICT.
    """

    method: str = "MERGE"
    headgreen: bool = False
    max_build: int = 5
    min_merge: int = 1
    max_merge: int = 5
    min_wait_s: float = 300.0
    timeout_s: float = 3600.0
    hold_conflicts: bool = False

    def __post_init__(self) -> None:
        if self.method not in {"MERGE", "SQUASH"}:
            msg = f"the lab's queue merges by MERGE or SQUASH, not {self.method}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueGroup:
    """A merge group: the commit that adds one entry to everything ahead of it."""

    head: str
    base: str
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One pull request in the queue.

    Attributes:
        head: the pull request's head when it was enqueued; that is what gets merged.
        building_on: the parent of a group that is being built now.
        conflict_with: the parent on which no group could be built.
    """

    pr: int
    head: str
    by: str
    enqueued_at: datetime
    jump: bool = False
    state: EntryState = EntryState.QUEUED
    group: QueueGroup | None = None
    verdict: Verdict | None = None
    green_at: datetime | None = None
    building_on: str | None = None
    conflict_with: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A branch's queue, front first; `tip` is the branch's newest commit."""

    config: QueueConfig = field(default_factory=QueueConfig)
    branch: str
    tip: str
    entries: tuple[Entry, ...] = ()

    def find(self, pr: int) -> Entry | None:
        """The entry of a pull request."""
        return next((entry for entry in self.entries if entry.pr == pr), None)

    def position(self, pr: int) -> int:
        """1 for the front; 0 when it is not in the queue."""
        return next((i for i, entry in enumerate(self.entries, 1) if entry.pr == pr), 0)


def group_ref(branch: str, pr: int, base: str) -> str:
    """The ref of a group; its last part is the commit it stands on, not its head."""
    return f"refs/heads/gh-readonly-queue/{branch}/pr-{pr}-{base}"
