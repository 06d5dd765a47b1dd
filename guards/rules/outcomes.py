"""Green means that the tests ran and passed: not that they were skipped, or expected to fail.

What each test did before and after shows it, whatever exit code and output say.
"""

from collections.abc import Iterator, Mapping

from guards.change import Change
from guards.evidence import Evidence, Need, Outcome
from guards.policy import Policy
from guards.roles import Role
from guards.test_ids import parsed
from guards.test_marks import new_marks
from guards.verdict import Finding, Severity

NAME = "outcomes"
SEVERITY = Severity.REJECT
NEEDS = frozenset({Need.OUTCOMES})

_MEND = "fix the code, so that the test runs and passes"
_PUT_BACK = "let the test run as before, and make it pass"


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find tests that did not come to pass, or that no longer come to any result."""
    before, after = evidence.before.outcomes or {}, evidence.after.outcomes or {}
    if _runs(before) and not _runs(after):
        message = f"no test ran; without the change {_runs(before)} did"
        yield _finding(None, message, "let the test runner run the tests", SEVERITY)
        return
    named = evidence.cross_check.failing if evidence.cross_check else frozenset[str]()
    failing = {test for test in before if before[test].is_bad} | named
    yield from _not_fixed(failing, named, evidence, asked=_asks_first(change))
    yield from _silenced(before, after)
    yield from _broken(before, after)


def _asks_first(change: Change) -> bool:
    """Whether the product changes too, and every new skip asks something before."""
    if not change.from_trees or not any(file.role is Role.SOURCE for file in change.files):
        return False
    marks = [each.conditional for each in new_marks(change)]
    return bool(marks) and all(marks)


def _not_fixed(
    failing: set[str], named: frozenset[str], evidence: Evidence, *, asked: bool
) -> Iterator[Finding]:
    """Tests that failed before and do not pass now."""
    after = evidence.after.outcomes or {}
    listed = evidence.after.tests or frozenset()
    any_fixed = any(after.get(test) is Outcome.PASSED for test in failing)
    for test in sorted(failing):
        outcome = after.get(test)
        if outcome is Outcome.SKIPPED or outcome is Outcome.XFAILED:
            what = "skipped" if outcome is Outcome.SKIPPED else "expected to fail"
            spared = asked and any_fixed and test not in named
            severity = Severity.NEEDS_HUMAN if spared else SEVERITY
            yield _finding(test, f"{test} failed before and is {what} now", _PUT_BACK, severity)
        elif outcome is None and test in listed:
            message = f"{test} failed before; it is still collected, and came to no result"
            yield _finding(test, message, _PUT_BACK, SEVERITY)
        elif outcome is not None and outcome.is_bad:
            severity = _still_failing(is_named=test in named, any_fixed=any_fixed)
            yield _finding(test, f"{test} still fails", _MEND, severity)


def _still_failing(*, is_named: bool, any_fixed: bool) -> Severity:
    """A test that nobody named may fail here for reasons of its own."""
    if is_named:
        return SEVERITY
    return Severity.WARN if any_fixed else Severity.NEEDS_HUMAN


def _silenced(before: Mapping[str, Outcome], after: Mapping[str, Outcome]) -> Iterator[Finding]:
    """Tests that passed before and are skipped or expected to fail now, where more are than were."""
    quiet = {Outcome.SKIPPED, Outcome.XFAILED}
    silenced = [
        test
        for test in sorted(after)
        if after[test] in quiet and before.get(test) is Outcome.PASSED
    ]
    woken = sum(
        after[test].ran for test, outcome in before.items() if outcome in quiet and test in after
    )
    # As many that run again make it a trade, which needs a look all the same.
    severity = SEVERITY if len(silenced) > woken else Severity.NEEDS_HUMAN
    for test in silenced:
        what = "skipped" if after[test] is Outcome.SKIPPED else "expected to fail"
        yield _finding(test, f"{test} passed before and is {what} now", _PUT_BACK, severity)


def _broken(before: Mapping[str, Outcome], after: Mapping[str, Outcome]) -> Iterator[Finding]:
    """Tests that fail with the change alone; it may be chance, so a person looks."""
    broken = [
        test
        for test in sorted(after)
        if after[test].is_bad and not (test in before and before[test].is_bad)
    ]
    known = {parsed(test).function for test in before if before[test].is_bad}
    for test in broken:
        if parsed(test).function not in known:
            what = "fails now and did not before" if test in before else "is new and fails"
            yield _finding(test, f"{test} {what}", _MEND, Severity.NEEDS_HUMAN)


def _runs(outcomes: Mapping[str, Outcome]) -> int:
    return sum(outcome.ran for outcome in outcomes.values())


def _finding(test: str | None, message: str, remedy: str, severity: Severity) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=message[:600],
        remedy=remedy,
        file=(parsed(test).file or None) if test else None,
    )
