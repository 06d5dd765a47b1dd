"""A test that was deleted, renamed away or shadowed cannot fail any more.

People delete tests when the feature goes; deleting one because it fails is rare among them and
the first thing a pressed fixer does. Moved, renamed and merged tests are looked for first.
"""

import re
from collections.abc import Iterator

from guards.change import Change, FileChange, Status
from guards.diff_tests import removed_tests
from guards.evidence import Evidence, Need
from guards.lines import LineMap
from guards.policy import Policy
from guards.python_source import definitions
from guards.python_tests import is_test_file
from guards.test_matching import Located, match_tests
from guards.verdict import Finding, Severity

NAME = "deleted_tests"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset()

RESTORE = "restore it and make it pass; if the behaviour is gone, a person must say so"
_OTHER_TESTS = re.compile(
    r"(?:^|/)(?:__tests__|spec)/|\.(?:test|spec)\.[cm]?[jt]sx?$|_test\.(?:go|rb|exs?|dart)$"
    r"|_spec\.rb$|Tests?\.(?:java|kt|cs|php|swift)$"
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find tests of the old tree that the new one does not have, whatever they are called now."""
    for file in change.files:
        if file.status is Status.DELETED and _is_other_test(file.path):
            yield _finding(f"the test file {file.path} was deleted", RESTORE, file)
    if change.from_trees:
        yield from _by_syntax(change)
    else:
        for file, line, name in removed_tests(change):
            yield _finding(f"{name} was removed and exists nowhere else", RESTORE, file, line)


def _by_syntax(change: Change) -> Iterator[Finding]:
    matching = match_tests(change)
    gone = _removed_definitions(change)
    for lost in matching.lost:
        yield _lost(lost, gone)
    for located in matching.shadowed:
        message = f"{located.test.name} is defined twice, so that only the last one runs"
        yield _finding(message, "give both tests names of their own", located.file)
    for file, was_readable in matching.unreadable:
        severity = Severity.REJECT if was_readable else Severity.NEEDS_HUMAN
        message = f"{file.path} cannot be read as Python, so its tests could not be judged"
        yield _finding(message, "make it valid Python", file, severity=severity)


def _lost(lost: Located, gone: frozenset[str]) -> Finding:
    file, name = lost.file, lost.test.name
    place = LineMap(file).near(lost.test.line) if file.after else None
    subjects = sorted(lost.test.names & gone)
    if subjects:
        message = f"{name} was removed together with {', '.join(subjects[:3])}"
        remedy = "keep the feature and its test, or let a person confirm that both may go"
        return _finding(message, remedy, file, place, severity=Severity.NEEDS_HUMAN)
    if file.status is Status.RENAMED and not is_test_file(file.path):
        message = f"{name} moved to {file.path}, where no test runner collects it"
        return _finding(message, "give the file back a name that is collected", file, place)
    return _finding(f"{name} was removed and exists nowhere else", RESTORE, file, place)


def _removed_definitions(change: Change) -> frozenset[str]:
    """Functions and classes of the product that the change takes away."""
    before: set[str] = set()
    after: set[str] = set()
    for file in change.files:
        if file.path.endswith(".py") and not file.is_test:
            before |= definitions(file.before)
            after |= definitions(file.after)
    return frozenset(before - after)


def _is_other_test(path: str) -> bool:
    """Whether a path is a test of another language than Python, whose content is not read."""
    return _OTHER_TESTS.search(path) is not None


def _finding(
    message: str,
    remedy: str,
    file: FileChange,
    line: int | None = None,
    severity: Severity = SEVERITY,
) -> Finding:
    return Finding(
        guard=NAME, severity=severity, message=message, remedy=remedy, file=file.path, line=line
    )
