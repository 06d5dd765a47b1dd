"""A checkout in the strict sandbox."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.ids import Sha
from bot.edges.sandbox_bwrap.changes import collect
from bot.edges.sandbox_bwrap.manifest import Manifest
from bot.edges.sandbox_bwrap.profile import Profile
from bot.edges.sandbox_bwrap.runner import Place, run
from bot.edges.sandbox_bwrap.tree import list_folder, read_file, write_file
from bot.ports import Box, EditedFile, RunResult, Trees


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """Whose files a box holds, and what they were at first."""

    repo: str
    commit: Sha
    manifest: Manifest


class BwrapBox(Box):
    """`Box` by bubblewrap. /tmp and the home folder are new for every command."""

    def __init__(self, profile: Profile, place: Place, checkout: Checkout, trees: Trees) -> None:
        self._profile = profile
        self._place = place
        self._checkout = checkout
        self._trees = trees

    async def run(self, command: str, timeout_s: float) -> RunResult:
        """Run one command; whatever it started is dead when the result comes back."""
        return await run(self._profile, self._place, command, timeout_s)

    async def read(self, path: str) -> bytes:
        """A regular file's content, at most 5 MiB."""
        return await asyncio.to_thread(read_file, self._place.tree, path)

    async def write(self, path: str, content: bytes) -> None:
        """Create or replace a regular file."""
        tree, owner = self._place.tree, self._place.user
        await asyncio.to_thread(write_file, tree, path, content, owner)

    async def listing(self, path: str) -> tuple[str, ...]:
        """Sorted entries of a folder."""
        return await asyncio.to_thread(list_folder, self._place.tree, path)

    async def changes(self) -> tuple[EditedFile, ...]:
        """What differs from the checkout, without what its .gitignore files leave out."""
        checkout = self._checkout

        async def ignored(paths: Sequence[str]) -> frozenset[str]:
            return await self._trees.ignored(checkout.repo, checkout.commit, paths)

        return await collect(self._place.tree, checkout.manifest, ignored)
