"""What matters in the settings and options of pytest."""

from guards.pattern import expression
from guards.runner_settings import leaves_out, strict, timeout
from guards.setting_lines import LineWatch
from guards.verdict import Severity
from guards.watches import Tool, Watch

_HUMAN = Severity.NEEDS_HUMAN
_RUN = "let every test run, and report what it found; take this out"
_DESELECTS = expression(
    r"-[km] .*|-p no:(?:python|unittest|doctest|nose|asyncio|anyio|skipping|main|runner)|-x"
    r"|--(?:ignore|ignore-glob|deselect|collect-only|co|collectonly|setup-plan|setup-only|lf|last-failed|sw|stepwise(?:-skip)?|maxfail|exitfirst|noconftest"
    r"|continue-on-collection-errors|suppress-no-test-exit-code|suppress-tests-failed-exit-code|testmon|picked|snapshot-update|force-regen|regen-all"
    r"|inline-snapshot|xfail-tb\b|last-failed-no-failures|lfnf|forked-ignore|exit-zero|skip-\w+|no-\w*tests)(?: .*)?|(?:-o|--override-ini) (?:xfail_strict|python_\w+|testpaths|addopts|strict\w*|norecursedirs|filterwarnings).*"
)
_LOOSENS = expression(
    r"(?:-W|--pythonwarnings) (?:ignore|default|once).*|--disable-(?:pytest-)?warnings|-p no:.*|(?:-c|--config-file|--rootdir|--confcutdir) .*|(?:-o|--override-ini) .*"
    r"|--doctest-(?:ignore-import-errors|continue-on-failure)|--(?:timeout|reruns|allow-\S+)(?: .*)?|--pyargs|(?!-)[^ ]*(?:/|\.py|::)[^ ]*|--assert plain"
)
_HARMLESS = expression(
    r"-p no:(?:cacheprovider|randomly|xdist|sugar|cov|warnings|logging|terminal|faulthandler|legacypath|pastebin|benchmark)|(?:-W|--pythonwarnings) \S*DeprecationWarning\S*"
    r"|(?:-o|--override-ini) (?:log_|junit_|console_|cache_dir).*|--timeout [1-9]\d*"
)
_STRICT = expression(
    r"--strict(?:-markers|-config)?|(?:-W|--pythonwarnings) error.*|--doctest-(?:modules|glob).*|--timeout .*|--fail-on-\S+|--disallow-\S+|--forked"
)
_FILES = {
    r"(?:^|/)pyproject\.toml$": "tool.pytest.",
    r"(?:^|/)\.?pytest\.(?:ini|toml)$": "pytest.",
    r"(?:^|/)tox\.ini$": "pytest.",
    r"(?:^|/)setup\.cfg$": "tool:pytest.",
}


def _patterns(key: str, mild: str | None = None) -> Watch:
    return Watch(
        key=key,
        what="other tests are collected",
        first=".+",
        vanishes=".+",
        mild=mild,
        remedy="leave this setting of the test runner as it was",
        severity=_HUMAN,
    )


SETTINGS = (
    Tool(
        name="pytest",
        files=_FILES,
        optional="ini_options.",
        introducible=False,
        watches=(
            _patterns("testpaths", r"\.?/?(?:tests?|testing)/?|\."),
            _patterns("python_files", r"test_?\*(?:\.py)?|\*_?tests?\.py|tests?\.py"),
            _patterns("python_(?:classes|functions)", r"\*?_?[tT]est_?\*?"),
            leaves_out("norecursedirs|collect_ignore(?:_glob)?"),
            strict("xfail_strict|strict(?:_\\w+)?|required_plugins\b"),
            Watch(
                key="filterwarnings",
                what="warnings are handled more mildly",
                appears=r"(?:ignore|default|once|always).*",
                vanishes=r"error.*",
                mild=r"(?:ignore|default|once|always).*:.*Deprecat\w+.*|(?:ignore|default|once|always):.+:.+:.+",
                split=r"\n+",
                remedy=_RUN,
            ),
            Watch(
                key="empty_parameter_set_mark",
                what="a test without parameters is forgiven",
                appears="skip|xfail",
                vanishes="fail_at_collect",
                remedy=_RUN,
            ),
            Watch(
                key="collect_imported_tests", what="tests are left out", appears="false|0|no|off"
            ),
            Watch(
                key="doctest_optionflags",
                what="examples are compared more loosely",
                appears=r"ELLIPSIS|IGNORE_\w+|SKIP|NUMBER|ALLOW_\w+|NORMALIZE_\w+",
                remedy=_RUN,
            ),
            timeout("timeout"),
        ),
    ),
)
LINES = (
    LineWatch(
        files=r"(?:^|/)conftest\.py$",
        what="tests are left out",
        appears=r"\bcollect_ignore(?:_glob)?\b.{0,160}",
        severity=Severity.REJECT,
        remedy=_RUN,
    ),
)


def severity_of_new(option: str) -> Severity | None:
    """How bad it is to add an option, as `guards.pytest_config.options` spells it."""
    option = option[:500]
    if _HARMLESS.fullmatch(option):
        return None
    if _DESELECTS.fullmatch(option):
        return Severity.REJECT
    return _HUMAN if _LOOSENS.fullmatch(option) else None


def is_strict(option: str) -> bool:
    """Whether tests are judged less strictly without an option."""
    return _STRICT.fullmatch(option[:500]) is not None
