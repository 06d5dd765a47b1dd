"""Coverage that measures less, or asks for less, makes untested code look tested."""

from collections.abc import Iterator

from guards.change import Change
from guards.evidence import Evidence, Need
from guards.policy import Policy
from guards.setting_lines import LineWatch, lines_observed
from guards.settings import observed
from guards.verdict import Finding, Severity
from guards.watches import Tool, Watch

NAME = "coverage_settings"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset()

_LOWERED = "less coverage is asked for"
_LEFT_OUT = "code is left out of the measurement"
_NARROWED = "less is measured"
_NOT_CODE = (
    r"(?:\*\*?/)*\.?/?(?:[\w.@*-]+/){0,5}(?:tests?|__tests__|spec|testing|migrations|docs?|examples?|setup\.py|conftest\.py|dist|build|coverage|node_modules"
    r"|\.venv|venv|\.tox|site-packages|vendor|generated|__generated__|gen|e2e|benchmarks?|scripts)(?:/.*)?|.*(?:\.d\.ts|_pb2\.py|/tests?/\*|/migrations/\*)"
    r"|.*[._](?:test|spec|config|stories|generated|g)\.\w+|if (?:\w+\.)?TYPE_CHECKING:?|raise NotImplementedError|:? ?\\?\.(?:\{3\}|\.\.)|def __(?:repr|str)__|.*__name__ ==.*|@(?:abc\.)?abstractmethod|@overload|\.\.\."
    r"|(?:configDefaults|coverageConfigDefaults)\S*"
)
_ANY = r".+"

_KEEP = "keep what is measured and what is asked for; test the code instead"


def _threshold(key: str) -> Watch:
    return Watch(key=key, what=_LOWERED, lowered=True, severity=SEVERITY, remedy=_KEEP)


def _left_out(key: str, split: str = r"[,\n]+") -> Watch:
    return Watch(key=key, what=_LEFT_OUT, appears=_ANY, mild=_NOT_CODE, split=split, remedy=_KEEP)


def _narrowed(key: str, values: str = _ANY, split: str = r"[,\n]+") -> Watch:
    return Watch(key=key, what=_NARROWED, vanishes=values, split=split, remedy=_KEEP)


def _off(key: str, values: str) -> Watch:
    return Watch(key=key, what=_NARROWED, appears=values, severity=SEVERITY, remedy=_KEEP)


def _switched_off(key: str) -> Watch:
    return Watch(
        key=key,
        what=_NARROWED,
        appears="false|0|no|off",
        vanishes="true|1|yes|on",
        severity=SEVERITY,
        remedy=_KEEP,
    )


_NUMBERS = "lines|branches|functions|statements"
_JS_WATCHES = (
    _threshold(rf"(?:coverageThreshold|thresholds?|global|check|each)(?:\..+)?\.(?:{_NUMBERS})"),
    _threshold(rf"(?:coverageThreshold|thresholds?)\..+|{_NUMBERS}"),
    _switched_off("check-?coverage|coverage\\.(?:enabled|all)|collectCoverage"),
    _left_out(r"coveragePathIgnorePatterns|coverage\.exclude"),
    _narrowed(r"collectCoverageFrom|coverage\.include"),
    Watch(
        key="collectCoverageFrom", what=_LEFT_OUT, appears="!.+", mild="!" + _NOT_CODE, remedy=_KEEP
    ),
)
_TOOLS = (
    Tool(
        name="coverage",
        files={
            r"(?:^|/)pyproject\.toml$": "tool.coverage.",
            r"(?:^|/)\.coveragerc(?:\.toml)?$": "",
            r"(?:^|/)(?:setup\.cfg|tox\.ini)$": "coverage:",
        },
        watches=(
            _threshold("fail_under"),
            _left_out(
                "(?:run|report|html|xml)\\.omit|exclude_(?:lines|also)|partial_(?:branches|also)",
                r"\n+",
            ),
            _narrowed("(?:source|source_pkgs|source_dirs|include)"),
            _switched_off("branch"),
            _off("ignore_errors|skip_empty", "true|1|yes|on"),
            Watch(key="report\\.include", what=_NARROWED, appears=_ANY, remedy=_KEEP),
        ),
    ),
    Tool(
        name="jest",
        files={
            r"(?:^|/)package\.json$": "jest.",
            r"(?:^|/)(?:jest|craco)[\w.-]*\.(?:[cm]?[jt]s|json)$": "",
        },
        watches=_JS_WATCHES,
    ),
    Tool(
        name="vitest",
        files={r"(?:^|/)(?:vitest|vite)[\w.-]*\.(?:[cm]?[jt]s|json)$": ""},
        watches=_JS_WATCHES,
    ),
    Tool(
        name="nyc",
        files={
            r"(?:^|/)package\.json$": "nyc.",
            r"(?:^|/)(?:\.(?:nyc|c8)rc(?:\.\w+)?|nyc\.config\.[cm]?js|\.taprc)$": "",
        },
        watches=(
            *_JS_WATCHES,
            _left_out("exclude"),
            _narrowed("include|extension"),
            _switched_off("all"),
        ),
    ),
    Tool(
        name="c8",
        files={r"(?:^|/)package\.json$": "c8."},
        watches=(*_JS_WATCHES, _left_out("exclude")),
    ),
    Tool(
        name="karma",
        files={r"(?:^|/)karma[\w.-]*\.[cm]?[jt]s$": ""},
        watches=_JS_WATCHES,
    ),
    Tool(
        name="codecov",
        files={r"(?:^|/)\.?codecov\.ya?ml$": ""},
        watches=(
            _threshold(r"(?:project|patch|changes)(?:\..+)?\.target|target|range|precision"),
            Watch(
                key="threshold",
                what=_LOWERED,
                raised=True,
                appears=r"[1-9].*",
                severity=SEVERITY,
                remedy=_KEEP,
            ),
            _off("informational|only_pulls", "true|yes|on"),
            _off("status|project|patch|default|require_ci_to_pass", "false|off|no|0"),
            _left_out("ignore"),
            Watch(key=r"status\..*target", what=_LOWERED, vanishes=r"auto|\d.*", remedy=_KEEP),
        ),
    ),
    Tool(
        name="jacoco",
        files={r"(?:^|/)pom\.xml$": "project."},
        watches=(
            _threshold(
                r"jacoco.*\.minimum|.*coverage.*\.(?:minimum|lineRate|branchRate|totalLineRate)|.*jacoco.*(?:ratio|coverage)\S*"
            ),
            _off(r"jacoco.*\.(?:skip|haltOnFailure)|properties\.jacoco\.skip", "true"),
            _left_out(
                r"jacoco.*\.excludes?(?:\..+)?|properties\.(?:jacoco|sonar)\.(?:coverage\.)?exclu\w+"
            ),
        ),
    ),
    Tool(
        name="phpunit",
        files={r"(?:^|/)phpunit[\w.-]*\.xml(?:\.dist)?$": ""},
        watches=(
            _left_out(r"(?:source|coverage|whitelist|filter)\.(?:.*\.)?exclude(?:\..+)?"),
            _narrowed(r"(?:source|coverage|whitelist|filter)\.(?:.*\.)?include(?:\..+)?"),
        ),
    ),
    Tool(
        name="sonar",
        files={r"(?:^|/)sonar-project\.properties$": ""},
        watches=(
            _left_out(r"sonar\.(?:coverage\.|cpd\.|test\.)?exclusions"),
            _narrowed(r"sonar\.sources|sonar\..*reportPaths?"),
        ),
    ),
    Tool(
        name="tarpaulin",
        files={r"(?:^|/)\.?tarpaulin\.toml$": ""},
        watches=(_threshold(".*fail-under"), _left_out(".*(?:exclude|exclude-files)")),
    ),
    Tool(
        name="coverlet",
        files={r"\.(?:csproj|fsproj|props|targets|runsettings)$": ""},
        watches=(
            _threshold("threshold"),
            _left_out(
                r"exclude(?:ByFile|ByAttribute)?|.*(?:ModulePaths|Sources|Functions)\.exclude\..+",
                r"[,;\n]+",
            ),
            _switched_off("CollectCoverage"),
        ),
    ),
    Tool(
        name="dart",
        files={
            r"(?:^|/)(?:coverage|very_good)[\w.]*\.ya?ml$": "",
            r"(?:^|/)\.undercover\.ya?ml$": "",
        },
        watches=(
            _threshold("min_coverage|minimum|threshold(?:\\.\\w+)?"),
            _left_out("exclude|ignore"),
        ),
    ),
    Tool(
        name="excoveralls",
        files={r"(?:^|/)coveralls\.json$": ""},
        watches=(_threshold(".*minimum_coverage"), _left_out("skip_files")),
    ),
    Tool(
        name="go coverage",
        files={r"(?:^|/)\.testcoverage\.ya?ml$": "", r"(?:^|/)\.?octocov\.ya?ml$": ""},
        watches=(_threshold(r"threshold\.\w+|coverage\.acceptable"), _left_out(r"exclude\.paths")),
    ),
    Tool(
        name="ratchet",
        files={
            r"(?:^|/)\.?[\w-]*(?:coverage|ratchet)[\w-]*(?:threshold|ratchet|baseline|minimum|budget)s?[\w.-]*\.(?:json|ya?ml|toml)$": ""
        },
        watches=(_threshold(".+"),),
    ),
)
_NUMBER = r"(?P<number>\d{1,3}(?:\.\d{1,4})?)"
_LINES = (
    LineWatch(
        files=r"(?:\.gradle(?:\.kts)?|\.rb|\.rake|\.simplecov|build\.sbt|mix\.exs|phpunit\.xml(?:\.dist)?|(?:^|/)Rakefile)$",
        lowered=rf"(?:minimum|minValue|minBound|(?:minimum|refuse)_coverage\w*|coverageMinimum\w*|threshold:?)\b[^\d]{{0,40}}?{_NUMBER}",
        what=_LOWERED,
        severity=SEVERITY,
        remedy=_KEEP,
    ),
    LineWatch(
        files=r"(?:^|/)(?:[\w.-]*\.(?:toml|ini|cfg|sh|ya?ml|mk|json)|Makefile|justfile|noxfile\.py|\.(?:coverage|nyc|c8)rc)$",
        lowered=rf"(?:--(?:cov-)?fail-under(?:-lines)?[ =]|--(?:lines|branches|functions|statements)[ =]|COVERAGE_(?:MIN\w*|THRESHOLD)\s?[:?]?=\s?){_NUMBER}",
        what=_LOWERED,
        severity=SEVERITY,
        remedy=_KEEP,
    ),
    LineWatch(
        files=r"(?:^|/)[\w.-]*(?:coverage|ratchet)[\w-]*(?:\.(?:txt|threshold|min|ratchet))?$",
        lowered=rf"^\s*(?:[\w.-]{{1,40}}\s?[:=]\s?)?{_NUMBER}\s*%?$",
        what=_LOWERED,
        severity=SEVERITY,
        remedy=_KEEP,
    ),
    LineWatch(
        files=r"(?:pytest\.ini|setup\.cfg|tox\.ini|pyproject\.toml|package\.json|pytest\.toml)$",
        vanishes=r"--cov(?:=\S+|-branch)?(?![\w-])|--cov-fail-under\b|--coverage\b|\bnyc\b(?! report)",
        what=_NARROWED,
        remedy=_KEEP,
    ),
    LineWatch(
        files=r"(?:\.rb|\.rake|\.simplecov)$",
        appears=r"^\s*add_filter\b.{0,200}",
        vanishes=r"SimpleCov\.start|minimum_coverage\b|refuse_coverage_drop|enable_coverage :branch",
        what=_LEFT_OUT,
        remedy=_KEEP,
    ),
    LineWatch(
        files=r"\.gradle(?:\.kts)?$",
        appears=r"jacocoTestCoverageVerification.{0,60}enabled\s?=\s?false",
        vanishes=r"dependsOn.{0,40}jacocoTestCoverageVerification|finalizedBy.{0,40}jacoco\w+",
        what=_NARROWED,
        remedy=_KEEP,
    ),
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find thresholds that fall, code that is left out, and measuring that stops."""
    for item in observed(change, _TOOLS):
        yield item.finding(NAME)
    for item in lines_observed(change, _LINES):
        yield item.finding(NAME)
