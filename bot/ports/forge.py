"""The door to GitHub."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.core.failure import Failure
from bot.core.ids import PrNumber, Sha
from bot.core.patch import ClearedPatch
from bot.ports.github import (
    CheckReport,
    CheckResult,
    FailedDelivery,
    Installed,
    PullState,
    PushTarget,
)


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


class Tokens(Protocol):
    """Short-lived installation tokens."""

    async def token(self, repo: str) -> str:
        """A token for one repository with the permissions we ask for; cached until it is old."""
        ...

    def drop(self, repo: str) -> None:
        """Forget a token that was refused."""
        ...
