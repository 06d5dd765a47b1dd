"""A test with more time, more room or fewer examples passes where it failed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from guards.assertion_changes import literals, readable, shape
from guards.change import Change
from guards.code import Code
from guards.evidence import Evidence, Need
from guards.facts import Call, Marker
from guards.pattern import expression
from guards.policy import Policy
from guards.reading import all_sides
from guards.verdict import Finding, Severity

NAME = "loosened_limits"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS = frozenset({Need.CONTENTS})

_REMEDY = "keep the limit and make the code meet it"
_MORE = (
    r"time_?outs?|setTimeout|within|deadline|tolerance|epsilon|delta|max_?(?:seconds|time|ms|millis|duration|latency|diff\w{0,10}"
    r"|errors?|failures?|memory|size|depth|queries|allocs?|wait|attempts|retries|elapsed|tries)|budget|slow|wait_?(?:time|for|seconds)?"
    r"|limit_?(?:ms|seconds)|attempts|retries|threshold|setDefaultTimeout|defaultTestTimeout|timeLimit|upper_?bound"
)
_LESS = (
    r"max_?examples|num_?runs|iterations|samples|runs|rounds|repetitions|num_?tests|min_?\w{1,20}|minimum\w{0,20}|repeat_?count"
    r"|lower_?bound|example_?count|success_?rate|trials|max_?success|concurrency|num_?(?:threads|workers|requests|clients|users)"
)
_NAME = expression(
    rf"(?i)(?:^|_|\b)(?:\w{{0,30}}_)?(?:({_MORE})|({_LESS}))(?:_?(?:ms|s|secs?|seconds|millis|minutes))?$"
)
_CAMEL = expression(r"(?<=[a-z0-9])(?=[A-Z])")
_KEYED = expression(r"\"?\b([A-Za-z_]\w{2,40})\"? ?[:=] ?(\d[\d_.]{0,20}(?:[eE] ?- ?\d{1,3})?)")
_DECLARING = expression(
    r"(?i)(?:time_?out|deadline|eventually|await_?until|within|max_?duration)\w{0,20}$"
)


@dataclass(frozen=True, slots=True)
class _Limit:
    """A number with the name that says what it limits."""

    key: str
    value: float
    text: str
    line: int
    more: bool  # whether more is laxer


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find numbers in the code of tests that were changed to the lax side."""
    for side in all_sides(change):
        if side.before is None or side.after is None or not side.file.is_test:
            continue
        old = _grouped(side.before)
        for key, limits in _grouped(side.after).items():
            before = old.get(key, [])
            if len(before) != len(limits):
                continue
            for one, other in zip(before, limits, strict=True):
                if _is_laxer(one, other):
                    yield Finding(
                        guard=NAME,
                        severity=SEVERITY,
                        message=f"a limit is looser: {readable(one.text)} → {readable(other.text)}",
                        remedy=_REMEDY,
                        file=side.file.path,
                        line=other.line,
                    )


def _is_laxer(before: _Limit, after: _Limit) -> bool:
    if before.value == after.value:
        return False
    if before.more and after.value == 0:
        return True  # no limit
    return (after.value > before.value) == before.more and before.value != 0


def _grouped(code: Code) -> dict[str, list[_Limit]]:
    found: dict[str, list[_Limit]] = {}
    seen: set[tuple[int, str]] = set()
    for limit in _limits(code):
        if (limit.line, limit.key) not in seen:
            found.setdefault(limit.key, []).append(limit)
        seen.add((limit.line, limit.key))
    return found


def _limits(code: Code) -> Iterator[_Limit]:
    for item in code.assignments:
        name = item.target.replace(" ", "").rpartition(".")[2]
        more = _direction(name)
        numbers = _numbers(item.value)
        if more is not None and len(numbers) == 1:
            text = f"{item.target} = {item.value}"
            yield _Limit(f"{name} {shape(item.value)}", numbers[0], text, item.line, more)
    for call in code.calls:
        yield from _keyed(call.arguments, call.line)
        yield from _given(call.name, call.arguments, call)
    for marker in code.markers:
        yield from _keyed(marker.arguments, marker.line)
        yield from _given(marker.name.rpartition(".")[2], marker.arguments, marker)


def _given(name: str, arguments: Sequence[str], place: Call | Marker) -> Iterator[_Limit]:
    """`@Timeout(5)`, `this.timeout(5)`: the number says what the name is about."""
    if _DECLARING.search(name):
        short = [each for each in arguments if len(each) < _SHORT]
        numbers = [number for each in short for number in _numbers(each)]
        if len(numbers) == 1:
            yield _Limit(f"{name}()", numbers[0], place.text, place.line, more=True)


_SHORT = 60
_MAX_ARGUMENT = 500


def _keyed(arguments: Sequence[str], line: int) -> Iterator[_Limit]:
    """`timeout = 5` or `timeout: 5` among the arguments of a call."""
    texts = [each for each in arguments if "(" not in each and len(each) < _MAX_ARGUMENT]
    for name, number in (pair for text in texts for pair in _KEYED.findall(text)):
        more = _direction(name)
        values = _numbers(number)
        if more is not None and values:
            yield _Limit(name, values[0], f"{name} = {number}", line, more)


def _direction(name: str) -> bool | None:
    """Whether more is laxer; None = the name says nothing of a limit."""
    match = _NAME.search(_CAMEL.sub("_", name[:80]))
    if match is None:
        return None
    return match[2] is None


def _numbers(text: str) -> list[float]:
    found = []
    for each in literals(text[:500]):
        try:
            found.append(float(each.replace("_", "").replace(" ", "").rstrip("fFdDmMlLsuU")))
        except ValueError:
            continue
    return found
