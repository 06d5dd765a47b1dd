"""The shelf of log formats: one module each, all of the shape `LogFormat`.

A format sees lines without framing (time stamps, colours, groups), and only those around its
`HINTS`: line numbers jump where nothing it asked for stood. It is pure and lazy, uses patterns that
are linear in a line of 4096 characters, and never raises, whatever the log.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Protocol

from bot.core.documents import Documents, JsonWant, XmlWant
from bot.core.failure import Failure
from bot.core.framing import SCRIPT_MARK, Line
from bot.core.hints import MakeScanner
from bot.core.merging import MAX_FAILURES, merge
from bot.core.prefilter import Excerpt, Want, excerpt
from bot.core.reading import WANTS, Reading
from bot.formats import (
    actionlint,
    android_lint,
    ansible_lint,
    ant,
    ava,
    babel,
    bandit,
    bats,
    bazel,
    biome,
    black,
    boost_test,
    bun,
    bun_test,
    bundler,
    c_abort,
    c_unit,
    cargo,
    cargo_test,
    catch2,
    checkstyle,
    cloud,
    cmake,
    codespell,
    composer,
    conda,
    configure,
    cppcheck,
    cpplint,
    credo,
    cspell,
    ctest,
    cucumber,
    dart_analyze,
    dart_json,
    dart_test,
    deno,
    deno_test,
    dependabot,
    detekt,
    djlint,
    docker_build,
    doctest_cpp,
    dotnet,
    dotnet_test,
    elixir,
    esbuild,
    eslint,
    exunit,
    flake8,
    gcc_clang,
    gfortran,
    ghc,
    ginkgo,
    git,
    github_annotation,
    gitleaks,
    gnu_error,
    go_build,
    go_mod,
    go_test,
    gocheck,
    gofmt,
    golangci_lint,
    gradle,
    gradle_test,
    groovyc,
    gtest,
    hadolint,
    helm_lint,
    hlint,
    infra,
    isort,
    jasmine,
    java_exception,
    javac,
    jest,
    jsonl_failures,
    junit_console,
    karma,
    kotlinc,
    ktlint,
    ld,
    lintrunner,
    make,
    markdownlint,
    maven,
    merge_conflict,
    meson,
    minitest,
    mocha,
    msvc,
    mypy,
    next_build,
    ninja,
    node_error,
    node_test,
    npm,
    npm_audit,
    ocaml,
    other_c_compilers,
    oxlint,
    perl_error,
    php_cs_fixer,
    php_error,
    phpcs,
    phpstan,
    phpunit,
    pip,
    playwright,
    pnpm,
    poetry,
    pre_commit,
    prettier,
    protoc,
    prove,
    pyflakes,
    pylint,
    pyright,
    pytest_log,
    python_traceback,
    rdjson,
    reports,
    rspec,
    rubocop,
    ruby_error,
    ruff_check,
    ruff_format,
    runner,
    rustc,
    rustfmt,
    sanitizers,
    sbt_test,
    scalac,
    shell_error,
    shellcheck,
    sorbet,
    spotless,
    sqlfluff,
    standard,
    stylelint,
    surefire,
    svelte_check,
    swift_test,
    swiftc,
    tail,
    tap,
    terraform,
    tox,
    tsc,
    tslint,
    ty,
    typos,
    unittest_log,
    uv,
    vale,
    valgrind,
    vite,
    vitest,
    webpack,
    yamllint,
    yarn,
    zizmor,
)

MAX_A_FORMAT = 2000
_KEYWORDS = 60


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


ALL: Sequence[LogFormat] = (
    actionlint,
    android_lint,
    ansible_lint,
    ant,
    ava,
    babel,
    bandit,
    bats,
    bazel,
    biome,
    black,
    boost_test,
    bun,
    bun_test,
    bundler,
    c_abort,
    c_unit,
    cargo,
    cargo_test,
    catch2,
    checkstyle,
    cloud,
    cmake,
    codespell,
    composer,
    conda,
    configure,
    cppcheck,
    cpplint,
    credo,
    cspell,
    ctest,
    cucumber,
    dart_analyze,
    dart_json,
    dart_test,
    deno,
    deno_test,
    dependabot,
    detekt,
    djlint,
    docker_build,
    doctest_cpp,
    dotnet,
    dotnet_test,
    elixir,
    esbuild,
    eslint,
    exunit,
    flake8,
    gcc_clang,
    gfortran,
    ghc,
    ginkgo,
    git,
    gitleaks,
    gnu_error,
    go_build,
    go_mod,
    go_test,
    gocheck,
    gofmt,
    golangci_lint,
    gradle,
    gradle_test,
    groovyc,
    gtest,
    hadolint,
    helm_lint,
    hlint,
    infra,
    isort,
    jasmine,
    java_exception,
    javac,
    jest,
    jsonl_failures,
    junit_console,
    karma,
    kotlinc,
    ktlint,
    ld,
    lintrunner,
    make,
    markdownlint,
    maven,
    merge_conflict,
    meson,
    minitest,
    mocha,
    msvc,
    mypy,
    next_build,
    ninja,
    node_error,
    node_test,
    npm,
    npm_audit,
    ocaml,
    other_c_compilers,
    oxlint,
    perl_error,
    php_cs_fixer,
    php_error,
    phpcs,
    phpstan,
    phpunit,
    pip,
    playwright,
    pnpm,
    poetry,
    pre_commit,
    prettier,
    protoc,
    prove,
    pyflakes,
    pylint,
    pyright,
    pytest_log,
    python_traceback,
    rdjson,
    rspec,
    rubocop,
    ruby_error,
    ruff_check,
    ruff_format,
    runner,
    rustc,
    rustfmt,
    sanitizers,
    sbt_test,
    scalac,
    shell_error,
    shellcheck,
    sorbet,
    spotless,
    sqlfluff,
    standard,
    stylelint,
    surefire,
    svelte_check,
    swift_test,
    swiftc,
    tap,
    terraform,
    tox,
    tsc,
    tslint,
    ty,
    typos,
    unittest_log,
    uv,
    vale,
    valgrind,
    vite,
    vitest,
    webpack,
    yamllint,
    yarn,
    zizmor,
    github_annotation,
    tail,
)


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
        [JsonWant(each.KEYS, each.parse) for each in reports.JSON],
        [XmlWant(each.ROOTS, each.TAGS, each.parse) for each in reports.XML],
    )
    wants = [*map(_want, ALL), *WANTS]
    kept = excerpt(raw, wants, documents=documents, scanner=scanner)
    found, echoes = _found(Reading(kept, len(ALL), roots), documents)
    strong = [failure for failure in found if not failure.weak]
    if not strong and not any(not echo.weak for echo in echoes):
        ending = tuple(_ending(kept, documents))
        known = failed() if callable(failed) else failed
        if tail.says_failed(ending) if known is None else known:
            strong = _weak([*found, *echoes]) or list(tail.parse(ending))
    limit = MAX_A_FORMAT if for_people else MAX_FAILURES
    return merge(strong, echoes, job=job, roots=roots, elsewhere=for_people, limit=limit)


def _found(reading: Reading, documents: Documents) -> tuple[list[Failure], list[Failure]]:
    """What tools said, and what others said of it."""
    found = list(documents.found)
    echoes: list[Failure] = []
    for index, format_ in enumerate(ALL):
        if format_ is not tail:
            into = echoes if format_ is github_annotation else found
            lines = reading.lines(index, marked=any("##[" in hint for hint in format_.HINTS))
            into += (
                reading.placed(failure)
                for failure in islice(format_.parse(lines), MAX_A_FORMAT)
                if not documents.covers(failure)
            )
    return found, echoes


def _weak(weak: Sequence[Failure]) -> list[Failure]:
    """The most telling of what only repeats: the last that names a file, else the first."""
    placed = [failure for failure in weak if failure.file]
    return placed[-1:] or list(weak[:1])


def _want(format_: LogFormat) -> Want:
    before, after = format_.REACH
    return Want(tuple(hint.encode() for hint in format_.HINTS), before, after)


def _ending(kept: Excerpt, documents: Documents) -> Iterator[Line]:
    """The last keyword lines, and the lines before the end; not those of a report."""
    start = kept.ending[0].number if kept.ending else kept.total + 1
    keywords = [line for line in kept.lines(ALL.index(tail)) if line.number < start]
    for line in (*keywords[-_KEYWORDS:], *kept.ending):
        inside = any(span.start <= line.number <= span.end for span in documents.spans)
        if not inside and not line.text.startswith(SCRIPT_MARK):
            yield line
