"""What part a file plays in a repository, by its path alone: a test, a snapshot, a lock file.

The patterns follow what the tools themselves collect or read by default. A path says nothing
about content; `guards.languages` does.
"""

import re
from enum import StrEnum
from functools import lru_cache


class Role(StrEnum):
    """The part a file plays; a path has exactly one, the most telling."""

    SOURCE = "source"
    TEST = "test"  # a runner collects tests from it
    TEST_SUPPORT = "test support"  # what tests share: conftest, helpers, mocks, set-up files
    SNAPSHOT = "snapshot"  # recorded output that tests compare with
    FIXTURE = "fixture"  # data that tests read
    GOVERNANCE = "governance"  # CI, hooks, owners, agents: what decides what is checked
    LOCK = "lock file"
    CONFIG = "configuration"  # of tools, builds, packages
    DOCS = "documentation"
    GENERATED = "generated"
    VENDORED = "vendored"
    DATA = "data"


_CODE = (
    r"(?:py|pyi|pyx|js|jsx|mjs|cjs|ts|tsx|mts|cts|vue|svelte|go|rs|java|kt|kts|scala|groovy|cs|fs|vb|rb|php|phpt"
    r"|c|cc|cpp|cxx|h|hh|hpp|hxx|m|mm|swift|dart|ex|exs|erl|lua|pl|t|sh|bash|bats|zsh|ps1|sql|r|jl|clj|hs|ml|zig)"
)
_VENDORED = re.compile(
    r"(?:^|/)(?:vendor|third_party|third-party|thirdparty|node_modules|bower_components|site-packages"
    r"|Godeps|Pods|Carthage|external)/"
)
_GENERATED = re.compile(
    r"(?:^|/)(?:dist|__generated__|generated|gen)/|[._-](?:generated|gen|pb|pb2|pb2_grpc|g)\.[a-z]{1,5}$"
    r"|\.min\.(?:js|css)$|\.designer\.cs$|_pb2(?:_grpc)?\.pyi?$|\.pb\.(?:go|cc|h)$"
)
_GOVERNANCE = re.compile(
    r"^\.(?:github|gitlab|circleci|buildkite|azure-pipelines|woodpecker|drone|teamcity|husky|githooks|claude|cursor"
    r"|devcontainer|vscode|agents)/|(?:^|/)(?:Jenkinsfile[\w.-]*|\.gitlab-ci\.ya?ml|azure-pipelines[\w.-]*\.ya?ml"
    r"|\.travis\.yml|appveyor\.yml|\.appveyor\.yml|bitbucket-pipelines\.yml|cloudbuild\.ya?ml|\.drone\.ya?ml"
    r"|CODEOWNERS|\.gitattributes|\.gitmodules|\.mailmap|\.selfheal\.toml|AGENTS\.md|CLAUDE\.md|\.cursorrules"
    r"|\.pre-commit-config\.ya?ml|\.pre-commit-hooks\.yaml|lefthook\.ya?ml|renovate\.json5?|dependabot\.ya?ml)$",
    re.IGNORECASE,
)
_LOCK = re.compile(
    r"(?:^|/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|poetry\.lock|pdm\.lock"
    r"|uv\.lock|Pipfile\.lock|Cargo\.lock|Gemfile\.lock|composer\.lock|go\.sum|mix\.lock|pubspec\.lock|flake\.lock"
    r"|packages\.lock\.json|gradle\.lockfile|Package\.resolved|Podfile\.lock|\.terraform\.lock\.hcl)$"
)
_SNAPSHOT = re.compile(
    r"(?:^|/)(?:__snapshots__|__image_snapshots__|snapshots|goldens?|golden[_-]?files|cassettes|vcr_cassettes|approvals"
    r"|__Snapshots__|baselines?)/|\.(?:snap|ambr|golden|gold|snapshot)$|\.(?:approved|received|verified|expected)\.\w{1,6}$"
    r"|[._-](?:golden|expected|snapshot)\.\w{1,6}$"
)
_TESTS_FOLDER = (
    r"(?:^|/)(?:tests?|__tests__|specs?|e2e|testing|unittests?|integration[_-]?tests?|functional[_-]?tests?"
    r"|[\w.-]+\.Tests?|[\w-]*UITests|[\w-]+Tests|androidTest|testFixtures|t)/"
)
_IN_TESTS = re.compile(_TESTS_FOLDER)
_FIXTURE = re.compile(
    r"(?:^|/)(?:testdata|test[_-]data|fixtures?|__fixtures__|test[_-]fixtures|resources)/"
)
_SUPPORT = re.compile(
    r"(?:^|/)(?:conftest\.py|__mocks__/.*|test[_-]?(?:helpers?|utils?|support|setup|lib|base|case)[\w.-]*"
    r"|(?:spec|rails)_helper\.rb|setup[_-]?tests?\.[cm]?[jt]sx?|(?:jest|vitest|mocha|karma|playwright|cypress)[.-]?setup[\w.-]*"
    r"|setupTests\.[cm]?[jt]sx?)$"
)
_TEST_NAME = re.compile(
    r"(?:^|/)(?:test_[^/]*\.pyi?|[^/]*_tests?\.(?:py|go|rb|exs|dart|cc|cpp|cxx|c|rs|php|lua|erl)|tests?\.(?:py|rs)"
    r"|[^/]*[._-](?:test|spec|cy|e2e)\.[cm]?[jt]sx?|[^/]*_spec\.(?:rb|lua)"
    r"|[^/]*(?:Tests?|TestCase|Specs?|IT|ITCase)\.(?:java|kt|kts|groovy|scala|cs|fs|vb|php|swift)"
    r"|Test[A-Z][^/]*\.(?:java|kt|cs|php|cpp|cc|swift)|test[_-][^/]*\.(?:c|cc|cpp|cxx|rb|js|ts|mjs|lua|sh|php)"
    r"|[^/]*[_-](?:unit)?tests?\.(?:c|cc|cpp|cxx|mjs|js|ts)|[^/]*Tests?\.(?:c|cc|cpp|cxx|mm|m)|[^/]*\.(?:phpt|bats))$"
)
_DOCS = re.compile(
    r"\.(?:md|mdx|rst|adoc|asciidoc|tex|org)$|(?:^|/)(?:LICENSE|LICENCE|COPYING|NOTICE|AUTHORS|CHANGELOG|CHANGES|README"
    rf"|HISTORY|NEWS|CONTRIBUTING|CITATION)(?![\w.-]{{0,100}}\.{_CODE}$)(?:[._-][\w.-]*)?$|^docs?/.*\.(?:txt|html|css|png|svg)$",
    re.IGNORECASE,
)
_CONFIG = re.compile(
    r"\.(?:toml|ini|cfg|conf|config|props|targets|properties|gradle|kts|bazel|bzl|cmake|mk|sbt|csproj|fsproj|vbproj|sln|gemspec"
    r"|editorconfig|ya?ml|json5?|jsonc|xml|plist|env|nix|hcl|tf|tfvars|dockerfile)$|(?:^|/)(?:Makefile|GNUmakefile|makefile|Dockerfile[\w.-]*"
    r"|Procfile|Rakefile|Gemfile|Pipfile|BUILD|WORKSPACE|CMakeLists\.txt|justfile|Justfile|Taskfile[\w.]*|go\.mod|go\.work|setup\.py"
    r"|noxfile\.py|requirements[\w.-]*\.(?:txt|in)|constraints[\w.-]*\.txt|meson\.build|\.[\w.-]*rc(?:\.[cm]?js|\.json)?|\.env[\w.-]*|\.flake8"
    r"|\.coveragerc|\.rspec|\.eslintignore|\.gitignore|\.dockerignore|\.npmrc|[\w.-]+\.config\.[cm]?[jt]s|gulpfile\.\w+|Gruntfile\.\w+)$"
)
_DATA = re.compile(
    r"\.(?:csv|tsv|txt|log|po|pot|svg|png|jpe?g|gif|ico|pdf|map|parquet|db|sqlite3?|diff|patch|sarif|jsonl|ndjson|lock|dat|bin)$",
    re.IGNORECASE,
)
_IS_CODE = re.compile(rf"\.{_CODE}$")
_NOT_RUN = re.compile(
    r"\.(?:adoc|csv|diff|json|jsonl|lock|log|map|md|patch|po|rst|sarif|snap|svg|tsv|txt)$",
    re.IGNORECASE,
)
# The first that fits wins.
_ROLES = (
    (Role.VENDORED, _VENDORED),
    (Role.GOVERNANCE, _GOVERNANCE),
    (Role.LOCK, _LOCK),
    (Role.SNAPSHOT, _SNAPSHOT),
)


@lru_cache(maxsize=8192)
def role_of(path: str) -> Role:
    """The part that a file at this path plays."""
    for role, pattern in _ROLES:
        if pattern.search(path):
            return role
    in_tests = _role_in_tests(path) if _IS_CODE.search(path) else None
    if in_tests is not None:
        return in_tests
    if _GENERATED.search(path):
        return Role.GENERATED
    if not _IS_CODE.search(path) and (_IN_TESTS.search(path) or "testdata/" in path):
        return Role.CONFIG if _runs_tests(path) else Role.FIXTURE
    for role, pattern in ((Role.DOCS, _DOCS), (Role.CONFIG, _CONFIG), (Role.DATA, _DATA)):
        if pattern.search(path):
            return role
    return Role.SOURCE


def is_test_role(role: Role) -> bool:
    """Whether a file of this part serves tests alone."""
    return role in {Role.TEST, Role.TEST_SUPPORT, Role.SNAPSHOT, Role.FIXTURE}


def is_code(path: str) -> bool:
    """Whether tools run or check a file; anything that is not known as prose or data counts."""
    return not _NOT_RUN.search(path)


def _role_in_tests(path: str) -> Role | None:
    """The part of a file of code in the tests; None when it is none of them."""
    if _SUPPORT.search(path):
        return Role.TEST_SUPPORT
    if _FIXTURE.search(path) and _IN_TESTS.search(path) and not _TEST_NAME.search(path):
        return Role.FIXTURE
    if _TEST_NAME.search(path):
        return Role.TEST
    if _IN_TESTS.search(path):
        return Role.TEST_SUPPORT if path.endswith((".py", ".rb", ".sh")) else Role.TEST
    return None


def _runs_tests(path: str) -> bool:
    """Whether a file among the tests steers a tool."""
    name = path.rpartition("/")[2]
    return name.startswith(
        ("pytest.", ".pytest", "tox.", "setup.cfg", "pyproject.", "jest", "package.json", "phpunit")
    )
