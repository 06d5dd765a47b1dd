"""What is known beside the diff. Empty in a pre-commit hook, filled by the bot's verify step.

All of it comes from processes that ran the code under suspicion: it may accuse, never acquit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Need(StrEnum):
    """What a guard cannot do without; `Policy.require` names the same words."""

    CONTENTS = "contents"  # both trees, not a diff alone
    TESTS = "tests"  # collected ids before and after
    COVERAGE = "coverage"  # lines executed before and after
    OUTCOMES = "outcomes"  # what became of each test with the change
    CROSS_CHECK = "cross_check"  # old tests on new source, new tests on old source


class Outcome(StrEnum):
    """What became of one test in one run."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"
    XFAILED = "xfailed"  # failed, as the test itself says it would

    @property
    def is_bad(self) -> bool:
        """Whether it makes a run red."""
        return self in {Outcome.FAILED, Outcome.ERROR}

    @property
    def ran(self) -> bool:
        """Whether the test came to a result that counts for or against the code."""
        return self is Outcome.PASSED or self.is_bad


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCoverage:
    """One file's lines as the tests saw them; 1-based numbers.

    Attributes:
        excluded: lines that the measurement was told to leave out.
    """

    executed: frozenset[int]
    missing: frozenset[int]
    excluded: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What one run of the checks showed; None = not measured.

    Attributes:
        tests: ids of all collected tests.
        coverage: path (repository-relative) to its lines.
        outcomes: id of a test to what became of it.
    """

    tests: frozenset[str] | None = None
    coverage: Mapping[str, FileCoverage] | None = None
    outcomes: Mapping[str, Outcome] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of tests over one tree.

    Attributes:
        reported: the runner wrote its report; without it the exit code proves nothing.
        outcomes: id of a test to what became of it.
    """

    exit_code: int
    reported: bool
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)

    @property
    def is_strict(self) -> bool:
        """Whether exit code, report and outcomes agree with each other and tests really ran."""
        bad = any(outcome.is_bad for outcome in self.outcomes.values())
        ran = any(outcome.ran for outcome in self.outcomes.values())
        return self.reported and ran and bad == (self.exit_code != 0)

    def green(self, failing: frozenset[str]) -> bool:
        """Whether the run proves that `failing` pass now: nothing failed, and each of them ran."""
        return (
            self.exit_code == 0
            and self.is_strict
            and all(self.outcomes.get(test) is Outcome.PASSED for test in failing)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A changed line made wrong on purpose, and whether a test that reaches it noticed.

    Attributes:
        line: 1-based, in the new file. what: what was done to it, as a sentence goes on.
    """

    path: str
    line: int
    what: str
    caught: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossCheck:
    """What shows which half of a change made the failing tests pass.

    Attributes:
        failing: ids of the tests that the change is to make pass.
        base: runs of the tree without the change. fix: runs of the tree with it.
        restored: the original tests on the new source; None = not run.
        ablated: the new tests on the original source; None = not run, or no test changed.
        mutants: changed lines made wrong on purpose.
    """

    failing: frozenset[str]
    base: tuple[Run, ...] = ()
    fix: tuple[Run, ...] = ()
    restored: Run | None = None
    ablated: Run | None = None
    mutants: tuple[Mutant, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Facts from CI and the sandbox.

    Attributes:
        failing: paths that CI named in a failure.
        before: the tree without the change. after: the tree with it.
        cross_check: runs that take the change apart; None = not made.
    """

    failing: frozenset[str] = frozenset()
    before: Snapshot = field(default_factory=Snapshot)
    after: Snapshot = field(default_factory=Snapshot)
    cross_check: CrossCheck | None = None

    @property
    def failing_tests(self) -> frozenset[str]:
        """Ids of the tests that failed without the change."""
        named = self.cross_check.failing if self.cross_check else frozenset()
        outcomes = self.before.outcomes or {}
        return named | {test for test, outcome in outcomes.items() if outcome.is_bad}
