"""Files of a commit on disk, without a git directory."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bot.core.errors import PermanentError
from bot.core.ids import Sha
from bot.edges.git.faults import SERVICE
from bot.edges.git.names import can_be_path, check_sha
from bot.edges.git.process import Bare, Call

_EXPORT_S = 600.0
_MAX_FILES = 500_000
_MAX_BYTES = 8 << 30
_MAX_IGNORE_FILES = 2000
_MAX_IGNORE_BYTES = 256 << 10  # of one file; a larger one is not read
_IGNORE_FILE = ".gitignore"


async def export(bare: Bare, commit: Sha, into: Path) -> None:
    """Write a commit's files, byte by byte as they were committed, into an empty folder.

    Raises:
        PermanentError: there are more, or they are larger, than any checkout of ours may be.
    """
    await _measure(bare, commit)
    with tempfile.TemporaryDirectory(prefix="selfheal-export-") as folder:
        index = {"GIT_INDEX_FILE": f"{folder}/index"}
        await bare.run(Call(arguments=("read-tree", check_sha(commit)), environment=index))
        await _check_out(bare, into, index)


async def ignored(bare: Bare, commit: Sha, paths: Sequence[str]) -> frozenset[str]:
    """Which paths the commit's own .gitignore files ignore; a folder's path ends with "/"."""
    rules = await _ignore_files(bare, commit)
    asked = [path for path in paths if can_be_path(path.removesuffix("/"))]
    if not rules or not asked:
        return frozenset()
    with tempfile.TemporaryDirectory(prefix="selfheal-ignored-") as folder:
        tree = Path(folder) / "tree"
        tree.mkdir()
        index = {"GIT_INDEX_FILE": f"{folder}/index"}
        call = Call(
            arguments=("update-index", "-z", "--index-info"), environment=index, stdin=rules
        )
        await bare.run(call)
        await _check_out(bare, tree, index)
        call = Call(
            # "./" before each path instead: check-ignore knows no literal paths.
            flags=("--no-literal-pathspecs", "--work-tree", str(tree)),
            arguments=("check-ignore", "--no-index", "--stdin", "-z"),
            environment=index,
            stdin=b"".join(b"./" + os.fsencode(path) + b"\0" for path in asked),
            fine=frozenset({0, 1}),
            cwd=tree,
        )
        answer = await bare.run(call)
    return frozenset(os.fsdecode(path[2:]) for path in answer.out.split(b"\0") if path)


async def _measure(bare: Bare, commit: Sha) -> None:
    """Refuse what would fill memory or disk: a few kilobytes of trees can name a billion files."""
    listing = ("ls-tree", "-r", "-z", "--full-tree", check_sha(commit))
    # Counted first, since a size is looked up for each: one character and the NUL behind it.
    call = Call(arguments=(*listing, "--format=f"), max_bytes=2 * _MAX_FILES, cut=True)
    fits = not (await bare.run(call)).truncated
    if fits:
        sizes = (await bare.ask(*listing, "--format=%(objectsize)")).out.split(b"\0")
        # A submodule's is "-".
        fits = sum(int(size) for size in sizes if size.isdigit()) <= _MAX_BYTES
    if not fits:
        limits = f"{_MAX_FILES} files and {_MAX_BYTES >> 30} GiB"
        msg = f"{SERVICE}: {commit} is too large to be checked out: {limits} are the limit"
        raise PermanentError(msg)


async def _check_out(bare: Bare, into: Path, index: dict[str, str]) -> None:
    call = Call(
        flags=("--work-tree", str(into)),
        arguments=("checkout-index", "--all", "--force", "--quiet"),
        environment=index,
        timeout_s=_EXPORT_S,
        cwd=into,
    )
    await bare.run(call)


async def _ignore_files(bare: Bare, commit: Sha) -> bytes:
    """Records of `update-index --index-info` for the regular .gitignore files of a commit."""
    listed = await bare.ask("ls-tree", "-r", "-l", "-z", "--full-tree", check_sha(commit))
    records = []
    for record in listed.out.split(b"\0"):
        entry, _, path = record.partition(b"\t")
        name = path.rpartition(b"/")[2]
        if name == _IGNORE_FILE.encode() and entry.startswith(b"100"):
            mode, _, blob, size = entry.split()
            if int(size) > _MAX_IGNORE_BYTES:
                continue
            records.append(b"%s %s\t%s\0" % (mode, blob, path))
    return b"".join(records[:_MAX_IGNORE_FILES])
