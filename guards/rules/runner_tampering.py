"""Code that takes over the test framework can make any test pass, or end the run before it fails."""

import re
from collections.abc import Iterator, Sequence
from functools import partial

from guards.change import Change, FileChange
from guards.evidence import Evidence, Need
from guards.facts import Definition
from guards.new_code import Snippet, is_code_file, is_tooling, new_signals
from guards.pattern import expression
from guards.policy import Policy
from guards.reading import Sides, all_sides
from guards.roles import Role
from guards.verdict import Finding, Severity
from guards.words.runner_tampering import SIGNALS

NAME = "runner_tampering"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset()

_PATTERNS = tuple((what, expression(pattern), *weights) for what, pattern, *weights in SIGNALS)
_STRINGS = expression(r'"(?:[^"\\\n]|\\.){0,500}"|\'(?:[^\'\\\n]|\\.){0,500}\'|`[^`\n]{0,500}`')
_QUOTED = frozenset({"prints what a test run would print"})
_EXITS = "ends the process with success"
_FAIR_EXIT = expression(
    r"HELPER|helper_process|HelperProcess|GO_WANT|GO_TEST|BE_CRASHER|SUBPROCESS|__main__|\bfork\b|os\.fork|child|\bmain\s?\("
)
_RUNS_TESTS = expression(
    r"(?:^|/)(?:run[-_]?)?(?:all[-_])?tests?(?:[-_]?run(?:ner)?|[-_]all)?\.\w{2,4}$"
)
_SETUP = expression(
    r"(?:^|/)(?:conftest\.py|[\w.-]*(?:set-?up|setup|bootstrap|helper|global)[\w.-]*\.\w{2,4}|spec_helper\.rb|\.mocharc\.\w{1,4}|sitecustomize\.py|usercustomize\.py)$",
    re.IGNORECASE,
)
_HOOKS = frozenset(
    [
        "pytest_collection_modifyitems",
        "pytest_ignore_collect",
        "pytest_collect_file",
        "pytest_pycollect_makeitem",
        "pytest_runtest_makereport",
        "pytest_runtest_call",
        "pytest_runtest_protocol",
        "pytest_runtestloop",
        "pytest_pyfunc_call",
        "pytest_report_teststatus",
        "pytest_sessionfinish",
        "pytest_deselected",
        "pytest_runtest_setup",
        "pytest_exception_interact",
        "pytest_cmdline_main",
        "pytest_itemcollected",
        "pytest_generate_tests",
        "load_tests",
    ]
)
# Hooks that decide by what they return: anything but nothing takes a test out, or its result over.
_DECIDING = frozenset(
    [
        "pytest_ignore_collect",
        "pytest_runtest_protocol",
        "pytest_runtestloop",
        "pytest_pyfunc_call",
        "pytest_report_teststatus",
        "pytest_cmdline_main",
        "pytest_collect_file",
        "pytest_pycollect_makeitem",
    ]
)
_MILD = frozenset({"pytest_runtest_setup", "pytest_itemcollected", "pytest_generate_tests"})
_HARMS = expression(
    r"deselect|\bskip|xfail|items \[ : \] =|items \. (?:clear|remove|pop)|del items|\. outcome =|\bexitstatus =|force_result|excinfo =|_exit|\. obj =|\bobj =|runtest =|\bpatch|longrepr =|passed|\bexcept\b|suppress"
)
_DECIDES = expression(r"\breturn (?!None\b|$)[^\s}]")
_FAIR_LOADER = expression(r"addTests? \(|DocTestSuite|discover \(")
_AUTOUSE = expression(r"autouse\s?=\s?True")
_REPLACES = expression(r"\bsetattr \(|\bpatch(?: \. \w+)? \(|\bmock \.")


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find hooks, exits and replaced parts of test frameworks that the change brings."""
    yield from _signals(change)
    if not change.from_trees:
        for snippet, name in new_signals(change, is_code_file, _hook_lines):
            message = f"{name} takes over what tests run or what they report"
            yield _finding(snippet.file, message, snippet.line, SEVERITY)
        return
    pairs = all_sides(change)
    known = {hook.body for pair in pairs if pair.before for hook in _hooks(pair.before.definitions)}
    for pair in pairs:
        yield from _new_hooks(pair, known)
        yield from _empty_mains(pair)


def _signals(change: Change) -> Iterator[Finding]:
    told: set[tuple[str, int]] = set()
    for what, pattern, *weights in _PATTERNS:
        for snippet, _ in new_signals(change, is_code_file, partial(_matches, what, pattern)):
            severity, place = _weight(what, snippet, weights), (snippet.file.path, snippet.line)
            if severity is not None and place not in told:
                told.add(place)
                message = f"code {what}: {snippet.shown}"
                yield _finding(snippet.file, message, snippet.line, severity)


def _matches(what: str, pattern: re.Pattern[str], snippet: Snippet) -> Sequence[str]:
    """What a line does; code in a string is not run here, but the words of a call may be strings."""
    found = list(pattern.finditer(snippet.text))
    if what not in _QUOTED:
        inside = [match.span() for match in _STRINGS.finditer(snippet.text)]
        found = [
            match
            for match in found
            if snippet.bare.strip() and not any(s < match.start() < e for s, e in inside)
        ]
    return ["".join(match[0].split()) for match in found][:20]


def _weight(what: str, snippet: Snippet, weights: Sequence[Severity | None]) -> Severity | None:
    file = snippet.file
    if what == _EXITS:
        return _weight_of_exit(snippet)
    if file.role is Role.TEST_SUPPORT or _SETUP.search(file.path):
        return weights[1]
    if file.is_test:
        return weights[0]
    if weights[2] is None or not is_tooling(file):
        return weights[2]
    return min(weights[2], Severity.NEEDS_HUMAN, key=lambda severity: severity.rank)


def _weight_of_exit(snippet: Snippet) -> Severity | None:
    """Exits with success: no test ends so; programs do."""
    path = snippet.file.path
    if _FAIR_EXIT.search(snippet.context) or path.endswith((".c", ".cc", ".cpp", ".h", ".hpp")):
        return Severity.WARN if snippet.file.is_test else None
    if snippet.file.is_test or _SETUP.search(path):
        return Severity.REJECT
    return Severity.REJECT if _RUNS_TESTS.search(path) else None


def _hooks(definitions: Sequence[Definition]) -> Iterator[Definition]:
    return (each for each in definitions if each.simple_name in _HOOKS and "." not in each.name)


def _new_hooks(pair: Sides, known: set[str]) -> Iterator[Finding]:
    if pair.after is None or pair.after.language != "python":
        return
    for hook in _hooks(pair.after.definitions):
        if hook.body in known:
            continue
        before = pair.before.definitions if pair.before else ()
        old = next((each.body for each in before if each.name == hook.name), "")
        yield _finding(
            pair.file,
            f"{hook.name} takes over what tests run or what they report",
            hook.line,
            _weight_of_hook(hook, old),
        )
    for each in pair.after.definitions:
        fixture = any(_AUTOUSE.search(marker.text) for marker in each.markers)
        before = pair.before.definitions if pair.before else ()
        if (
            fixture
            and _REPLACES.search(each.body)
            and each.body not in {old.body for old in before}
        ):
            message = f"{each.name} replaces code for every test without being asked"
            yield _finding(pair.file, message, each.line, Severity.NEEDS_HUMAN)


def _weight_of_hook(hook: Definition, old: str) -> Severity:
    """Much when it drops tests or changes results, little when it only orders and marks."""
    harms = set(_HARMS.findall(hook.body)) - set(_HARMS.findall(old))
    if hook.simple_name in _MILD:
        return Severity.NEEDS_HUMAN if harms - {"skip", "passed"} else Severity.WARN
    if harms:
        return SEVERITY
    if hook.simple_name == "load_tests":
        return Severity.WARN if _FAIR_LOADER.search(hook.body) else SEVERITY
    decides = _DECIDES.search(hook.body) and not _DECIDES.search(old)
    return SEVERITY if decides and hook.simple_name in _DECIDING else Severity.WARN


def _empty_mains(pair: Sides) -> Iterator[Finding]:
    """Go: a TestMain that does not run the tests."""
    if pair.after is None or not pair.file.path.endswith("_test.go"):
        return
    before = {each.body for each in (pair.before.definitions if pair.before else ())}
    for each in pair.after.definitions:
        runs = re.search(r"\. Run \(|goleak|VerifyTestMain", each.body)
        if each.simple_name == "TestMain" and not runs and each.body not in before:
            yield _finding(pair.file, "TestMain does not run the tests", each.line, SEVERITY)


def _hook_lines(snippet: Snippet) -> Sequence[str]:
    match = re.match(r"\s{0,40}(?:async\s{1,4})?def\s{1,4}(\w+)", snippet.text)
    named = match[1] if match else ""
    return [named] if named in _HOOKS - _MILD else []


def _finding(file: FileChange, message: str, line: int, severity: Severity) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=message,
        remedy="let every test run, and report what it found; take this out",
        file=file.path,
        line=line,
    )
