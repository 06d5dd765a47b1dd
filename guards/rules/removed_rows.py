"""A row that is taken out of a table of tests, or a smaller number of tries, is a test less."""

import re
from collections.abc import Iterable, Iterator

from guards.change import Change, FileChange, Line
from guards.evidence import Evidence, Need
from guards.pattern import expression
from guards.policy import Policy
from guards.test_ids import parsed
from guards.test_matching import Located, match_tests
from guards.test_rows import Row, provided_rows, rows_of
from guards.verdict import Finding, Severity

NAME = "removed_rows"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset()

_REMEDY = "put the rows back and make the code satisfy them"
_EFFORT = expression(
    r"\b(max_examples|numRuns|num_runs|with_cases|MaxCount|MaxCountScale|tries|minSuccessful|maxSuccess|max_success"
    r"|sizeRange|QUICKCHECK_TESTS|PROPTEST_CASES|fuzztime|MaxTest|max_runs|num_tests|test_count)\b"
    r"[\"'\s:=(]{1,6}(\d{1,9})"
)
_FEW = 10
_NO_PHASES = expression(
    r"\bphases\s?=\s?(?:\(\s?\)|\[\s?\]|\(\s?Phase\.explicit,?\s?\)|\[\s?Phase\.explicit\s?\])"
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find tables of tests that lost rows, and property tests that try less than before."""
    if change.from_trees:
        yield from _shrunk(change, evidence)
    for file in change.files:
        if file.is_test:
            yield from _less_effort(file)


def _shrunk(change: Change, evidence: Evidence) -> Iterator[Finding]:
    matching = match_tests(change)
    kept = frozenset(row.value for _, new in matching.pairs for row in rows_of(new))
    singles = [each.case.literals for each in matching.fresh][:200]
    failed = {parsed(test).name for test in evidence.failing_tests}
    files: dict[tuple[int, int], tuple[Located, Located]] = {}
    for old, new in matching.pairs:
        if old.case.parametrized or new.case.parametrized:
            files.setdefault((id(old.code), id(new.code)), (old, new))
            gone = _gone(rows_of(old), rows_of(new), kept, singles)
            if gone:
                failing = bool(failed & {old.case.name, old.case.simple_name})
                yield _finding(new.case.name, gone, new.file, new.case.line, failing=failing)
    for old, new in files.values():
        before = provided_rows(old.code, old.code.cases)
        after = provided_rows(new.code, new.code.cases)
        gone = _gone(before, after, kept, singles)
        if gone and after:
            yield _finding("a table of tests", gone, new.file, after[0].line)


def _gone(
    before: list[Row], after: list[Row], kept: frozenset[str], singles: Iterable[frozenset[str]]
) -> list[Row]:
    """Rows that are nowhere any more, when there are fewer than before."""
    has = {row.value for row in after}
    fewer = len({row.value for row in before}) - len(has)
    if fewer <= 0:
        return []
    lost = {row.value: row for row in before if row.value not in has and row.value not in kept}
    return [row for row in lost.values() if not _stands_alone(row, singles)][:fewer]


def _stands_alone(row: Row, singles: Iterable[frozenset[str]]) -> bool:
    """Whether a new test holds all values of a row."""
    values = {text.strip("\"'") for text in re.findall(r"\"[^\"]{0,200}\"|\d{1,20}", row.value)}
    return bool(values) and any(values <= single for single in singles)


def _less_effort(file: FileChange) -> Iterator[Finding]:
    """Numbers of tries that fall, or that appear and are hardly any."""
    before, after = _efforts(file.removed), _efforts(file.added)
    for key, (value, line) in sorted(after.items()):
        had = before.get(key)
        is_new = had is None and file.before is not None and value <= _FEW and key != "tries"
        if (had is not None and value < had[0]) or is_new:
            was = f" instead of {had[0]}" if had else ""
            yield Finding(
                guard=NAME,
                severity=SEVERITY,
                message=f"a property is tried less: {key} is {value}{was}",
                remedy="let it try as many examples as before",
                file=file.path,
                line=line,
            )
    had_none = any(_NO_PHASES.search(line.text[:1000]) for line in file.removed)
    for each in file.added:
        if not had_none and _NO_PHASES.search(each.text[:1000]):
            message = f"a property is not tried at all: {each.text.strip()[:200]}"
            yield Finding(
                guard=NAME,
                severity=SEVERITY,
                message=message,
                remedy="let it try as many examples as before",
                file=file.path,
                line=each.number,
            )


def _efforts(lines: Iterable[Line]) -> dict[str, tuple[int, int]]:
    """The smallest number of tries for each key, and the line where it stands."""
    found: dict[str, tuple[int, int]] = {}
    for line in lines:
        for key, value in _EFFORT.findall(line.text[:2000]):
            if key not in found or int(value) < found[key][0]:
                found[key] = (int(value), line.number)
    return found


def _finding(
    what: str, gone: list[Row], file: FileChange, line: int, *, failing: bool = False
) -> Finding:
    rows = "a row" if len(gone) == 1 else f"{len(gone)} rows"
    return Finding(
        guard=NAME,
        severity=Severity.REJECT if failing else SEVERITY,
        message=f"{what} lost {rows}: {gone[0].text[:200]}",
        remedy=_REMEDY,
        file=file.path,
        line=line,
    )
