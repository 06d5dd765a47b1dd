"""What the lab's GitHub remembers: one frozen record a thing, replaced when it changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

ACTIONS_APP = "github-actions"
QUEUE_BOT = "github-merge-queue[bot]"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person or a bot."""

    login: str
    id: int
    bot: bool = False

    @property
    def email(self) -> str:
        """GitHub's no-reply address."""
        return f"{self.id}+{self.login}@users.noreply.github.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """An issue comment; `reactions` are (login, content)."""

    id: int
    pr: int
    author: str
    body: str
    at: datetime
    updated_at: datetime
    by_app: bool = False
    reactions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmedAutoMerge:
    """Merge when ready: who switched it on, and how."""

    by: str
    method: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineItem:
    """Something in a pull request's history; `kind` is GraphQL's type name."""

    id: str
    kind: str
    at: datetime
    actor: str
    reason: str | None = None
    before_commit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much a branch changes."""

    commits: int = 0
    files: int = 0
    added: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """A pull request.

    Attributes:
        head_repo: "owner/name" of the repository that holds `branch`.
        state: open | closed.
        test_merge: the commit of refs/pull/N/merge; None when head and base conflict.
    """

    number: int
    id: int
    title: str
    body: str
    author: str
    head_repo: str
    branch: str
    head: str
    base: str
    base_sha: str
    created_at: datetime
    updated_at: datetime
    state: str = "open"
    draft: bool = False
    labels: tuple[str, ...] = ()
    auto_merge: ArmedAutoMerge | None = None
    maintainer_can_modify: bool = True
    test_merge: str | None = None
    size: Size = field(default_factory=Size)
    merged_at: datetime | None = None
    merged_as: str | None = None
    closed_at: datetime | None = None
    timeline: tuple[TimelineItem, ...] = ()

    @property
    def open(self) -> bool:
        """Neither closed nor merged."""
        return self.state == "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A check suite: the check runs of one app (or one workflow run) on a commit."""

    id: int
    app: str
    sha: str
    branch: str | None
    at: datetime
    status: str = "queued"
    conclusion: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRun:
    """A check run; `app` is the slug of who made it."""

    id: int
    suite: int
    app: str
    name: str
    sha: str
    status: str
    conclusion: str | None
    started_at: datetime
    completed_at: datetime | None = None
    external_id: str = ""
    details_url: str = ""
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    annotations: tuple[Mapping[str, Any], ...] = ()
    actions: tuple[Mapping[str, Any], ...] = ()

    @property
    def settled(self) -> bool:
        """Whether it has a conclusion."""
        return self.status == "completed"

    @property
    def good(self) -> bool:
        """Settled in a way that lets a merge happen."""
        return self.settled and self.conclusion in {"success", "neutral", "skipped"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRun:
    """One step of a job."""

    name: str
    number: int
    status: str = "queued"
    conclusion: str | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job of a workflow run; `log` is what Actions would publish."""

    id: int
    run: int
    check_run: int
    name: str
    status: str
    conclusion: str | None
    created_at: datetime
    started_at: datetime
    completed_at: datetime | None = None
    steps: tuple[StepRun, ...] = ()
    log: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowRun:
    """A run of a workflow file.

    Attributes:
        sha: the pull request's head, or the merge group's. tested: the commit that was checked
            out: refs/pull/N/merge, or the same as `sha`.
    """

    id: int
    number: int
    workflow: int
    name: str
    path: str
    event: str
    title: str
    branch: str
    sha: str
    tested: str
    suite: int
    actor: str
    status: str
    conclusion: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A zip that a job uploaded."""

    id: int
    run: int
    name: str
    content: bytes = field(repr=False)
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One attempt to hand over a webhook; `status` is "OK" when it was taken."""

    id: int
    guid: str
    event: str
    action: str | None
    repo: str
    repo_id: int | None
    at: datetime
    payload: Mapping[str, Any] = field(repr=False)
    redelivery: bool = False
    status: str = "pending"
    status_code: int = 0
    duration_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LabEvent:
    """One line of what happened, for people."""

    at: datetime
    kind: str
    text: str
    repo: str = ""
    pr: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """The same event as its webhook, for the lab's own parts."""

    repo: str
    event: str
    action: str | None
    sha: str | None = None
    pr: int | None = None
    branch: str | None = None
