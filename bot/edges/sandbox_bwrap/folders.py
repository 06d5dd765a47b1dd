"""The folders that boxes live in: private, locked while in use, and swept when their owner died."""

import asyncio
import fcntl
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from bot.core.errors import TransientError

_PREFIX = "box-"
_LOCK = ".lock"
_SERVICE = "sandbox"


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
