"""An assertion that accepts more than before also accepts the bug."""

import re
from collections import Counter
from collections.abc import Iterator

from guards.assertion_changes import is_real, readable, shape, words
from guards.assertion_strength import weakness
from guards.change import Change
from guards.code import Assertion, inside
from guards.evidence import Evidence, Need
from guards.facts import Branch, Call
from guards.pattern import expression
from guards.policy import Policy
from guards.test_changes import TestChange, TestChanges, calls_of, is_failing, test_changes
from guards.test_matching import Located
from guards.unheard_assertions import caught, outdone, runs_aside, spawned
from guards.verdict import Finding, Severity

NAME = "weakened_assertions"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS = frozenset({Need.CONTENTS})

_REMEDY = "make the code satisfy the assertion as it was"
_LOGS = expression(
    r"(?:^|\.)(?:print|println|printf|puts|pp|echo|warn|warning|info|debug|log|Log|Logf|Println|Printf|WriteLine"
    r"|eprintln|dbg|error_log|var_dump|NSLog|cout|cerr|trace|fprintf|Write|exception|fmt\.Print\w{0,2})!?$"
)
_ON_SYSTEMS = expression(
    r"(?i)version|platform|windows|darwin|linux|goos|\bos \.|runtime \.|python_implementation|pypy|jruby"
)
_DEFERRED = expression(r"\b(?:resolves|rejects|eventually|rejectedWith|fulfilled)\b")
_SWALLOWING = frozenset(
    {
        "suppress",
        "runCatching",
        "catch_unwind",
        "recover",
        "catchThrowable",
        "ignoring",
        "suppressed",
    }
    | {"tryOrNull", "Try", "attempt", "assertRaises", "raises", "assertThrows", "raise_error"}
    | {"toThrow", "assertFailsWith", "expectException", "assert_raises", "withKnownIssue"}
    | {"XCTExpectFailure", "expect_failure", "assert_failure", "Throws", "ThrowsAny"}
)
_FAILURES = expression(
    r"\b(?:AssertionError|AssertionFailedError|AssertionException|ExpectationNotMetError|Assertion"
    r"|ExpectationFailedException|AssertionFailure|XunitException|BaseException|Throwable)\b"
)
_CALLBACKS = frozenset({"then", "catch", "finally", "setTimeout", "setImmediate", "nextTick"})
_AROUND = frozenset(
    {"runCatching", "catch_unwind", "catchThrowable", "tryOrNull", "Try", "attempt"}
)
_ALWAYS_SWALLOW = frozenset({"recover", "XCTExpectFailure", "withKnownIssue"})
_CAUGHT = expression(r"(?:^|\.)catch$")


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find assertions of surviving tests that demand less, run on a condition, or not in time."""
    changes = test_changes(change)
    for test in changes.tests:
        failing = is_failing(test.new, evidence) or is_failing(test.old, evidence)
        yield from _looser(test, failing=failing)
        yield from _conditional(test)
        yield from _not_awaited(test)
        yield from _logged(test)
        yield from _unheard(test)
        yield from _outdone(test, changes)


def _unheard(test: TestChange) -> Iterator[Finding]:
    """Assertions that run, and whose failure nobody learns of."""
    for each in caught(test):
        what = f"takes in the failure of its assertion: {readable(each.text)}"
        yield _finding(test.new, each, what, SEVERITY)
    for call in spawned(test):
        what = f"does not wait for what it asserts: {readable(call.text)}"
        yield _finding(test.new, call, what, SEVERITY)
    if runs_aside(test) and test.real_after:
        what = "asserts in a goroutine that it does not wait for"
        yield _finding(test.new, test.real_after[0], what, SEVERITY)


def _outdone(test: TestChange, changes: TestChanges) -> Iterator[Finding]:
    if (pair := outdone(test, changes)) is not None:
        gone, come = pair
        what = f"asks for less: {readable(gone.text)} → {readable(come.text)}"
        yield _finding(test.new, come, what, SEVERITY)


def _looser(test: TestChange, *, failing: bool) -> Iterator[Finding]:
    for revision in test.differences.revised:
        found = weakness(revision, test.differences.come)
        if found is None or _stays(revision.before, test):
            continue
        severe = found.certain or (failing and found.grave)
        yield _finding(
            test.new,
            revision.after,
            f"{found.what}: {readable(revision.before.text)} → {readable(revision.after.text)}",
            Severity.REJECT if severe else SEVERITY,
        )


def _stays(before: Assertion, test: TestChange) -> bool:
    return any(each.text == before.text for each in test.new.case.assertions)


def _conditional(test: TestChange) -> Iterator[Finding]:
    """Assertions that ran always, and now stand in a branch."""
    old, new = _branches(test.old), _branches(test.new)
    before: dict[str, list[bool]] = {}
    for each in test.real_before:
        bound = bool(old[each.at])
        before.setdefault(shape(each.text), []).append(bound)
    for known in before.values():
        known.sort()  # those on a condition are taken first
    for each in test.real_after:
        branches = new[each.at]
        known = before.get(shape(each.text), [])
        if not (branches and known) or known.pop():
            continue
        condition = branches[-1].condition
        if not (_ON_SYSTEMS.search(condition[:500]) or any(_is_row(b, test.new) for b in branches)):
            what = f"asserts only on a condition now ({readable(condition)}): {readable(each.text)}"
            yield _finding(test.new, each, what, SEVERITY)


def _branches(located: Located) -> dict[int, list[Branch]]:
    """The branches around each assertion of a test, from the outside in, by its place."""
    waiting = sorted(
        inside(located.code.branches, (located.case.at, located.case.end)),
        key=lambda branch: -branch.body[0],
    )
    around: list[Branch] = []
    found = {}
    for at in sorted({each.at for each in located.case.assertions}):
        while waiting and waiting[-1].body[0] <= at:
            around.append(waiting.pop())
        around = [branch for branch in around if at < branch.body[1]]
        found[at] = [branch for branch in around if branch.at < at]
    return found


def _is_row(branch: Branch, located: Located) -> bool:
    """Whether a branch tells the rows of a table apart: `if tt.wantErr`."""
    grown = located.case.parametrized or len(located.case.rows) > 1
    return grown and bool(
        re.search(r"(?i)\b(?:\w{1,20} \. )?(?:want|expect|should)", branch.condition[:500])
    )


def _not_awaited(test: TestChange) -> Iterator[Finding]:
    """Assertions that were awaited, and whose result comes too late now."""
    before = Counter(shape(call.text) for call in calls_of(test.old) if call.awaited)
    for call in calls_of(test.new):
        key = shape(call.text)
        if call.inner or before[key] <= 0:
            continue
        before[key] -= 1
        if not call.awaited and _is_assertion(call, test.new):
            certain = _DEFERRED.search(call.callee) is not None
            what = f"no longer waits for its assertion: {readable(call.text)}"
            severity = Severity.REJECT if certain else SEVERITY
            yield _finding(test.new, call, what, severity)
    yield from _caught(test)
    yield from _taken_in(test)
    yield from _left_alone(test)


def _caught(test: TestChange) -> Iterator[Finding]:
    """Promises of assertions whose failure is taken in by a handler of their own."""
    before = Counter(call.callee for call in calls_of(test.old))
    for call in calls_of(test.new):
        if not call.has_block or "done" in call.arguments:
            continue
        if _CAUGHT.search(call.callee) and re.match(r"(?:expect|assert|should)\b", call.callee):
            before[call.callee] -= 1
            if before[call.callee] < 0:
                what = f"catches its own failing assertion: {readable(call.text)}"
                yield _finding(test.new, call, what, Severity.REJECT)


def _left_alone(test: TestChange) -> Iterator[Finding]:
    """Assertions in a callback of a promise that nobody waits for."""
    before = Counter(call.name for call in calls_of(test.old) if not call.awaited)
    for call in calls_of(test.new):
        if call.name not in _CALLBACKS or call.inner or call.awaited or not call.has_block:
            continue
        before[call.name] -= 1
        if before[call.name] < 0 and _is_assertion(call, test.new):
            what = f"asserts in a callback that it does not wait for: {readable(call.text)}"
            yield _finding(test.new, call, what, Severity.REJECT)


def _taken_in(test: TestChange) -> Iterator[Finding]:
    """Calls that take in the failure of what stands inside: `suppress(AssertionError)`."""
    before = Counter(call.name for call in calls_of(test.old))
    for call in calls_of(test.new):
        if call.name not in _SWALLOWING or call.inner:
            continue
        before[call.name] -= 1
        around = call.name in _AROUND and call.has_block and _is_assertion(call, test.new)
        named = _FAILURES.search(" ".join(call.arguments)[:500]) is not None
        if before[call.name] < 0 and (around or named or call.name in _ALWAYS_SWALLOW):
            what = f"takes in its own failing assertion: {readable(call.text)}"
            yield _finding(test.new, call, what, Severity.REJECT)


def _is_assertion(call: Call, located: Located) -> bool:
    return any(call.at <= each.at < call.end for each in located.case.assertions)


def _logged(test: TestChange) -> Iterator[Finding]:
    """What was asserted and is only written down now."""
    if len(test.real_after) >= len(test.real_before):
        return
    before = Counter(call.callee for call in calls_of(test.old))
    lost = [{*words(each.text)} for each in test.differences.gone if is_real(each)]
    for call in calls_of(test.new):
        if not _LOGS.search(call.callee):
            continue
        before[call.callee] -= 1
        if before[call.callee] < 0 and any(lost):
            what = f"writes down what it asserted: {readable(call.text)}"
            yield _finding(test.new, call, what, Severity.REJECT)
            return


def _finding(located: Located, place: Assertion | Call, what: str, severity: Severity) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=f"{located.case.name} {what}",
        remedy=_REMEDY,
        file=located.file.path,
        line=place.line,
    )
