"""Commits made in the mirror, without a tree on disk; equal input always gives the same sha."""

import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bot.core.errors import PermanentError
from bot.core.ids import Sha
from bot.edges.git.faults import SERVICE, quoted
from bot.edges.git.names import check_path, check_sha
from bot.edges.git.process import Bare, Call
from bot.ports import EditedFile

_NAME = "selfheal"
_EMAIL = "selfheal[bot]@users.noreply.github.com"
_CONFLICT = 1


async def merge(bare: Bare, ours: Sha, theirs: Sha) -> Sha | None:
    """A merge commit of both; None when they conflict; the one that holds the other, if one does."""
    if await contains(bare, ours, theirs):
        return ours
    if await contains(bare, theirs, ours):
        return theirs
    tree = await _merged_tree(bare, ours, theirs)
    if tree is None:
        return None
    dates = await bare.ask("show", "--no-patch", "--format=%ct", ours, theirs)
    newest = max(int(date) for date in dates.line.split())
    return await _commit_tree(bare, tree, (ours, theirs), f"Merge {theirs} into {ours}", newest)


async def contains(bare: Bare, commit: str, ancestor: str) -> bool:
    """Whether a commit is, or descends from, another."""
    arguments = ("merge-base", "--is-ancestor", check_sha(ancestor), check_sha(commit))
    return (await bare.ask(*arguments, fine=(0, 1))).code == 0


async def commit(
    bare: Bare, parent: Sha, files: Sequence[EditedFile], message: str, at: datetime
) -> Sha:
    """A commit on `parent` with these files changed.

    Raises:
        PermanentError: a path that must not be written, or that cannot be in this tree.
    """
    for file in files:
        check_path(file.path)
    with tempfile.TemporaryDirectory(prefix="selfheal-commit-") as folder:
        blobs = await _write_blobs(bare, Path(folder), files)
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        await bare.run(Call(arguments=("read-tree", check_sha(parent)), environment=index))
        arguments = ("update-index", "-z", "--index-info")
        records = _index_info(files, blobs, len(parent))
        answer = await bare.run(Call(arguments=arguments, environment=index, stdin=records))
        if answer.err:  # a path that git itself refuses is only mentioned
            msg = f"{SERVICE}: {quoted(answer.err)}"
            raise PermanentError(msg)
        tree = (await bare.run(Call(arguments=("write-tree",), environment=index))).line
    return await _commit_tree(bare, tree, (parent,), message, int(at.timestamp()))


async def wrap(bare: Bare, tree: str) -> Sha:
    """A commit of a tree, without parents and of no date."""
    return await _commit_tree(bare, f"{check_sha(tree)}^{{tree}}", (), "tree", 0)


async def transplant(bare: Bare, picked: Sha, onto: Sha, message: str, at: datetime) -> Sha | None:
    """What `picked` changed since its first parent, as a commit on `onto`; None on a conflict."""
    # merge-tree finds its base by history, so we give it one: B' ← O' and B' ← T'.
    base = await _commit_tree(bare, f"{check_sha(picked)}~1^{{tree}}", (), "base", 0)
    ours = await _commit_tree(bare, f"{check_sha(onto)}^{{tree}}", (base,), "onto", 0)
    theirs = await _commit_tree(bare, f"{picked}^{{tree}}", (base,), "picked", 0)
    tree = await _merged_tree(bare, ours, theirs)
    if tree is None:
        return None
    return await _commit_tree(bare, tree, (onto,), message, int(at.timestamp()))


async def _merged_tree(bare: Bare, ours: str, theirs: str) -> str | None:
    arguments = ("merge-tree", "--write-tree", "--no-messages", ours, theirs)
    answer = await bare.ask(*arguments, fine=(0, _CONFLICT))
    return None if answer.code == _CONFLICT else answer.line


async def _commit_tree(
    bare: Bare, tree: str, parents: Sequence[str], message: str, seconds: int
) -> Sha:
    date = f"@{seconds} +0000"
    identity = {
        key: value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (
            (f"GIT_{role}_NAME", _NAME),
            (f"GIT_{role}_EMAIL", _EMAIL),
            (f"GIT_{role}_DATE", date),
        )
    }
    options = [part for parent in parents for part in ("-p", parent)]
    text = message.replace("\0", "").rstrip("\n") + "\n"
    call = Call(
        arguments=("commit-tree", "--no-gpg-sign", *options, tree),
        environment=identity,
        stdin=text.encode(errors="replace"),
    )
    return Sha((await bare.run(call)).line)


async def _write_blobs(bare: Bare, folder: Path, files: Sequence[EditedFile]) -> list[str]:
    """Ids of the blobs of all files that are not deleted, in order."""
    contents = [file.content for file in files if file.content is not None]
    if not contents:
        return []
    for number, content in enumerate(contents):
        (folder / f"blob-{number}").write_bytes(content)
    names = "".join(f"{folder}/blob-{number}\n" for number in range(len(contents)))
    arguments = ("hash-object", "-w", "--no-filters", "--stdin-paths")
    return (await bare.ask(*arguments, stdin=names.encode())).line.split()


def _index_info(files: Sequence[EditedFile], blobs: Sequence[str], digits: int) -> bytes:
    """Records of `update-index --index-info`; removals first, so a folder can become a file."""
    removed = [f"0 {'0' * digits}\t{file.path}" for file in files if file.content is None]
    kept = (file for file in files if file.content is not None)
    written = [
        f"100{'755' if file.executable else '644'} {blob}\t{file.path}"
        for file, blob in zip(kept, blobs, strict=True)
    ]
    return "".join(f"{record}\0" for record in removed + written).encode()
