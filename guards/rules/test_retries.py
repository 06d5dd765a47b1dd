"""A test that is run until it passes hides what makes it fail."""

from collections.abc import Iterator

from guards.change import Change
from guards.evidence import Evidence, Need
from guards.policy import Policy
from guards.setting_lines import LineWatch, lines_observed
from guards.settings import observed
from guards.verdict import Finding, Severity
from guards.watches import Tool, Watch

NAME = "test_retries"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset()

_WHAT = "failing tests are run again"
_REMEDY = "make the test pass the first time"


def _retries(key: str) -> Watch:
    return Watch(key=key, what=_WHAT, raised=True, appears=r"[1-9]\d*", remedy=_REMEDY)


_SCRIPT = r"\.(?:[cm]?[jt]s|json5?|ya?ml|yml)$"
_TOOLS = (
    Tool(
        name="runner",
        files={
            rf"(?:^|/)(?:jest|vitest|vite|playwright|cypress|wdio|karma|nightwatch|web-test-runner)[\w.-]*{_SCRIPT}": "",
            r"(?:^|/)(?:\.mocharc(?:\.\w+)?|dart_test\.ya?ml|bunfig\.toml)$": "",
        },
        watches=(
            _retries(r"retr(?:y|ies)(?:\.(?:count|runMode|openMode))?|retryTimes|specFileRetries"),
        ),
        introducible=False,
    ),
    Tool(
        name="package",
        files={r"(?:^|/)package\.json$": ""},
        watches=(_retries(r"(?:jest|mocha|vitest|cypress|ava)\.(?:retries|retry|retryTimes)"),),
        introducible=False,
    ),
    Tool(
        name="maven",
        files={r"(?:^|/)pom\.xml$": "project."},
        watches=(_retries(r"(?:surefire\.)?rerunFailingTestsCount"),),
        introducible=False,
    ),
    Tool(
        name="nextest",
        files={r"(?:^|/)nextest\.toml$": ""},
        watches=(_retries(r"retries(?:\.count)?"),),
        introducible=False,
    ),
    Tool(
        name="pytest",
        files={
            r"(?:^|/)pyproject\.toml$": "tool.pytest.",
            r"(?:^|/)\.?pytest\.(?:ini|toml)$": "",
            r"(?:^|/)(?:tox\.ini)$": "pytest",
            r"(?:^|/)(?:setup\.cfg)$": "tool:pytest",
        },
        watches=(_retries("reruns|retries|max_reruns|flaky_\\w+"),),
        introducible=False,
    ),
)
_SETTINGS = (
    r"(?:^|/)(?:pytest\.ini|\.pytest\.ini|pytest\.toml|tox\.ini|setup\.cfg|pyproject\.toml|package\.json|Makefile|GNUmakefile|noxfile\.py|justfile|[\w.-]*\.(?:mk|sh)|\.bazelrc"
    r"|maven\.config|gradle\.properties|\.env[\w.-]*|\.mocharc\.\w+|\.rspec|Rakefile|CMakeLists\.txt)$"
)
_LINES = (
    LineWatch(
        files=_SETTINGS,
        what=_WHAT,
        appears=r"--(?:reruns|retries|force-flaky|max-runs|flaky_test_attempts|runs_per_test|test-retries|repeat until-pass:)[ =]?['\"]?[1-9]\d*|--only-rerun\b.{0,40}|-DrerunFailingTestsCount=[1-9]\d*|-Dsurefire\.rerunFailingTestsCount=[1-9]\d*|--repeat[ =]until-pass\S*",
        remedy=_REMEDY,
    ),
    LineWatch(
        files=r"\.gradle(?:\.kts)?$",
        what=_WHAT,
        appears=r"\bmaxRetries\b[^\d\n]{0,12}[1-9]\d*|failOnPassedAfterRetry\b[^\w\n]{0,6}(?:set\()?false|org\.gradle\.test-retry\b",
        remedy=_REMEDY,
    ),
    LineWatch(
        files=r"(?:^|/)BUILD(?:\.bazel)?$|\.bzl$",
        what=_WHAT,
        appears=r"\bflaky\s?=\s?(?:True|1)",
        remedy=_REMEDY,
    ),
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find settings that run failing tests again, or more often."""
    for item in (*observed(change, _TOOLS), *lines_observed(change, _LINES)):
        yield item.finding(NAME)
