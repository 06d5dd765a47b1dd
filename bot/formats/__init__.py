"""The shelf of log formats: one module each, all of the shape `LogFormat`.

A format sees lines without framing (time stamps, colours, groups), and only those around its
`HINTS`: line numbers jump where nothing it asked for stood. It is pure and lazy, uses patterns that
are linear in a line of 4096 characters, and never raises, whatever the log.

`NAMES` lists them. What they ask for is drawn from them into `index.py`, so that only those are
imported that a log has something for: `python -m tests.formats.index` draws it anew.
"""

import importlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any, Protocol, cast

from bot.core.documents import Documents, JsonWant, XmlWant
from bot.core.failure import Failure, FailureType
from bot.core.framing import SCRIPT_MARK, Line
from bot.core.hints import MakeScanner
from bot.core.merging import MAX_FAILURES, merge
from bot.core.prefilter import Excerpt, Want, excerpt
from bot.core.reading import WANTS, Reading
from bot.formats.index import FORMATS, JSON, XML

MAX_A_FORMAT = 2000
_KEYWORDS = 60
# They only repeat that a command of theirs failed.
_BUILDERS = frozenset(("make", "ninja", "just"))
_NEAR_BUILDER = 10


class LogFormat(Protocol):
    """The shape of a module on this shelf."""

    @property
    def NAME(self) -> str:
        """Its own name."""
        ...

    @property
    def HINTS(self) -> tuple[str, ...]:
        """Literals, one of which stands in every line it starts from; colours break lines apart.

        A format one of whose hints begins with "##[" sees the marks that runners put before lines
        ("##[error]", and "##[script]" for the script of a step that GitHub shows before it runs).
        """
        ...

    @property
    def REACH(self) -> tuple[int, int]:
        """How many lines before and after a hint it needs to see."""
        ...

    def parse(self, lines: Iterable[Line], /) -> Iterator[Failure]:
        """The failures it recognises, in order; pure, lazy, never raises."""
        ...


# In the order of their word: where two tell of one fault, the first one's tool stands.
NAMES = (
    "actionlint", "android_lint", "ansible_lint", "ant", "ava", "babel", "bandit", "bats",
    "bazel", "behave", "biome", "black", "boost_test", "boxed_errors", "bun", "bun_test", "bundler", "busted", "c_abort", "c_unit",
    "cargo", "cargo_test", "catch2", "checkstyle", "cloud", "cmake", "codespell", "composer",
    "conda", "configure", "coverage", "cppcheck", "cpplint", "credo", "criterion", "crystal", "cspell", "ctest", "cucumber",
    "dart_analyze", "dart_json", "dart_test", "deno", "deno_test", "dependabot", "detekt",
    "djlint", "doc_builders", "docker_build", "doctest_cpp", "dotnet", "dotnet_test", "elixir", "esbuild",
    "eslint", "exunit", "flake8", "gcc_clang", "gfortran", "ghc", "ginkgo", "git", "gitleaks",
    "gnu_error", "go_build", "go_mod", "go_test", "gocheck", "gofmt", "golangci_lint", "gradle",
    "gradle_test", "groovyc", "grouped_linters", "gtest", "hadolint", "helm_lint", "hlint", "html_linters", "infra", "isort",
    "jasmine", "java_exception", "javac", "jest", "jsonl_failures", "julia", "junit_console", "karma",
    "kotlinc", "ktlint", "ld", "lintrunner", "make", "markdownlint", "maven", "merge_conflict",
    "meson", "minitest", "mocha", "msvc", "mypy", "next_build", "ninja", "node_error",
    "node_test", "npm", "npm_audit", "ocaml", "other_c_compilers", "oxlint", "parcel", "perl_error",
    "php_cs_fixer", "php_error", "phpcs", "phpstan", "phpunit", "pip", "pipelines", "plain_findings", "playwright", "pnpm",
    "poetry", "pre_commit", "prettier", "protoc", "prove", "pyflakes", "pylint", "pyright",
    "pytest_log", "python_traceback", "rdjson", "redocly", "robot", "rspec", "rstcheck", "rubocop", "ruby_error", "ruby_linters", "ruff_check",
    "ruff_format", "runner", "rustc", "rustfmt", "sanitizers", "sbt_test", "scalac", "security_scanners",
    "shell_error", "shellcheck", "shfmt", "small_linters", "sorbet", "spotless", "sqlfluff", "standard", "stylelint",
    "surefire", "svelte_check", "swift_test", "swiftc", "tap", "terraform", "terraform_fmt", "testthat", "tox", "tsc",
    "tslint", "ty", "typos", "unittest_log", "uv", "uvu", "vale", "valgrind", "vite", "vitest",
    "ward", "webpack", "yamllint", "yarn", "zig_test", "zizmor",
    "github_annotation", "tail",
)  # fmt: skip


def load(name: str) -> LogFormat:
    """The format of that module name; imported when a log first needs it."""
    return cast("LogFormat", importlib.import_module(f"bot.formats.{name}"))


def find_failures(
    raw: bytes | Iterable[bytes],
    *,
    job: str | None = None,
    failed: bool | Callable[[], bool] | None = True,
    roots: Sequence[str] = (),
    for_people: bool = False,
    scanner: MakeScanner | None = None,
) -> tuple[Failure, ...]:
    """What failed in one raw job log, likely causes first.

    Args:
        raw: the log, whole or in pieces; read once, in bounded memory.
        job: name of the CI job, kept in each failure.
        failed: whether the job failed: then an unrecognised log still yields one failure, its
            tail. A function is asked after the last piece; None = judge by how the log ends.
        roots: folders that were the repository root where the job ran, beside the well-known.
        for_people: all of up to 2000 failures, and absolute paths outside the repository as they
            are; else the first 200, and such paths are unknown.
        scanner: how hints are found; None = the fastest way here.

    Returns:
        Failures with repository-relative paths.
    """
    documents = Documents(
        [JsonWant(keys, partial(_report, "JSON", at)) for at, keys in enumerate(JSON)],
        [XmlWant(*tags, partial(_report, "XML", at)) for at, tags in enumerate(XML)],
    )
    kept = excerpt(raw, _wants(), documents=documents, scanner=scanner)
    tail: Any = load("tail")
    if failed is None and not kept.marked and tail.says_passed(kept.ending):
        return ()
    found, echoes = _found(kept, Reading(kept, len(NAMES), roots), documents)
    strong = [failure for failure in found if not failure.weak]
    if failed is None and kept.marked and not strong and tail.went_on(_after(kept)):
        return ()
    if not strong and not any(not echo.weak for echo in echoes):
        ending = tuple(_ending(kept, documents))
        known = failed() if callable(failed) else failed
        plain = [failure for failure in found if _is_plain(failure)]
        if tail.says_failed(ending) if known is None else known:
            strong = _weak([*found, *echoes]) or list(tail.parse(ending))
        elif len(plain) * 2 > kept.total:  # the bare output of a linter
            strong = plain
    limit = MAX_A_FORMAT if for_people else MAX_FAILURES
    return merge(strong, echoes, job=job, roots=roots, elsewhere=for_people, limit=limit)


def _wants() -> list[Want]:
    return [*(Want(*FORMATS[name]) for name in NAMES), *WANTS]


def _report(shelf: str, at: int, document: Any) -> Iterator[Failure]:
    """What a report format finds in a document; its shelf is imported for the first one."""
    reports = importlib.import_module("bot.formats.reports")
    found: Iterator[Failure] = getattr(reports, shelf)[at].parse(document)
    return found


def _found(
    kept: Excerpt, reading: Reading, documents: Documents
) -> tuple[list[Failure], list[Failure]]:
    """What tools said, and what others said of it."""
    found = list(documents.found)
    echoes: list[Failure] = []
    for index, name in enumerate(NAMES):
        if name == "tail" or not kept.asked(index):
            continue
        into = echoes if name == "github_annotation" else found
        lines = reading.lines(index, marked=any(b"##[" in hint for hint in FORMATS[name][0]))
        into += (
            reading.placed(failure)
            for failure in map(reading.located, islice(load(name).parse(lines), MAX_A_FORMAT))
            if not documents.covers(failure)
            and not reading.is_output_of_a_test(failure)
            and not reading.is_tolerated(failure)
        )
    return found, echoes


def _after(kept: Excerpt) -> Iterator[Line]:
    """The lines behind the last red mark that say what the job ran."""
    last = kept.ending[-1].number if kept.ending else 0
    return (line for line in kept.lines(len(NAMES) + 1) if line.number > last)


def _is_plain(failure: Failure) -> bool:
    """Whether it is a finding of an unknown tool."""
    return failure.weak and failure.tool is None and failure.type is FailureType.LINT


def _before_the_builder(told: Sequence[Failure]) -> list[Failure]:
    """Without what a builder says of the command that failed, where that command spoke right before."""
    said = [failure for failure in told if failure.tool not in _BUILDERS]
    last = max((each.log.start for each in told if each.log), default=0)
    near = [each for each in said if each.log and each.log.end >= last - _NEAR_BUILDER]
    return near or list(told)


def _weak(weak: Sequence[Failure]) -> list[Failure]:
    """The most telling of what only repeats: the last that names a file, else the first.

    Findings of an unknown tool are all told, but for those with a line alone: so loggers print.
    """
    ordered = sorted(weak, key=lambda each: each.log.start if each.log else 0)
    told = [each for each in ordered if not _is_plain(each) or each.column or each.rule]
    if ordered and ordered[-1].tool in _BUILDERS:
        told = _before_the_builder(told)
    placed = [failure for failure in told if failure.file]
    if placed and _is_plain(placed[-1]):
        return [failure for failure in placed if _is_plain(failure)]
    return placed[-1:] or told[:1]


def _ending(kept: Excerpt, documents: Documents) -> Iterator[Line]:
    """The last keyword lines, and the lines before the end; not those of a report."""
    start = kept.ending[0].number if kept.ending else kept.total + 1
    keywords = [line for line in kept.lines(NAMES.index("tail")) if line.number < start]
    for line in (*keywords[-_KEYWORDS:], *kept.ending):
        inside = any(span.start <= line.number <= span.end for span in documents.spans)
        if not inside and not line.text.startswith(SCRIPT_MARK):
            yield line
