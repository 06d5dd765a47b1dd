"""The door to git: our own bare mirrors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.core.ids import Sha
from bot.ports.github import PushTarget
from guards.change import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedFile:
    """A file as the untrusted tree holds it now; `content` None = deleted."""

    path: str
    content: bytes | None
    executable: bool = False


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
        self, repo: str, parent: Sha, files: Sequence[EditedFile], message: str, at: datetime
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
