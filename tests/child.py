"""The service in a process of its own, that kills itself where it is told to; see test_kill.py."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from bot.app import running
from bot.core.case import Case
from bot.edges.store import SqlStore
from bot.settings import Settings


class DyingStore(SqlStore):
    """Dies once before, and once after, each save that makes a given version of a case."""

    def __init__(self, url: str, at: list[int], marks: Path) -> None:
        super().__init__(url)
        self._at, self._marks = at, marks

    async def save(self, case: Case) -> Case:
        self._die("before", case.version + 1)
        saved = await super().save(case)
        self._die("after", saved.version)
        return saved

    def _die(self, when: str, version: int) -> None:
        mark = self._marks / f"{version}-{when}"
        if version in self._at and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)


async def main() -> None:
    told = json.loads(sys.stdin.read())
    settings = Settings(**told["settings"])
    store = DyingStore(settings.database, told["at"], Path(told["marks"]))
    settings.data.mkdir(parents=True, exist_ok=True)
    await store.open()
    async with running(settings, store=store):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
