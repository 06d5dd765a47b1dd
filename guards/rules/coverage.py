"""Tests that reach less of the code than before prove less, however green they are.

Lines are compared, not percentages: what ran before, is unchanged and runs no longer is a loss
that no other number explains. Coverage may accuse, it never acquits: it was measured in a
process that ran the code under suspicion.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from guards.change import Change, FileChange, Line, Status
from guards.covered_lines import by_path, is_defence, percent, touches_product, unmeant_lines
from guards.evidence import Evidence, FileCoverage, Need
from guards.lines import LineMap
from guards.policy import Policy
from guards.roles import Role
from guards.verdict import Finding, Severity

NAME = "coverage"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS = frozenset({Need.COVERAGE})

_MOST_SHOWN = 10
_NOTHING = FileCoverage(executed=frozenset(), missing=frozenset())
_NOT_IMPORTED = ("*/migrations/*", "*/versions/*", "*/__main__.py", "*/setup.py", "*/conf.py")


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find lines that lost their coverage, and new ones that no test reaches."""
    compared = list(_compared(change, evidence))
    # What tests alone lose, no change of the product explains.
    severity = SEVERITY if touches_product(change) else Severity.REJECT
    found: list[Finding] = []
    for each in compared:
        found += _unmeasured(each, severity)
        found += _lost(each, policy, severity)
        found += _unreached(each, policy)
        found += _hidden(each)
    measured = by_path(evidence.after.coverage or {}, (file.path for file in change.files))
    found += _never_measured(change, measured)
    yield from found
    if all(finding.severity is Severity.WARN for finding in found):
        yield from _total(compared, policy)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    """One file before and after.

    Attributes:
        stayed: numbers in the new file of lines that ran before and did not change.
        unreached: added lines that no test reaches, but for those that moved here.
        replaced: how many lines that no test reached went away.
        unmeant: lines that no test is meant to reach.
    """

    file: FileChange
    old: FileCoverage
    new: FileCoverage | None
    stayed: tuple[int, ...] = ()
    unreached: tuple[Line, ...] = ()
    replaced: int = 0
    unmeant: frozenset[int] = frozenset()

    @property
    def lost(self) -> list[int]:
        return [line for line in self.stayed if self.new and line in self.new.missing]

    @property
    def weighty(self) -> list[int]:
        """Unreached new lines that do more than refuse."""
        return [line.number for line in self.unreached if not is_defence(line.text)]


def _compared(change: Change, evidence: Evidence) -> Iterator[_Compared]:
    """All measured files but tests, in the order of their paths, then new ones."""
    old_paths = [file.old_path for file in change.files if file.old_path]
    before = by_path(evidence.before.coverage or {}, old_paths)
    after = by_path(evidence.after.coverage or {}, (file.path for file in change.files))
    touched = {file.old_path: file for file in change.files if file.old_path}
    files = [
        touched.get(path) or FileChange(path=path, old_path=path, status=Status.MODIFIED)
        for path in sorted(before)
    ]
    files += [file for file in change.files if (file.old_path or "") not in before]
    moved = Counter(line.text.strip() for file in change.files for line in file.removed)
    for file in files:
        if not file.is_test and file.status is not Status.DELETED:
            old = before.get(file.old_path or "", _NOTHING)
            yield _compare(file, old, after.get(file.path), moved)


def _compare(
    file: FileChange, old: FileCoverage, new: FileCoverage | None, moved: Counter[str]
) -> _Compared:
    if new is None:
        return _Compared(file=file, old=old, new=new)
    lines, unmeant = LineMap(file), unmeant_lines(file)
    stayed = (lines.new(number) for number in sorted(old.executed))
    missing = (line for line in file.added if line.number in new.missing - unmeant)
    return _Compared(
        file=file,
        old=old,
        new=new,
        stayed=tuple(number for number in stayed if number is not None),
        unreached=tuple(line for line in missing if not _take(moved, line)),
        replaced=sum(line.number in old.missing for line in file.removed),
        unmeant=unmeant,
    )


def _unmeasured(each: _Compared, severity: Severity) -> Iterator[Finding]:
    """A file that the measurement does not see any more, though it still holds something."""
    is_empty = each.file.after is not None and not each.file.after.strip()
    if each.new is None and each.old.executed and not is_empty:
        yield _finding(each.file, f"{each.file.path} is no longer measured", (), severity)


def _lost(each: _Compared, policy: Policy, severity: Severity) -> Iterator[Finding]:
    """Unchanged lines that ran before and do not any more."""
    if percent(each.lost, each.old.executed | each.old.missing) > policy.coverage_drop:
        message = (
            f"{_count(each.lost)} that tests reached before and that did not change:"
            " not reached now"
        )
        yield _finding(each.file, message, each.lost, severity)


def _unreached(each: _Compared, policy: Policy) -> Iterator[Finding]:
    """Added lines that no test reaches, beyond the unreached lines that they replace."""
    if each.new is None or len(each.unreached) <= each.replaced:
        return
    numbers = [line.number for line in each.unreached]
    if percent(numbers, each.new.executed | each.new.missing) > policy.coverage_drop:
        message = f"{_count(numbers)} new or changed: no test reaches them"
        severity = SEVERITY if each.weighty else Severity.WARN
        yield _finding(each.file, message, numbers, severity)


def _hidden(each: _Compared) -> Iterator[Finding]:
    """Lines that are left out of the measurement since the change."""
    if each.new is None:
        return
    excluded = each.new.excluded - each.unmeant
    hidden = [line for line in each.stayed if line in excluded]
    if hidden:
        message = f"{_count(hidden)} that tests reached before: now left out of the measurement"
        # The text of untouched files is not known: the lines may be ones that are always left out.
        is_known = each.file.after is not None
        yield _finding(each.file, message, hidden, Severity.REJECT if is_known else SEVERITY)
    added = [line.number for line in each.file.added]
    new = [line for line in added if line in excluded]
    if new and not hidden and not any(line in each.new.executed for line in added):
        message = f"{_count(new)} new or changed: left out of the measurement"
        yield _finding(each.file, message, new, SEVERITY)


def _take(moved: Counter[str], line: Line) -> bool:
    """Whether the same line went away elsewhere in the change; each one is given away once."""
    text = line.text.strip()
    if moved[text] > 0:
        moved[text] -= 1
        return True
    return False


def _never_measured(change: Change, after: Collection[str]) -> Iterator[Finding]:
    """New Python files that no measurement saw, next to files that it did see."""
    folders = {path.partition("/")[0] for path in after if "/" in path}
    for file in change.files:
        new = file.status is Status.ADDED and fnmatchcase(file.path, "*/*.py") and file.added
        unseen = file.role is Role.SOURCE and file.path not in after
        meant = not any(fnmatchcase(f"/{file.path}", glob) for glob in _NOT_IMPORTED)
        if new and unseen and meant and file.path.partition("/")[0] in folders:
            message = f"no test loads the new file {file.path}"
            yield _finding(file, message, (), SEVERITY)


def _total(compared: list[_Compared], policy: Policy) -> Iterator[Finding]:
    """What all files lost together, where none lost too much; less code is no loss."""
    measured = sum(len(each.new.executed | each.new.missing) for each in compared if each.new)
    lost = sum(
        len(each.lost) + max(len(each.weighty) - each.replaced, 0)
        for each in compared
        if each.new is not None
    )
    drop = 100.0 * lost / max(measured, 1)
    if drop > policy.coverage_drop:
        yield Finding(
            guard=NAME,
            severity=SEVERITY,
            message=f"tests reach {drop:.2f} percentage points less of all the code",
            remedy="cover the new code with tests that check what it does; take no test away",
        )


def _count(lines: Collection[int]) -> str:
    return f"{len(lines)} line" + "s" * (len(lines) != 1)


def _finding(file: FileChange, message: str, lines: Collection[int], severity: Severity) -> Finding:
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
