"""A GitHub of one pull request, for steps: it keeps what was done to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.core.case import AutoMerge
from bot.core.ids import PrNumber, Sha
from bot.core.patch import ClearedPatch
from bot.ports import CheckReport, CheckResult, PullState, PullStatus, PushTarget, Removal
from tests.core.cases import ENTRY, NOW

PULL = PullState(
    number=ENTRY.pr,
    node_id="PR_7",
    title="Add numbers",
    author="ada",
    status=PullStatus.OPEN,
    draft=False,
    head=ENTRY.head,
    head_ref="topic",
    head_repo=ENTRY.repo,
    base_branch=ENTRY.base_branch,
    labels=frozenset(),
    in_queue=False,
    auto_merge=None,
    may_push=True,
    removal=Removal(reason="failed_checks", group=ENTRY.group, at=NOW),
)


def removed(reason: str, group: str | None = "f" * 40, after_s: float = 60.0) -> Removal:
    """A later removal than the one of `PULL`."""
    at = NOW + timedelta(seconds=after_s)
    return Removal(reason=reason, group=Sha(group) if group else None, at=at)


@dataclass
class FakeForge:
    """The part of `Forge` about one pull request; `refuse` maps a method to what it raises."""

    state: PullState = PULL
    required: frozenset[str] = frozenset({"unit"})
    results: dict[str, tuple[CheckResult, ...]] = field(default_factory=dict)
    refuse: dict[str, Exception] = field(default_factory=dict)
    enqueued: list[Sha] = field(default_factory=list)
    pushed: list[Sha] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    reports: dict[str, CheckReport] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def change(self, **fields: object) -> None:
        """Somebody changes the pull request."""
        self.state = replace(self.state, **fields)  # type: ignore[arg-type]  # named by tests

    def green(self, sha: str, *names: str, conclusion: str | None = "success") -> None:
        """Checks of a commit, all with one conclusion."""
        self.results[sha] = tuple(
            CheckResult(name=name, done=conclusion is not None, conclusion=conclusion)
            for name in names
        )

    async def pull(self, repo: str, pr: PrNumber) -> PullState:
        del repo, pr
        self._meet("pull")
        return self.state

    async def required_checks(self, repo: str, branch: str) -> frozenset[str]:
        del repo, branch
        return self.required

    async def checks(self, repo: str, sha: Sha) -> tuple[CheckResult, ...]:
        del repo
        return self.results.get(sha, ())

    async def add_labels(self, repo: str, pr: PrNumber, labels: Sequence[str]) -> None:
        del repo, pr
        self._meet("add_labels")
        self.change(labels=self.state.labels | set(labels))

    async def remove_label(self, repo: str, pr: PrNumber, label: str) -> None:
        del repo, pr
        self._meet("remove_label")
        self.change(labels=self.state.labels - {label})

    async def disable_auto_merge(self, repo: str, node_id: str) -> None:
        del repo, node_id
        self.change(auto_merge=None)

    async def enable_auto_merge(self, repo: str, node_id: str, method: str) -> None:
        del repo, node_id
        self._meet("enable_auto_merge")
        self.change(auto_merge=AutoMerge(enabled_by="selfheal[bot]", method=method))

    async def enqueue(self, repo: str, node_id: str, expected_head: Sha) -> None:
        del repo, node_id
        self._meet("enqueue")
        self.enqueued.append(expected_head)
        self.change(in_queue=True)

    async def push(self, target: PushTarget, cleared: ClearedPatch) -> Sha:
        assert target.expected == self.state.head
        self.pushed.append(cleared.patch.commit)
        self.change(head=cleared.patch.commit)
        return cleared.patch.commit

    async def sticky(self, repo: str, pr: PrNumber, body: str) -> None:
        del repo, pr
        self.said.append(body)

    async def report(self, repo: str, sha: Sha, report: CheckReport) -> None:
        del repo
        self.reports[sha] = report

    def _meet(self, what: str) -> None:
        self.asked.append(what)
        if what in self.refuse:
            raise self.refuse[what]
