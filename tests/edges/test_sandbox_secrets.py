"""Nothing that the bot knows can be seen, read or reached from inside a box.

A process that stands for the bot is full of one secret: in its environment, its command line, a
key file beside the boxes, an inherited descriptor, a socket by path, one by name and one on
loopback. A probe looks for it twice: bare, where it must find it everywhere (so it does look),
and in the box, where it must find it nowhere.
"""

import json
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not here")


@pytest.fixture(scope="module")
def seen() -> Iterator[dict[str, Any]]:
    """What the probe saw. The folder has a short name: a socket's path must be short."""
    secret = f"s3cr3t-{secrets.token_hex(12)}"
    with tempfile.TemporaryDirectory(prefix="bot-") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "tests.edges.secret_keeper", folder, secret],
            cwd=Path(__file__).parents[2],
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "GITHUB_PRIVATE_KEY": secret},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        yield json.loads(done.stdout)


def test_the_probe_finds_the_secret_outside_wherever_it_is(seen: dict[str, Any]) -> None:
    kinds = {kind for kind, _ in seen["outside"]["found"]}

    assert kinds >= {
        "environment",
        "proc environ",
        "proc cmdline",
        "proc link content",
        "proc net",
        "descriptor",
        "known file",
        "file",
        "unix socket",
        "abstract socket",
        "tcp",
    }


def test_the_probe_looks_in_the_same_places_inside(seen: dict[str, Any]) -> None:
    without = {"descriptor"}  # there is none to look at

    assert seen["inside"]["looked"].keys() == seen["outside"]["looked"].keys() - without
    assert seen["inside"]["looked"]["file"] > 10


def test_the_probe_finds_the_secret_nowhere_inside(seen: dict[str, Any]) -> None:
    assert seen["inside"]["found"] == []
