"""The folders that boxes live in: private, locked while in use, and swept when their owner died."""

import asyncio
import fcntl
import os
import stat
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from bot.core.errors import TransientError

_PREFIX = "box-"
_LOCK = ".lock"
_SERVICE = "sandbox"
_PRIVATE, _PASSAGE, _OTHERS = 0o700, 0o711, 0o077


@asynccontextmanager
async def fresh_folder(root: Path, owner: int | None = None) -> AsyncIterator[Path]:
    """An empty folder below `root` that is gone afterwards, whatever was made in it.

    Raises:
        TransientError: it cannot be made now.
    """
    try:
        folder, lock = locked_folder(root)
    except OSError as exc:
        raise TransientError(_SERVICE, f"no folder for a box: {exc.strerror}") from exc
    try:
        if owner is not None:
            os.chown(folder, owner, owner)
        tree = folder / "tree"
        tree.mkdir(mode=0o755)
        yield tree
    finally:
        os.close(lock)
        await asyncio.shield(remove(folder))


def open_passage(root: Path) -> None:
    """Let others pass through our private folder to the boxes, so that these need not run as root.

    Whoever passes must know a name and sees no list of them, and all but the boxes stays closed.
    The folder is left alone where that is not so, and where the way to it is closed anyway.
    """
    data = root.parent
    found = data.stat()
    private = found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) == _PRIVATE
    if not private or not traversable(data.resolve().parent):
        return
    if not any(_is_open(path) for path in data.iterdir() if path != root):
        data.chmod(_PASSAGE)


def _is_open(path: Path) -> bool:
    """Whether others could do anything with what they can name; of a link, nobody knows."""
    mode = path.lstat().st_mode
    return stat.S_ISLNK(mode) or bool(mode & _OTHERS)


def traversable(path: Path) -> bool:
    """Whether any user may go through a folder and all folders above it."""
    path = path.resolve()
    return all(folder.stat().st_mode & os.X_OK for folder in (path, *path.parents))


def locked_folder(root: Path) -> tuple[Path, int]:
    """A new folder below `root`, and the descriptor that keeps it from being swept while open."""
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=root))
    lock = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return folder, lock


async def sweep(root: Path) -> None:
    """Remove folders whose owner was killed: nobody holds their lock any more."""
    for folder in await asyncio.to_thread(lambda: list(root.glob(f"{_PREFIX}*"))):
        with suppress(OSError):
            lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                await remove(folder)
            finally:
                os.close(lock)


async def remove(folder: Path) -> None:
    """Remove a folder with trees of any depth and any permission bits; links are not followed."""
    await _quietly("rm", "-rf", "--", str(folder))
    if await asyncio.to_thread(folder.exists):
        await _quietly("chmod", "-R", "u+rwX", "--", str(folder))
        await _quietly("rm", "-rf", "--", str(folder))


async def _quietly(program: str, *arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(
        program,
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
    )
    await process.wait()
