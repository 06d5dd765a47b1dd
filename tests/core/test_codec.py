"""What was stored is read back: by the version that wrote it, and by later ones."""

import json
from datetime import date
from typing import Any

import pytest

from bot.core import codec
from bot.core.patch import Attempt
from guards.evidence import CrossCheck, Evidence, FileCoverage, Mutant, Outcome, Run, Snapshot
from guards.verdict import (
    Excerpt,
    Exempted,
    Finding,
    Lowered,
    NotRun,
    Plugin,
    Salvage,
    Severity,
    Verdict,
)
from tests.core.cases import FINDING, attempt

TEST = "tests/test_add.py::test_add"
RED = Run(exit_code=1, reported=True, outcomes={TEST: Outcome.FAILED})
GREEN = Run(exit_code=0, reported=True, outcomes={TEST: Outcome.PASSED})
EVIDENCE = Evidence(
    failing=frozenset({"tests/test_add.py"}),
    before=Snapshot(
        tests=frozenset({TEST}),
        coverage={
            "add.py": FileCoverage(
                executed=frozenset({1}), missing=frozenset({2}), excluded=frozenset({3})
            )
        },
        outcomes={TEST: Outcome.FAILED},
    ),
    after=Snapshot(),
    cross_check=CrossCheck(
        failing=frozenset({TEST}),
        base=(RED, RED),
        fix=(GREEN,),
        restored=GREEN,
        ablated=RED,
        mutants=(Mutant(path="add.py", line=2, what="made false", caught=True),),
    ),
)
PLACE = Excerpt(file="add.py", line=1, lines=("a", "b"))
VERDICT = Verdict(
    findings=(
        Finding(
            guard="size",
            severity=Severity.WARN,
            message="large",
            remedy="less",
            file="add.py",
            line=1,
            before=PLACE,
            after=PLACE,
            fingerprint="f" * 64,
        ),
    ),
    not_run=(NotRun(guard="mutants", why="no coverage"),),
    incomplete=True,
    salvage=(Salvage(file="add.py", first=1, last=2), Salvage(file="sub.py")),
    exempted=(Exempted(finding=FINDING, owner="@ada", reason="so", until=date(2030, 1, 2)),),
    lowered=(Lowered(setting="coverage_drop", value="5", standard="0"),),
    plugins=(Plugin(name="acme", version="1.0"),),
    warnings=("an exemption ended",),
)
# As the first version wrote them.
OLD_EVIDENCE: dict[str, Any] = {
    "failing": ["tests/test_add.py"],
    "before": {
        "tests": [TEST],
        "coverage": {"add.py": {"executed": [1], "missing": [2]}},
    },
    "after": {"tests": None, "coverage": None},
}
OLD_VERDICT: dict[str, Any] = {
    "findings": [
        {
            "guard": "deleted_tests",
            "severity": "reject",
            "message": "test_add was removed and exists nowhere else",
            "remedy": "restore it",
            "file": "tests/test_add.py",
            "line": 4,
        }
    ],
    "not_run": [{"guard": "coverage", "why": "no coverage data"}],
    "incomplete": False,
}


@pytest.mark.parametrize(
    "value", [EVIDENCE, VERDICT, EVIDENCE.cross_check, attempt(verdict=VERDICT)]
)
def test_all_that_is_known_comes_back_as_it_was(value: object) -> None:
    assert codec.loads(type(value), codec.dumps(value)) == value


def test_evidence_of_the_first_version_is_read() -> None:
    assert codec.loads(Evidence, json.dumps(OLD_EVIDENCE)) == Evidence(
        failing=frozenset({"tests/test_add.py"}),
        before=Snapshot(
            tests=frozenset({TEST}),
            coverage={"add.py": FileCoverage(executed=frozenset({1}), missing=frozenset({2}))},
        ),
    )


def test_a_verdict_of_the_first_version_is_read() -> None:
    old = Verdict(findings=(FINDING,), not_run=(NotRun(guard="coverage", why="no coverage data"),))
    assert codec.loads(Verdict, json.dumps(OLD_VERDICT)) == old
    stored = codec.to_plain(attempt()) | {"verdict": OLD_VERDICT}
    assert codec.loads(Attempt, json.dumps(stored)) == attempt(verdict=old)


@pytest.mark.parametrize("kind", [Evidence, Verdict])
def test_what_a_later_version_adds_does_not_stop_an_older_one(kind: type[object]) -> None:
    assert codec.loads(kind, '{"of_a_later_version": [1]}') == kind()
