"""`selfheal demo`, as a user calls it."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "bot" / "schemas" / "demo.schema.json").read_text())


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "demo", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
        cwd=ROOT,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"},
    )


@pytest.mark.slow
def test_an_episode_is_told_on_stderr_and_is_one_document_on_stdout() -> None:
    done = demo("--scenario", "flaky", "--json")

    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    jsonschema.validate(document, SCHEMA)
    assert document["passed"]
    assert [each["ended"] for each in document["episodes"]] == ["healed"]
    assert "back in the queue" in done.stderr


def test_the_scenarios_can_be_listed() -> None:
    done = demo("--list")
    assert done.returncode == 0
    assert "cheat-then-honest" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--scenario", "nonsense"), "no scenario 'nonsense'; see `selfheal demo --list`"),
        (("--live",), "--live needs ANTHROPIC_API_KEY"),
    ],
)
def test_wrong_use_is_one_clear_line(arguments: tuple[str, ...], said: str) -> None:
    done = demo(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
