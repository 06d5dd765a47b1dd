"""Settings and hooks of the test runner decide what runs and what counts as passed."""

import ast
import re
from collections.abc import Iterator, Mapping

from guards.change import Change, FileChange
from guards.errors import UnparsableError
from guards.evidence import Evidence, Need
from guards.policy import Policy
from guards.pytest_config import is_pytest_config, options, pytest_settings
from guards.python_source import FunctionNode, nodes
from guards.verdict import Finding, Severity

NAME = "test_settings"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset()

_DESELECT = re.compile(
    r"-[km].*|--(?:ignore|ignore-glob|deselect|collect-only|co|setup-plan|setup-only|lf|last-failed"
    r"|ff|maxfail|exitfirst|noconftest|continue-on-collection-errors|suppress-no-test-exit-code)(?:=.*)?|-x|-p(?:no:.*)?|no:.*"
)
_DESELECT_LINE = re.compile(
    r"(?:^|[\s\"'=])(?:-k|-m|--(?:ignore|ignore-glob|deselect|collect-only|setup-plan|lf))(?:[\s\"'=]|$)"
)
_WHAT_IS_COLLECTED = (
    "python_files",
    "python_classes",
    "python_functions",
    "testpaths",
    "norecursedirs",
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
        "load_tests",
    ]
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find options that deselect tests, changed collection patterns and hooks that change results."""
    for file in change.files:
        if is_pytest_config(file.path):
            yield from _settings(file) if change.from_trees else _lines(file)
        elif file.path.endswith(".py"):
            yield from _hooks(file) if change.from_trees else _hook_lines(file)


def _settings(file: FileChange) -> Iterator[Finding]:
    try:
        before = pytest_settings(file.old_path or file.path, file.before or b"")
    except (UnparsableError, KeyError):
        before = {}  # it was broken, or no settings file: whatever stands there now is new
    try:
        after = pytest_settings(file.path, file.after or b"")
    except UnparsableError:
        message = f"{file.path} cannot be read, so the settings of the tests could not be judged"
        yield _finding(file, message, "make it valid", severity=Severity.NEEDS_HUMAN)
        return
    yield from _deselected(file, before, after)
    for key in _WHAT_IS_COLLECTED:
        if before.get(key) != after.get(key):
            message = f"{key} changed from {before.get(key)!r} to {after.get(key)!r}"
            remedy = f"leave {key} of the test runner as it was"
            yield _finding(file, message, remedy, severity=Severity.NEEDS_HUMAN)


def _deselected(
    file: FileChange, before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[Finding]:
    known = options(before.get("addopts", ""))
    now = options(after.get("addopts", ""))
    for option in now:
        if option not in known and _DESELECT.fullmatch(option):
            yield _finding(file, f"the test runner now leaves tests out: {option}")
    values = set(now) - set(known)
    if values and any(option in {"-k", "-m"} and option in known for option in now):
        yield _finding(file, f"the selection of tests changed: {' '.join(sorted(values))}")


def _lines(file: FileChange) -> Iterator[Finding]:
    known = {line.text.strip() for line in file.removed}
    for line in file.added:
        if line.text.strip() not in known and _DESELECT_LINE.search(line.text[:1000]):
            message = f"the test runner may leave tests out: {line.text.strip()[:200]}"
            yield _finding(file, message, line=line.number)


def _hooks(file: FileChange) -> Iterator[Finding]:
    known = _hook_names(file.before)
    for name, line in _hook_names(file.after).items():
        if name not in known:
            yield _finding(file, f"{name} takes over what tests run or what they report", line=line)


def _hook_names(source: bytes | None) -> dict[str, int]:
    try:
        tree = nodes(source or b"")
    except UnparsableError:
        return {}
    found = {
        node.name: node.lineno
        for node in tree
        if isinstance(node, FunctionNode) and node.name in _HOOKS
    }
    assigned = (
        (target.id, target.lineno)
        for node in tree
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id in _HOOKS
    )
    return found | dict(assigned)


def _hook_lines(file: FileChange) -> Iterator[Finding]:
    known = {line.text.strip() for line in file.removed}
    for line in file.added:
        match = re.match(r"\s*(?:async\s+)?def\s+(\w+)", line.text)
        if match and match[1] in _HOOKS and line.text.strip() not in known:
            message = f"{match[1]} takes over what tests run or what they report"
            yield _finding(file, message, line=line.number)


def _finding(
    file: FileChange,
    message: str,
    remedy: str = "let every test run, and report what it found; take this out",
    line: int | None = None,
    severity: Severity = SEVERITY,
) -> Finding:
    return Finding(
        guard=NAME, severity=severity, message=message, remedy=remedy, file=file.path, line=line
    )
