"""What a source file says, in words that all languages share: what rules compare.

`guards.facts` holds what any syntax tree shows; here is what it means for tests and tools.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TypeVar

from guards.facts import (
    Assignment,
    Branch,
    Call,
    Comment,
    Comparison,
    Definition,
    Fact,
    Handler,
    Leave,
    Literal,
    Marker,
    Mention,
    Table,
)


class Strength(IntEnum):
    """How much an assertion demands, from nothing to an exact value."""

    HOLLOW = 0  # cannot fail
    EXISTS = 1  # not null, defined, of a type, does not raise
    TRUTHY = 2  # true or false of a computed value; called at all; raises anything
    ORDER = 3  # greater, less, not equal
    PART = 4  # contains, matches, has length, close to, raises this kind
    EXACT = 5  # equal, same, a snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """One check of a test.

    Attributes:
        text: canonical, without a message; what `moved` and `removed` are told by.
        matcher: what kind of check: "equal", "contains", "raises" … (the language's own word).
        subject: what is looked at; expected: what it is held against, "" = nothing.
        constant: whether `expected` is made of literals alone.
        tolerance: how far apart both may be, when the check allows for that.
    """

    text: str
    line: int
    strength: Strength
    matcher: str = ""
    subject: str = ""
    expected: str = ""
    constant: bool = False
    tolerance: float | None = None
    at: int = 0


class MarkKind(StrEnum):
    """What a mark does to a test."""

    SKIP = "skip"
    EXPECTED_FAILURE = "expected failure"
    ONLY = "only"
    RETRY = "retry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark(Fact):
    """Something that keeps a test from running or failing; `platform` = only on some systems."""

    kind: MarkKind
    text: str
    platform: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Double(Fact):
    """A stand-in for real code; `target` is what it stands in for, as written."""

    target: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test as a runner would collect it.

    Attributes:
        body: canonical. assertions: what can be reached, hollow ones included.
        swallowed: places inside that catch a failing assertion and go on.
        rows: what its tables list, one a row. parametrized: whether it runs once a row.
        names: last parts of the names that it uses. literals: constants anywhere in it.
    """

    name: str
    line: int
    at: int
    end: int
    body: str
    assertions: tuple[Assertion, ...] = ()
    swallowed: int = 0
    rows: tuple[str, ...] = ()
    parametrized: bool = False
    names: frozenset[str] = frozenset()
    literals: frozenset[str] = frozenset()
    marks: tuple[Mark, ...] = ()

    @property
    def simple_name(self) -> str:
        """The name without its classes or suites."""
        return self.name.rpartition(" > ")[2].rpartition(".")[2]


_F = TypeVar("_F", bound=Fact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """All facts of one file, each list in the order of the file.

    Attributes:
        dead: spans that can never be reached.
        damaged: whether the parser met something that is not of this language.
        assertions: all of the file, those of helpers included.
        shadowed: names of tests that stand twice in one place, so that one never runs.
    """

    language: str
    damaged: bool = False
    definitions: tuple[Definition, ...] = ()
    cases: tuple[Case, ...] = ()
    assertions: tuple[Assertion, ...] = ()
    shadowed: frozenset[str] = frozenset()
    calls: tuple[Call, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    branches: tuple[Branch, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    handlers: tuple[Handler, ...] = ()
    leaves: tuple[Leave, ...] = ()
    literals: tuple[Literal, ...] = ()
    mentions: tuple[Mention, ...] = ()
    imports: tuple[Mention, ...] = ()
    comments: tuple[Comment, ...] = ()
    markers: tuple[Marker, ...] = ()
    marks: tuple[Mark, ...] = ()
    doubles: tuple[Double, ...] = ()
    tables: tuple[Table, ...] = ()
    dead: tuple[tuple[int, int], ...] = field(default=())

    def within(self, place: int) -> Definition | None:
        """The innermost definition around a byte offset."""
        around = [item for item in self.definitions if item.at <= place < item.end]
        return max(around, key=lambda item: item.at, default=None)


def inside(facts: Sequence[_F], span: tuple[int, int]) -> Sequence[_F]:
    """The facts, in order of their place, that begin within a span."""
    first = bisect_left(facts, span[0], key=lambda fact: fact.at)
    last = bisect_left(facts, span[1], key=lambda fact: fact.at)
    return facts[first:last]
