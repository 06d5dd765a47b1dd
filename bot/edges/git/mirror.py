"""`Git` by one bare mirror for each repository."""

import asyncio
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bot.core.errors import PermanentError, TransientError
from bot.core.ids import Sha
from bot.edges.git import commits, objects, trees
from bot.edges.git.faults import SERVICE
from bot.edges.git.names import check_ref, check_repo, check_sha, is_sha
from bot.edges.git.process import Bare, Call, run
from bot.edges.git.remote import KEEP, Remote, seen_as
from bot.ports import EditedFile, Git, PushTarget, Tokens
from guards.change import Change

_MAX_PACKS = 40  # above it, many small packs are joined: every look-up searches all of them
# Bytes stay as they are committed, whatever the repository's .gitattributes say.
_ATTRIBUTES = "* -text !eol !ident !filter !working-tree-encoding\n"


class GitMirror(Git):
    """Mirrors below one folder.

    Args:
        root: the folder; made when it is not there.
        git_url: where repositories live: "https://github.com".
        tokens: what opens them; None = nothing is needed.
    """

    def __init__(self, root: Path, git_url: str, tokens: Tokens | None) -> None:
        self._root = root.absolute()
        self._remote = Remote(git_url, tokens)
        self._writing: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._known: set[Path] = set()

    async def fetch(self, repo: str, *wanted: str) -> None:
        """Bring commits (by sha) or refs into the mirror and keep them."""
        for name in wanted:
            if not is_sha(name):
                check_ref(name)
        bare = await self._bare(repo)
        async with self._writing[repo]:
            missing = [name for name in dict.fromkeys(wanted) if not await _kept(bare, name)]
            if missing:
                await self._remote.fetch(bare, repo, missing)
                await _join_packs(bare)

    async def tip(self, repo: str, branch: str) -> Sha:
        """Fetch a branch and return its newest commit."""
        ref = f"refs/heads/{branch}"
        await self.fetch(repo, ref)
        bare = await self._bare(repo)
        return Sha((await bare.ask("rev-parse", "--verify", f"{seen_as(ref)}^{{commit}}")).line)

    async def read(self, repo: str, commit: Sha, path: str) -> bytes | None:
        """A file's content; None when there is no such regular file."""
        return await objects.read(await self._bare(repo), commit, path)

    async def paths(self, repo: str, commit: Sha) -> tuple[str, ...]:
        """All paths of a commit's tree, sorted."""
        return await objects.paths(await self._bare(repo), commit)

    async def parents(self, repo: str, commit: Sha) -> tuple[Sha, ...]:
        """A commit's parents, the first one first."""
        return await objects.parents(await self._bare(repo), commit)

    async def message(self, repo: str, commit: Sha) -> str:
        """A commit's whole message."""
        return await objects.message(await self._bare(repo), commit)

    async def merge(self, repo: str, ours: Sha, theirs: Sha) -> Sha | None:
        """A merge commit of both, made in the mirror; None when they conflict."""
        return await commits.merge(await self._bare(repo), ours, theirs)

    async def commit(
        self, repo: str, parent: Sha, files: Sequence[EditedFile], message: str, at: datetime
    ) -> Sha:
        """A commit with these files changed, made in the mirror."""
        return await commits.commit(await self._bare(repo), parent, files, message, at)

    async def transplant(
        self, repo: str, commit: Sha, onto: Sha, message: str, at: datetime
    ) -> Sha | None:
        """Replay what a commit changed onto another; None when that conflicts."""
        return await commits.transplant(await self._bare(repo), commit, onto, message, at)

    async def change(self, repo: str, base: Sha, head: Sha) -> Change:
        """What lies between two trees, as guards want it."""
        return await objects.change(await self._bare(repo), base, head)

    async def diff(self, repo: str, base: Sha, head: Sha) -> str:
        """A unified diff for people, bounded."""
        return await objects.diff(await self._bare(repo), base, head)

    async def export(self, repo: str, commit: Sha, into: Path) -> None:
        """Write a commit's files into an empty folder, without any git directory."""
        await trees.export(await self._bare(repo), commit, into)

    async def ignored(self, repo: str, commit: Sha, paths: Sequence[str]) -> frozenset[str]:
        """Which of these paths the commit's own .gitignore files ignore."""
        return await trees.ignored(await self._bare(repo), commit, paths)

    async def borrow(self, repo: str, objects: Path) -> Path:
        """Let a repository look up objects in another one's folder too; its own such folder."""
        bare = await self._bare(repo)
        await asyncio.to_thread(_lend, bare.folder, objects)
        return bare.folder / "objects"

    async def wrap(self, repo: str, tree: str) -> Sha:
        """A commit of a tree, without parents; equal trees give the same sha."""
        return await commits.wrap(await self._bare(repo), tree)

    async def push(self, target: PushTarget, commit: Sha) -> None:
        """Push a commit of the mirror; only ever a fast-forward."""
        bare = await self._bare(target.repo)
        if not await commits.contains(bare, commit, target.expected):
            msg = f"{SERVICE}: {commit} does not stand on {target.expected}: it is not pushed"
            raise PermanentError(msg)
        await self._remote.push(bare, target, commit)

    async def _bare(self, repo: str) -> Bare:
        """The mirror of a repository; an empty one is made when there is none."""
        folder = self._root / f"{check_repo(repo)}.git"
        if folder not in self._known:
            async with self._writing[repo]:
                if not await asyncio.to_thread((folder / "HEAD").is_file):
                    await asyncio.to_thread(_make_private, self._root, folder.parent)
                    await _create(folder)
            self._known.add(folder)
        return Bare(folder)


def _make_private(root: Path, folder: Path) -> None:
    """Make a folder below the root, which nobody else may look into: it holds private code."""
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    root.chmod(0o700)
    folder.mkdir(exist_ok=True)


def _lend(folder: Path, objects: Path) -> None:
    info = folder / "objects" / "info"
    info.mkdir(parents=True, exist_ok=True)
    (info / "alternates").write_text(f"{objects}\n")


async def _create(folder: Path) -> None:
    """Make an empty bare repository; it appears whole or not at all."""
    made = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
    try:
        answer = await run(Call(arguments=("init", "--quiet", "--bare", "--template=", str(made))))
        if answer.code != 0:
            raise TransientError(SERVICE, f"no mirror could be made: {answer.err[:200]}")
        await asyncio.to_thread(_furnish, made, folder)
    finally:
        await asyncio.to_thread(shutil.rmtree, made, ignore_errors=True)


def _furnish(made: Path, folder: Path) -> None:
    (made / "info").mkdir(exist_ok=True)
    (made / "info" / "attributes").write_text(_ATTRIBUTES)
    try:
        made.rename(folder)
    except OSError as exc:
        # Another process may have been faster: its mirror is as good as ours.
        if not (folder / "HEAD").is_file():
            raise TransientError(SERVICE, f"no mirror could be made: {exc.strerror}") from exc


async def _kept(bare: Bare, name: str) -> bool:
    """Whether a wanted commit is here, whole; from now on a ref keeps it."""
    if not is_sha(name):
        return False
    ref = f"{KEEP}/{check_sha(name)}"
    if (await bare.ask("rev-parse", "--quiet", "--verify", ref, fine=(0, 1))).code == 0:
        return True
    found = await bare.ask("cat-file", "-e", f"{name}^{{commit}}", fine=(0, 1, 128))
    if found.code != 0:
        return False
    # One of ours, or left by a fetch that was interrupted: is everything below it here?
    arguments = ("rev-list", "--quiet", "--objects", name, "--not", "--all")
    if (await bare.ask(*arguments, fine=(0, 1, 128))).code != 0:
        return False
    await bare.ask("update-ref", ref, name)
    return True


async def _join_packs(bare: Bare) -> None:
    """Join small packs when there are many; nothing is ever dropped."""
    packs = await asyncio.to_thread(lambda: list((bare.folder / "objects/pack").glob("*.pack")))
    if len(packs) > _MAX_PACKS:
        await bare.ask("repack", "--quiet", "-d", "--geometric=2")
