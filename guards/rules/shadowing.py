"""A file that stands in for the tool or its report decides what the tool says."""

import re
import sys
from collections.abc import Iterator

from guards.change import Change, FileChange, Status
from guards.evidence import Evidence, Need
from guards.pattern import expression
from guards.policy import Policy
from guards.verdict import Finding, Severity

NAME = "shadowing"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset()

_FEW_LINES = 8  # a new release of a wrapper changes more

_PYTHON_TOOLS = frozenset(
    [
        "pytest",
        "_pytest",
        "unittest",
        "unittest2",
        "nose",
        "nose2",
        "coverage",
        "tox",
        "nox",
        "hypothesis",
        "pluggy",
        "mock",
        "pytest_cov",
        "pytest_asyncio",
        "pytest_mock",
        "xdist",
        "doctest",
        "mypy",
        "ruff",
        "flake8",
        "pylint",
        "black",
        "isort",
        "bandit",
        "sitecustomize",
        "usercustomize",
        "pip",
        "setuptools",
        "behave",
        "robot",
        "freezegun",
        "responses",
    ]
)
# Names of the standard library that projects give to modules of their own.
_OFTEN_OWN = frozenset(
    [
        "types",
        "test",
        "tests",
        "code",
        "token",
        "tokens",
        "parser",
        "ast",
        "platform",
        "config",
        "queue",
        "logging",
        "calendar",
        "email",
        "html",
        "http",
        "json",
        "enum",
        "signal",
        "select",
        "site",
        "statistics",
        "string",
        "struct",
        "symbol",
        "abc",
        "io",
        "time",
        "random",
        "math",
        "operator",
        "copy",
        "colors",
        "this",
        "secrets",
        "selectors",
        "resource",
        "profile",
        "trace",
        "token",
        "cmd",
        "new",
        "array",
        "numbers",
        "dis",
        "ssl",
        "uuid",
        "warnings",
        "weakref",
        "xml",
        "zipfile",
        "zipimport",
    ]
)
_SCRIPT_TOOLS = expression(
    r"(?:^|/)(?:jest|vitest|mocha|jasmine|chai|ava|karma|playwright|cypress|eslint|tsc|prettier)(?:/index)?\.(?:c|m)?[jt]s$|^(?:rspec|minitest|phpunit|pytest|jest|go|cargo|npm|mvn|gradle|make|node|python3?|ruby|bash|sh)(?:\.(?:sh|cmd|bat|exe))?$"
    r"|(?:^|/)(?:rspec|minitest|test/unit)\.rb$|(?:^|/)PHPUnit/Framework/TestCase\.php$|(?:^|/)org/junit/[\w/]+\.(?:java|kt|class)$|(?:^|/)(?:github\.com/)?stretchr/testify/"
)
_SCRIPT_CONFIGURATION = expression(
    r"(?:^|/)(?:bin|scripts?|config|docs?|website|packages/[\w-]+/src|src)/"
)
_INSTALLED = expression(
    r"(?:^|/)(?:node_modules|site-packages|dist-packages|\.venv|venv|\.tox|\.nox)/|\.egg-link$|(?:^|/)vendor/(?:bin|phpunit)/"
)
_START_UP = expression(r"(?:^|/)(?:sitecustomize|usercustomize)(?:\.py|/__init__\.py)$|\.pth$")
_WRAPPERS = expression(
    r"(?:^|/)(?:mvnw(?:\.cmd)?|gradlew(?:\.bat)?|gradle/wrapper/gradle-wrapper\.(?:jar|properties)|\.mvn/wrapper/[\w.-]+|\.mvn/extensions\.xml|pants|bazelw|sbtx?|\.yarn/releases/[\w.-]+)$"
)
_WRAPPER_URL = expression(
    r"^\s*(?:distributionUrl|distributionSha256Sum|wrapperUrl)\s*=\s*(\S{1,300})"
)
_USUAL_URL = expression(
    r"^https\\?://(?:services\.gradle\.org/distributions/|downloads\.gradle\.org/|repo1?\.maven\.(?:apache\.)?org/|repo\.maven\.apache\.org/|archive\.apache\.org/)"
)
_REPORTS = expression(
    r"(?:^|/)(?:\.coverage(?:\.[\w.-]+)?|coverage\.xml|coverage(?:-final|-summary)?\.json|lcov\.info|cobertura(?:-coverage)?\.xml|jacoco\.(?:exec|xml)|coverage\.out|cover\.out|junit[\w.-]*\.xml|TEST-[\w.$-]+\.xml|nosetests\.xml|test[-_]?results?\.(?:json|xml|trx)|test-report\.(?:json|xml)|results\.xml|report\.xml|\.last-run\.json|\.resultset\.json|[\w.-]+\.trx)$"
    r"|(?:^|/)(?:surefire-reports|failsafe-reports|test-results|\.nyc_output|\.pytest_cache|\.jest_cache|\.mypy_cache|\.ruff_cache|htmlcov)/"
)
_PARSERS = expression(
    r"(?:^|/)(?:(?:parse|convert|collect|report|summari[sz]e|process)[_-](?:junit|test[_-]?)?(?:results?|reports?|tests?|log|output)|(?:test[_-]?)?(?:results?|report|log)[_-]?(?:parser|reporter|writer|collector))\.(?:py|js|ts|mjs|cjs|rb|sh|pl)$",
    re.IGNORECASE,
)
_EXAMPLES = expression(
    r"(?:^|/)(?:testdata|test[_-]data|fixtures?|__fixtures__|examples?|samples?|resources|golden|snapshots?|data|mocks?)/"
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find stand-ins for test tools, start-up files, edited wrappers and committed reports."""
    for file in change.files:
        if file.status is Status.DELETED:
            continue
        new = file.status is Status.ADDED or (
            file.status is Status.RENAMED and file.path != file.old_path
        )
        yield from _new(file, change) if new else _edited(file)


def _new(file: FileChange, change: Change) -> Iterator[Finding]:
    if _START_UP.search(file.path):
        yield _finding(file, f"{file.path} runs whenever Python starts")
    elif _INSTALLED.search(file.path):
        yield _finding(file, f"{file.path} stands among installed packages")
    elif name := _shadowed(file.path, change):
        yield _finding(file, f"{file.path} is found in place of {name}")
    elif _WRAPPERS.search(file.path):
        yield _finding(file, f"{file.path} starts the build", severity=Severity.NEEDS_HUMAN)
        yield from _distribution(file)
    elif _REPORTS.search(file.path) and not _EXAMPLES.search(file.path):
        yield _finding(file, f"{file.path} is a report that the checks should write")


def _edited(file: FileChange) -> Iterator[Finding]:
    if _START_UP.search(file.path) or _INSTALLED.search(file.path):
        yield _finding(file, f"{file.path} steers the tools that are installed", _line(file))
    elif _WRAPPERS.search(file.path):
        properties = file.path.endswith(".properties")
        if not properties:
            severity = SEVERITY if _hand_made(file) else Severity.NEEDS_HUMAN
            yield _finding(
                file, f"{file.path} starts the build, and was edited", _line(file), severity
            )
        yield from _distribution(file)
    elif _REPORTS.search(file.path) and not _EXAMPLES.search(file.path):
        yield _finding(file, f"{file.path} is a report that the checks should write", _line(file))
    elif _PARSERS.search(file.path):
        message = f"{file.path} reads or writes the results of the checks"
        yield _finding(file, message, _line(file), Severity.NEEDS_HUMAN)


def _shadowed(path: str, change: Change) -> str:
    """The tool or module that is no longer found where a file stands; "" for none."""
    match = re.fullmatch(r"((?:[\w.-]+/){0,3}?)(\w+)(?:\.pyi?|/__init__\.py|\.pyc|\.so)", path)
    if match and not path.endswith(".pyi"):
        folder, name = match[1].strip("/"), match[2]
        # Python looks into the root, `src`, and the folders of tests without `__init__.py`.
        searched = folder in {"", "src", "lib", "test", "tests"}
        if searched and name in _PYTHON_TOOLS:
            return name
        standard = name in sys.stdlib_module_names and name not in _OFTEN_OWN
        if searched and folder in {"", "src"} and standard and not name.startswith("__"):
            return f"{name} of the standard library"
    match = _SCRIPT_TOOLS.search(path)
    if match and not _SCRIPT_CONFIGURATION.search(path):
        return match[0].strip("/")
    return ""


def _hand_made(file: FileChange) -> bool:
    """Whether an edit of a wrapper does what the makers of wrappers do not."""
    pattern = re.compile(
        r"\b(?:exit 0|\|\| true|-DskipTests|maven\.test|-x test|--exclude-task|skip)|\bcurl\b|--offline|--continue",
        re.IGNORECASE,
    )
    return len(file.added) < _FEW_LINES or any(
        pattern.search(line.text[:2000]) for line in file.added
    )


def _distribution(file: FileChange) -> Iterator[Finding]:
    for line in file.added:
        match = _WRAPPER_URL.match(line.text[:1000])
        if match and match[1].startswith("http") and not _USUAL_URL.search(match[1]):
            yield _finding(file, f"the build tool comes from {match[1][:160]}", line.number)
    gone = any("distributionSha256Sum" in line.text for line in file.removed)
    if gone and not any("distributionSha256Sum" in line.text for line in file.added):
        yield _finding(file, "the checksum of the build tool is gone")


def _line(file: FileChange) -> int | None:
    return file.added[0].number if file.added else None


def _finding(
    file: FileChange, message: str, line: int | None = None, severity: Severity = SEVERITY
) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=message[:300],
        remedy="leave the tools and their reports alone; give a module of the project another name",
        file=file.path,
        line=line,
    )
