"""A case: one failing queue entry and all we know about it. The unit the store saves."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.core.attribution import Attribution
from bot.core.diagnosis import Diagnosis
from bot.core.failure import Failure
from bot.core.ids import CaseId, Digest, PrNumber, Sha
from bot.core.lifecycle import ENDS, Stage
from bot.core.patch import Attempt, ClearedPatch, Fixer
from bot.core.repo_config import RepoConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueEntry:
    """A pull request's place in the merge queue, when its checks failed.

    Attributes:
        repo: "owner/name". installation: id of the App's installation there.
        head: of the pull request. base_branch: without refs/heads/.
        group: commit that the queue tested. base: the commit that group stands on.
        ahead: pull requests in the same group, ahead of this one.
        reason: GitHub's word for why it was removed ("CI_FAILURE").
        removed_at: when that was, by GitHub's clock; None = its records did not tell yet.
        queued_as: the group as GitHub knew it, where its commit was lost and `group` made again.
    """

    repo: str
    installation: int
    pr: PrNumber
    head: Sha
    base_branch: str
    group: Sha
    base: Sha
    ahead: tuple[PrNumber, ...] = ()
    reason: str = "CI_FAILURE"
    removed_at: datetime | None = None
    queued_as: Sha | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedCheck:
    """A required check that was red on the group commit."""

    name: str  # of the check run or status context
    conclusion: str
    url: str | None = None
    log: Digest | None = None  # blob of the raw log
    config: str | None = None  # which [checks.NAME] of .selfheal.toml reproduces it


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoMerge:
    """Merge-when-ready as it was before we switched it off."""

    enabled_by: str | None
    method: str  # GraphQL PullRequestMergeMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What we changed on GitHub while we work, to be put back."""

    labels: tuple[str, ...] = ()  # that we added
    auto_merge: AutoMerge | None = None  # that we switched off


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """One of our commits on the branch."""

    attempt: int
    sha: Sha
    at: datetime
    approved_by: str | None = None  # login of who let it through, where the guards asked for one


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A line of the case's story."""

    at: datetime
    stage: Stage
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What the tests and their coverage are without any fix, measured once a tree.

    Attributes:
        snapshot: blob with all of it. runs: blob with the runs of the failing tests; None = none.
    """

    commit: Sha
    snapshot: Digest
    runs: Digest | None = None


class SignalKind(StrEnum):
    """What a person or the world said while a case was running."""

    STOP = "stop"
    APPROVE = "approve"
    HINT = "hint"
    OVERTAKEN = "overtaken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One thing said about a case; `key` (a delivery id) makes repeating it harmless."""

    key: str
    kind: SignalKind
    by: str
    at: datetime
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What we know so far; every step returns a richer copy.

    Attributes:
        version: counts saves; the store refuses a save on an older one.
        title: of the pull request. author: its login. node_id: its GraphQL id.
        head_repo, head_ref: where a fix is pushed.
        config: the repository's own settings, read from its base branch.
        outcome: the end that RELEASING will move to.
        asked: number of the attempt that a person was asked about last; 0 = nobody was asked.
        requeues: plain requeues without a commit. enqueued: sha that we put into the queue last.
        green_at: when the pull request's checks were first seen green on a push of ours.
        note: the newest step's word on what it saw, for the story.
    """

    id: CaseId
    entry: QueueEntry
    opened_at: datetime
    version: int = 0
    stage: Stage = Stage.COLLECTING
    title: str = ""
    author: str = ""
    node_id: str = ""
    head_repo: str = ""
    head_ref: str = ""
    config: RepoConfig = field(default_factory=RepoConfig)
    checks: tuple[FailedCheck, ...] = ()
    failures: tuple[Failure, ...] = ()
    attribution: Attribution | None = None
    diagnosis: Diagnosis | None = None
    held: Held | None = None
    baseline: Baseline | None = None
    attempts: tuple[Attempt, ...] = ()
    cleared: ClearedPatch | None = field(default=None, repr=False)
    pushes: tuple[Pushed, ...] = ()
    green_at: datetime | None = None
    asked: int = 0
    requeues: int = 0
    enqueued: Sha | None = None
    hints: tuple[str, ...] = ()
    outcome: Stage | None = None
    reason: str = ""  # why it ended, for people
    note: str = ""
    story: tuple[Moment, ...] = ()
    tries: int = 0  # rounds in a row in which a service was down; kept by the engine

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.stage in ENDS

    @property
    def model_attempts(self) -> int:
        """How many of the attempts the model made; recipes are free."""
        return sum(attempt.by is Fixer.MODEL for attempt in self.attempts)

    @property
    def spend_usd(self) -> float:
        """What all attempts cost."""
        return sum(attempt.cost_usd for attempt in self.attempts)

    @property
    def head(self) -> Sha:
        """The pull request's head as we know it: our newest push, else what was queued."""
        return self.pushes[-1].sha if self.pushes else self.entry.head

    def to(self, stage: Stage, note: str = "") -> "Case":
        """The case at its next stage."""
        return replace(self, stage=stage, note=note)

    def end(self, outcome: Stage, reason: str) -> "Case":
        """The case on its way out: whatever was held is released first."""
        return replace(self, stage=Stage.RELEASING, outcome=outcome, reason=reason, note=reason)
