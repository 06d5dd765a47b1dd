"""A helper that all tests rely on, made lenient, weakens each of them without touching one."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from guards.assertion_changes import differences, readable, shape
from guards.assertion_strength import weakness
from guards.change import Change
from guards.code import Case, Code, inside
from guards.evidence import Evidence, Need
from guards.facts import Call, Definition, Kind
from guards.pattern import expression
from guards.policy import Policy
from guards.reading import Sides, all_sides
from guards.test_changes import own_assertions, test_changes, tests_only
from guards.verdict import Finding, Severity

NAME = "test_support"
SEVERITY = Severity.REJECT
NEEDS = frozenset({Need.CONTENTS})

_REMEDY = "put the helper back and make the code satisfy it"
_HELPERS = frozenset({Kind.FUNCTION, Kind.HOOK})
# Functions of test libraries that must mean what their manuals say.
_KNOWN = (
    r"(?:assert(?:Equals?|True|False|Same|NotNull|Null|That|Raises|Throws|In|Is|AlmostEqual|IsNone|DictEqual|ListEqual"
    r"|Contains|_eq|_ne|_equal|_same|_equals|_raises|_in|_that|_difference|_nil)?|expect|raises|approx|fail|strictEqual|deepEqual"
    r"|deepStrictEqual|throws|rejects|toBe|toEqual|toStrictEqual|toMatch|toThrow|toThrowError|toContain|toHaveLength"
    r"|toMatchObject|toBeCloseTo|toHaveBeenCalled(?:With|Times)?|toBeNull|toBeDefined|toBeTruthy|toBeFalsy"
    r"|toMatchSnapshot|eq|eql|match_array|raise_error|must_equal|debug_assert)"
)
_REDEFINED = expression(rf"{_KNOWN}$")
_EXTENDED = expression(rf"(?:^|[{{,⟦] ?)(?:async )?\"?{_KNOWN}\"? ?[(:]")
_LIBRARY = expression(
    r"(?i)(?:^|\. ?)(?:TestCase|pytest|assert|chai|expect|Assertion|prototype|Assertions|jest|Assert|unittest|Matchers|util)\b"
)
_WRAPS = expression(
    r"(?:require|import)\b|^(?:chai|assert|jest|globals|vitest|should|expect)\b[\w .]*$"
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find helpers that assert less, and assertion functions that are defined anew."""
    for side in all_sides(change):
        if not side.file.is_test or side.after is None:
            continue
        yield from _redefined(side, side.after)
        if side.before is not None:
            yield from _helpers(side, side.before, side.after, change)
            if evidence.failing_tests and tests_only(change) and not _has_tests(side.after):
                yield from _only_helpers(side, side.before, side.after)
            yield from _own_assertions(side, side.before, side.after)


def _helpers(side: Sides, before: Code, after: Code, change: Change) -> Iterator[Finding]:
    old = _by_name(before)
    for name, now in _by_name(after).items():
        was = old.get(name)
        if was is None or was.untouched or now.untouched or was.body == now.body:
            continue
        yield from _weaker(side, _Helper(before, was), _Helper(after, now), change)


@dataclass(frozen=True, slots=True)
class _Helper:
    """A function that tests share, and all that its side of the file says."""

    code: Code
    definition: Definition

    @property
    def name(self) -> str:
        return self.definition.simple_name

    @property
    def span(self) -> tuple[int, int]:
        return self.definition.body_span


def _has_tests(code: Code) -> bool:
    return any(item.kind is Kind.TEST for item in code.definitions)


def _only_helpers(side: Sides, before: Code, after: Code) -> Iterator[Finding]:
    """Helpers of a red build that were rewritten while the code stayed as it is."""
    old = _by_name(before)
    for name, now in _by_name(after).items():
        was = old.get(name)
        if was is not None and was.body != now.body and not was.untouched:
            text = f"{now.simple_name}, which tests call, changes, the code under test does not"
            yield _finding(side, now, text, Severity.NEEDS_HUMAN)
            return


def _by_name(code: Code | None) -> dict[str, Definition]:
    definitions = code.definitions if code else ()
    tests = {item.at for item in definitions if item.kind is Kind.TEST}
    return {
        item.name: item
        for item in definitions
        if item.kind in _HELPERS and item.at not in tests and len(item.body) < _MAX_BODY
    }


_MAX_BODY = 50_000


def _weaker(side: Sides, before: _Helper, after: _Helper, change: Change) -> Iterator[Finding]:
    old, new = _as_case(before), _as_case(after)
    found = differences(old, new)
    lost = [each for each in found.gone if not test_changes(change).stands_elsewhere(each)]
    subject = f"{after.name}, which tests call,"
    fewer = len(new.assertions) < len(old.assertions) and lost
    if fewer and not _delegates(after, change):
        if new.assertions:
            text = f"{subject} asserts less: {readable(lost[0].text)} is gone"
            yield _finding(side, after.definition, text, Severity.NEEDS_HUMAN)
        else:
            yield _finding(side, after.definition, f"{subject} no longer asserts anything")
    elif not fewer:
        yield from _idle(side, before, after)
    if _swallows(after) > _swallows(before):
        yield _finding(side, after.definition, f"{subject} catches a failing assertion")
    for revision in found.revised:
        weak = weakness(revision, found.come)
        if weak is not None:
            change_of = f"{readable(revision.before.text)} → {readable(revision.after.text)}"
            severity = SEVERITY if weak.certain else Severity.NEEDS_HUMAN
            yield _finding(side, after.definition, f"{subject} {weak.what}: {change_of}", severity)


def _idle(side: Sides, before: _Helper, after: _Helper) -> Iterator[Finding]:
    """A helper that did something, and now answers the same to everything, or nothing."""
    what = ""
    if _is_constant(after) and not _is_constant(before) and inside(before.code.calls, before.span):
        what = f"always answers the same: {readable(after.definition.body)}"
    elif inside(before.code.calls, before.span) and not after.definition.statements:
        what = "does nothing any more"
    if what:
        text = f"{after.name}, which tests call, {what}"
        yield _finding(side, after.definition, text, Severity.NEEDS_HUMAN)


def _as_case(helper: _Helper) -> Case:
    definition = helper.definition
    return Case(
        name=definition.name,
        line=definition.line,
        at=definition.at,
        end=definition.end,
        body=definition.body,
        assertions=tuple(own_assertions(helper.code, definition)),
    )


def _delegates(helper: _Helper, change: Change) -> bool:
    """Whether a helper calls another one that asserts."""
    asserting = test_changes(change).asserting - {helper.name}
    return any(call.name in asserting for call in inside(helper.code.calls, helper.span))


def _is_constant(helper: _Helper) -> bool:
    """Whether all that a function does is to hand back a constant."""
    leaves = inside(helper.code.leaves, helper.span)
    if len(helper.definition.statements) != 1 or inside(helper.code.calls, helper.span):
        return False
    return len(leaves) == 1 and leaves[0].constant and not leaves[0].raises


def _swallows(helper: _Helper) -> int:
    """Handlers around an assertion that let it go."""
    places = [each.at for each in own_assertions(helper.code, helper.definition)]
    return sum(
        any(handler.guarded[0] <= at < handler.guarded[1] for at in places)
        for handler in inside(helper.code.handlers, helper.span)
        if not handler.raises
    )


def _redefined(side: Sides, after: Code) -> Iterator[Finding]:
    """Functions of a test library that a file of tests gives a meaning of its own."""
    yield from _assigned(side, after)
    yield from _extended(side, after)


def _assigned(side: Sides, after: Code) -> Iterator[Finding]:
    before = Counter(each.target for each in side.before.assignments) if side.before else Counter()
    for item in after.assignments:
        before[item.target] -= 1
        target = item.target.replace(" ", "")
        if before[item.target] < 0 and _replaces(target, item.value[:300]):
            yield _finding(side, item.line, f"{target} is given another meaning")


def _replaces(target: str, value: str) -> bool:
    """Whether an assignment puts a function of its own in the place of an assertion."""
    owner, _, name = target.rpartition(".")
    if not _REDEFINED.match(name) or _WRAPS.search(value):
        return False
    if owner:
        return _LIBRARY.search(owner) is not None
    return name in {"expect", "assert"} and re.search(r"=>|function|lambda", value) is not None


def _extended(side: Sides, after: Code) -> Iterator[Finding]:
    before = Counter(shape(call.text) for call in side.before.calls) if side.before else Counter()
    for call in after.calls:
        if call.name not in _EXTENDING:
            continue
        before[shape(call.text)] -= 1
        if before[shape(call.text)] < 0 and _overrides(call):
            text = f"an assertion is given another meaning: {readable(call.text)}"
            yield _finding(side, call.line, text)


_EXTENDING = frozenset({"extend", "overwriteMethod", "overwriteProperty", "setattr", "define"})


def _overrides(call: Call) -> bool:
    """`expect.extend({toBe…})`, `utils.overwriteMethod("equal")`, `Matchers.define :eq`."""
    if call.name == "extend":
        arguments = call.text[:_MAX_BODY].partition("(")[2]
        return call.callee.endswith("expect.extend") and bool(_EXTENDED.search(arguments))
    if call.name == "define" and "Matchers" not in call.callee:
        return False
    return any(_REDEFINED.match(each.strip("\"': ")) for each in call.arguments[:2])


def _own_assertions(side: Sides, before: Code, after: Code) -> Iterator[Finding]:
    """New functions with the name of an assertion of a library that do not assert."""
    old = _by_name(before)
    for name, item in _by_name(after).items():
        simple = item.simple_name
        known = len(simple) > _SHORT and simple.startswith("assert") and _REDEFINED.match(simple)
        if name not in old and known and not any(own_assertions(after, item)):
            yield _finding(side, item, f"{simple} is defined anew, and asserts nothing")


_SHORT = 7


def _finding(
    side: Sides, place: Definition | int, message: str, severity: Severity = SEVERITY
) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=message,
        remedy=_REMEDY,
        file=side.file.path,
        line=place if isinstance(place, int) else place.line,
    )
