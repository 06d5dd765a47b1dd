"""What the host sees of boxes: who owns them, and what happens when the bot dies."""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.ids import Sha
from bot.edges.sandbox_bwrap import BwrapSandbox, Limits
from bot.edges.sandbox_bwrap.sandbox import BOX_USER
from tests.edges.test_sandbox_bwrap import Checkout, alive, unique_time, until_alive

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not here")

REPO, COMMIT = "octo/sample", Sha("1" * 40)

BOT = """
import asyncio, sys
from pathlib import Path
from bot.edges.sandbox_bwrap import BwrapSandbox
from tests.edges.test_sandbox_bwrap import COMMIT, REPO, Checkout

async def main():
    async with BwrapSandbox(Checkout(), Path(sys.argv[1])).open(REPO, COMMIT) as box:
        await box.run(f"setsid sleep {sys.argv[2]} & sleep {sys.argv[2]}", 600)

asyncio.run(main())
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may go through, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="boxes-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give itself up")
async def test_root_gives_itself_up_where_it_can(open_folder: Path) -> None:
    sandbox = BwrapSandbox(Checkout(), open_folder / "boxes")
    assert await sandbox.usable() == ""

    async with sandbox.open(REPO, COMMIT) as box:
        await box.write("deep/new.txt", b"1\n")
        result = await box.run("id -u; touch made src/made deep/made; echo 2 >> deep/new.txt", 10)
        (made,) = (open_folder / "boxes").glob("box-*/tree/made")

        assert (result.exit_code, result.text) == (0, "1000\n")
        assert made.stat().st_uid == BOX_USER
        assert await box.read("deep/new.txt") == b"1\n2\n"
        assert [edit.path for edit in await box.changes()] == [
            "deep/made",
            "deep/new.txt",
            "made",
            "src/made",
        ]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give itself up")
async def test_the_kernel_counts_processes_of_an_ordinary_user(open_folder: Path) -> None:
    sandbox = BwrapSandbox(Checkout(), open_folder / "boxes", limits=Limits(processes=20))

    async with sandbox.open(REPO, COMMIT) as box:
        marker = unique_time()
        result = await box.run(f"while :; do sleep {marker} & done", 60)

    assert result.killed == "more than 20 processes" or "fork" in result.text
    assert not alive(marker)


async def test_nothing_in_a_box_survives_the_death_of_the_bot(tmp_path: Path) -> None:
    marker = unique_time()
    bot = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", BOT, str(tmp_path / "boxes"), marker),
        cwd=Path(__file__).parents[2],
    )
    await until_alive(f"sleep\0{marker}")

    bot.send_signal(signal.SIGKILL)
    await bot.wait()

    async with asyncio.timeout(10):
        while [line for line in alive(marker) if line.startswith("sleep")]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    left = list((tmp_path / "boxes").glob("box-*/tree"))
    assert left
    assert await BwrapSandbox(Checkout(), tmp_path / "boxes").usable() == ""
    assert not [path for path in left if path.exists()]
