"""A box without walls, for tests of the lab alone: trusted commands in a temporary folder."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.core.ids import Sha
from bot.ports import EditedFile, RunResult, Trees


class PlainBox:
    """A folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    async def run(self, command: str, timeout_s: float) -> RunResult:
        process = await asyncio.create_subprocess_exec(
            "sh",
            "-c",
            command,
            cwd=self.root,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={"PATH": os.environ["PATH"]},
        )
        async with asyncio.timeout(timeout_s):
            out, _ = await process.communicate()
        return RunResult(exit_code=process.returncode, output=out, seconds=0.0)

    async def read(self, path: str) -> bytes:
        return await asyncio.to_thread((self.root / path).read_bytes)

    async def write(self, path: str, content: bytes) -> None:
        await asyncio.to_thread((self.root / path).write_bytes, content)

    async def listing(self, path: str) -> tuple[str, ...]:
        raise NotImplementedError(path)

    async def changes(self) -> tuple[EditedFile, ...]:
        raise NotImplementedError


class PlainSandbox:
    """Makes plain boxes; remembers what was opened."""

    name = "plain"

    def __init__(self, trees: Trees) -> None:
        self._trees = trees
        self.opened: list[tuple[str, str]] = []

    @asynccontextmanager
    async def open(self, repo: str, commit: Sha) -> AsyncIterator[PlainBox]:
        self.opened.append((repo, commit))
        with tempfile.TemporaryDirectory() as folder:
            await self._trees.export(repo, commit, Path(folder))
            yield PlainBox(Path(folder))
