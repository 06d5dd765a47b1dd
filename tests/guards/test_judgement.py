"""A verdict is complete or says that it is not."""

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

from guards import judge
from guards.change import Change, FileChange, Line, Status
from guards.evidence import Evidence, Need, Snapshot
from guards.judgement import MAX_FINDINGS
from guards.policy import Policy
from guards.rules import ALL, Guard
from guards.verdict import Finding, NotRun, Severity

_CHANGE = Change(files=(FileChange(path="a.py", status=Status.ADDED),))


def _guard(
    findings: int = 0, error: Exception | None = None, needs: frozenset[Need] = frozenset()
) -> Guard:
    def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
        for number in range(findings):
            severity = Severity.REJECT if number == findings - 1 else Severity.WARN
            yield Finding(guard="given", severity=severity, message=str(number), remedy="-")
        if error is not None:
            raise error

    return cast(
        "Guard", SimpleNamespace(NAME="given", SEVERITY=Severity.WARN, NEEDS=needs, check=check)
    )


def test_a_guard_that_raises_makes_the_verdict_incomplete_and_keeps_what_it_found() -> None:
    broken = _guard(findings=1, error=RuntimeError("secret content of a file"))

    verdict = judge(_CHANGE, Policy(), Evidence(), [broken, *ALL])

    assert verdict.incomplete
    assert verdict.findings[0].message == "0"
    assert NotRun(guard="given", why="failed with RuntimeError") in verdict.not_run


def test_an_incomplete_verdict_without_findings_needs_a_human() -> None:
    verdict = judge(_CHANGE, Policy(), Evidence(), [_guard(error=RecursionError())])

    assert (verdict.outcome, verdict.passed) == (Severity.NEEDS_HUMAN, False)


def test_evidence_that_is_not_there_is_listed_and_harmless() -> None:
    guard = _guard(findings=1, needs=frozenset({Need.TESTS}))
    evidence = Evidence(before=Snapshot(tests=frozenset()))

    verdict = judge(_CHANGE, Policy(), evidence, [guard])

    assert verdict.not_run == (
        NotRun(guard="given", why="no list of collected tests after the change"),
    )
    assert verdict.passed


def test_evidence_that_the_policy_requires_is_not_optional() -> None:
    verdict = judge(_CHANGE, Policy(require=frozenset({"tests"})), Evidence(), [])

    assert verdict.outcome is Severity.NEEDS_HUMAN


def test_a_guard_that_is_switched_off_is_listed() -> None:
    verdict = judge(
        _CHANGE, Policy(disabled=frozenset({"given"})), Evidence(), [_guard(findings=1)]
    )

    assert verdict.not_run == (NotRun(guard="given", why="switched off by the policy"),)
    assert verdict.findings == ()


def test_many_findings_are_cut_without_losing_the_worst() -> None:
    verdict = judge(_CHANGE, Policy(), Evidence(), [_guard(findings=MAX_FINDINGS + 10)])

    assert len(verdict.findings) == MAX_FINDINGS + 1
    assert verdict.findings[0].message == "and 10 more of this kind"
    assert verdict.outcome is Severity.REJECT


def test_the_worst_finding_stands_first_and_places_ascend() -> None:
    numbers = (3, 20)
    silenced = FileChange(
        path="b.py",
        status=Status.MODIFIED,
        old_path="b.py",
        removed=tuple(Line(number=number, text="call(them)") for number in numbers),
        added=tuple(Line(number=number, text="call(them)  # noqa") for number in numbers),
    )
    files = (silenced, replace(silenced, path="a.py", old_path="a.py"))
    evidence = Evidence(failing=frozenset({"b.py"}))

    verdict = judge(Change(files=files, from_trees=False), Policy(), evidence)

    assert [(item.severity, item.file, item.line) for item in verdict.findings] == [
        ("reject", "b.py", 3),
        ("reject", "b.py", 20),
        ("needs_human", "a.py", 3),
        ("needs_human", "a.py", 20),
    ]


def test_names_of_guards_are_unique_and_their_remedies_say_something() -> None:
    names = [guard.NAME for guard in ALL]

    assert len(names) == len(set(names))
