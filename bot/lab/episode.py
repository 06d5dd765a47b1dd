"""How an episode of the demo ended, beside how it should have: `selfheal.demo/v1`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SCHEMA = "selfheal.demo/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What is compared: how a scenario demands it to end, and how it did.

    Attributes:
        stage: of the case. merged: whether the pull request is on main.
        commits: `Claude fix:` commits on the branch. verdicts: the guards', one a judged attempt.
        as_before: labels and auto-merge are what they were before we came.
        on_main: every `Claude fix:` commit reached main, if the pull request did.
    """

    stage: str
    merged: bool
    commits: int
    verdicts: tuple[str, ...]
    as_before: bool = True
    on_main: bool = True

    def to_json(self) -> dict[str, Any]:
        """For the document."""
        return {
            "stage": self.stage,
            "merged": self.merged,
            "commits": self.commits,
            "verdicts": list(self.verdicts),
            "as_before": self.as_before,
            "on_main": self.on_main,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One scenario, played to its end."""

    scenario: str
    repo: str
    pr: int
    ended: Ending
    expected: Ending
    attempts: int
    commits: tuple[str, ...]  # subjects of our commits, oldest first
    webhooks: int
    spend_usd: float
    seconds: float
    case_url: str
    error: str = ""

    @property
    def as_expected(self) -> bool:
        """Whether it ended as its scenario demands."""
        return self.ended == self.expected and not self.error

    def to_json(self) -> dict[str, Any]:
        """One entry of the document's list."""
        return {
            "scenario": self.scenario,
            "repo": self.repo,
            "pr": self.pr,
            "ended": self.ended.stage,
            "expected": self.expected.stage,
            "as_expected": self.as_expected,
            "details": {"ended": self.ended.to_json(), "expected": self.expected.to_json()},
            "attempts": self.attempts,
            "commits": list(self.commits),
            "verdicts": list(self.ended.verdicts),
            "webhooks": self.webhooks,
            "spend_usd": round(self.spend_usd, 6),
            "seconds": round(self.seconds, 1),
            "case_url": self.case_url,
            "error": self.error,
        }


def document(episodes: Sequence[Episode], *, model: str, sandbox: str) -> dict[str, Any]:
    """The whole document."""
    return {
        "schema": SCHEMA,
        "model": model,
        "sandbox": sandbox,
        "passed": all(episode.as_expected for episode in episodes),
        "episodes": [episode.to_json() for episode in episodes],
    }
