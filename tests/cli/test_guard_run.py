"""`selfheal guard --run`, as a person calls it."""

import asyncio
import json
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

from tests.guards.conftest import Repo

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not here")

WRONG = "def total(a, b):\n    return a - b\n"
TEST = "from calc import total\n\n\ndef test_total():\n    assert total(2, 3) == 5\n"
BASE: dict[str, str | bytes | None] = {
    "calc.py": WRONG,
    "tests/test_calc.py": TEST,
    "pytest.ini": "[pytest]\npythonpath = .\n",
}
RUN = "PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 pytest -q"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    (tmp_path / "repo").mkdir()
    made = Repo(tmp_path / "repo")
    made.commit(BASE)
    return made


async def started(repo: Repo, *arguments: str, **settings: str) -> asyncio.subprocess.Process:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(repo.path.parent),
        "SELFHEAL_DATA_DIR": str(repo.path.parent / "data"),
        **settings,
    }
    if measured := os.environ.get("COVERAGE_PROCESS_CONFIG"):
        environment["COVERAGE_PROCESS_CONFIG"] = measured
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "guard", "--repo", str(repo.path), *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
    )


async def guard(repo: Repo, *arguments: str, **settings: str) -> tuple[int | None, str, str]:
    process = await started(repo, *arguments, **settings)
    output, error = await process.communicate()
    return process.returncode, output.decode(), error.decode()


@pytest.mark.slow
async def test_a_fix_passes_and_each_run_is_told(repo: Repo) -> None:
    hook = repo.path / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {repo.path.parent}/hooked\n")
    hook.chmod(0o755)
    repo.git("config", "filter.spy.smudge", f"touch {repo.path.parent}/filtered; cat")
    repo.commit({"calc.py": WRONG.replace("-", "+"), ".gitattributes": "* filter=spy\n"})

    code, output, error = await guard(repo, "--base", "HEAD~1", "--run", RUN, "--json")

    told = [line.partition(":")[0] for line in error.splitlines()]
    again = "with the change, again"
    assert told[:3] == ["without the change", "without the change, again", "with the change"]
    crosswise = ["new tests on the original source", "original tests on the new source"]
    assert sorted(told[3:-1]) == [*crosswise, again, again]
    assert told[-1] == "changed lines made wrong"
    document = json.loads(output)
    assert "cross_check" not in {item["guard"] for item in document["findings"]}
    assert "cross_check" not in {item["guard"] for item in document["not_run"]}
    assert code in {1, 3}
    assert not list(repo.path.parent.glob("hooked*"))
    assert not list(repo.path.parent.glob("filtered*"))
    assert repo.git("status", "--porcelain") == ""


@pytest.mark.slow
async def test_staged_edits_of_a_test_are_named_to_be_dropped(repo: Repo) -> None:
    repo.write("calc.py", WRONG.replace("-", "+"))
    repo.write("tests/test_calc.py", TEST.replace(" == 5", ""))
    repo.git("add", "--all")

    code, output, _ = await guard(repo, "--staged", "--run", RUN, "--json")

    document = json.loads(output)
    assert code == 1
    assert "cross_check" in {item["guard"] for item in document["findings"]}
    assert {part["file"] for part in document["salvage"]} == {"tests/test_calc.py"}


async def test_without_a_sandbox_nothing_runs(repo: Repo) -> None:
    repo.commit({"calc.py": WRONG.replace("-", "+")})
    arguments = ("--base", "HEAD~1", "--run", "touch ran")

    code, output, error = await guard(repo, *arguments, SELFHEAL_SANDBOX="none")

    assert (code, output) == (2, "")
    assert "SELFHEAL_SANDBOX" in error
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--base", "HEAD", "--failing", "t.py::test_a"), "--failing"),
        (("--diff", "-", "--run", "pytest"), "--run"),
        (("--base", "no-such", "--run", "pytest"), "no-such"),
    ],
)
async def test_wrong_use_is_one_line(repo: Repo, arguments: tuple[str, ...], said: str) -> None:
    code, output, error = await guard(repo, *arguments)

    assert (code, output) == (2, "")
    assert said in error
    assert len(error.splitlines()) == 1


async def test_an_interrupt_ends_all_runs_and_leaves_nothing(repo: Repo) -> None:
    repo.commit({"calc.py": WRONG.replace("-", "+")})
    process = await started(repo, "--base", "HEAD~1", "--run", "echo begun; sleep 61.25")
    boxes = repo.path.parent / "data" / "boxes"
    for _ in range(200):
        if list(boxes.glob("box-*/tree/calc.py")):
            break
        await asyncio.sleep(0.1)

    process.send_signal(signal.SIGINT)
    output, _ = await process.communicate()

    assert process.returncode == 130
    assert output == b""
    assert not list(boxes.glob("box-*/tree"))
