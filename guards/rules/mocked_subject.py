"""A test that replaces what it is to check sees its own answers, not the code's."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from guards.assertion_changes import literals, readable, words
from guards.change import Change
from guards.code import Code, Double, inside
from guards.evidence import Evidence, Need
from guards.facts import Call, Definition, Kind
from guards.policy import Policy
from guards.reading import Sides, all_sides, is_collected
from guards.roles import Role
from guards.test_matching import Located, match_tests
from guards.verdict import Finding, Severity

NAME = "mocked_subject"
SEVERITY = Severity.REJECT
NEEDS = frozenset({Need.CONTENTS})

_REMEDY = "test the real code; replace only what it depends on"
_MOST_CALLS: Final = 5000
_TELLING: Final = 4  # letters of a name that is no accident
_AFFIXES = re.compile(
    r"(?i)^(?:tests?|spec)[_\-. ]|(?:[_\-. ]?(?:tests?|specs?|it|e2e|unit|cy|testcase|should))+$"
)
_PARTS = re.compile(r"\W+|_")
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
    surviving = {(new.file.path, new.case.at): new for _, new in match_tests(change).pairs}
    failing = " ".join(sorted(evidence.failing_tests)[:100])[:10_000]
    for side in all_sides(change):
        if side.after is None or not side.file.is_test:
            continue
        for double in side.after.doubles:
            had[double.target] -= 1
            if had[double.target] < 0 and _is_subject(double, side, surviving, failing):
                yield _finding(double, side)


def _is_subject(
    double: Double, side: Sides, surviving: dict[tuple[str, int], Located], failing: str
) -> bool:
    code = side.after
    assert code is not None  # noqa: S101 - `check` looks at files with a new side only
    target = _target(double)
    if not target or _normal(target[0]) in _COLLABORATORS or _normal(target[-1]) in _COLLABORATORS:
        return False
    case = next((each for each in code.cases if each.at <= double.at < each.end), None)
    if case is not None:
        located = surviving.get((side.file.path, case.at))
        span = (case.at, case.end)
        return located is not None and _is_checked(double, target, side.file.path, code, span)
    around = code.within(double.at)
    if not is_collected(side.file.path):
        return side.file.role is Role.TEST_SUPPORT and _names_in(target, failing)
    is_hook = around is None or around.kind in {Kind.HOOK, Kind.SUITE, Kind.CLASS, Kind.FUNCTION}
    started = any((side.file.path, each.at) in surviving for each in code.cases)
    return (
        started
        and is_hook
        and _is_checked(
            double,
            target,
            side.file.path,
            code,
            (0, code.definitions[-1].end if code.definitions else 0),
        )
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


_WORDS = re.compile(r"[^\W\d]\w{0,80}")
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
    for call in _other_calls(double, code, span):
        if call.name != last:
            continue
        holder = _normal(call.callee.rpartition(".")[0].rpartition(".")[2])
        if not holder or holder == owner or owner in subjects:
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


def _other_calls(double: Double, code: Code, span: tuple[int, int]) -> Iterator[Call]:
    """Calls of a span that are no part of setting the stand-in up."""
    for call in inside(code.calls, span)[:_MOST_CALLS]:
        if not (double.at <= call.at < double.end or call.at <= double.at < call.end):
            yield call


def _is_called_bare(name: str, double: Double, code: Code, span: tuple[int, int]) -> bool:
    is_function = name[:1].islower()
    return is_function and any(call.callee == name for call in _other_calls(double, code, span))


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
    asserted = {
        word
        for each in code.assertions
        if span[0] <= each.at < span[1]
        for word in words(each.subject)
    }
    return bool(names & asserted)


def _names_in(target: list[str], failing: str) -> bool:
    text = _normal(failing)
    return len(target[-1]) >= _TELLING and _normal(target[-1]) in text


def _normal(name: str) -> str:
    return _PARTS.sub("", name).lower()


def _finding(double: Double, side: Sides) -> Finding:
    return Finding(
        guard=NAME,
        severity=SEVERITY,
        message=f"what the test checks is replaced: {readable(double.text)}",
        remedy=_REMEDY,
        file=side.file.path,
        line=double.line,
    )
