"""Product code that recognises tests, CI or a sandbox behaves well only where it is watched."""

import re
from collections.abc import Iterator, Sequence
from functools import partial

from guards.change import Change
from guards.evidence import Evidence, Need
from guards.new_code import Snippet, is_product, is_tooling, new_signals, stood_before
from guards.pattern import expression
from guards.policy import Policy
from guards.verdict import Finding, Severity
from guards.words.environments import CI_VARIABLES, RUNNERS, TEST_VARIABLES

NAME = "environment_detection"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset()

_READ = (
    r"(?:getenv|environ|\benv\b|lookupenv|getenvironmentvariable|env::var(?:_os)?|\$_ENV|\$_SERVER|environment"
    r"|get_env|fetch_env!?|Platform\.environment|getProperty)"
)
_LITERAL = r"""["'`:]"""
_TEST_NAMES = expression(
    rf"(?<![A-Za-z0-9_])(?:{'|'.join(map(re.escape, TEST_VARIABLES))})(?![A-Za-z0-9])"
    r"|\bprocess\.env\.(?:VITEST|JEST|MOCHA|TEST|CYPRESS)\b|\benv\W{1,5}(?:VITEST|CYPRESS|BUN_TEST|DENO_TEST)\b"
)
_MODE = expression(
    r"(?:\b\w{0,30}_ENV(?:IRONMENT)?|\bMODE|\bENVIRONMENT|\benvironment|\bAPP_MODE|\bRails\.env|\bMix\.env(?:\(\))?|app\.env|\.get\(.env.\))"
    rf"""["'`]?[^\n;]{{0,40}}?{_LITERAL}\s?(?:unit)?-?test(?:ing|s)?\b["'`]?"""
    r"|\bRails\.env\.test\?|\brunningUnitTests\s?\(|\bIsEnvironment\(\s?[\"']Test|\bMix\.env\b.{0,10}:test",
    re.IGNORECASE,
)
_MODE_TURNED = expression(
    rf"""{_LITERAL}test(?:ing)?["'`]\s?={{2,3}}\s?[\w.]{{0,40}}(?:\benv\b|_ENV|\bMODE)"""
)
_OWN_SWITCH = expression(
    rf"""{_READ}\W{{1,6}}(?:get\w{{0,5}}\W{{1,4}}|fetch\W{{1,4}})?(?:\w{{0,30}}_)?(?:IN_?|IS_?|RUNNING_?|UNDER_?|UNIT_?|E2E_?|AUTO)?(?:TEST|TESTS|TESTING|TESTMODE)(?:_?MODE|_?RUN|_?ENV|_?RUNNING|_?NAME|_?CASE|_?SUITE)?(?![A-Za-z0-9_])""",
    re.IGNORECASE,
)
_LOADED = expression(
    rf"""["'`]_?(?:{RUNNERS})(?:[.\w]{{0,30}})["'`]\s{{0,3}}(?:not\s)?in\s(?:\w{{1,20}}\.)?(?:modules|sys\.|argv|set\(sys|list\(sys)"""
    rf"""|modules\b[^\n]{{0,20}}["'`]_?(?:{RUNNERS})\b|find_spec\(\s?["'](?:{RUNNERS})\b"""
    r"|\btesting\.Testing\s?\(|\bflag\.Lookup\s?\(\s?[\"`]test\.|cfg!\s?\(\s?(?:test|any\(test|not\(\s?test)|#!?\[cfg\(not\(test\)\)\]|#!?\[cfg_attr\(test"
    r"|defined\?\s?\(?\s?(?:::)?(?:RSpec|Minitest|MiniTest|Test::Unit|Capybara|Cucumber)\b"
    r"|(?:const_defined\?|const_get|defined|class_exists|NSClassFromString|objc_getClass|forName|loadClass|GetType|Load)\s?!?\(\s?[:\"'`\\]{1,3}"
    r"(?:RSpec|Minitest|Test::Unit|PHPUnit|Pest\b|XCTest|XCT|org[./](?:junit|testng|spockframework|mockito|assertj)|junit\.|io\.kotest|kotlin\.test|Xunit|NUnit|Microsoft\.VisualStudio\.TestTools)"
    r"|typeof\s?\(?\s?(?:globalThis\.|global\.|window\.)?(?:jest|vi|vitest|describe|it|expect|test|beforeEach|afterEach|mocha|jasmine|Cypress|__karma__)\)?\s?[!=]==?"
    r"|\b(?:globalThis|global|window|self)\s?(?:\?\.|\.|\[\s?[\"'`])(?:jest|vi|vitest|describe|it|expect|__vitest_\w{1,30}|__jest\w{0,30}|beforeEach|afterEach|mocha|jasmine|__karma__|Cypress|__coverage__|__playwright\w{0,20})\b"
    r"|[\"'`](?:jest|vi|describe|beforeEach|afterEach|expect|__vitest_worker__)[\"'`]\s?in\s(?:globalThis|global|window)"
    r"|__coverage__|\bjest\.isMockFunction|_isMockFunction\b|\bimport\.meta\.jest\b|#if\s{1,3}(?:TEST|TESTING|UNIT_?TESTS?)\b|\bXCTIsTesting|dart\.vm\.test|zone\[#test"
)
_MOCKS = expression(
    r"isinstance\([^\n]{1,80}\b(?:Mock|MagicMock|AsyncMock|NonCallableMock|TestClient|FlaskClient)\b"
    r"|hasattr\([^\n]{1,60}[\"'](?:assert_called\w{0,30}|mock_calls|return_value|_mock_\w{1,30}|_spec_class)[\"']"
    r"|(?:mockingDetails|MockUtil\.isMock)\s?\(|[\"'](?:Mock|MagicMock|unittest\.mock)[\"']|contains\(\s?\"(?:\$?Mockito\w{0,20}|ByteBuddy|\$\$Enhancer)"
    r"|\b__module__\b[^\n]{0,30}[\"'](?:test|mock|unittest)|\bfrom unittest(?:\.mock)? import\b[^\n]{0,60}Mock"
)
_PROGRAM = expression(
    r"\bargv\b|\bos\.Args\b|program_invocation(?:_short)?_name|current_exe|env::args|\$PROGRAM_NAME|\$0\b|__progname|getprogname"
    r"|processInfo\.(?:processName|arguments|environment)|ProcessName\b|os\.Executable|GetCommandLineArgs|\bsun\.java\.command|ProcessHandle|inputArguments"
    r"|require\.main|module\.parent|npm_lifecycle_\w{1,10}|npm_command|__main__|FriendlyName|EntryAssembly|GetAssemblies|GetModuleFileName|/proc/self|CommandLine\.arguments"
    r"|\bBundle\.(?:main|allBundles)|\bexecPath\b|\bexecArgv\b|get_included_files|PHP_SAPI|ManagementFactory|java\.class\.path|loaded_features|\$LOADED_FEATURES|\$\"|require\.cache|Module\._cache"
)
_TESTY = expression(
    rf"""["'`/][^"'`\n]{{0,40}}(?:\b|[._\\/-])(?:{RUNNERS}|xctest|tests?|specs?)(?:\b|[._/\\-])|\.test\b|_test["'`]|test["'`]""",
    re.IGNORECASE,
)
_RUNNER = expression(rf"""["'`/][^"'`\n]{{0,40}}\b(?:{RUNNERS})(?:\b|[._-])""", re.IGNORECASE)
_FRAMEWORK = expression(
    r"\b(?:current_app|app)\.(?:testing\b|config(?:\.get)?[\[(]\s?[\"']TESTING[\"'])|\bsettings\.(?:TESTING|TEST|IS_TEST|UNIT_TEST)\b|\bconfig\.(?:testing|TESTING|is_test)\b"
    r"|\bgetattr\([^\n]{1,30}[\"']TESTING[\"']|[\"'](?:testclient|testserver|werkzeug/|node-superagent|MockMvc)[\"']"
)
_CI = expression(
    rf"""(?i:{_READ})[^\w\n]{{1,6}}(?:get\W{{1,4}}|fetch\W{{1,4}}|var\W{{1,4}})?["'`]?(?:CI|{"|".join(CI_VARIABLES)})(?![A-Za-z0-9_])"""
    rf"""|["'`](?:{"|".join(CI_VARIABLES)})["'`]|["'`]CI["'`]\s(?:not\s)?in\s[\w.]{{0,20}}env|ENV\.(?:key|has_key|include)\?\(?\s?["']CI["']|["']is-ci["']|\bci-info\b"""
)
_SANDBOX = expression(
    r"/\.dockerenv|/proc/1/cgroup|/run/\.containerenv|/proc/self/cgroup|[\"'`]/home/runner\b|[\"'`]/github/workspace|[\"'`]/builds?/"
)
_MACHINE = expression(
    r"\b(?:gethostname|os\.hostname|os\.Hostname|platform\.node|MachineName|getlogin|getpass\.getuser|getHostName|gethostbyname|userInfo|Socket\.gethostname|php_uname|posix_getlogin|Etc\.getlogin|UserName|user\.name)\b"
    rf"|{_READ}\W{{1,6}}(?:get\W{{1,4}})?(?:USER|USERNAME|LOGNAME|HOSTNAME|COMPUTERNAME|HOME)\b"
    r"|(?:today|now|utcnow|Now|Date)\b(?:\(\)|\.\w{1,20}){0,3}\)?\s?[<>]=?\s?(?:new\s)?[\w.:]{0,20}[dD]ate\w{0,6}(?:\.\w{1,10})?\(\s?[\"']?20\d\d"
)
_BRANCHES = expression(
    r"\bif\b|\bunless\b|\?|==|\bwhen\b|\bin\b|starts_?with|has_?prefix|includes?\b|contains|\bany\b|\bsome\b|\bexists\b|\bfind|\bmatch",
    re.IGNORECASE,
)
_QUIET = expression(r"!=|\bnot\b|!\s?=|\bunless\b")
# The full name of something that only a test framework has.
_FRAMEWORK_NAME = expression(
    r"[\"'`](?:/?org[./](?:junit|testng|spockframework|mockito|assertj|hamcrest)[./]|junit[./](?:framework|runner)|io[./]kotest[./]|kotlin[./]test[./]"
    r"|(?:xunit|nunit|mstest)[\w.]{0,40}[\"'`]|Microsoft\.VisualStudio\.TestTools|\\{0,2}PHPUnit\\{1,2}|XCTest(?:Case|Observation\w{0,10}|Suite)?[\"'`]"
    r"|(?:RSpec|Minitest)(?:::\w{1,20})?[\"'`]|(?:_pytest|unittest\.case|testing\.T)[\"'`.]|\*?testing\.(?:T|tRunner)\b)",
    re.IGNORECASE,
)
# Names of variables that are looked for by a part of them, or that nobody may read.
_PART_OF_NAME = expression(
    r"(?i:\benv\w{0,12}\b)[^\n]{0,120}(?i:starts_?with|has_?prefix|start_with\?|contains|includes?\??|indexOf|match|\bin\b|=~|\.test)[^\n]{0,20}[\"'`/^]{1,3}(?:PYTEST|VITEST|JEST|MOCHA|NODE_TEST|PHPUNIT|XCTest|RSPEC|GTEST|CARGO_|NEXTEST|VSTEST|SUREFIRE)"
    r"|(?i:starts_?with|has_?prefix|contains|includes?\??|match)\s?\(\s?[\"'`/^]{1,3}(?:PYTEST|VITEST|JEST|MOCHA|NODE_TEST|PHPUNIT|XCTest|RSPEC|GTEST|NEXTEST|VSTEST)[^\n]{0,80}(?i:env)"
    r"|(?:\benviron(?:\.get)?|\bgetenv|\bprocess\.env|\bENV(?:\.fetch)?|env::var|GetEnvironmentVariable|os\.Getenv|LookupEnv)\s?[\[(]\s?[^\n\])]{0,60}(?:b64decode|atob|fromCharCode|\bchr\(|reversed?\b|\[::-1\]|rot13|bytes\.fromhex|base64|hex2bin|strrev|str_rot13|unhexlify|pack\()",
)
_TELLS_NAME = expression(
    r"[\"'`/^](?:PYTEST|VITEST|JEST|MOCHA|NODE_TEST|PHPUNIT|XCTest|RSPEC|GTEST|CARGO_|NEXTEST|VSTEST|SUREFIRE)"
    r"|b64decode|atob|fromCharCode|\bchr\(|reverse|\[::-1\]|rot13|fromhex|base64|hex2bin|strrev|unhexlify|pack\("
)
_HARMLESS = expression(
    r"\b(?:listen|morgan|logger|log|logging|silent|console|level|color|sentry|app\.run)\b",
    re.IGNORECASE,
)

_WORDS = (
    ("names the test that runs", _TEST_NAMES, Severity.REJECT),
    ("asks whether tests run", _LOADED, Severity.REJECT),
    ("asks whether it is handed a test's stand-in", _MOCKS, Severity.REJECT),
    ("asks whether it runs under test", _FRAMEWORK, Severity.REJECT),
    ("asks for the test environment", _MODE, Severity.REJECT),
    ("asks for the test environment", _MODE_TURNED, Severity.REJECT),
    ("asks for a switch that tests set", _OWN_SWITCH, Severity.REJECT),
    ("asks whether CI runs it", _CI, Severity.REJECT),
    ("asks whether it runs in a sandbox", _SANDBOX, Severity.REJECT),
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find new places in product code that tell tests, CI or a sandbox from real use."""
    told: set[tuple[str, int]] = set()
    for snippet, what, severity in _found(change):
        if (place := (snippet.file.path, snippet.line)) not in told:
            told.add(place)
            yield _finding(snippet, what, severity)


def _found(change: Change) -> Iterator[tuple[Snippet, str, Severity]]:
    for what, pattern, severity in _WORDS:
        for snippet, _ in new_signals(change, is_product, partial(_matches, pattern)):
            yield snippet, what, _weight(change, snippet, pattern, severity)
    for snippet, _ in new_signals(change, is_product, _program):
        yield snippet, "asks which program runs it", Severity.REJECT
    for snippet, _ in new_signals(change, is_product, _part_of_name):
        yield snippet, "looks for what test tools set", Severity.REJECT
    named = partial(_matches, _FRAMEWORK_NAME)
    for snippet, _ in new_signals(change, is_product, named):
        yield snippet, "names a test framework", Severity.NEEDS_HUMAN
    for snippet, _ in new_signals(change, is_product, _machine):
        yield snippet, "asks on which machine it runs", Severity.NEEDS_HUMAN


def _matches(pattern: re.Pattern[str], snippet: Snippet) -> Sequence[str]:
    return ["".join(match[0].split()) for match in pattern.finditer(snippet.text)][:20]


def _part_of_name(snippet: Snippet) -> Sequence[str]:
    return _matches(_PART_OF_NAME, snippet) if _TELLS_NAME.search(snippet.text) else []


def _program(snippet: Snippet) -> Sequence[str]:
    named = _PROGRAM.search(snippet.text)
    if named is None or not _TESTY.search(snippet.context):
        return []
    if _RUNNER.search(snippet.text):
        return [named[0]]
    around = snippet.text if _TESTY.search(snippet.text) else snippet.context
    return [named[0]] if _BRANCHES.search(around) or "return" in around else []


def _machine(snippet: Snippet) -> Sequence[str]:
    named = _MACHINE.search(snippet.text)
    literal = re.search(r"""(?:==|\bin\b|\(|!=)\s{0,3}["'`][\w.-]{2,60}["'`]""", snippet.context)
    if named and "20" in named[0]:
        return [named[0]]
    return [named[0]] if named and literal and _BRANCHES.search(snippet.context) else []


def _weight(
    change: Change, snippet: Snippet, pattern: re.Pattern[str], severity: Severity
) -> Severity:
    """Less where the file did this before, in tools, and where only a log or a server is left out."""
    if is_tooling(snippet.file):
        return Severity.WARN if pattern in {_CI, _SANDBOX, _OWN_SWITCH} else Severity.NEEDS_HUMAN
    if pattern in {_MODE, _CI, _FRAMEWORK, _OWN_SWITCH} and (
        _QUIET.search(snippet.text) and _HARMLESS.search(snippet.context)
    ):
        return Severity.NEEDS_HUMAN
    return Severity.NEEDS_HUMAN if stood_before(change, snippet.file, pattern) else severity


def _finding(snippet: Snippet, what: str, severity: Severity) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=f"product code {what}: {snippet.shown}",
        remedy="let the code do the same for tests and for users; hand in what tests need",
        file=snippet.file.path,
        line=snippet.line,
    )
