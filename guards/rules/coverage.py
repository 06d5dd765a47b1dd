"""Tests that reach less of the code than before prove less, however green they are.

Lines are compared, not percentages: what ran before, is unchanged and runs no longer is a loss
that no other number explains. Coverage may accuse, it never acquits: it was measured in a
process that ran the code under suspicion.
"""

from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase

from guards.change import Change, FileChange, Status
from guards.evidence import Evidence, FileCoverage, Need
from guards.lines import LineMap
from guards.policy import Policy
from guards.verdict import Finding, Severity

NAME = "coverage"
SEVERITY = Severity.REJECT
NEEDS = frozenset({Need.COVERAGE})

_MOST_SHOWN = 10
_NOTHING = FileCoverage(executed=frozenset(), missing=frozenset())


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find lines that lost their coverage, and new ones that no test reaches."""
    before, after = evidence.before.coverage or {}, evidence.after.coverage or {}
    touched = {file.old_path: file for file in change.files if file.old_path}
    for path, old in sorted(before.items()):
        file = touched.get(path) or FileChange(path=path, old_path=path, status=Status.MODIFIED)
        if file.status is not Status.DELETED and not file.is_test:
            yield from _lost(file, old, after.get(file.path), policy)
    for file in change.files:
        if not file.is_test and file.added:
            old = before.get(file.old_path or "", _NOTHING)
            yield from _uncovered(file, old, after.get(file.path), policy)
    yield from _never_measured(change, after)


def _lost(
    file: FileChange, old: FileCoverage, new: FileCoverage | None, policy: Policy
) -> Iterator[Finding]:
    """Unchanged lines that ran before and do not any more."""
    if new is None:
        if old.executed:
            yield _finding(file, f"{file.path} is no longer measured", ())
        return
    lines = LineMap(file)
    stayed = [line for number in sorted(old.executed) if (line := lines.new(number)) is not None]
    missing = [line for line in stayed if line in new.missing]
    if _share(missing, old.executed | old.missing) > policy.coverage_drop:
        message = (
            f"{_count(missing)} that tests reached before and that did not change: not reached now"
        )
        yield _finding(file, message, missing)
    hidden = [line for line in stayed if line in new.excluded]
    if hidden:
        message = f"{_count(hidden)} that tests reached before: now left out of the measurement"
        yield _finding(file, message, hidden)


def _uncovered(
    file: FileChange, old: FileCoverage, new: FileCoverage | None, policy: Policy
) -> Iterator[Finding]:
    """Added lines that no test reaches, beyond the unreached lines that they replace."""
    if new is None:
        return
    missing = [line.number for line in file.added if line.number in new.missing]
    replaced = sum(line.number in old.missing for line in file.removed)
    if (
        len(missing) > replaced
        and _share(missing, new.executed | new.missing) > policy.coverage_drop
    ):
        yield _finding(file, f"{_count(missing)} new or changed: no test reaches them", missing)


def _never_measured(change: Change, after: Collection[str]) -> Iterator[Finding]:
    """New Python files that no measurement saw, next to files that it did see."""
    folders = {path.partition("/")[0] for path in after if "/" in path}
    for file in change.files:
        new = file.status is Status.ADDED and fnmatchcase(file.path, "*/*.py") and file.added
        unseen = not file.is_test and file.path not in after
        if new and unseen and file.path.partition("/")[0] in folders:
            message = f"no test loads the new file {file.path}"
            yield _finding(file, message, (), severity=Severity.NEEDS_HUMAN)


def _share(lines: Collection[int], of: Collection[int]) -> float:
    """Percent, of all measured lines of the file."""
    return 100.0 * len(lines) / max(len(of), 1)


def _count(lines: Collection[int]) -> str:
    return f"{len(lines)} line" + "s" * (len(lines) != 1)


def _finding(
    file: FileChange, message: str, lines: Collection[int], severity: Severity = SEVERITY
) -> Finding:
    numbers = sorted(lines)
    shown = ", ".join(map(str, numbers[:_MOST_SHOWN])) + ("…" if len(numbers) > _MOST_SHOWN else "")
    return Finding(
        guard=NAME,
        severity=severity,
        message=f"{message} ({shown})" if numbers else message,
        remedy="cover these lines with tests that check what they do; take no test away",
        file=file.path,
        line=numbers[0] if numbers else None,
    )
