"""What the bot needs from the world, in our own words. Edges implement these; tests use the lab.

Errors: every method may raise `TransientError` (try again) or `PermanentError` (do not), and
nothing of any client library.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from bot.core.case import AutoMerge, Case, Signal
from bot.core.failure import Failure
from bot.core.ids import CaseId, Digest, PrNumber, Sha
from bot.core.patch import ClearedPatch
from bot.core.spend import Caps, Reservation, SpendLeft
from bot.core.transcript import Conversation, Reply
from guards.change import Change


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


class Forge(Protocol):
    """GitHub, as far as we use it. The installation is found by the repository's name."""

    async def pull(self, repo: str, pr: PrNumber) -> PullState:
        """The pull request as it is now."""
        ...

    async def required_checks(self, repo: str, branch: str) -> frozenset[str]:
        """Names of the checks that rules of the branch require."""
        ...

    async def checks(self, repo: str, sha: Sha) -> tuple[CheckResult, ...]:
        """Newest check runs and statuses of a commit; our own check run is left out."""
        ...

    async def job_log(self, repo: str, check_run: int) -> bytes:
        """The raw log of the Actions job behind a check run, bounded; b"" when there is none."""
        ...

    async def annotations(self, repo: str, check_run: int) -> tuple[Failure, ...]:
        """A check run's annotations of level failure."""
        ...

    async def permission(self, repo: str, login: str) -> str:
        """What a person may do: "admin", "write", "read" or "none"."""
        ...

    async def add_labels(self, repo: str, pr: PrNumber, labels: Sequence[str]) -> None:
        """Add labels; those already there stay."""
        ...

    async def remove_label(self, repo: str, pr: PrNumber, label: str) -> None:
        """Remove a label; gone already is fine."""
        ...

    async def disable_auto_merge(self, repo: str, node_id: str) -> None:
        """Switch merge-when-ready off; off already is fine."""
        ...

    async def enable_auto_merge(self, repo: str, node_id: str, method: str) -> None:
        """Switch merge-when-ready on again."""
        ...

    async def enqueue(self, repo: str, node_id: str, expected_head: Sha) -> None:
        """Put the pull request into the merge queue; being there already is success.

        Raises:
            StaleError: the head is no longer `expected_head`.
            PermanentError: a rule forbids it; the text is GitHub's.
        """
        ...

    async def sticky(self, repo: str, pr: PrNumber, body: str) -> None:
        """Write our one comment of this pull request: made once, then edited in place."""
        ...

    async def answer(self, repo: str, pr: PrNumber, key: str, body: str) -> None:
        """Post an answer once a `key`; found by a hidden tag."""
        ...

    async def react(self, repo: str, comment_id: int, content: str) -> None:
        """React to an issue comment: "eyes", "+1", "-1", "confused"."""
        ...

    async def report(self, repo: str, sha: Sha, report: CheckReport) -> None:
        """Create or update our check run on a commit."""
        ...

    async def push(self, target: PushTarget, cleared: ClearedPatch) -> Sha:
        """Push the cleared commit; safe to repeat: when it is there already, its sha comes back.

        Raises:
            StaleError: the branch is neither at `target.expected` nor at our commit, or is queued.
        """
        ...

    async def repositories(self) -> tuple[Installed, ...]:
        """Every repository of every installation."""
        ...

    async def recently_removed(self, repo: str) -> tuple[PullState, ...]:
        """Open pull requests, newest first (at most 50), that left the queue at some time."""
        ...

    async def failed_deliveries(self, since: datetime) -> tuple[FailedDelivery, ...]:
        """Webhook deliveries since a time that did not reach us."""
        ...

    async def redeliver(self, delivery: FailedDelivery) -> None:
        """Ask GitHub to send one again."""
        ...


class Trees(Protocol):
    """Where a box gets its checkout from: the bot's mirror, or the lab's own repositories."""

    async def export(self, repo: str, commit: Sha, into: Path) -> None:
        """Write a commit's files into an empty folder, without any git directory."""
        ...

    async def ignored(self, repo: str, commit: Sha, paths: Sequence[str]) -> frozenset[str]:
        """Which of these paths the commit's own .gitignore files ignore; a folder's ends in "/"."""
        ...


class Git(Trees, Protocol):
    """Our own bare mirror of each repository; never a tree that anybody else could write."""

    async def fetch(self, repo: str, *wanted: str) -> None:
        """Bring commits (by sha) or refs ("refs/heads/main") into the mirror and keep them.

        Raises:
            PermanentError: the remote does not have one of them.
        """
        ...

    async def tip(self, repo: str, branch: str) -> Sha:
        """Fetch a branch and return its newest commit."""
        ...

    async def read(self, repo: str, commit: Sha, path: str) -> bytes | None:
        """A file's content (at most 5 MiB); None when there is no such regular file."""
        ...

    async def paths(self, repo: str, commit: Sha) -> tuple[str, ...]:
        """All paths of a commit's tree, sorted."""
        ...

    async def parents(self, repo: str, commit: Sha) -> tuple[Sha, ...]:
        """A commit's parents, the first one first."""
        ...

    async def message(self, repo: str, commit: Sha) -> str:
        """A commit's whole message."""
        ...

    async def merge(self, repo: str, ours: Sha, theirs: Sha) -> Sha | None:
        """A merge commit of both, made in the mirror; None when they conflict.

        Deterministic: the same two commits give the same sha. When one holds the other, that one.
        """
        ...

    async def commit(
        self, repo: str, parent: Sha, files: Sequence["EditedFile"], message: str, at: datetime
    ) -> Sha:
        """A commit with these files changed, made in the mirror; equal input gives the same sha.

        Raises:
            PermanentError: a path that must not be written (".git" in any case, "..", absolute).
        """
        ...

    async def transplant(
        self, repo: str, commit: Sha, onto: Sha, message: str, at: datetime
    ) -> Sha | None:
        """Replay what a commit changed onto another; None when that conflicts."""
        ...

    async def change(self, repo: str, base: Sha, head: Sha) -> Change:
        """What lies between two trees, as guards want it."""
        ...

    async def diff(self, repo: str, base: Sha, head: Sha) -> str:
        """A unified diff for people, bounded."""
        ...

    async def push(self, target: PushTarget, commit: Sha) -> None:
        """Push a commit of the mirror with force-with-lease semantics, never forced.

        Raises:
            StaleError: the branch is not at `target.expected`, or is locked by the queue.
        """
        ...


class Tokens(Protocol):
    """Short-lived installation tokens."""

    async def token(self, repo: str) -> str:
        """A token for one repository with the permissions we ask for; cached until it is old."""
        ...

    def drop(self, repo: str) -> None:
        """Forget a token that was refused."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedFile:
    """A file as the untrusted tree holds it now; `content` None = deleted."""

    path: str
    content: bytes | None
    executable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What a command in the box did.

    Attributes:
        exit_code: None when it was killed (`killed` says why).
        output: stdout and stderr together, bounded: head and tail, with a line between that
            says how many bytes were left out.
    """

    exit_code: int | None
    output: bytes
    seconds: float
    killed: str | None = None

    @property
    def ok(self) -> bool:
        """Ended by itself with 0."""
        return self.exit_code == 0

    @property
    def text(self) -> str:
        """The output as text; bytes that are not UTF-8 are replaced."""
        return self.output.decode(errors="replace")


class Box(Protocol):
    """A fresh checkout that nothing can escape from. Paths are relative to its root."""

    async def run(self, command: str, timeout_s: float) -> RunResult:
        """Run one command by `sh -c` in the root of the checkout, without network or secrets."""
        ...

    async def read(self, path: str) -> bytes:
        """A regular file's content, at most 5 MiB.

        Raises:
            OSError: no such file, not a regular file, behind a link, or too large.
        """
        ...

    async def write(self, path: str, content: bytes) -> None:
        """Create or replace a regular file; parent folders are made.

        Raises:
            OSError: the path leaves the checkout, or goes through a link.
        """
        ...

    async def listing(self, path: str) -> tuple[str, ...]:
        """Sorted entries of a folder, folders with a trailing "/"; at most 1000.

        Raises:
            OSError: no such folder.
        """
        ...

    async def changes(self) -> tuple[EditedFile, ...]:
        """What differs from the checkout, without ignored files, in path order.

        Raises:
            PermanentError: something that must not be taken out: links, devices, a nested .git,
                more than 500 files or 20 MiB.
        """
        ...


class Sandbox(Protocol):
    """A maker of boxes."""

    @property
    def name(self) -> str:
        """Which backend, by its name in the settings: "bwrap", "none"."""
        ...

    def open(self, repo: str, commit: Sha) -> AbstractAsyncContextManager[Box]:
        """A box on a clean checkout that lives as long as the context.

        Raises:
            NoSandboxError: no usable sandbox here.
        """
        ...


class Model(Protocol):
    """A language model with tools."""

    async def count(self, conversation: Conversation) -> int:
        """Tokens of the prompt."""
        ...

    async def reply(self, conversation: Conversation, max_tokens: int, timeout_s: float) -> Reply:
        """The model's next turn, asked for once.

        Raises:
            ModelBusyError: turned away before it began (overloaded, rate limited): not billed.
            TransientError: timed out or broke off; it may have been billed.
            PermanentError: refused for good (key, credit, request): not billed.
        """
        ...


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
class Counted:
    """Totals over all cases, for the metrics: label values to a number."""

    cases: Mapping[tuple[str, str], int] = field(default_factory=dict)  # (class, outcome)


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


class Clock(Protocol):
    """Time."""

    def now(self) -> datetime:
        """The time, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """What the operator decided, for steps: no secrets.

    Attributes:
        models: the ladder: the model of the first, second, … attempt; the last one repeats.
        public_url: where people see the case pages; "" = not known.
        usd_per_day: over a repository. usd_per_month: over everything.
    """

    models: tuple[str, ...]
    public_url: str = ""
    usd_per_day: float = 50.0
    usd_per_month: float = 1000.0
    app_slug: str = "selfheal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Everything outside, in one bag."""

    forge: Forge
    git: Git
    model: Model | None  # None: no key; recipes and explanations only
    sandbox: Sandbox
    store: Store
    clock: Clock
    operator: Operator
