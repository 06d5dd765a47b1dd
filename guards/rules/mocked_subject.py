"""A test that replaces what it is to check sees its own answers, not the code's."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from guards.assertion_changes import literals, readable, words
from guards.change import Change
from guards.code import Code, Double, inside
from guards.evidence import Evidence, Need
from guards.facts import Definition, Kind
from guards.pattern import expression
from guards.policy import Policy
from guards.reading import Sides, all_sides, is_collected
from guards.roles import Role, role_of
from guards.test_matching import match_tests
from guards.verdict import Finding, Severity

NAME = "mocked_subject"
SEVERITY = Severity.REJECT
NEEDS = frozenset({Need.CONTENTS})

_REMEDY = "test the real code; replace only what it depends on"
_MOST_CALLS: Final = 5000
_TELLING: Final = 4  # letters of a name that is no accident
_AFFIXES = expression(
    r"(?i)^(?:tests?|spec)[_\-. ]|(?:[_\-. ]?(?:tests?|specs?|it|e2e|unit|cy|testcase|should))+$"
)
_PARTS = expression(r"\W+|_")
_SUBJECT_WORDS = frozenset({"subject", "described_class", "sut"})
# What tests replace for good reasons, whatever the code under test is called.
_COLLABORATORS = frozenset(
    {"requests", "httpx", "urllib", "urlopen", "socket", "time", "datetime", "date", "clock", "fs"}
    | {"random", "uuid", "os", "sys", "subprocess", "smtplib", "boto3", "redis", "fetch", "axios"}
    | {"math", "console", "http", "https", "net", "environ", "env", "sleep", "now", "open", "stdin"}
    | {"stdout", "stderr", "logger", "logging", "log", "database", "session", "shutil", "platform"}
    | {
        "crypto",
        "process",
        "settimeout",
        "window",
        "document",
        "localstorage",
        "global",
        "builtins",
    }
    | {"globalthis", "aiohttp"}
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find new stand-ins for what a test checks."""
    had = Counter(
        double.target for side in all_sides(change) if side.before for double in side.before.doubles
    )
    surviving = frozenset((new.file.path, new.case.at) for _, new in match_tests(change).pairs)
    failing = " ".join(sorted(evidence.failing_tests)[:100])[:10_000]
    for side in all_sides(change):
        if side.after is None or not side.file.is_test:
            continue
        for double in side.after.doubles:
            had[double.target] -= 1
            if had[double.target] < 0:
                severity = _severity(double, side.file.path, side.after, surviving, failing)
                yield from [] if severity is None else [_finding(double, side, severity)]


def _severity(
    double: Double, path: str, code: Code, surviving: frozenset[tuple[str, int]], failing: str
) -> Severity | None:
    """How much it weighs that a target is replaced; None = it is not what is tested."""
    target = _target(double)
    if not target or _COLLABORATORS & {_normal(target[0]), _normal(target[-1])}:
        return None
    case = next((each for each in code.cases if each.at <= double.at < each.end), None)
    if case is not None:
        span = (case.at, case.end)
        known = (path, case.at) in surviving
    elif not is_collected(path):
        shared = role_of(path) is Role.TEST_SUPPORT and _names_in(target, failing)
        return SEVERITY if shared else None
    else:
        span = (0, _END)
        known = any(
            item.kind is Kind.TEST and (item.untouched or (path, item.at) in surviving)
            for item in code.definitions
        )
    if not known:
        return None
    if _is_checked(double, target, path, code, span):
        return SEVERITY
    return Severity.NEEDS_HUMAN if _is_part(double, target, path, code) else None


_END: Final = 1 << 40


def _is_part(double: Double, target: list[str], path: str, code: Code) -> bool:
    """Whether it is a method of the class that the tests of the file are named after."""
    return (
        len(target) > 1
        and target[-2][:1].isupper()
        and _normal(target[-2]) in _subjects(path, code, double.at)
    )


def _target(double: Double) -> list[str]:
    """The names in what is replaced; of a path to a module, its last part."""
    text = double.target[:500]
    quoted = [each for each in literals(text) if "/" in each]
    if quoted:
        return [re.sub(r"\.[cm]?[jt]sx?$", "", quoted[0].rstrip("/").rpartition("/")[2])]
    inner = " ".join(literals(text))
    found = [word for word in [*words(text), *_WORDS.findall(inner)] if word not in _NOISE]
    return found[:12]


_WORDS = expression(r"[^\W\d]\w{0,80}")
_NOISE = frozenset(
    {"class", "new", "this", "self", "__name__", "lambda", "const", "typeof", "await"}
)


def _is_checked(
    double: Double, target: list[str], path: str, code: Code, span: tuple[int, int]
) -> bool:
    """Whether the tests of a span look at the very thing that is replaced."""
    if _SUBJECT_WORDS & {*target}:
        return True
    subjects = _subjects(path, code, double.at)
    if len(target) == 1:
        name = target[0]
        if _normal(name) in subjects or _is_imported_subject(name, double, code, span):
            return True
        return "/" not in double.target and _is_called_bare(name, double, code, span)
    owner, last = _normal(target[-2]), target[-1]
    for name, holder in _other_calls(double, code, span):
        if name != last:
            continue
        if not holder or _normal(holder) == owner or owner in subjects:
            return True
        if _is_made(target[-2], code, span):
            return True
    return False


def _subjects(path: str, code: Code, place: int) -> frozenset[str]:
    """What the name of the file, and those of the suites around a place, say is under test."""
    stem = path.rpartition("/")[2].partition(".")[0]
    found = {_normal(_AFFIXES.sub("", stem))}
    for item in code.definitions:
        if item.kind in {Kind.SUITE, Kind.CLASS} and item.at <= place < item.end:
            found |= {_normal(_AFFIXES.sub("", each)) for each in _titles(item)}
    return frozenset(found - {""})


def _titles(item: Definition) -> list[str]:
    return [item.simple_name, *item.name.split(" > ")][:10]


def _other_calls(double: Double, code: Code, span: tuple[int, int]) -> Iterator[tuple[str, str]]:
    """Name and holder of what a span calls, but for what sets the stand-in up."""
    for call in inside(code.calls, span)[:_MOST_CALLS]:
        if not (double.at <= call.at < double.end or call.at <= double.at < call.end):
            yield call.name, call.callee.rpartition(".")[0].rpartition(".")[2]
    for item in code.definitions:
        if item.untouched and item.kind is Kind.TEST and span[0] <= item.at < span[1]:
            for match in _CALLED.finditer(item.body[:_MAX_BODY]):
                yield match[2], match[1] or ""


_CALLED = expression(r"(?:\b(\w{1,80}) ?\. ?)?\b([^\W\d]\w{0,80}) ?\(")
_MAX_BODY: Final = 20_000


def _is_called_bare(name: str, double: Double, code: Code, span: tuple[int, int]) -> bool:
    calls = _other_calls(double, code, span)
    return name[:1].islower() and any(each == (name, "") for each in calls)


def _is_made(name: str, code: Code, span: tuple[int, int]) -> bool:
    """Whether an object of a class is made within a span, or in what is set up for it."""
    return name[:1].isupper() and any(
        name in call.callee.split(".") for call in (*inside(code.calls, span), *code.calls[:200])
    )


def _is_imported_subject(module: str, double: Double, code: Code, span: tuple[int, int]) -> bool:
    """Whether what a replaced module gives is what the tests call in their assertions."""
    if "/" not in double.target:
        return False
    names = {
        word
        for item in code.imports
        if any(each.rpartition("/")[2].partition(".")[0] == module for each in literals(item.text))
        for word in words(item.text)
    } - {"import", "from", "require", "as", "type", "const"}
    return any(name in names and not holder for name, holder in _other_calls(double, code, span))


def _names_in(target: list[str], failing: str) -> bool:
    text = _normal(failing)
    return len(target[-1]) >= _TELLING and _normal(target[-1]) in text


def _normal(name: str) -> str:
    return _PARTS.sub("", name).lower()


def _finding(double: Double, side: Sides, severity: Severity) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=f"what the test checks is replaced: {readable(double.text)}",
        remedy=_REMEDY,
        file=side.file.path,
        line=double.line,
    )
