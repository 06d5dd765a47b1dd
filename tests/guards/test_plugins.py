"""Third-party guards add findings, in a process of their own, when the base branch names them."""

import json
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import Any

import pytest

import guards
from guards import judge
from guards.change import Change
from guards.evidence import Evidence
from guards.plugins import run_plugins
from guards.policy import Policy
from guards.verdict import Severity
from tests.guards.conftest import Repo

_HOUSE_RULES = """
import os, sys, time
from guards.verdict import Finding, Severity

print("noise on standard output")

class House:
    SEVERITY = "reject"

    def check(self, change, policy, evidence):
        for file in change.files:
            yield Finding(guard="size", severity=Severity.REJECT, message=f"not {file.path}",
                          remedy="ask", file=file.path, line=1)

class Broken:
    def check(self, change, policy, evidence):
        yield Finding(guard="x", severity=Severity.WARN, message="seen before", remedy="-")
        raise RuntimeError("secret")

class Hanging:
    def check(self, change, policy, evidence):
        time.sleep(60)
        yield

class Leaving:
    def check(self, change, policy, evidence):
        os._exit(0)
        yield

class Lying:
    def check(self, change, policy, evidence):
        os.write(3, b"{}")
        sys.stdout.write('{"findings": [], "not_run": [], "incomplete": false}')
        sys.exit(0)
        yield

class Needy:
    NEEDS = ("coverage",)

    def check(self, change, policy, evidence):
        raise RuntimeError
"""
_NAMES = ("House", "Broken", "Hanging", "Leaving", "Lying", "Needy")


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An interpreter of an environment in which a package with guards is installed."""
    root = tmp_path_factory.mktemp("environment")
    venv.create(root, symlinks=True, with_pip=False)
    (packages,) = root.glob("lib/python*/site-packages")
    ours = [str(Path(guards.__file__).parents[1]), sysconfig.get_path("purelib")]
    (packages / "ours.pth").write_text("\n".join(ours))
    (packages / "house_rules.py").write_text(_HOUSE_RULES)
    about = packages / "house_rules-1.2.3.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: house-rules\nVersion: 1.2.3\n")
    points = "".join(f"{name.lower()} = house_rules:{name}\n" for name in _NAMES)
    points += "absent = nowhere_at_all:Guard\n"
    (about / "entry_points.txt").write_text(f"[selfheal.guards]\n{points}")
    return str(root / "bin" / "python")


@pytest.fixture
def changed(repo: Repo) -> Repo:
    repo.commit({"a.py": "x = 1\n"})
    return repo


def verdict_of(python: str, repo: Repo, policy: str) -> dict[str, Any]:
    repo.commit({".selfheal.toml": f"[guards]\n{policy}\n"})
    repo.commit({"a.py": "x = 2\n"})
    done = subprocess.run(
        [python, "-P", "-I", "-m", "guards", "--repo", str(repo.path), "--base=HEAD^", "--json"],
        cwd="/",
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.stderr == ""
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_a_named_plugin_adds_findings_under_its_own_name(python: str, changed: Repo) -> None:
    verdict = verdict_of(python, changed, 'plugins = ["house"]')

    assert verdict["outcome"] == "reject"
    (finding,) = verdict["findings"]
    assert (finding["guard"], finding["message"]) == ("house", "not a.py")
    assert verdict["plugins"] == [{"name": "house", "version": "1.2.3"}]


def test_a_plugin_that_is_installed_but_not_named_is_not_run(python: str, changed: Repo) -> None:
    verdict = verdict_of(python, changed, "max_changed_lines = 5")

    assert (verdict["outcome"], verdict["plugins"]) == ("pass", [])


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("broken", "failed with RuntimeError"),
        ("leaving", "ended without a verdict"),
        ("lying", "ended without a verdict"),
        ("absent", "could not be loaded: ModuleNotFoundError"),
        ("not_installed", "no installed packages have a guard of this name"),
    ],
)
def test_a_plugin_that_does_not_judge_needs_a_human(
    python: str, changed: Repo, name: str, why: str
) -> None:
    verdict = verdict_of(python, changed, f'plugins = ["{name}"]')

    assert verdict["outcome"] == "needs_human"
    assert {"guard": name, "why": why} in verdict["not_run"]


def test_what_a_plugin_needs_may_be_missing(python: str, changed: Repo) -> None:
    verdict = verdict_of(python, changed, 'plugins = ["needy"]')

    why = "no coverage data before and after the change"
    assert verdict["outcome"] == "pass"
    assert {"guard": "needy", "why": why} in verdict["not_run"]


def test_a_plugin_that_hangs_is_stopped(python: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", python)

    (said,) = run_plugins(Change(), Policy(plugins=("hanging",)), Evidence(), timeout_s=1.5)

    assert (said.plugin.version, said.failed) == ("1.2.3", True)
    assert said.not_run == "took longer than 1.5 s"


def test_where_no_plugins_are_run_one_that_is_named_needs_a_human() -> None:
    verdict = judge(Change(), Policy(plugins=("house",)), Evidence())

    assert verdict.outcome is Severity.NEEDS_HUMAN
    assert verdict.not_run[-1].why == "third-party guards are not run here"
