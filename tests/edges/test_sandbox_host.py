"""What the host sees of boxes: who owns them, and what happens when the bot dies."""

import asyncio
import os
import shutil
import signal
import stat
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
async def test_root_gives_itself_up_below_its_private_folder_that_nobody_can_list(
    open_folder: Path,
) -> None:
    data = open_folder / "data"
    data.mkdir(mode=0o700)
    (data / "mirrors").mkdir(mode=0o700)
    (data / "selfheal.db").touch(mode=0o600)
    tool = open_folder / "tools" / "bin" / "make-it"
    tool.parent.mkdir(parents=True)
    tool.write_text("#!/bin/sh\ntouch made\n")
    tool.chmod(0o755)

    boxes = BwrapSandbox(Checkout(), data / "boxes", [open_folder / "tools"])
    async with boxes.open(REPO, COMMIT) as box:
        assert (await box.run("make-it", 10)).ok
        (made,) = (data / "boxes").glob("box-*/tree/made")
        owner = made.stat().st_uid

    assert owner == BOX_USER
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in (data, *data.iterdir())} == {
        "data": 0o711,
        "boxes": 0o711,
        "mirrors": 0o700,
        "selfheal.db": 0o600,
    }


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give itself up")
async def test_a_private_folder_stays_closed_while_something_in_it_is_readable(
    open_folder: Path,
) -> None:
    data = open_folder / "data"
    data.mkdir(mode=0o700)
    (data / "key.pem").touch(mode=0o600)
    (data / "key.pem").chmod(0o644)

    async with BwrapSandbox(Checkout(), data / "boxes").open(REPO, COMMIT) as box:
        assert (await box.run("true", 10)).ok

    assert stat.S_IMODE(data.stat().st_mode) == 0o700


async def test_a_data_folder_that_the_sandbox_makes_is_private(tmp_path: Path) -> None:
    assert await BwrapSandbox(Checkout(), tmp_path / "data" / "boxes").usable() == ""

    assert not stat.S_IMODE((tmp_path / "data").stat().st_mode) & 0o066


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
