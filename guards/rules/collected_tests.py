"""A test that is collected before and not after was deselected, whatever the diff looks like.

Configuration, hooks, import errors and names can all take a test away without touching it; the
list of what the runner collects shows the effect of every one of them.
"""

from collections import Counter
from collections.abc import Iterator

from guards.change import Change
from guards.evidence import Evidence, Need
from guards.policy import Policy
from guards.test_matching import match_tests
from guards.verdict import Finding, Severity

NAME = "collected_tests"
SEVERITY = Severity.REJECT
NEEDS = frozenset({Need.TESTS})


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find collected ids that vanished and were neither moved, renamed nor given new parameters."""
    before, after = evidence.before.tests or frozenset(), evidence.after.tests or frozenset()
    gained = Counter(_without_parameters(test) for test in after - before)
    moved = Counter(_without_path(test) for test in after - before)
    matching = match_tests(change)
    renames = {
        _id(old.file.old_path or "", old.test.name): _id(new.file.path, new.test.name)
        for old, new in matching.pairs
    }
    # Their deletion stands in the diff: `deleted_tests` says so, and knows why they went.
    deleted = {_id(lost.file.old_path or "", lost.test.name) for lost in matching.lost}
    had, has = (Counter(map(_without_parameters, side)) for side in (before, after))
    reported: set[str] = set()
    for test in sorted(before - after):
        function = _without_parameters(test)
        if moved[_without_path(test)] > 0:
            moved[_without_path(test)] -= 1
        elif gained[target := renames.get(function, function)] > 0:
            gained[target] -= 1
        elif function not in reported | deleted:
            reported.add(function)
            yield _finding(test, function, had[function], has[function])


def _finding(test: str, function: str, had: int, has: int) -> Finding:
    path, separator, name = function.partition("::")
    if has:
        message = f"{function} runs with {has} sets of parameters instead of {had}"
        remedy = "put the rows back that were taken out of its table"
        severity = Severity.NEEDS_HUMAN
    else:
        message = f"{name or test} is no longer collected"
        remedy = "let the test runner collect it again, and make it pass"
        severity = SEVERITY
    return Finding(
        guard=NAME,
        severity=severity,
        message=message,
        remedy=remedy,
        file=path if separator else None,
    )


def _id(path: str, name: str) -> str:
    return "::".join([path, *name.split(".")])


def _without_parameters(test: str) -> str:
    """`tests/test_a.py::test_x` of `tests/test_a.py::test_x[1-a]`."""
    return test.partition("[")[0]


def _without_path(test: str) -> str:
    """Classes, function and parameters; the whole id when it has no path."""
    return test.partition("::")[2] or test
