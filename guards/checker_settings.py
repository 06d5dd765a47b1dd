"""Settings of linters, type checkers and compilers that decide what they complain about."""

from guards.setting_lines import LineWatch
from guards.verdict import Severity
from guards.watches import Tool, Watch

_REJECT = Severity.REJECT
_RULE_OFF = "a rule is switched off"
_LEFT_OUT = "files are left out of the check"
_LOOSER = "the check is less strict"
_FIX = "correct the code that the check complains about"
_ANY = r".+"
_ON = "true|1|yes|on|error|y"
_OFF = "false|0|no|off|n"
# What is not written by hand, or is no part of the product.
_NOT_CODE = (
    r"(?:\*\*?/|\./|/|\^|!)*(?:[\w.@*-]+/){0,5}(?:node_modules|dist|build|out|lib|coverage|\.git|\.next|\.nuxt|\.cache|\.yarn|\.venv|venv|\.tox|\.eggs|\.mypy_cache|docs?|examples?|migrations"
    r"|vendor|third_party|generated|__generated__|gen|gen-src|target|obj|bin|tmp|public|storybook-static|__pycache__|fixtures|testdata|snapshots|__snapshots__|\.claude|\.turbo)(?:[/\\.].*)?"
    r"|.*(?:\.min\.js|_pb2(?:_grpc)?\.py|\.pb\.go|\.d\.ts|\.g\.dart|\.generated\.\w+|\.snap|\.md|\.lock|lock\.ya?ml|lock\.json|\*/migrations/\*|migrations/.*)"
)
# Rules of form and of naming: nobody breaks a program by leaving them out.
_FORM = (
    r"E501|W50[34]|E203|E70[14]|COM8\d\d|ISC00\d|Q00\d|D\d{3}|ANN\d*|line-too-long|missing-\w+-docstring|C0103|C011[456]|R0903|too-few-public-methods"
    r"|max-len|quotes|semi|indent|comma-dangle|prettier/prettier|linebreak-style|LineLength|Layout/.*|Style/.*|Metrics/.*|Naming/.*|MD\d{3}|SA1\d{3}|CS1591|MaxLineLength|max-line-length"
)


def _list(key: str, split: str = r"[,\s]+") -> Watch:
    return Watch(key=key, what=_RULE_OFF, appears=_ANY, mild=_FORM, split=split, remedy=_FIX)


def _paths(key: str, split: str = r"[,\s|]+") -> Watch:
    return Watch(
        key=key,
        what=_LEFT_OUT,
        appears=r"[\w*./\\!^].+",
        mild=_NOT_CODE,
        severe=r"[\w./-]*\w\.(?:py|[cm]?[jt]sx?|go|rs|java|kt|rb|php|cs|swift)",
        split=split,
        remedy=_FIX,
    )


def _fewer(key: str, values: str = _ANY, what: str = _RULE_OFF) -> Watch:
    return Watch(key=key, what=what, vanishes=values, mild=_FORM, remedy=_FIX)


def _loose(key: str, appears: str = _ON, severity: Severity = _REJECT) -> Watch:
    return Watch(key=key, what=_LOOSER, appears=appears, severity=severity, remedy=_FIX)


def _strict(key: str, severity: Severity = Severity.NEEDS_HUMAN) -> Watch:
    return Watch(key=key, what=_LOOSER, appears=_OFF, vanishes=_ON, severity=severity, remedy=_FIX)


def _limit(key: str) -> Watch:
    return Watch(key=key, what="a limit rises", raised=True, remedy=_FIX)


_RUFF = (
    _list(r"(?:lint\.)?(?:extend-)?per-file-ignores\..+"),
    _list(r"(?:lint\.)?(?:extend-)?ignore|(?:lint\.)?unfixable\b"),
    _fewer(r"(?:lint\.)?(?:extend-)?select"),
    _paths(r"(?:(?:lint|format)\.)?(?:extend-)?exclude"),
    _fewer("include", what=_LEFT_OUT),
    _limit(r".*max-(?:complexity|args|branches|returns|statements|nested-blocks|locals)"),
    _loose("exit-zero|exit-non-zero-on-fix"),
)
_FLAKE8 = (
    _list(r"flake8\.(?:extend[-_])?(?:ignore|per[-_]file[-_]ignores)", r"[,\s:]+"),
    _fewer(r"flake8\.(?:extend[-_])?select"),
    _paths(r"flake8\.(?:extend[-_])?exclude", r"[,\s]+"),
    _limit(r"flake8\.max[-_](?:complexity|cognitive-complexity)"),
    _loose(r"flake8\.(?:exit[-_]zero|disable[-_]noqa\b)"),
)
_PYLINT = (
    _list(r"(?:disable|MESSAGES CONTROL\.disable)"),
    _fewer(r"enable|load-plugins"),
    _paths("ignore(?:-paths|-patterns|d-modules|d-classes)?", r"[,\s]+"),
    Watch(key="fail-under", what=_LOOSER, lowered=True, severity=_REJECT, remedy=_FIX),
    _limit(r"max-\w+(?!-length)"),
    _loose("exit-zero|errors-only"),
)
_MYPY = (
    # A package without types is nobody's fault here.
    _loose(r"(?:overrides|-[\w.*]+)\.ignore_missing_imports", severity=Severity.WARN),
    _loose("ignore_errors"),
    _loose("follow_imports", "skip|silent"),
    _list("disable_error_code"),
    _fewer("enable_error_code|plugins"),
    _paths("exclude", r"[,\s|]+"),
    _fewer("files|packages|modules", what=_LEFT_OUT),
    _loose("ignore_missing_imports|implicit_optional|allow_\\w+|implicit_reexport|follow_untyped_imports\\b", severity=Severity.NEEDS_HUMAN),
    _strict("strict\\w*", _REJECT),
    _strict("(?:disallow|warn|check|no|extra|local)_\\w+"),
)  # fmt: skip
_PYRIGHT = (
    _loose("typeCheckingMode", "off|basic|standard"),
    _loose("report\\w+", "false|none|warning|information", Severity.NEEDS_HUMAN),
    _strict("strict\\w*|enableTypeIgnoreComments\\b|deprecateTypingAliases"),
    _fewer("strict|include", what=_LEFT_OUT),
    _paths("exclude|ignore"),
)
_SIMPLE_PYTHON = (
    _list("skips"),
    _fewer("tests"),
    _paths("exclude(?:_dirs)?|extend-exclude|force-exclude|skip|skip_glob|extend_skip(?:_glob)?"),
)
_ESLINT = (
    Watch(key=r"rules\.[^.]+(?:\.severity)?", what=_RULE_OFF, appears="off|0|warn|1", vanishes="error|2", remedy=_FIX),
    Watch(key="noInlineConfig|reportUnusedDisableDirectives(?:\\.\\w+)?", what=_LOOSER, vanishes=_ON, appears=_OFF + "|off", remedy=_FIX),
    _paths(r"ignorePatterns|ignores|globalIgnores"),
    Watch(key=r"extends|plugins", what="rules are not asked for any more", vanishes=r"(?!prettier).+", remedy=_FIX),
    _limit(r"rules\.(?:max-[\w-]+|complexity)(?:\.max)?"),
)  # fmt: skip
_TSCONFIG = (
    _strict(r"compilerOptions\.strict", _REJECT),
    _strict(
        r"compilerOptions\.(?:strict\w+|no[A-Z]\w+|exactOptionalPropertyTypes|useUnknownInCatchVariables|alwaysStrict|forceConsistentCasingInFileNames|isolatedDeclarations|checkJs)"
    ),
    _loose(
        r"compilerOptions\.(?:skipLibCheck|skipDefaultLibCheck|allowUnreachableCode|allowUnusedLabels|suppress\w+|noStrictGenericChecks|noCheck)",
        severity=Severity.NEEDS_HUMAN,
    ),
    _paths("exclude"),
    _fewer("include|files", what=_LEFT_OUT),
    _fewer("extends|references\\.path", what=_LOOSER),
)
_BIOME = (
    Watch(key=r"rules\..+", what=_RULE_OFF, appears="off|warn|info|false", vanishes="error|true|on", remedy=_FIX),
    _strict("(?:linter|formatter|assist|organizeImports|files|recommended|.+\\.recommended|.+\\.enabled|enabled)"),
    _paths(r"(?:files|linter|formatter)\.(?:ignore|experimentalScannerIgnores)"),
    Watch(key=r"(?:files|linter)\.includes?", what=_LEFT_OUT, appears="!.+", vanishes="[^!].*", mild=_NOT_CODE, remedy=_FIX),
)  # fmt: skip
_GOLANGCI = (
    _list(r"linters(?:-settings|\.settings)?\.disable|.*\.disabled?-checks|.*\.checks"),
    _loose("linters\\.disable-all|issues\\.new|run\\.skip-dirs-use-default|exclude-use-default", severity=Severity.NEEDS_HUMAN),
    _fewer(r"linters\.enable|formatters\.enable"),
    _strict(r"linters\.enable-all|run\.tests|.*\.(?:check-\w[\w-]*|enable-all)"),
    Watch(key=r"(?:issues|linters|exclusions)\.(?:.*\.)?(?:exclude|exclude-rules|rules|exclude-dirs|exclude-files|paths|presets|skip-\w+)(?:\.(?:linters|text|path|source))?|run\.skip-(?:dirs|files)", what=_LEFT_OUT, appears=_ANY, mild=_NOT_CODE, split=r"\n+", remedy=_FIX),
    Watch(key=r"run\.issues-exit-code|issues-exit-code", what="complaints do not fail the check", appears="0", severity=_REJECT, remedy=_FIX),
    Watch(key="linters\\.default", what=_RULE_OFF, appears="none|fast|standard", vanishes="all", remedy=_FIX),
    _limit(r".*(?:min-complexity|max-complexity|max-issues-per-linter|max-same-issues)\b"),
)  # fmt: skip
_RUBOCOP = (
    Watch(key=r"[\w/]+\.Enabled", what=_RULE_OFF, appears="false", vanishes="true", remedy=_FIX),
    _paths(r"[\w/]+\.Exclude"),
    _list("AllCops\\.DisabledByDefault"),
    _limit(r"[\w/]+\.Max"),
    _loose("AllCops\\.DisabledByDefault"),
)
_PHPSTAN = (
    Watch(key="parameters\\.level", what=_LOOSER, lowered=True, severity=_REJECT, remedy=_FIX),
    Watch(key=r"parameters\.ignoreErrors(?:\.\w+)?", what=_RULE_OFF, appears=_ANY, split=r"\n+", remedy=_FIX),
    _paths(r"parameters\.excludePaths(?:\.\w+)?"),
    _loose("parameters\\.reportUnmatchedIgnoredErrors", "false", Severity.NEEDS_HUMAN),
    _fewer("parameters\\.paths", what=_LEFT_OUT),
    Watch(key="psalm\\.@errorLevel", what=_LOOSER, raised=True, severity=_REJECT, remedy=_FIX),
    _loose(r"issueHandlers\.\w+\.(?:errorLevel\.)?(?:@errorLevel|@type)", "suppress|info", Severity.NEEDS_HUMAN),
    _paths(r"projectFiles\.ignoreFiles\.\w+\.@name|ruleset\.exclude-pattern"),
    Watch(key=r"ruleset\.rule\.(?:exclude\.@name|severity)", what=_RULE_OFF, appears=_ANY, remedy=_FIX),
)  # fmt: skip
_DOTNET = (
    Watch(key="NoWarn|WarningsNotAsErrors|DisabledWarnings", what=_RULE_OFF, appears=r"(?!NoWarn|\$).+", mild=_FORM, split=r"[;,\s]+", remedy=_FIX),
    _strict("TreatWarningsAsErrors|MSBuildTreatWarningsAsErrors", _REJECT),
    _strict("EnforceCodeStyleInBuild|EnableNETAnalyzers|RunAnalyzers\\w*|CodeAnalysisTreatWarningsAsErrors"),
    Watch(key="Nullable", what=_LOOSER, appears="disable|annotations|warnings", vanishes="enable", remedy=_FIX),
    Watch(key="WarningLevel|AnalysisLevel|AnalysisMode", what=_LOOSER, appears="0|none|minimum|default", lowered=False, severity=_REJECT, remedy=_FIX),
    Watch(key="WarningsAsErrors", what=_LOOSER, vanishes=r"(?!\$\().+", split=r"[;,\s]+", remedy=_FIX),
    Watch(key=r".*Rule\.@Action", what=_RULE_OFF, appears="None|Hidden", remedy=_FIX),
)  # fmt: skip
_JAVA = (
    Watch(key=r"suppress(?:ions)?\..*@(?:checks|files|id)|suppress\.@\w+", what=_RULE_OFF, appears=_ANY, remedy=_FIX, split=r"\n+"),
    Watch(key=r"FindBugsFilter\.Match\.(?:\w+\.)*@(?:name|pattern|code)|suppressions\.suppress\.\w+(?:\.#text)?", what=_RULE_OFF, appears=_ANY, remedy=_FIX, split=r"\n+"),
    _loose(r"(?:maven-checkstyle-plugin|maven-pmd-plugin|spotbugs-maven-plugin|spotless-maven-plugin|maven-enforcer-plugin|dependency-check-maven|detekt\S*)(?:\..+)?\.skip|properties\.(?:checkstyle|pmd|cpd|spotbugs|findbugs|enforcer|spotless\.check|dependency-check)\.skip"),
    _loose(r"(?:.*\.)?(?:failsOnError|failOnViolation|failOnError|failOnWarning|ignoreFailures\b|haltOnFailure)", "false"),
    Watch(key=r".*(?:maxAllowedViolations|failBuildOnCVSS|maxIssues)", what="a limit rises", raised=True, severity=_REJECT, remedy=_FIX),
    _fewer(r".*compilerArgs?\.arg|.*compilerArgument", r"-Werror|-Xlint\S*|-Xep\S*", _LOOSER),
)  # fmt: skip
_DETEKT = (
    Watch(key=r"[\w-]+\.\w+\.active", what=_RULE_OFF, appears="false", vanishes="true", remedy=_FIX),
    _paths(r"[\w-]+\.\w+\.excludes"),
    Watch(key=r"build\.maxIssues", what="a limit rises", raised=True, severity=_REJECT, remedy=_FIX),
    _limit(r"[\w-]+\.\w+\.(?:threshold|allowed\w+|max)\w*"),
)  # fmt: skip
_RUST = (
    Watch(key=r"lints\.\w+\.[\w-]+(?:\.level)?", what=_RULE_OFF, appears="allow|warn", vanishes="deny|forbid", remedy=_FIX),
    _limit(r"[\w-]+-threshold|[\w-]+-lines|max-[\w-]+"),
    _loose(r"allow-\w+-in-\w+", severity=Severity.NEEDS_HUMAN),
    Watch(key=r".*rustflags", what=_LOOSER, appears=r"-A.*|--cap-lints\S*|allow", vanishes="-D|-Dwarnings|warnings", remedy=_FIX, split=r"[,\s]+"),
    _list(r"advisories\.ignore|bans\.skip(?:\.\w+)?|licenses\.exceptions\.\w+"),
)  # fmt: skip
_EDITORCONFIG = (
    Watch(key=r"dotnet_(?:diagnostic|analyzer_diagnostic)\..*severity", what=_RULE_OFF, appears="none|silent|suggestion", vanishes="error|warning", mild="silent", remedy=_FIX),
    _loose(r"ktlint_\S+", "disabled", Severity.NEEDS_HUMAN),
    _loose("generated_code", "true", Severity.NEEDS_HUMAN),
)  # fmt: skip
_JS = r"\.(?:[cm]?[jt]s|json[c5]?|ya?ml)$"
_PYPROJECT = r"(?:^|/)pyproject\.toml$"
_INI = r"(?:^|/)(?:setup\.cfg|tox\.ini)$"
_PACKAGE = r"(?:^|/)package\.json$"


def _tool(name: str, watches: tuple[Watch, ...], **files: str) -> Tool:
    """A tool; `own` is the pattern of its own files, the others are what keys begin with."""
    shared = {"pyproject": _PYPROJECT, "ini": _INI, "package": _PACKAGE}
    named = {shared[kind]: prefix for kind, prefix in files.items() if kind in shared}
    own = {files["own"]: files.get("own_prefix", "")}
    return Tool(name=name, files=own | named, watches=watches)


CHECKERS = (
    _tool("ruff", _RUFF, own=r"(?:^|/)\.?ruff\.toml$", pyproject="tool.ruff."),
    _tool("flake8", _FLAKE8, own=r"(?:^|/)\.flake8$", ini="", pyproject="tool."),
    _tool("pylint", _PYLINT, own=r"(?:^|/)\.?pylintrc(?:\.toml)?$", ini="pylint", pyproject="tool.pylint."),
    _tool("mypy", _MYPY, own=r"(?:^|/)\.?mypy\.ini$", ini="mypy", own_prefix="mypy", pyproject="tool.mypy."),
    _tool("pyright", _PYRIGHT, own=r"(?:^|/)(?:pyright|basedpyright)config\.json$", pyproject="tool.pyright."),
    _tool("bandit", _SIMPLE_PYTHON, own=r"(?:^|/)(?:\.bandit|bandit\.ya?ml)$", pyproject="tool.bandit."),
    _tool("black", _SIMPLE_PYTHON, own=r"(?:^|/)\.black\.toml$", pyproject="tool.black."),
    _tool("isort", _SIMPLE_PYTHON, own=r"(?:^|/)\.isort\.cfg$", pyproject="tool.isort.", ini="isort."),
    _tool("ty", (*_PYRIGHT, _loose(r"rules\..+", "ignore|warn", Severity.NEEDS_HUMAN)), own=r"(?:^|/)ty\.toml$", pyproject="tool.ty."),
    _tool("eslint", _ESLINT, own=rf"(?:^|/)(?:\.eslintrc(?:\.\w+)?|eslint[\w.-]*{_JS}|\.?oxlint(?:rc)?\.json|\.stylelintrc(?:\.\w+)?|stylelint\.config\.[cm]?js|tslint\.json)$", package="eslintConfig."),
    _tool("xo", _ESLINT, own=r"(?:^|/)(?:\.xo-config\.\w+|xo\.config\.[cm]?[jt]s)$", package="xo."),
    _tool("typescript", _TSCONFIG, own=r"(?:^|/)(?:ts|js)config[\w.-]*\.json$"),
    _tool("biome", _BIOME, own=r"(?:^|/)(?:biome|rome)\.jsonc?$"),
    _tool("deno", (_list(r"lint\.rules\.exclude"), _paths(r"(?:lint|fmt)\.exclude"), _fewer(r"lint\.rules\.(?:tags|include)"), _strict(r"compilerOptions\.(?:strict|no)\w*")), own=r"(?:^|/)deno\.jsonc?$"),
    _tool("golangci", _GOLANGCI, own=r"(?:^|/)\.golangci\.(?:ya?ml|toml|json)$"),
    _tool("rubocop", _RUBOCOP, own=r"(?:^|/)\.rubocop\.ya?ml$"),
    _tool("phpstan", _PHPSTAN, own=r"(?:^|/)(?:phpstan[\w.-]*\.neon(?:\.dist)?|psalm[\w.-]*\.xml(?:\.dist)?|\.?phpcs\.xml(?:\.dist)?)$"),
    _tool("dotnet", _DOTNET, own=r"\.(?:csproj|fsproj|vbproj|props|targets|ruleset)$"),
    _tool("java", _JAVA, own=r"(?:^|/)(?:pom\.xml|[\w.-]*(?:suppress|exclude|filter|checkstyle|pmd|spotbugs|findbugs)[\w.-]*\.xml)$"),
    _tool("detekt", _DETEKT, own=r"(?:^|/)[\w.-]*detekt[\w.-]*\.ya?ml$"),
    _tool("cargo", _RUST, own=r"(?:^|/)(?:Cargo\.toml|\.?clippy\.toml|deny\.toml|\.cargo/(?:config|audit)(?:\.toml)?)$"),
    _tool("editorconfig", _EDITORCONFIG, own=r"(?:^|/)\.(?:editorconfig|globalconfig)$"),
    _tool("swiftlint", (_list("disabled_rules"), _fewer("opt_in_rules|only_rules|included"), _paths("excluded")), own=r"(?:^|/)\.swiftlint\.ya?ml$"),
    _tool("dart", (_loose(r"analyzer\.errors\.\w+", "ignore|info", Severity.NEEDS_HUMAN), _paths(r"analyzer\.exclude"), _loose(r"linter\.rules\.\w+", "false", Severity.NEEDS_HUMAN), _strict(r"analyzer\.(?:language|strong-mode)\.\S+"), _fewer(r"linter\.rules")), own=r"(?:^|/)analysis_options\.ya?ml$"),
    _tool("yamllint", (Watch(key=r"rules\.[\w-]+(?:\.level)?", what=_RULE_OFF, appears="disable|false|warning", vanishes="enable|error", remedy=_FIX), _paths("ignore")), own=r"(?:^|/)\.yamllint(?:\.ya?ml)?$"),
    _tool("credo", (_list("ignore|skips"),), own=r"(?:^|/)\.(?:hadolint|tflint|ansible-lint|markdownlint|sqlfluff)[\w.-]*$"),
)  # fmt: skip
_GRADLE = r"\.gradle(?:\.kts)?$"
CHECKER_LINES = (
    LineWatch(files=_GRADLE, what=_LOOSER, appears=r"allWarningsAsErrors\s?(?:=|\.set\()\s?false|abortOnError\s?=?\s?false|checkReleaseBuilds\s?=?\s?false|\b(?:disable|lint\.disable)\s?(?:\+=|\(|\.add\()?\s?[\"'].{1,80}|ignoreFailures\s?=\s?true|disableWarnings|suppressWarnings\s?=\s?true", vanishes=r"allWarningsAsErrors\s?(?:=|\.set\()\s?true|-Werror|warningsAsErrors\s?=?\s?true", remedy=_FIX),
    LineWatch(files=r"(?:^|/)(?:CMakeLists\.txt|Makefile[\w.]*|GNUmakefile|meson\.build|configure\.ac)$|\.(?:cmake|mk|sbt|podspec|xcconfig|pro)$|(?:^|/)BUILD(?:\.bazel)?$|\.bazelrc$", what=_LOOSER, appears=r"(?<![\w-])-Wno-[\w-]+(?:=[\w-]+)?|(?<![\w-])-w(?=[\s\"')])|/W0\b|/wd\d{4}|-fpermissive|-Xlint:none|-nowarn|werror=false", vanishes=r"(?<![\w-])-W(?:error(?:=[\w-]+)?|all|extra|pedantic)|/WX\b|-Xfatal-warnings|werror=true", remedy=_FIX),
    LineWatch(files=r"(?:phpstan[\w.-]*\.neon(?:\.dist)?|\.credo\.exs|Makefile)$", what=_RULE_OFF, appears=r"^\s*-\s*['\"]#.{1,200}|\{Credo\.Check\.[\w.]+,\s?(?:false|\[\])\}|ignoreErrors:", remedy=_FIX),
    LineWatch(files=r"phpstan[\w.-]*\.neon(?:\.dist)?$", what=_LOOSER, lowered=r"^\s*level:\s?(?P<number>\d{1,2})", severity=_REJECT, remedy=_FIX),
)  # fmt: skip
