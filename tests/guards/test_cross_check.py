"""What the runs of both halves of a change mean."""

from dataclasses import replace

import pytest

from guards import judge
from guards.change import Change, FileChange, Line, Status
from guards.cross_check import decide
from guards.evidence import CrossCheck, Evidence, Outcome, Run
from guards.policy import Policy
from guards.verdict import Salvage, Severity

_TEST, _OTHER = "tests/test_a.py::test_one", "tests/test_a.py::test_two"
_P, _F, _E, _S = Outcome.PASSED, Outcome.FAILED, Outcome.ERROR, Outcome.SKIPPED
_REAL = CrossCheck(
    failing=frozenset({_TEST}),
    base=(Run(exit_code=1, reported=True, outcomes={_TEST: _F, _OTHER: _P}),) * 2,
    fix=(Run(exit_code=0, reported=True, outcomes={_TEST: _P, _OTHER: _P}),) * 3,
    restored=Run(exit_code=0, reported=True, outcomes={_TEST: _P, _OTHER: _P}),
    ablated=Run(exit_code=1, reported=True, outcomes={_TEST: _F}),
)


def _run(first: Outcome | None, second: Outcome = _P, exit_code: int | None = None) -> Run:
    outcomes = {_OTHER: second} if first is None else {_TEST: first, _OTHER: second}
    bad = any(outcome.is_bad for outcome in outcomes.values())
    return Run(
        exit_code=int(bad) if exit_code is None else exit_code, reported=True, outcomes=outcomes
    )


def _outcome(check: CrossCheck, *, source: bool = True, tests: bool = True) -> Severity:
    found = [item.severity for item in decide(check, source_changed=source, tests_changed=tests)]
    return max(found, key=lambda severity: severity.rank, default=Severity.PASS)


@pytest.mark.parametrize(
    ("restored", "ablated", "outcome"),
    [
        (_run(_P), _run(_F), Severity.PASS),
        (_run(_P), None, Severity.PASS),
        (_run(_P), _run(_P), Severity.REJECT),
        (_run(_P), _run(_S), Severity.REJECT),
        (_run(_P), Run(exit_code=5, reported=True), Severity.REJECT),
        (_run(_F), _run(_P), Severity.REJECT),
        (_run(_S), _run(_P), Severity.REJECT),
        (_run(_F), _run(_F), Severity.NEEDS_HUMAN),
        (_run(_E), _run(_F), Severity.NEEDS_HUMAN),
        (_run(_F), None, Severity.NEEDS_HUMAN),
        (_run(_P, _F), _run(_F), Severity.NEEDS_HUMAN),
        (_run(_P, _E), _run(_F), Severity.NEEDS_HUMAN),
        (Run(exit_code=0, reported=False), _run(_F), Severity.REJECT),
        (Run(exit_code=1, reported=False), _run(_F), Severity.NEEDS_HUMAN),
        (None, _run(_F), Severity.NEEDS_HUMAN),
    ],
)
def test_the_table(restored: Run | None, ablated: Run | None, outcome: Severity) -> None:
    assert _outcome(replace(_REAL, restored=restored, ablated=ablated)) is outcome


@pytest.mark.parametrize(
    ("fix", "outcome"),
    [
        (_run(_F), Severity.REJECT),
        (_run(_S), Severity.REJECT),
        (_run(Outcome.XFAILED), Severity.REJECT),
        (_run(_F, exit_code=0), Severity.REJECT),
        (Run(exit_code=0, reported=False), Severity.REJECT),
        (Run(exit_code=0, reported=True), Severity.REJECT),
        (Run(exit_code=1, reported=False), Severity.NEEDS_HUMAN),
        (_run(_P, _F), Severity.NEEDS_HUMAN),
        (_run(None), Severity.PASS),  # renamed: the original passes, and the new tests see the bug
    ],
)
def test_green_is_more_than_an_exit_code(fix: Run, outcome: Severity) -> None:
    assert _outcome(replace(_REAL, fix=(fix,))) is outcome


def test_a_test_that_passes_only_sometimes_proves_nothing() -> None:
    assert _outcome(replace(_REAL, fix=(_run(_P), _run(_F)))) is Severity.NEEDS_HUMAN
    assert _outcome(replace(_REAL, base=(_run(_F), _run(_P)))) is Severity.NEEDS_HUMAN


def test_a_fix_without_edits_of_tests_needs_no_second_half() -> None:
    check = replace(_REAL, restored=None, ablated=None)

    assert _outcome(check, tests=False) is Severity.PASS


def test_what_else_failed_before_is_held_against_nobody() -> None:
    check = replace(
        _REAL,
        base=(_run(_F, _F),),
        fix=(_run(_P, _F),),
        restored=_run(_P, _F),
        ablated=_run(_F, _F),
    )

    assert _outcome(check) is Severity.PASS


def test_a_tree_that_could_not_be_built_before_is_no_fault_of_the_fix() -> None:
    base = Run(exit_code=2, reported=False)
    check = CrossCheck(failing=frozenset(), base=(base,), fix=(_run(_P),), restored=_run(_P))

    assert _outcome(check) is Severity.PASS


def test_the_edits_of_tests_are_named_when_the_rest_would_do() -> None:
    source = FileChange(
        path="shop/a.py",
        old_path="shop/a.py",
        status=Status.MODIFIED,
        before=b"x = 1\n",
        after=b"x = 2\n",
    )
    test = FileChange(
        path="tests/test_a.py",
        old_path="tests/test_a.py",
        status=Status.MODIFIED,
        before=b"a\nb\nc\nd\ne\n",
        after=b"a\nB\nc\ne\nf\n",
        removed=(Line(number=2, text="b"), Line(number=4, text="d")),
        added=(Line(number=2, text="B"), Line(number=5, text="f")),
    )
    new = FileChange(path="tests/data/x.json", status=Status.ADDED, after=b"{}\n")
    check = replace(_REAL, ablated=_run(_P))

    verdict = judge(Change(files=(source, new, test)), Policy(), Evidence(cross_check=check))

    assert verdict.outcome is Severity.REJECT
    assert verdict.salvage == (
        Salvage(file="tests/data/x.json"),
        Salvage(file="tests/test_a.py", first=2, last=3),
        Salvage(file="tests/test_a.py", first=5, last=5),
    )
    assert verdict.to_json()["salvage"][1] == {"file": "tests/test_a.py", "lines": [2, 3]}
    assert judge(Change(files=(source, test)), Policy(), Evidence(cross_check=_REAL)).salvage == ()
