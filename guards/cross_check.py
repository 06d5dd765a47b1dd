"""What runs of the halves of a change mean: which half made the failing tests pass.

A = the original tests on the new source, B = the new tests on the original source. A fix is real
when A passes, and its tests still see the bug when B fails. Pure: the runs are made elsewhere.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from guards.change import Change, FileChange
from guards.evidence import CrossCheck, Evidence, Outcome, Run
from guards.halves import serves_tests
from guards.lines import LineMap
from guards.verdict import Salvage, Severity

_FIX_THE_CODE = "leave the tests and their settings as they were, and fix the code that they check"
_DROP_TEST_EDITS = "drop the edits of tests and of their settings; the rest of the change is enough"
_LOOK = "a person must see which side is right: the original tests or the change"
_RUN_PROPERLY = "let the test runner end by itself and write its report"
_STEADY = "make the test independent of order, time and chance before it proves anything"
_MOST_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One thing that the runs show.

    Attributes:
        tests: ids it is about, at most a few of them named in `message`.
        is_salvageable: without the edits of tests the change would be right.
    """

    severity: Severity
    message: str
    remedy: str
    tests: frozenset[str] = frozenset()
    is_salvageable: bool = False


def decide(check: CrossCheck, *, source_changed: bool, tests_changed: bool) -> tuple[Decision, ...]:
    """What the runs of a change show against it; empty = nothing.

    Args:
        check: the runs.
        source_changed: whether the change touches anything that is not for tests alone.
        tests_changed: whether it touches tests, their data or their settings.
    """
    if not check.fix:
        return ()
    if unusable := tuple(_unusable(check)):
        return unusable
    found = [*_unsteady(check), *_still_failing(check), *_regressions(check)]
    if any(decision.severity is Severity.REJECT for decision in found):
        return tuple(found)
    found += _halves(check, source_changed=source_changed, tests_changed=tests_changed)
    return tuple(found)


def decide_about(change: Change, check: CrossCheck) -> tuple[Decision, ...]:
    """`decide`, with what the change touches read from the change."""
    sides = [serves_tests(path) for file in change.files for path in _paths(file)]
    return decide(check, source_changed=not all(sides), tests_changed=any(sides))


def salvage(change: Change, evidence: Evidence) -> tuple[Salvage, ...]:
    """The edits of tests to drop when without them the change is right; else nothing."""
    check = evidence.cross_check
    if check is None or not any(item.is_salvageable for item in decide_about(change, check)):
        return ()
    return tuple(
        part
        for file in change.files
        if any(map(serves_tests, _paths(file)))
        for part in _parts(file)
    )


def _paths(file: FileChange) -> tuple[str, ...]:
    return (file.path,) if file.old_path in {None, file.path} else (file.path, file.old_path or "")


def _parts(file: FileChange) -> Iterator[Salvage]:
    """Runs of touched lines, or the whole file when it is new, gone or renamed."""
    if file.before is None or file.after is None or file.old_path != file.path:
        yield Salvage(file=file.path)
        return
    lines = LineMap(file)
    added = {line.number for line in file.added}
    # A removed line stood after the one that it is mapped to, perhaps where an added one stands.
    places = {lines.near(line.number) for line in file.removed}
    touched = added | {place for place in places if not {place, place + 1} & added}
    numbers = sorted(touched)
    starts = [new for old, new in pairwise([-1, *numbers]) if new != old + 1]
    ends = [old for old, new in pairwise([*numbers, 1 << 60]) if new != old + 1]
    for first, last in zip(starts, ends, strict=True):
        yield Salvage(file=file.path, first=first, last=last)


def _unusable(check: CrossCheck) -> Iterator[Decision]:
    """Runs that prove nothing, whatever their exit code says."""
    is_healthy = any(run.reported and run.outcomes for run in check.base)
    for run in check.fix:
        if _is_result(run):
            continue
        what = "no test ran" if run.reported else "the test runner wrote no report"
        if run.reported and any(outcome.ran for outcome in run.outcomes.values()):
            what = f"the exit code is {run.exit_code} and the report says otherwise"
        if is_healthy and run.exit_code == 0:
            yield _reject(f"with the change, {what}", _RUN_PROPERLY)
        else:
            yield _human(f"with the change, {what}: it proves nothing", _RUN_PROPERLY)
        return
    # A red run without a report is a tree that could not be built: that may be the failure.
    if check.base and not is_healthy and not any(run.exit_code for run in check.base):
        message = "without the change, no test could be run: there is nothing to compare with"
        yield _human(message, "let the tests run on the tree without the change")


def _is_result(run: Run) -> bool:
    """Whether a run says something; a red exit code beside green tests may be a plug-in's."""
    return run.is_strict or (run.exit_code != 0 and run.reported and bool(run.outcomes))


def _unsteady(check: CrossCheck) -> Iterator[Decision]:
    """Failing tests that pass without the change, or not always with it."""
    passed = {test for run in check.base for test in check.failing if _passes(run, test)}
    if passed:
        message = f"{_named(passed)} passed without the change as well"
        yield _human(message, _STEADY, passed)
    mixed = {
        test
        for test in check.failing
        if len({run.outcomes[test].is_bad for run in check.fix if test in run.outcomes}) > 1
    }
    if mixed:
        yield _human(f"{_named(mixed)} passes with the change only sometimes", _STEADY, mixed)


def _still_failing(check: CrossCheck) -> Iterator[Decision]:
    """Failing tests that do not pass with the change."""
    groups: dict[str, set[str]] = {}
    for test in check.failing:
        outcomes = {run.outcomes[test] for run in check.fix if test in run.outcomes}
        if outcomes and outcomes <= {Outcome.FAILED, Outcome.ERROR}:
            groups.setdefault("still fails", set()).add(test)
        elif Outcome.SKIPPED in outcomes:
            groups.setdefault("failed before and is skipped now", set()).add(test)
        elif Outcome.XFAILED in outcomes:
            groups.setdefault("failed before and is expected to fail now", set()).add(test)
        elif not outcomes and not (check.restored and _passes(check.restored, test)):
            groups.setdefault("failed before and does not run any more", set()).add(test)
    for what, tests in sorted(groups.items()):
        yield _reject(f"{_named(tests)} {what}", _FIX_THE_CODE, tests)


def _regressions(check: CrossCheck) -> Iterator[Decision]:
    """Tests that fail with the change alone; fewer than all runs = chance is possible."""
    known = _failed_before(check)
    worse = {
        test
        for run in check.fix
        for test, outcome in run.outcomes.items()
        if outcome.is_bad and test not in known
    }
    if worse:
        message = f"{_named(worse)} fails with the change and did not before"
        yield _human(message, "make it pass with the change too", worse)


def _halves(check: CrossCheck, *, source_changed: bool, tests_changed: bool) -> Iterator[Decision]:
    """The table: what A and B say together."""
    original = check.restored
    if original is None:
        if not (tests_changed and check.failing):
            return
        if source_changed:
            yield _human("the original tests were not run on the new source", _LOOK)
        else:
            yield _human("only tests and their settings changed: the code is as it was", _LOOK)
        return
    blunt = _is_blunt(check)
    if not (original.reported and original.outcomes):
        message = "the original tests do not come to a result on the new source"
        yield (_reject if original.exit_code == 0 else _human)(message, _RUN_PROPERLY)
        return
    failing = {test for test in check.failing if not _passes(original, test)}
    if failing:
        yield _green_by_tests(failing, blunt=blunt, source_changed=source_changed)
    elif blunt and check.failing:
        message = "the new tests pass without the fix as well: they do not see the bug any more"
        yield Decision(
            severity=Severity.REJECT,
            message=message,
            remedy=_DROP_TEST_EDITS,
            tests=check.failing,
            is_salvageable=True,
        )
    yield from _broken_originals(check, original)


def _is_blunt(check: CrossCheck) -> bool | None:
    """Whether the new tests pass on the original source; None = not known."""
    run = check.ablated
    if run is None or not run.reported:
        return None
    known = _failed_before(check) - check.failing
    return not any(
        outcome.is_bad and test not in known for test, outcome in run.outcomes.items()
    ) and (run.exit_code == 0 or not run.outcomes)


def _green_by_tests(failing: set[str], *, blunt: bool | None, source_changed: bool) -> Decision:
    """The original failing tests do not pass on the new source."""
    message = f"{_named(failing)} still does not pass as it was before the change"
    if blunt and source_changed:
        message += ", and as it is now it passes without the fix: the edits of tests made it green"
        return _reject(message, _FIX_THE_CODE, failing)
    if blunt or not source_changed:
        return _human(f"{message}: nothing but tests and settings made it green", _LOOK, failing)
    return _human(f"{message}: source and tests changed together", _LOOK, failing)


def _broken_originals(check: CrossCheck, original: Run) -> Iterator[Decision]:
    """Other original tests that passed before and do not on the new source."""
    passed = {test for run in check.base[:1] for test in run.outcomes if _passes(run, test)}
    broken = {
        test
        for test in passed - check.failing
        if test in original.outcomes and original.outcomes[test].is_bad
    }
    broken -= {
        test for run in check.fix[:1] for test, is_now in run.outcomes.items() if is_now.is_bad
    }
    if not broken:
        return
    errors = all(original.outcomes[test] is Outcome.ERROR for test in broken)
    what = "cannot be run" if errors else "fails"
    message = f"{_named(broken)} {what} on the new source as it was before the change"
    remedy = "keep what other code and tests use, or let a person agree that it changes"
    yield _human(message, remedy, broken)


def _failed_before(check: CrossCheck) -> set[str]:
    bad = {test for run in check.base for test, is_now in run.outcomes.items() if is_now.is_bad}
    return bad | check.failing


def _passes(run: Run, test: str) -> bool:
    return run.outcomes.get(test) is Outcome.PASSED


def _named(tests: Iterable[str]) -> str:
    names = sorted(tests)
    more = f" and {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else ""
    return ", ".join(name[:100] for name in names[:_MOST_SHOWN]) + more


def _reject(message: str, remedy: str, tests: Iterable[str] = ()) -> Decision:
    return Decision(
        severity=Severity.REJECT, message=message, remedy=remedy, tests=frozenset(tests)
    )


def _human(message: str, remedy: str, tests: Iterable[str] = ()) -> Decision:
    return Decision(
        severity=Severity.NEEDS_HUMAN, message=message, remedy=remedy, tests=frozenset(tests)
    )
