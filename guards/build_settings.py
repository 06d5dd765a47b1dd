"""Settings of build tools that decide which tests run and whether their failures count."""

from guards.runner_settings import leaves_out, narrowed, selects, strict, switch
from guards.setting_lines import LineWatch
from guards.verdict import Severity
from guards.watches import Tool, Watch

_REJECT = Severity.REJECT
_LEAVES_OUT = "tests are left out"
_TOLERATES = "failures do not fail the run"
_RUN = "let every test run, and let its failure fail the build"

_SUREFIRE = r"(?:maven-(?:surefire|failsafe)-plugin|gwt-maven-plugin)(?:\..+)?"
_MAVEN = (
    switch(r"skipTests|skipITs|skipUnitTests|(?:maven\.)?test\.skip(?:\.exec)?|skip(?:\.\w+)?\.?tests?", what=_LEAVES_OUT),
    switch(rf"{_SUREFIRE}\.skip|.*(?:maven-compiler-plugin).*\.skip", what=_LEAVES_OUT),
    switch(r"testFailureIgnore|maven\.test\.failure\.ignore|test\.failure\.ignore"),
    switch(r"failIfNo(?:Specified)?Tests|surefire\.failIfNo\w+", "false"),
    leaves_out(rf"{_SUREFIRE}\.(?:excludes\.exclude|excludesFile|excludedGroups|testExcludes\.testExclude)"),
    leaves_out(r"excludedGroups|testExcludes?(?:\.\w+)?"),
    narrowed(rf"{_SUREFIRE}\.(?:includes\.include|groups)"),
    selects(rf"{_SUREFIRE}\.test|properties\.(?:it\.)?test"),
    Watch(key=r"modules\.module", what=_LEAVES_OUT, vanishes=".+", remedy=_RUN),
    Watch(key=r"maven-failsafe-plugin\.executions\.execution\.goals\.goal", what=_LEAVES_OUT, vanishes="verify|integration-test", remedy=_RUN),
)  # fmt: skip
_CARGO = (
    switch(r"(?:test|lib|bin|example)\.(?:test|doctest)|package\.autotests|autotests", "false", _LEAVES_OUT),
    Watch(key=r"test\.harness", what="a test without its harness", appears="false", remedy=_RUN),
    Watch(key=r"test\.required-features", what=_LEAVES_OUT, appears=".+", remedy=_RUN),
    Watch(key=r"test\.(?:path|name)", what=_LEAVES_OUT, vanishes=".+", remedy=_RUN),
    leaves_out(r"workspace\.exclude"),
    narrowed(r"workspace\.default-members"),
    Watch(key=r"workspace\.members", what=_LEAVES_OUT, vanishes=".+", remedy=_RUN),
    Watch(key=r"profile\.(?:test|dev)\.(?:debug-assertions|overflow-checks)", what="checks at run time are off", appears="false", remedy=_RUN),
    selects(r"profile\.[\w-]+\.default-filter"),
    switch(r"profile\.[\w-]+\.no-tests", "pass|warn"),
    strict(r"profile\.[\w-]+\.junit\.store-failure-output"),
)  # fmt: skip
_TOX = (
    switch(r"(?:testenv\S*|env\S*)\.(?:ignore_outcome|ignore_errors)"),
    Watch(key=r"(?:testenv\S*|env\S*)\.commands", what=_TOLERATES, appears=r"-|-\s+\w.*|-(?:pytest|python|coverage|mypy|ruff|flake8|nox|make|npm)\b.*", severity=_REJECT, split=r"\n+", remedy=_RUN),
    Watch(key=r"tox\.(?:envlist|env_list)|env_list", what="an environment is not tested any more", vanishes=".+", split=r"[,\s{}]+", remedy=_RUN),
    selects(r"nosetests\.(?:exclude|ignore-files|attr|eval-attr|tests|exclude-dir)"),
)  # fmt: skip
BUILDS = (
    Tool(name="maven", files={r"(?:^|/)pom\.xml$": "project."}, watches=_MAVEN, introducible=False),
    Tool(
        name="properties",
        files={r"(?:^|/)(?:gradle|maven|surefire|test|junit-platform|build)\.properties$": ""},
        watches=(
            *_MAVEN[:4],
            leaves_out("junit\\.jupiter\\.conditions\\.deactivate|.*exclude.*tests?.*"),
        ),
        introducible=False,
    ),
    Tool(
        name="cargo",
        files={r"(?:^|/)(?:Cargo|nextest)\.toml$": ""},
        watches=_CARGO,
        introducible=False,
    ),
    Tool(
        name="tox",
        files={
            r"(?:^|/)(?:tox\.(?:ini|toml)|setup\.cfg)$": "",
            r"(?:^|/)pyproject\.toml$": "tool.tox.",
        },
        watches=_TOX,
        introducible=False,
    ),
)
_GRADLE = r"\.gradle(?:\.kts)?$"


def _lines(files: str, what: str, appears: str, severity: Severity = _REJECT) -> LineWatch:
    return LineWatch(files=files, what=what, appears=appears, severity=severity, remedy=_RUN)


def _gone(files: str, vanishes: str, what: str = "tests may not run any more") -> LineWatch:
    return LineWatch(files=files, what=what, vanishes=vanishes, remedy=_RUN)


_HUMAN = Severity.NEEDS_HUMAN
_CMAKE = r"(?:^|/)CMakeLists\.txt$|\.cmake$"
_SETTINGS = (
    r"(?:^|/)(?:\.env[\w.-]*|\.envrc|tox\.ini|setup\.cfg|Makefile|GNUmakefile|[\w.-]*\.mk|justfile|noxfile\.py|Dockerfile[\w.-]*|[\w.-]*\.(?:sh|toml|bat|ps1)|(?:docker-)?compose[\w.-]*\.ya?ml"
    r"|maven\.config|jvm\.config|\.mavenrc|gradle\.properties|package\.json|\.npmrc|Rakefile|Procfile)$"
)
BUILD_LINES = (
    _lines(_GRADLE, _TOLERATES, r"\bignoreFailures\s?(?:=|\.set\()?\s?true|failOnNoMatchingTests\s?=\s?false|failOnNoDiscoveredTests\s?=\s?false"),
    _lines(_GRADLE, _LEAVES_OUT, r"\b(?:excludeTestsMatching|excludeTags|excludeCategories|excludeEngines|excludeGroups)\b.{0,120}|(?:filter|test)\.exclude\b.{0,120}|\bexclude\s?\(?\s?[\"'][^\"']*(?:Test|Spec|IT)s?(?:\.\w+|\*)?[\"']"),
    _lines(_GRADLE, _LEAVES_OUT, r"\b[tT]est\b.{0,60}\benabled\s?=\s?false|onlyIf\s?(?:\{|\()\s?(?:\{\s?)?false|(?:exclude\s|-x\s?|excludedTaskNames.{0,20})[\"']?\S{0,40}\btest\b"),
    _lines(_GRADLE, _LEAVES_OUT, r"\b(?:enabled|isEnabled)\s?=\s?false|\bexclude\s?\(?\s?[\"'](?:\*\*?|src|com|org)/[^\"']*[\"']|\b(?:includeTestsMatching|includeTags)\b.{0,120}", _HUMAN),
    _gone(_GRADLE, r"useJUnitPlatform|useTestNG|dependsOn.{0,40}\b\w*[tT]ests?\b"),
    _gone(r"(?:^|/)settings\.gradle(?:\.kts)?$", r"\binclude\b.{0,120}"),
    _lines(r"\.sbt$", _LEAVES_OUT, r"Tests\.(?:Filter|Exclude)\b.{0,80}|Test\s?/\s?(?:skip\s?:=\s?true|test\s?:=\s?\{?\s?\(?\)?\s?\}?|testOnly|sources\s?:=.{0,40})"),
    _lines(r"(?:^|/)\.rspec(?:-\w+)?$", _LEAVES_OUT, r"(?:^|\s)(?:--tag|-t)[ =]?\S+|(?:^|\s)(?:--example|-e|--exclude-pattern|--only-failures|--next-failure|--dry-run|--failure-exit-code[ =]0|--no-fail-if-no-examples)\b.{0,80}"),
    _lines(r"(?:^|/)\.rspec(?:-\w+)?$", _LEAVES_OUT, r"(?:--pattern|-P)\b.{0,80}", _HUMAN),
    _lines(r"(?:_helper\.(?:rb|exs)|(?:^|/)test_helper\.exs|mix\.exs)$", _LEAVES_OUT, r"filter_run_excluding\b.{0,80}|exclusion_filter\b.{0,80}|ExUnit\.(?:configure|start)\(?.{0,40}exclude:.{0,60}"),
    _lines(_CMAKE, _LEAVES_OUT, r"\bDISABLED\s(?:TRUE|ON|1|YES)\b|\bWILL_FAIL\s(?:TRUE|ON|1|YES)\b|CTEST_CUSTOM_TESTS_IGNORE\b.{0,80}"),
    _lines(_CMAKE, _LEAVES_OUT, r"\b(?:SKIP_RETURN_CODE|SKIP_REGULAR_EXPRESSION|PASS_REGULAR_EXPRESSION)\b.{0,80}|BUILD_TEST\w*\s.{0,40}\bOFF\b|(?:TEST_FILTER|EXCLUDE_FROM_ALL)\b.{0,40}", _HUMAN),
    _gone(_CMAKE, r"\b(?:add_test|gtest_discover_tests|gtest_add_tests|catch_discover_tests|doctest_discover_tests)\s?\([^)]{0,80}|enable_testing\s?\(|include\(CTest\)"),
    _lines(r"(?:^|/)meson\.build$", _TOLERATES, r"\bshould_fail\s?:\s?true"),
    _gone(r"(?:^|/)meson\.build$", r"^\s*test\s?\(.{0,80}"),
    _lines(r"(?:^|/)BUILD(?:\.bazel)?$|\.bzl$", _LEAVES_OUT, r"[\"'](?:manual|no-?ci|disabled|broken|skip)[\"']"),
    _gone(r"(?:^|/)BUILD(?:\.bazel)?$", r"\b\w{1,40}_test\("),
    _lines(r"\.bazelrc$", _LEAVES_OUT, r"--(?:test_tag_filters|test_filter|test_size_filters|test_lang_filters|test_timeout_filters)\S*"),
    _lines(r"(?:^|/)noxfile\.py$", _TOLERATES, r"success_codes\s?=.{0,40}|\bsession\.skip\("),
    _lines(_SETTINGS, "the environment leaves tests out", r"\b(?:PYTEST_ADDOPTS|JEST_ARGS|MOCHA_OPTS|GOFLAGS|CTEST_ARGS|TESTOPTS|TEST_ARGS)\b[^\w\n].{0,60}(?:-k[ '\"]|-m[ '\"]|--(?:ignore|deselect|collect-only|lf|grep|testPathIgnorePatterns|passWithNoTests|invert|maxfail|exclude)|-run[= ]|-skip[= ]|-E ).{0,60}"),
    _lines(_SETTINGS, "the environment leaves tests out", r"-D(?:skipTests|maven\.test\.skip(?:\.exec)?|skipITs)(?:=true)?(?!=false)(?![\w.=])|-Dmaven\.test\.failure\.ignore\S*|-DtestFailureIgnore\S*|\bGTEST_FILTER\b.{0,60}|ARGS_CTEST_EXCLUDE\S*|\bCI\s?[:=]\s?[\"']?false\b"),
    _lines(_SETTINGS, "the environment of the tests changed", r"\bPYTEST_ADDOPTS\b.{0,100}|\bPYTEST_DISABLE_PLUGIN_AUTOLOAD\b.{0,20}|\bNODE_OPTIONS\b.{0,40}(?:--unhandled-rejections=(?:warn|none)\S*|--require\b.{0,60})|\bPYTHONWARNINGS\b.{0,60}|\bPYTHONOPTIMIZE\b.{0,20}", _HUMAN),
)  # fmt: skip
