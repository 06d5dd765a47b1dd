"""No module of the checkout runs, whatever the folder and the environment offer."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guards.conftest import Repo

_STOLEN = "import os\nos.write(2, b'stolen')\nos._exit(0)\n"


@pytest.mark.parametrize("name", ["difflib.py", "argparse.py", "rich/__init__.py"])
def test_modules_named_by_the_environment_are_not_imported_once_our_code_runs(
    cheated: Repo, name: str
) -> None:
    cheated.write(name, _STOLEN)
    outside = cheated.path.parent
    command = [sys.executable, "-c", "import sys; sys.argv[1:] = %r; %s"]
    program = "from guards.isolation import isolate; isolate(sys.argv[1:])"
    given = ["--repo", str(cheated.path), "--base", "HEAD^"]

    done = subprocess.run(
        [*command[:2], command[2] % (given, program)],
        cwd=outside,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(cheated.path)},
        capture_output=True,
        check=False,
        text=True,
    )

    assert (done.returncode, done.stderr) == (1, "")
    assert "test_one became" in done.stdout


def test_isolated_from_outside_the_checkout_nothing_of_it_is_imported(cheated: Repo) -> None:
    for name in ("json.py", "guards/__init__.py", "guards/__main__.py", "sitecustomize.py"):
        cheated.write(name, _STOLEN)

    done = subprocess.run(
        [sys.executable, "-P", "-I", "-m", "guards", "--repo", str(cheated.path), "--base=HEAD^"],
        cwd=cheated.path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(cheated.path)},
        capture_output=True,
        check=False,
        text=True,
    )

    assert (done.returncode, done.stderr) == (1, "")


def test_without_extras_the_guards_run(cheated: Repo, tmp_path: Path) -> None:
    extras = "('typer', 'rich', 'pydantic', 'aiohttp', 'bot', 'jsonschema')"
    code = (
        "import runpy, sys\n"
        f"sys.modules.update(dict.fromkeys({extras}))\n"
        f"sys.argv = ['guards', '--repo', {str(cheated.path)!r}, '--base', 'HEAD^']\n"
        "runpy.run_module('guards', run_name='__main__')\n"
    )

    done = subprocess.run(
        [sys.executable, "-I", "-c", code], cwd=tmp_path, capture_output=True, check=False
    )

    assert (done.returncode, done.stderr) == (1, b"")
