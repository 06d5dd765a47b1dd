"""A test that asserts less, or nothing that can fail, passes without the code being right."""

from collections import Counter
from collections.abc import Iterator

from guards.change import Change, FileChange
from guards.diff_tests import assertion_lines, is_hollow_line
from guards.evidence import Evidence, Need
from guards.policy import Policy
from guards.python_tests import FoundTest, is_test_file
from guards.test_matching import Located, is_row_of, match_tests
from guards.verdict import Finding, Severity

NAME = "removed_assertions"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset()

_REMEDY = "put the assertions back and make the code satisfy them"


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find surviving tests that assert less than before, or only what is always true."""
    if not change.from_trees:
        for file in change.files:
            if is_test_file(file.path):
                yield from _by_lines(file)
        return
    for old, new in match_tests(change).pairs:
        yield from _weakened(old.test, new)


def _weakened(old: FoundTest, located: Located) -> Iterator[Finding]:
    new = located.test
    if not (old.body and new.body):
        return  # one side could not be read: `deleted_tests` says so
    if len(new.hollow) > len(old.hollow):
        yield _finding(located, f"{new.name} asserts what is always true: {new.hollow[-1][:200]}")
    if new.swallowed > old.swallowed:
        message = f"{new.name} catches its own failing assertion and goes on"
        yield _finding(located, message, "let a failing assertion fail the test")
    if old.checks and not new.checks:
        if not new.hollow:
            yield _finding(located, f"{new.name} no longer asserts anything")
    elif len(new.checks) < len(old.checks) and not is_row_of(old, new):
        gone = next(iter((Counter(old.checks) - Counter(new.checks)).elements()))
        message = (
            f"{new.name} asserts {len(new.checks)} things instead of {len(old.checks)};"
            f" gone: {gone[:200]}"
        )
        yield _finding(located, message, severity=Severity.NEEDS_HUMAN)


def _by_lines(file: FileChange) -> Iterator[Finding]:
    """The same from a diff alone: counted a file, because tests cannot be told apart."""
    added, removed = assertion_lines(file.added), assertion_lines(file.removed)
    for line in added:
        if is_hollow_line(line.text):
            message = f"an assertion is always true: {line.text.strip()[:200]}"
            yield Finding(
                guard=NAME,
                severity=SEVERITY,
                message=message,
                remedy=_REMEDY,
                file=file.path,
                line=line.number,
            )
    if len(added) < len(removed) and file.after is None and file.status != "D":
        severity = Severity.NEEDS_HUMAN if added else SEVERITY
        message = f"assertions removed: {len(removed)}, added: {len(added)}"
        yield Finding(
            guard=NAME, severity=severity, message=message, remedy=_REMEDY, file=file.path
        )


def _finding(
    located: Located, message: str, remedy: str = _REMEDY, severity: Severity = SEVERITY
) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=message,
        remedy=remedy,
        file=located.file.path,
        line=located.test.line,
    )
