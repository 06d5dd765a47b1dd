"""`Trees` over the lab's repositories: what a box gets its checkout from."""

import io
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.core.errors import PermanentError
from bot.core.ids import Sha
from bot.lab.git.bare import Bare
from bot.lab.git.commands import GitError, git


class LabTrees:
    """The trees of every repository that `repositories` holds, by "owner/name"."""

    def __init__(self, repositories: Mapping[str, Bare]) -> None:
        self._repositories = repositories

    async def export(self, repo: str, commit: Sha, into: Path) -> None:
        """Write a commit's files into an empty folder, without any git directory.

        Raises:
            PermanentError: there is no such repository or commit.
        """
        bare = self._bare(repo)
        try:
            _, archive = await git(bare.path, "archive", "--format=tar", commit)
        except GitError as exc:
            raise PermanentError(str(exc)) from exc
        with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
            packed.extractall(into, filter="data")

    async def ignored(self, repo: str, commit: Sha, paths: Sequence[str]) -> frozenset[str]:
        """Which of these paths the commit's own .gitignore files ignore."""
        if not paths:
            return frozenset()
        bare = self._bare(repo)
        with tempfile.TemporaryDirectory() as folder:
            for path in await bare.paths(commit):
                if path.rsplit("/", 1)[-1] == ".gitignore":
                    _place(Path(folder, path), await bare.read(commit, path) or b"")
            _, out = await git(
                bare.path,
                "-C",
                folder,
                "--work-tree=.",
                "check-ignore",
                "--no-index",
                "-z",
                "--stdin",
                stdin="\0".join(paths).encode(),
                allowed=(0, 1),
            )
        return frozenset(path for path in out.decode(errors="replace").split("\0") if path)

    def _bare(self, repo: str) -> Bare:
        if repo not in self._repositories:
            msg = f"the lab has no repository {repo}"
            raise PermanentError(msg)
        return self._repositories[repo]


def _place(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
