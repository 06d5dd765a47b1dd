"""Settings of the test runner decide what runs and what counts as passed."""

from collections import Counter
from collections.abc import Iterator

from guards.change import Change, FileChange, Status
from guards.errors import UnparsableError
from guards.evidence import Evidence, Need
from guards.pattern import expression
from guards.policy import Policy
from guards.pytest_config import is_pytest_config, options, pytest_settings
from guards.pytest_watches import LINES, SETTINGS, is_strict, severity_of_new
from guards.setting_lines import lines_observed
from guards.settings import line_of, observed, starts_project
from guards.verdict import Finding, Severity

NAME = "test_settings"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset()

_DESELECT_LINE = expression(
    r"(?:^|[\s\"'=])(?:-k|-m|--(?:ignore|ignore-glob|deselect|collect-only|setup-plan|lf))(?:[\s\"'=]|$)"
)
_WINS = frozenset({"pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml"})
_HARMLESS = frozenset(
    [
        "markers",
        "minversion",
        "asyncio_mode",
        "log_cli",
        "log_level",
        "log_cli_level",
        "pythonpath",
        "junit_family",
        "required_plugins",
        "console_output_style",
        "django_settings_module",
        "DJANGO_SETTINGS_MODULE",
        "asyncio_default_fixture_loop_scope",
    ]
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find options that deselect tests, and changed collection patterns."""
    for item in (*observed(change, SETTINGS), *lines_observed(change, LINES)):
        yield item.finding(NAME)
    yield from _options(change)
    for file in change.files:
        if is_pytest_config(file.path):
            yield from _whole(change, file)


def _options(change: Change) -> Iterator[Finding]:
    """What the options of all files together leave out that they did not before."""
    files = [file for file in change.files if _is_config(file)] if change.from_trees else []
    known = Counter(option for file in files for option in _addopts(file, file.before, old=True))
    after = Counter(option for file in files for option in _addopts(file, file.after, old=False))
    for file in files:
        for option in dict.fromkeys(_addopts(file, file.after, old=False)):
            severity = severity_of_new(option) if after[option] > known[option] else None
            if severity is not None:
                message = f"the test runner now leaves tests out or forgives them: {option[:200]}"
                yield _finding(
                    file, message, line=line_of(file, option.split()[-1]), severity=severity
                )
        for option in dict.fromkeys(_addopts(file, file.before, old=True)):
            if known[option] > after[option] and is_strict(option):
                message = f"the test runner is less strict without {option[:200]}"
                severity, line = Severity.NEEDS_HUMAN, line_of(file, option.split()[-1])
                yield _finding(file, message, line=line, severity=severity)


def _is_config(file: FileChange) -> bool:
    return is_pytest_config(file.path) or is_pytest_config(file.old_path or file.path)


def _addopts(file: FileChange, content: bytes | None, *, old: bool) -> list[str]:
    path = (file.old_path or file.path) if old else file.path
    if content is None or not is_pytest_config(path):
        return []
    try:
        return options(pytest_settings(path, content).get("addopts", ""))
    except UnparsableError:
        return []


def _whole(change: Change, file: FileChange) -> Iterator[Finding]:
    """A file that cannot be read, or that is new and hides the settings of another one."""
    if not change.from_trees:
        yield from _lines(file)
    if not change.from_trees or file.after is None:
        return
    try:
        settings = pytest_settings(file.path, file.after)
    except UnparsableError:
        message = f"{file.path} cannot be read, so the settings of the tests could not be judged"
        yield _finding(file, message, "make it valid", severity=Severity.NEEDS_HUMAN)
        return
    hides = file.path.rpartition("/")[2] in _WINS and file.status is Status.ADDED
    others = [other for other in change.files if other is not file and _is_config(other)]
    if hides and not others and not starts_project(change, [file]):
        message = f"{file.path} is new, and pytest reads no other settings where it finds it"
        severity = (
            Severity.NEEDS_HUMAN if set(settings) - _HARMLESS or not settings else Severity.WARN
        )
        yield _finding(file, message, "change the settings where they stand", severity=severity)


def _lines(file: FileChange) -> Iterator[Finding]:
    known = {line.text.strip() for line in file.removed}
    for line in file.added:
        if line.text.strip() not in known and _DESELECT_LINE.search(line.text[:1000]):
            message = f"the test runner may leave tests out: {line.text.strip()[:200]}"
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
