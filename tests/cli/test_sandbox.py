import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not here")


async def sandbox(home: Path, *arguments: str, **settings: str) -> tuple[int | None, str, str]:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "SELFHEAL_DATA_DIR": str(home / "data"),
        **settings,
    }
    if measured := os.environ.get("COVERAGE_PROCESS_CONFIG"):
        environment["COVERAGE_PROCESS_CONFIG"] = measured
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "sandbox", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
    )
    output, error = await process.communicate()
    return process.returncode, output.decode(), error.decode()


async def test_a_command_works_on_a_copy_and_sees_nothing_of_the_bot(tmp_path: Path) -> None:
    work = tmp_path / "work"
    (work / ".git").mkdir(parents=True)
    (work / "a.txt").write_text("1\n")
    line = "ls -A; echo 2 >> a.txt; env; cat /proc/*/environ; exit 3"

    code, output, error = await sandbox(
        tmp_path, "--work", str(work), "--", "sh", "-c", line, TOKEN="ghs_secret"
    )

    assert (code, error) == (3, "changed: a.txt\n")
    assert (work / "a.txt").read_text() == "1\n"
    assert output.startswith("a.txt\n")
    assert "HOME=/home/agent" in output
    assert "ghs_secret" not in output


async def test_a_command_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    code, _, error = await sandbox(tmp_path, "--timeout", "0.3", "--", "sleep 60")

    assert (code, error) == (124, "killed: timeout after 0.3 s\n")


async def test_wrong_use_is_one_line(tmp_path: Path) -> None:
    code, output, error = await sandbox(tmp_path, "--work", str(tmp_path / "no"), "--", "true")

    assert (code, output) == (2, "")
    assert error == f"selfheal sandbox: {tmp_path / 'no'} is no folder\n"


async def test_without_a_sandbox_nothing_runs(tmp_path: Path) -> None:
    code, output, error = await sandbox(tmp_path, "--", "echo ran", SELFHEAL_SANDBOX="none")

    assert (code, output) == (2, "")
    assert "SELFHEAL_SANDBOX" in error
