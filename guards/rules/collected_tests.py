"""A test that is collected before and not after was deselected, whatever the diff looks like.

Configuration, hooks, import errors and names can all take a test away without touching it; the
list of what the runner collects shows the effect of every one of them.
"""

from collections.abc import Iterator

from guards.change import Change
from guards.evidence import Evidence, Need
from guards.policy import Policy
from guards.product_losses import removed_subjects
from guards.test_inventory import Failing, Fate, Lost, lost_tests
from guards.test_matching import match_tests
from guards.verdict import Finding, Severity

NAME = "collected_tests"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS = frozenset({Need.TESTS})


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find collected ids that vanished and were neither moved, renamed nor given new parameters."""
    before, after = evidence.before.tests or frozenset(), evidence.after.tests or frozenset()
    if before and not after:
        yield Finding(
            guard=NAME,
            severity=Severity.REJECT,
            message=f"no test is collected any more; there were {len(before)}",
            remedy="let the test runner collect the tests again",
        )
        return
    explained, failing = _takes_code_away(change), Failing(evidence)
    without = _without_subject(change)
    reported: set[tuple[object, Severity]] = set()
    for lost in lost_tests(change, before, after):
        severity = _severity(lost, explained=explained, failing=lost.test in failing)
        if severity is Severity.REJECT and lost.test.name in without:
            severity = SEVERITY  # a person must say whether the feature may go
        key = (lost.test.function, severity)
        if severity is not Severity.PASS and key not in reported:
            reported.add(key)
            yield _finding(change, lost, severity)


def _severity(lost: Lost, *, explained: bool, failing: bool) -> Severity:
    """How much it weighs that an id is gone.

    A deletion that the diff shows is for the rules that read tests, as they know what for; that
    nothing but tests was taken away explains none.
    """
    if failing:
        seen = lost.fate in {Fate.RESEMBLED, Fate.REPLACED}
        return Severity.NEEDS_HUMAN if seen else Severity.REJECT
    gone = lost.fate in {Fate.GONE, Fate.DELETED}
    shown = lost.fate is Fate.DELETED and explained and not lost.has
    return SEVERITY if gone and not shown else Severity.PASS


def _without_subject(change: Change) -> frozenset[str]:
    """Names of tests that the change deletes with what they look at."""
    if not change.from_trees:
        return frozenset()
    lost = (each for each in match_tests(change).lost if removed_subjects(change, each).names)
    return frozenset(
        name
        for each in lost
        for name in (each.case.name, each.case.simple_name, each.case.name.replace(" > ", " "))
    )


def _takes_code_away(change: Change) -> bool:
    """Whether the product lost code, so that its tests may have gone with it."""
    return any(file.removed and not file.is_test for file in change.files)


def _finding(change: Change, lost: Lost, severity: Severity) -> Finding:
    test = lost.test
    name = "::".join([*test.scope, test.name])
    before = " failed before and" if severity is Severity.REJECT else ""
    if lost.has:
        where = f"{test.file}::{name}" if test.file else name
        message = f"{where} runs with {lost.has} sets of parameters instead of {lost.had}"
        if severity is Severity.REJECT or lost.fate is Fate.REPLACED:
            message = f"{where}{test.parameters} failed before and is no longer collected"
        remedy = "put the rows back that were taken out of its table"
    else:
        message = f"{name}{before} is no longer collected"
        remedy = "let the test runner collect it again, and make it pass"
    return Finding(
        guard=NAME,
        severity=severity,
        message=message[:600],
        remedy=remedy,
        file=test.file or _file(change, test.scope),
    )


def _file(change: Change, scope: tuple[str, ...]) -> str | None:
    """A touched file that bears the name of the class around a test."""
    names = {part.rpartition(".")[2] for part in scope}
    found = [file.path for file in change.files if _stem(file.path) in names]
    return found[0] if len(found) == 1 else None


def _stem(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]
