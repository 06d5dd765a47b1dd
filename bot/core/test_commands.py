"""What a test command runs, how it is made to write a report, and how to run a part of it alone."""

import re
import shlex
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.core import test_reports
from bot.core.test_reports import Outcomes

MAX_NAMED = 50  # tests or files on one command line; more and the whole is as quick

_SHELL = frozenset(";|&<>`$()\n")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*")
# What may stand before a runner without changing how it is called.
_WRAPPERS = frozenset(
    [
        *("uv", "run", "poetry", "pipenv", "pdm", "hatch", "rye", "npx", "pnpm", "yarn", "bunx"),
        *("exec", "bundle", "env", "time", "nice", "node", "-m", "--no-install", "--", "php"),
        *("coverage", "--branch"),
    ]
)
_PYTHON = re.compile(r"python(?:\d(?:\.\d+)?)?")
# Options of pytest whose value is the next word.
_PYTEST_VALUES = frozenset(
    [
        *("-k", "-m", "-n", "-p", "-c", "-o", "-r", "-W", "--maxfail", "--rootdir", "--confcutdir"),
        *("--ignore", "--deselect", "--tb", "--color", "--durations", "--timeout", "--cov"),
        *("--basetemp", "--import-mode", "--junitxml", "--log-level", "--dist", "--cov-report"),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """How one runner is asked for a report.

    Attributes:
        words: how it is called: its program, and the subcommand if it has one.
        report: what is added to its command line; `{path}` is where the report goes.
        read: the outcomes in the report.
        part: the words of the whole run to those that run some tests alone; None = it cannot.
        early: what is added stands before all other options and files, not behind them.
        redirected: the report is what it prints.
    """

    words: tuple[str, ...]
    report: tuple[str, ...]
    read: Callable[[bytes], Outcomes]
    part: Callable[[Sequence[str], Sequence[str]], list[str]] | None = None
    early: bool = False
    redirected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCommand:
    """A command, and what of it is understood.

    Attributes:
        line: as it was given.
        before: what the shell does first ("cd app && ").
        words: of the runner's own call.
        at: where in `words` the runner stands.
        runner: None = only the exit code is known.
    """

    __test__ = False  # no test, whatever its name says

    line: str
    before: str = ""
    words: tuple[str, ...] = ()
    at: int = 0
    runner: Runner | None = None

    def measured(self, report: str, tests: Sequence[str] = ()) -> str:
        """The command that leaves a report at a path; with `tests`, of these alone if it can."""
        if self.runner is None:
            return self.line
        words = list(self.words)
        if tests and self.runner.part is not None and len(tests) <= MAX_NAMED:
            end = self.at + len(self.runner.words)
            words = [*words[:end], *self.runner.part(words[end:], tests)]
        added = [part.replace("{path}", report) for part in self.runner.report]
        cut = words.index("--", self.at) if "--" in words[self.at :] else len(words)
        if self.runner.early:
            cut = self.at + len(self.runner.words)
        line = _joined([*words[:cut], *added, *words[cut:]])
        return f"{self.before}{line}" + (f" > {report}" if self.runner.redirected else "")

    def failed(self, exit_code: int) -> Outcomes:
        """The whole command as one test, for a runner that writes no report."""
        return test_reports.of_exit_code(self.line, exit_code)


def understand(line: str) -> TestCommand:
    """What a command is; of one that cannot be taken apart only the exit code will be known."""
    before, joined, last = line.rpartition("&&")
    before = f"{before}{joined} " if joined else ""
    try:
        words = shlex.split(last)
    except ValueError:
        return TestCommand(line=line)
    if set(last) & _SHELL or not words:
        return TestCommand(line=line)
    for at in range(min(len(words), 8)):
        for runner in _RUNNERS:
            if _calls(words[at:], runner.words):
                found = tuple(words)
                return TestCommand(line=line, before=before, words=found, at=at, runner=runner)
        if not _may_stand_before(words[at]):
            break
    return TestCommand(line=line)


def file_of(test: str) -> str:
    """The path in a test's id."""
    return test.partition("::")[0]


def of_files(files: Collection[str], tests: Collection[str]) -> frozenset[str]:
    """The tests that stand in some files."""
    return frozenset(test for test in tests if file_of(test) in files)


def _joined(words: Sequence[str]) -> str:
    """A command line; assignments before the program stay assignments."""
    parts = []
    leading = True
    for word in words:
        leading = leading and _ASSIGNMENT.fullmatch(word) is not None
        name, _, value = word.partition("=")
        parts.append(f"{name}={shlex.quote(value)}" if leading else shlex.quote(word))
    return " ".join(parts)


def _calls(words: Sequence[str], runner: tuple[str, ...]) -> bool:
    first, *rest = runner
    if not words or len(words) <= len(rest):
        return False
    name = words[0].rpartition("/")[2]
    return name == first and list(words[1 : len(runner)]) == rest


def _may_stand_before(word: str) -> bool:
    name = word.rpartition("/")[2]
    return (
        name in _WRAPPERS
        or word.startswith(("--data-file=", "--source=", "--rcfile="))
        or _PYTHON.fullmatch(name) is not None
        or _ASSIGNMENT.fullmatch(word) is not None
    )


def _pytest_part(words: Sequence[str], tests: Sequence[str]) -> list[str]:
    return [*_options(words, _PYTEST_VALUES), *tests]


def _by_file(*before: str) -> Callable[[Sequence[str], Sequence[str]], list[str]]:
    """For runners that are told files."""

    def part(words: Sequence[str], tests: Sequence[str]) -> list[str]:
        return [*_options(words, frozenset()), *before, *dict.fromkeys(map(file_of, tests))]

    return part


def _go_part(words: Sequence[str], tests: Sequence[str]) -> list[str]:
    """Go names tests by a pattern; of a whole package it is told nothing, and runs all."""
    names = dict.fromkeys(test.partition("::")[2].partition("/")[0] for test in tests)
    if "" in names:
        return list(words)
    return ["-run", f"^({'|'.join(map(re.escape, names))})$", *words]


def _options(words: Sequence[str], with_value: Collection[str]) -> list[str]:
    """The words that select nothing: options, and values of those that take one."""
    kept: list[str] = []
    for number, word in enumerate(words):
        is_value = number > 0 and words[number - 1] in with_value
        if (word.startswith("-") and word != "--") or is_value or not _is_place(word):
            kept.append(word)
    return kept


def _is_place(word: str) -> bool:
    """Whether a word names a file, a folder or a test, and not a subcommand ("run")."""
    return word in {".", "tests", "test", "spec", "src", "--"} or bool(
        {"/", ".", ":", "*"} & set(word)
    )


_JEST_REPORT = ("--json", "--outputFile={path}")
_RUNNERS: tuple[Runner, ...] = (
    *(
        Runner(
            words=(name,),
            report=("--junitxml={path}", "-o", "junit_family=xunit1"),
            read=test_reports.junit,
            part=_pytest_part,
        )
        for name in ("pytest", "py.test")
    ),
    Runner(
        words=("vitest", "run"),
        report=("--reporter=json", "--outputFile={path}"),
        read=test_reports.jest,
        part=_by_file(),
    ),
    Runner(
        words=("jest",),
        report=_JEST_REPORT,
        read=test_reports.jest,
        part=_by_file("--runTestsByPath"),
    ),
    Runner(
        words=("mocha",),
        report=("--reporter", "json", "--reporter-option", "output={path}"),
        read=test_reports.mocha,
        part=_by_file(),
    ),
    Runner(
        words=("go", "test"),
        report=("-json",),
        read=test_reports.go,
        part=_go_part,
        early=True,
        redirected=True,
    ),
    Runner(
        words=("rspec",),
        report=("--format", "json", "--out", "{path}"),
        read=test_reports.rspec,
        part=_by_file(),
    ),
    Runner(words=("phpunit",), report=("--log-junit", "{path}"), read=test_reports.junit),
    Runner(
        words=("node", "--test"),
        report=("--test-reporter=junit", "--test-reporter-destination={path}"),
        read=test_reports.junit,
        early=True,
    ),
)
NAMES: Mapping[str, Runner] = {" ".join(runner.words): runner for runner in _RUNNERS}
