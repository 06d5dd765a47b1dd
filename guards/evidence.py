"""What is known beside the diff. Empty in a pre-commit hook, filled by the bot's verify step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Need(StrEnum):
    """What a guard cannot do without; `Policy.require` names the same words."""

    CONTENTS = "contents"  # both trees, not a diff alone
    TESTS = "tests"  # collected ids before and after
    COVERAGE = "coverage"  # lines executed before and after


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
    """

    tests: frozenset[str] | None = None
    coverage: Mapping[str, FileCoverage] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Facts from CI and the sandbox.

    Attributes:
        failing: paths that CI named in a failure.
        before: the tree without the change. after: the tree with it.
    """

    failing: frozenset[str] = frozenset()
    before: Snapshot = field(default_factory=Snapshot)
    after: Snapshot = field(default_factory=Snapshot)
