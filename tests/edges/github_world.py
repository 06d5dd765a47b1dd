"""A forge on a scripted wire, with a git that remembers what it was told to push."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from bot.core.ids import Digest, PrNumber, Sha
from bot.core.patch import ClearedPatch, Patch
from bot.edges.github import GitHub, GitHubForge
from bot.ports import Git, PushTarget
from guards.verdict import Verdict
from tests.edges.github_fake import Wire, wire

REPO = "octo/widgets"
BASE = "/repos/octo/widgets"
PR = PrNumber(5)
HEAD, OURS, OTHER = Sha("a" * 40), Sha("b" * 40), Sha("c" * 40)
TARGET = PushTarget(repo=REPO, pr=PR, head_repo=REPO, branch="topic", expected=HEAD)


@dataclass
class PushingGit:
    """The one method of `Git` that the forge uses; raises what it is told to."""

    error: Exception | None = None
    pushed: list[tuple[PushTarget, Sha]] = field(default_factory=list)

    async def push(self, target: PushTarget, commit: Sha) -> None:
        """Remember it."""
        self.pushed.append((target, commit))
        if self.error is not None:
            raise self.error


@dataclass(frozen=True, kw_only=True)
class World:
    """Everything a test touches."""

    wire: Wire
    github: GitHub
    git: PushingGit
    forge: GitHubForge


@asynccontextmanager
async def world() -> AsyncIterator[World]:
    """A forge on a scripted wire."""
    async with wire() as (fake, github):
        git = PushingGit()
        forge = GitHubForge(github.client, cast("Git", git))
        yield World(wire=fake, github=github, git=git, forge=forge)


def cleared() -> ClearedPatch:
    """A patch that may be pushed: one commit on the head."""
    patch = Patch(base=HEAD, commit=OURS, edits=(), diff=Digest("0" * 64))
    return ClearedPatch(patch=patch, verdict=Verdict(findings=()))


def pull_node(**changed: Any) -> dict[str, Any]:
    """The `Pull` fragment of an ordinary pull request."""
    node: dict[str, Any] = {
        "id": "PR_5",
        "number": 5,
        "title": "Add a widget",
        "url": "https://github.com/octo/widgets/pull/5",
        "state": "OPEN",
        "isDraft": False,
        "isInMergeQueue": False,
        "maintainerCanModify": False,
        "headRefOid": HEAD,
        "headRefName": "topic",
        "baseRefName": "main",
        "author": {"__typename": "User", "login": "ann"},
        "baseRepository": {"nameWithOwner": REPO},
        "headRepository": {"nameWithOwner": REPO, "parent": None},
        "autoMergeRequest": None,
        "labels": {"nodes": [{"name": "bug"}, None]},
        "timelineItems": {"nodes": []},
    }
    return node | changed


def pull_data(**changed: Any) -> dict[str, Any]:
    """The answer to the PULL document."""
    return {"data": {"repository": {"pullRequest": pull_node(**changed)}}}


def queue_data(**changed: Any) -> dict[str, Any]:
    """The answer to the QUEUE_STATE document."""
    node: dict[str, Any] = {
        "state": "OPEN",
        "headRefOid": HEAD,
        "isInMergeQueue": False,
        "mergeQueueEntry": None,
        "autoMergeRequest": None,
    }
    return {"data": {"node": node | changed}}
