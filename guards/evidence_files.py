"""What an evidence folder says: which file of it means what. Pure: bytes in, no files."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from guards.errors import BadEvidenceError
from guards.evidence import CrossCheck, Evidence, Outcome, Run, Snapshot
from guards.reports.bounds import MAX_BYTES
from guards.reports.coverage import Coverage, cobertura, coverage_json, jacoco, lcov, merged
from guards.reports.junit import junit, junit_tests
from guards.reports.listing import collected
from guards.test_ids import is_whole_file

__all__ = [
    "FILES",
    "MAX_BYTES",
    "Coverage",
    "cobertura",
    "collected",
    "coverage_json",
    "evidence_from",
    "jacoco",
    "junit",
    "junit_tests",
    "lcov",
]

BEFORE, AFTER, RESTORED, ABLATED = "before", "after", "restored", "ablated"
_COVERAGE: Mapping[str, Callable[[bytes, str], Coverage]] = {
    "coverage.json": coverage_json,
    "lcov.info": lcov,
    "cobertura.xml": cobertura,
    "jacoco.xml": jacoco,
}
# All that is read, relative to the folder.
FILES = (
    *(f"{side}/{name}" for side in (BEFORE, AFTER) for name in (*_COVERAGE, "tests.txt")),
    *(f"{side}/junit.xml" for side in (BEFORE, AFTER, RESTORED, ABLATED)),
)

_T = TypeVar("_T")


def evidence_from(files: Mapping[str, bytes], root: str = "") -> Evidence:
    """What a folder of evidence says.

    Args:
        files: contents by the names in `FILES`; those that are not there are left out.
        root: absolute path of the checkout; it is cut off absolute file names.

    Raises:
        BadEvidenceError: a file is not what its name says; the error names it.
    """
    # Both sides name tests in the same way: two lists, or two reports.
    listed = any(f"{side}/tests.txt" in files for side in (BEFORE, AFTER))
    reports = _comparable(files)
    before, after = (
        _snapshot(files, side, reports, root, listed=listed) for side in (BEFORE, AFTER)
    )
    return Evidence(
        before=before, after=after, cross_check=_cross_check(files, before, after, root)
    )


def _comparable(files: Mapping[str, bytes]) -> Mapping[str, tuple[str, ...]]:
    """Names of the coverage reports to read, by side: those of both, or else the first of each."""
    there = {
        side: tuple(name for name in _COVERAGE if f"{side}/{name}" in files)
        for side in (BEFORE, AFTER)
    }
    both = tuple(name for name in there[BEFORE] if name in there[AFTER])
    return {side: both or names[:1] for side, names in there.items()}


def _snapshot(
    files: Mapping[str, bytes],
    side: str,
    reports: Mapping[str, tuple[str, ...]],
    root: str,
    *,
    listed: bool,
) -> Snapshot:
    outcomes = _outcomes(files, side, root)
    tests = None
    if outcomes is not None:  # a file that could not be collected is no test of its own
        tests = frozenset(test for test in outcomes if not is_whole_file(test))
    if listed:
        tests = _parsed(files, f"{side}/tests.txt", lambda data: _listed(data, root))
    coverage = [
        read
        for name in reports[side]
        if (read := _parsed(files, f"{side}/{name}", _reader(name, root))) is not None
    ]
    return Snapshot(tests=tests, coverage=merged(coverage) if coverage else None, outcomes=outcomes)


def _reader(name: str, root: str) -> Callable[[bytes], Coverage]:
    return lambda data: _COVERAGE[name](data, root)


def _outcomes(files: Mapping[str, bytes], side: str, root: str) -> Mapping[str, Outcome] | None:
    return _parsed(files, f"{side}/junit.xml", lambda data: junit(data, root))


def _cross_check(
    files: Mapping[str, bytes], before: Snapshot, after: Snapshot, root: str
) -> CrossCheck | None:
    """Runs of both halves, where their reports are given; a report has no exit code of its own."""
    restored, ablated = (_run(_outcomes(files, side, root)) for side in (RESTORED, ABLATED))
    base, fix = _run(before.outcomes), _run(after.outcomes)
    if (restored is None and ablated is None) or base is None or fix is None:
        return None
    failing = frozenset(test for test, outcome in base.outcomes.items() if outcome.is_bad)
    return CrossCheck(failing=failing, base=(base,), fix=(fix,), restored=restored, ablated=ablated)


def _run(outcomes: Mapping[str, Outcome] | None) -> Run | None:
    if outcomes is None:
        return None
    bad = any(outcome.is_bad for outcome in outcomes.values())
    return Run(exit_code=int(bad), reported=True, outcomes=outcomes)


def _listed(data: bytes, root: str) -> frozenset[str]:
    return collected(data.decode(errors="replace"), root)


def _parsed(files: Mapping[str, bytes], name: str, parse: Callable[[bytes], _T]) -> _T | None:
    if name not in files:
        return None
    try:
        return parse(files[name])
    except BadEvidenceError as exc:
        msg = f"{name}: {exc}"
        raise BadEvidenceError(msg) from exc
