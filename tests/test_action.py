"""The GitHub Action judges outside the checkout, by its own script."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.guards.conftest import CHEAT, TEST, Repo

_FILE = Path(__file__).parents[1] / ".github" / "actions" / "guard" / "action.yml"
_ACTION: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
_STEPS = {step["id"]: step for step in _ACTION["runs"]["steps"]}


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    (tmp_path / "repo").mkdir()
    return Repo(tmp_path / "repo")


def run(repo: Repo, **given: str) -> tuple[int, str, str]:
    """Exit code, log and outputs of the step that judges, with the action's own defaults."""
    temporary = repo.path.parent / "temporary"
    temporary.mkdir()
    (temporary / "outputs").touch()
    defaults = {name: each.get("default", "") for name, each in _ACTION["inputs"].items()}
    inputs = {
        f"SELFHEAL_{name.upper()}": value
        for name, value in (defaults | {"python": sys.executable} | given).items()
    }
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", _STEPS["judge"]["run"]],
        cwd=repo.path,
        env={
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            # What a workflow may have set must not matter.
            "PYTHONPATH": str(repo.path),
            "GITHUB_WORKSPACE": str(repo.path),
            "GITHUB_OUTPUT": str(temporary / "outputs"),
            "RUNNER_TEMP": str(temporary),
            **inputs,
        },
        capture_output=True,
        check=False,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr, (temporary / "outputs").read_text()


def test_a_cheat_fails_the_step_and_is_annotated(repo: Repo) -> None:
    repo.commit({"tests/test_a.py": TEST})
    # Neither is imported, though the environment and the folder offer them.
    stolen = "raise SystemExit(0)\n"
    repo.commit({"tests/test_a.py": CHEAT, "json.py": stolen, "guards/__main__.py": stolen})

    code, log, outputs = run(repo, base="HEAD^")

    assert (code, outputs) == (1, "outcome=reject\n")
    assert "::error file=tests/test_a.py,line=" in log


def test_an_honest_change_passes(repo: Repo) -> None:
    repo.commit({"a.py": "x = 1\n"})
    repo.commit({"a.py": "x = 2\n"})

    code, log, outputs = run(repo, base="HEAD^", output="verdict.json", format="json")

    assert (code, outputs, log) == (0, "outcome=pass\n", "")
    assert '"outcome": "pass"' in (repo.path / "verdict.json").read_text()


def test_a_revision_that_looks_like_code_is_only_a_revision(repo: Repo) -> None:
    repo.commit({"a.py": "x = 1\n"})

    code, log, outputs = run(repo, base="$(touch stolen); --help")

    assert (code, outputs) == (2, "outcome=error\n")
    assert "no revision" in log
    assert not (repo.path / "stolen").exists()


def test_a_policy_of_the_checkout_is_refused_and_another_is_read(repo: Repo) -> None:
    repo.commit({"tests/test_a.py": TEST})
    policy = '[guards.severity]\ndeleted_tests = "warn"\n'
    repo.commit({"tests/test_a.py": CHEAT, "policy.toml": policy})

    code, log, outputs = run(repo, base="HEAD^", policy="policy.toml")

    assert (code, outputs) == (2, "outcome=error\n")
    assert "must not lie in the checkout" in log


def test_an_operators_policy_may_lower_and_it_is_said(repo: Repo) -> None:
    repo.commit({"tests/test_a.py": TEST})
    repo.commit({"tests/test_a.py": CHEAT})
    (repo.path.parent / "policy.toml").write_text('[guards.severity]\nrenamed_away = "warn"\n')

    code, log, outputs = run(repo, base="HEAD^", policy="../policy.toml")

    assert (code, outputs) == (0, "outcome=pass\n")
    assert "severity of renamed_away is warn instead of reject" in log


def test_inputs_reach_scripts_as_environment_alone() -> None:
    assert not [step for step in _STEPS.values() if "${{" in step["run"]]
    assert "-P -I -m pip" in _STEPS["install"]["run"]
