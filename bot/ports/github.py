"""What GitHub tells us and what we tell GitHub, in our own words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.case import AutoMerge
from bot.core.failure import Failure
from bot.core.ids import PrNumber, Sha


class PullStatus(StrEnum):
    """Whether a pull request is still open."""

    OPEN = "open"
    CLOSED = "closed"
    MERGED = "merged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """The newest time a pull request left the queue; `reason` is GraphQL's lower_snake word."""

    reason: str
    group: Sha | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PullState:
    """A pull request as it is now, read in one GraphQL query.

    Attributes:
        head_repo: "owner/name" of the branch to push to; None when the fork is gone.
        in_queue: whether a merge-queue entry exists now.
        auto_merge: merge-when-ready; GitHub answers None while the entry is queued.
        may_push: same repository, or a fork that allows edits by maintainers.
    """

    number: PrNumber
    node_id: str
    title: str
    author: str
    status: PullStatus
    draft: bool
    head: Sha
    head_ref: str
    head_repo: str | None
    base_branch: str
    labels: frozenset[str]
    in_queue: bool
    auto_merge: AutoMerge | None
    may_push: bool
    removal: Removal | None = None
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One check run or commit status on a commit.

    Attributes:
        done: whether it is settled. conclusion: the API's word; None while not done.
        check_run: id of the check run; None for a commit status.
    """

    name: str
    done: bool
    conclusion: str | None
    check_run: int | None = None
    url: str | None = None

    @property
    def red(self) -> bool:
        """Settled and not good; `cancelled` is red to the queue too, but never a fault in code."""
        return self.done and self.conclusion not in {"success", "neutral", "skipped"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A repository that the App may serve."""

    repo: str
    installation: int
    default_branch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """Our own check run on a pull request's head.

    Attributes:
        external_id: the case id; a report with the same one updates the same check run.
        conclusion: None while in progress; else success | neutral | failure | action_required.
        summary: Markdown. annotate: failures to be shown at their lines (at most 50 are sent).
        actions: (identifier, label, description) of up to 3 buttons; 20/20/40 characters.
    """

    external_id: str
    title: str
    summary: str
    conclusion: str | None = None
    details_url: str | None = None
    annotate: tuple[Failure, ...] = ()
    actions: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PushTarget:
    """Where a cleared patch goes: `branch` of `head_repo`, which must still be at `expected`."""

    repo: str
    pr: PrNumber
    head_repo: str
    branch: str
    expected: Sha


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedDelivery:
    """A webhook delivery that GitHub could not hand over."""

    id: int
    guid: str
    event: str
    at: datetime
