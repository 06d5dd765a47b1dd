"""What can happen to a queue, and what it then asks the lab to do."""

from dataclasses import dataclass
from datetime import datetime

from bot.lab.queue.state import QueueGroup, Reason, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Enqueue:
    """Somebody puts a pull request into the queue."""

    pr: int
    head: str
    by: str
    jump: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dequeue:
    """Somebody takes it out: by hand, by closing it, or by making it a draft."""

    pr: int
    reason: Reason = Reason.MANUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A `Build` is done; `head` None: it conflicts with `parent`."""

    pr: int
    parent: str
    head: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The required checks of a group are settled, or one of them cannot end well any more."""

    group: str
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseMoved:
    """Somebody pushed to the branch directly."""

    tip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """Time went by."""


Move = Enqueue | Dequeue | Built | Checked | BaseMoved | Tick


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """Tell that the pull request is queued, and lock its branch."""

    pr: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """Make the commit that merges `head` into `parent`; answer with `Built`."""

    pr: int
    head: str
    parent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Create the group's ref and ask for its checks."""

    pr: int
    group: QueueGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class Destroyed:
    """Delete the group's ref and tell why: merged, invalidated or dequeued."""

    pr: int
    group: QueueGroup
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Tell that the entry left, unlock its branch, clear auto-merge."""

    pr: int
    reason: Reason
    group: QueueGroup | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Fast-forward the branch from `old` to `new`, and close these pull requests as merged."""

    old: str
    new: str
    prs: tuple[tuple[int, QueueGroup], ...]


Effect = Entered | Build | Asked | Destroyed | Left | Merged


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """A move and when it happened."""

    move: Move
    at: datetime
