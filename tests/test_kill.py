"""kill -9 of the service at every save of a heal: the same end, one commit an attempt."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from bot.app import sandbox_maker
from bot.lab.lab import Lab
from bot.lab.model import ScriptedModel
from bot.lab.scenarios import failing_test
from bot.lab.stage import Theatre
from bot.rehearsal import free_port, lab_settings, own_settings

SAVES = 14  # of a heal with one honest attempt, from the first step to the last
TOGETHER = 2  # saves tried in one heal, far apart: many deaths of one workflow are called poison


@dataclass(frozen=True, slots=True, kw_only=True)
class Mortal:
    """A service that is started again whenever it dies."""

    told: str
    deaths: list[int]

    async def live(self) -> None:
        while True:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tests.child",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
            )
            try:
                await process.communicate(self.told.encode())
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
            assert process.returncode == -9, f"it ended by itself: {process.returncode}"
            self.deaths.append(process.returncode)


async def ready(url: str) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(60):
        while True:
            try:
                async with session.get(url) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.1)


@asynccontextmanager
async def mortal(folder: Path, at: Sequence[int]) -> AsyncIterator[tuple[Theatre, Mortal]]:
    own = own_settings(folder)
    async with ScriptedModel() as model, Lab(folder / "github", sandbox_maker(own)) as lab:
        port = free_port()
        lab.send_webhooks_to(f"http://127.0.0.1:{port}/webhook")
        settings = lab_settings(own, lab, model) | {"port": port}
        (marks := folder / "marks").mkdir()
        told = json.dumps({"settings": settings, "at": at, "marks": str(marks)}, default=str)
        service = Mortal(told=told, deaths=[])
        task = asyncio.create_task(service.live())
        try:
            await ready(f"http://127.0.0.1:{port}/readyz")
            yield Theatre(lab=lab, model=model), service
        finally:
            task.cancel()
            await asyncio.wait([task])
        assert task.cancelled(), task.exception()
        assert lab.unknown == []
        assert lab.violations == []


@pytest.mark.parametrize("first", range(1, SAVES // TOGETHER + 1))
async def test_a_death_before_and_after_any_save_changes_nothing(
    first: int, tmp_path: Path
) -> None:
    at = (first, first + SAVES // TOGETHER)
    async with mortal(tmp_path, at) as (theatre, service):
        pull = await failing_test.play(theatre)
        await theatre.until(lambda: pull.merged, "the merge")
        await theatre.until(lambda: len(service.deaths) == 2 * TOGETHER, "all deaths")
        await theatre.until(lambda: not pull.labels, "the labels to be put back")
        commits = await pull.commits()

    ours = [message for _, message in commits if message.startswith("Claude fix: ")]
    attempts = [line for text in ours for line in text.splitlines() if "Attempt" in line]
    assert attempts == ["Selfheal-Attempt: 1"]
    assert sum("### selfheal" in comment.body for comment in pull.comments) == 1
