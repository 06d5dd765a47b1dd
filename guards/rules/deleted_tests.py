"""A test that was deleted or shadowed cannot fail any more.

People delete tests when the feature goes; deleting one because it fails is rare among them and
the first thing a pressed fixer does. Moved, renamed and merged tests are looked for first.
"""

from collections import Counter
from collections.abc import Iterator

from guards.buried_tests import burials
from guards.change import Change, FileChange, Status
from guards.diff_tests import removed_tests
from guards.evidence import Evidence, Need, Outcome
from guards.languages import language_of
from guards.lines import LineMap
from guards.policy import Policy
from guards.product_losses import removed_subjects
from guards.reading import sides
from guards.roles import Role, is_code, role_of
from guards.test_ids import TestId, parsed
from guards.test_inventory import Failing
from guards.test_matching import Located, match_tests
from guards.verdict import Finding, Severity

NAME = "deleted_tests"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset()

RESTORE = "restore it and make it pass; if the behaviour is gone, a person must say so"
_MOST_TOLD = 50  # a file
_STRICT = frozenset({"python"})  # whose grammar knows every file that the language accepts


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find tests of the old tree that the new one does not have, whatever they are called now."""
    for file in change.files:
        if file.status is Status.DELETED and _is_other_test(change, file):
            yield _finding(f"the test file {file.path} was deleted", RESTORE, file)
    if change.from_trees:
        yield from _by_syntax(change, evidence)
    else:
        severity = Severity.NEEDS_HUMAN if _touches_product(change) else SEVERITY
        for file, line, name in removed_tests(change):
            message = f"{name} was removed and exists nowhere else"
            yield _finding(message, RESTORE, file, line, severity=severity)


def _by_syntax(change: Change, evidence: Evidence) -> Iterator[Finding]:
    matching, buried = match_tests(change), burials(change)
    failed = _Failed(evidence)
    told: Counter[str] = Counter()
    for lost in matching.lost:
        if not buried.explain(lost):
            told[lost.file.path] += 1
            if told[lost.file.path] <= _MOST_TOLD:
                yield _lost(change, lost, failed)
    for located in matching.shadowed:
        message = f"{located.case.name} is defined twice, so that only the last one runs"
        yield _finding(message, "give both tests names of their own", located.file)
    for file, was_readable in matching.unreadable:
        language = language_of(file.path) or ""
        if language not in _STRICT and not told[file.path] and sides(change, file).after:
            continue  # a grammar may not know what is new in its language
        sure = was_readable and language in _STRICT
        severity = Severity.REJECT if sure else Severity.NEEDS_HUMAN
        name = language.capitalize()
        message = f"{file.path} cannot be read as {name}, so its tests could not be judged"
        yield _finding(message, f"make it valid {name}", file, severity=severity)


def _lost(change: Change, lost: Located, failed: "_Failed") -> Finding:
    file, name = lost.file, lost.case.name
    place = LineMap(file).near(lost.case.line) if file.after else None
    subjects = removed_subjects(change, lost)
    failing = failed.names(lost)
    if subjects.names:
        message = f"{name} was removed together with {', '.join(sorted(subjects.names)[:3])}"
        remedy = "keep the feature and its test, or let a person confirm that both may go"
        is_feature = bool(subjects.whole) and file.status is Status.DELETED
        honest = not failing and (is_feature or failed.clears(lost))
        severity = Severity.WARN if honest else Severity.NEEDS_HUMAN
        return _finding(message, remedy, file, place, severity=severity)
    sure = failing or file.status is Status.DELETED or not _touches_product(change)
    severity = SEVERITY if sure else Severity.NEEDS_HUMAN
    message = f"{name} was removed and exists nowhere else"
    return _finding(message, RESTORE, file, place, severity=severity)


def _touches_product(change: Change) -> bool:
    """Whether the product changes too, so that a test may be gone for its sake."""
    return any(file.role is Role.SOURCE and (file.added or file.removed) for file in change.files)


class _Failed:
    """What is known about which tests failed before the change."""

    def __init__(self, evidence: Evidence) -> None:
        self._failing = Failing(evidence)
        self._passed = {
            parsed(test).name
            for test, outcome in (evidence.before.outcomes or {}).items()
            if outcome is Outcome.PASSED
        }

    def names(self, lost: Located) -> bool:
        """Whether a test is among those that failed."""
        return any(each in self._failing for each in _ids(lost))

    def clears(self, lost: Located) -> bool:
        """Whether a test is known to have passed."""
        return any(each.name in self._passed for each in _ids(lost))


def _ids(lost: Located) -> list[TestId]:
    """How runners may name a test: with and without its suites."""
    path, name = lost.file.old_path or lost.file.path, lost.case.name
    titles = {name, lost.case.simple_name, name.replace(" > ", " "), name.rpartition(" > ")[2]}
    return [TestId(file=path, scope=(), name=title) for title in sorted(titles)]


def _is_other_test(change: Change, file: FileChange) -> bool:
    """Whether a file holds tests of a language whose syntax is not known, and is nowhere else."""
    if role_of(file.path) is not Role.TEST or not is_code(file.path):
        return False
    if change.from_trees and language_of(file.path) is not None:
        return False  # its tests are looked for one by one
    name = file.path.rpartition("/")[2]
    added = (other.path for other in change.files if other.status is Status.ADDED)
    return not any(path.rpartition("/")[2] == name for path in added)


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
