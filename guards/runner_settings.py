"""Settings of test runners for JavaScript, PHP, Swift, Dart and .NET that decide what runs."""

from guards.verdict import Severity
from guards.watches import Tool, Watch

_REJECT = Severity.REJECT
_LEAVES_OUT = "tests are left out"
_NARROWED = "fewer files are searched for tests"
_TOLERATES = "failures do not fail the run"
_ANY = r".+"
# No glob in the name of the file: one test that somebody wants to be rid of.
_ONE_TEST = r"[^!]*(?:[\w.-]*(?:tests?|specs?|cy)\.[cm]?[jt]sx?|/?test[_-][\w.-]+\.\w+|[\w-]+Tests?\.\w+|[\w-]+_(?:test|spec)\.\w+)\$?"
_NO_TESTS = (
    r"(?:\*\*?/|<rootDir>/|\./|/|\\/|\\\\)*(?:node_modules|dist|build|out|lib|coverage|\.git|\.next|\.nuxt|\.cache|\.yarn|\.pnpm\S*|\.idea|\.stryker-tmp"
    r"|fixtures|__fixtures__|__mocks__|helpers|generated|examples?|vendor|tmp|temp|e2e|cypress|playwright|storybook\S*|target|\.output|\.svelte-kit|\.turbo)"
    r"(?:[/\\].*)?\$?|(?:configDefaults|defaultExclude|\.\.\.)\S*|path|resolve|__dirname|join"
)
_RUN = "let the runner find and run every test that it found before"


def leaves_out(key: str, what: str = _LEAVES_OUT) -> Watch:
    """Every new value leaves something out."""
    return Watch(
        key=key,
        what=what,
        appears=_ANY,
        mild=_NO_TESTS,
        severe=_ONE_TEST,
        remedy=_RUN,
        split=r"[,\n]+",
    )


def narrowed(key: str) -> Watch:
    """Values that go, a first value where the default found more, and exceptions."""
    return Watch(
        key=key,
        what=_NARROWED,
        vanishes=r"[^!].*",
        first=_ANY,
        appears=r"!.+",
        remedy=_RUN,
        split=r"[,\n]+",
        severe=rf"!{_ONE_TEST}",
    )


def switch(key: str, values: str = "true|1|yes|on", what: str = _TOLERATES) -> Watch:
    """A switch that nobody has a good reason to turn."""
    return Watch(key=key, what=what, appears=values, severity=_REJECT, remedy=_RUN)


def strict(key: str) -> Watch:
    """Strictness that is taken back."""
    return Watch(
        key=key,
        what="the run is less strict",
        appears="false|0|no|off",
        vanishes=r"true|1|yes|on|(?:process\.env\.|is_?)CI",
        remedy=_RUN,
    )


def selects(key: str) -> Watch:
    """A filter on the names of tests."""
    return Watch(
        key=key, what=_LEAVES_OUT, appears=_ANY, severity=_REJECT, split=r"\n+", remedy=_RUN
    )


def timeout(key: str) -> Watch:
    """Time that tests may take."""
    return Watch(
        key=key,
        what="tests may take longer",
        raised=True,
        appears="0",
        remedy="make the code faster",
    )


_JEST = (
    leaves_out("testPathIgnorePatterns|modulePathIgnorePatterns|watchPathIgnorePatterns\\b"),
    narrowed("testMatch|testRegex|roots|projects|testPathPatterns?"),
    selects("testNamePattern|filter"),
    switch("passWithNoTests|onlyFailures|onlyChanged|lastCommit|findRelatedTests"),
    timeout("testTimeout"),
    strict("errorOnDeprecated|failOnConsole|injectGlobals\\b"),
)
_VITEST = (
    leaves_out(r"(?:test|projects)(?:\.test)?\.exclude|exclude"),
    narrowed(r"(?:test|projects)(?:\.test)?\.(?:include|projects)|test\.dir"),
    selects("testNamePattern"),
    switch(
        "passWithNoTests|dangerouslyIgnoreUnhandledErrors|allowOnly|ignoreSourceErrors|test\\.changed"
    ),
    timeout("testTimeout|hookTimeout"),
    switch("onUnhandledError", "false|null"),
)
_MOCHA = (
    leaves_out("ignore|exclude"),
    narrowed("spec|extension"),
    selects("f?grep|[fg]"),
    switch("invert|i|dry-?run|pass-?on-?failing-?test-?suite|allow-uncaught"),
    strict("forbid-?only|forbid-?pending|fail-?zero|check-leaks"),
    timeout("timeout"),
)
_KARMA = (
    leaves_out("exclude"),
    narrowed("files"),
    selects(r"client\.(?:args|mocha\.grep|jasmine\.\w*filter\w*)"),
    switch("failOnEmptyTestSuite|failOnFailingTestSuite", "false"),
    strict("failOnSkippedTests|failSpecWithNoExpectations"),
)
_PLAYWRIGHT = (
    leaves_out("testIgnore|grepInvert"),
    narrowed("testMatch|testDir|projects\\.name"),
    selects("grep"),
    switch("ignoreSnapshots"),
    switch("updateSnapshots", "all|changed", "snapshots are written instead of compared"),
    strict("forbidOnly"),
    Watch(
        key="maxDiffPixels|maxDiffPixelRatio|threshold",
        what="pictures may differ more",
        raised=True,
        appears="[1-9.].*|0\\..+",
    ),
    timeout("timeout"),
)
_CYPRESS = (
    leaves_out("excludeSpecPattern|ignoreTestFiles"),
    narrowed("specPattern|testFiles"),
    timeout("defaultCommandTimeout|pageLoadTimeout"),
)
_AVA = (
    narrowed("files"),
    selects("match"),
    switch("failWithoutAssertions", "false"),
    leaves_out("exclude|ignoredByWatcher\\b"),
)
_PHPUNIT = (
    leaves_out(r"testsuite\.exclude(?:\.#text)?|groups\.exclude\.group"),
    narrowed(r"testsuite(?:\.directory|\.file)(?:\.#text)?"),
    Watch(
        key="@defaultTestSuite|groups\\.include\\.group", what=_LEAVES_OUT, first=_ANY, remedy=_RUN
    ),
    switch("@convert\\w+ToExceptions", "false"),
    strict("@(?:failOn|beStrictAbout|displayDetailsOn|convert)\\w+|@enforceTimeLimit"),
)
_DOTNET = (
    selects("TestCaseFilter|VSTestTestCaseFilter|RunConfiguration\\.Filter"),
    switch("IsTestProject", "false", _LEAVES_OUT),
    switch("TreatNoTestsAsError|ForceTestExitCode", "false"),
    Watch(
        key=r"Compile\.@Remove|None\.@Include|ProjectReference\.@Remove",
        what=_LEAVES_OUT,
        appears=r".*tests?.*|.*specs?.*",
        severe=r"[^*]*Tests?\.(?:cs|fs|vb)",
        split=";",
        remedy=_RUN,
    ),
    strict("failSkips|failWarns|failTestsWithWarnings"),
)
_SCRIPT = r"\.(?:[cm]?[jt]s|json5?|ya?ml)$"
_PACKAGE = r"(?:^|/)package\.json$"


def _runner(name: str, watches: tuple[Watch, ...], pattern: str, key: str = "") -> Tool:
    files = {pattern: ""} | ({_PACKAGE: f"{key}."} if key else {})
    return Tool(name=name, files=files, watches=watches, introducible=False)


RUNNERS = (
    _runner("jest", _JEST, rf"(?:^|/)jest[\w.-]*{_SCRIPT}", "jest"),
    _runner("vitest", _VITEST, rf"(?:^|/)(?:vitest|vite)[\w.-]*{_SCRIPT}", "vitest"),
    _runner("mocha", _MOCHA, r"(?:^|/)\.mocharc(?:\.\w+)?$", "mocha"),
    _runner("karma", _KARMA, rf"(?:^|/)karma[\w.-]*{_SCRIPT}"),
    _runner("playwright", _PLAYWRIGHT, rf"(?:^|/)playwright[\w.-]*{_SCRIPT}"),
    _runner("cypress", _CYPRESS, rf"(?:^|/)cypress[\w.-]*{_SCRIPT}"),
    _runner("ava", _AVA, r"(?:^|/)ava\.config\.[cm]?js$", "ava"),
    _runner("jasmine", (*_MOCHA, narrowed("spec_files|spec_dir")), r"(?:^|/)jasmine[\w.-]*\.[cm]?js(?:on)?$", "jasmine"),
    _runner("tap", (*_MOCHA, switch("allow-(?:empty-coverage|incomplete-coverage)")), r"(?:^|/)\.taprc$", "tap"),
    _runner("web-test-runner", (*_AVA, narrowed("groups\\.files")), rf"(?:^|/)web-test-runner[\w.-]*{_SCRIPT}"),
    _runner("deno", (leaves_out(r"(?:test\.)?exclude"), narrowed(r"test\.include")), r"(?:^|/)deno\.jsonc?$"),
    _runner("bun", (narrowed(r"test\.root"), leaves_out(r"test\.(?:pathIgnorePatterns|exclude)")), r"(?:^|/)bunfig\.toml$"),
    _runner("phpunit", _PHPUNIT, r"(?:^|/)phpunit[\w.-]*\.xml(?:\.dist)?$"),
    _runner("dotnet", _DOTNET, r"\.(?:csproj|fsproj|vbproj|props|targets|runsettings)$|(?:^|/)xunit\.runner\.json$"),
    _runner("dart", (selects("exclude_tags|include_tags"), switch(r"(?:.+\.)?skip", ".+", _LEAVES_OUT), timeout("timeout")), r"(?:^|/)dart_test\.ya?ml$"),
    _runner("xcode", (leaves_out(r"testTargets\.skippedTests(?:\..+)?"), switch(r"testTargets\.enabled", "false", _LEAVES_OUT), Watch(key=r"SkippedTests\.Test\.@Identifier", what=_LEAVES_OUT, appears=_ANY, severity=_REJECT), switch("TestableReference\\.@skipped", "YES", _LEAVES_OUT)), r"\.(?:xctestplan|xcscheme)$"),
)  # fmt: skip
