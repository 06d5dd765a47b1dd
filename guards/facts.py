"""Facts that a syntax tree shows in every language: calls, branches, definitions and the like.

Every fact stands at a place: `at` and `end` are byte offsets in the file, `line` is 1-based. Text is
canonical: tokens with one blank between them, without comments, so that layout makes no difference.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a definition is to the test runner."""

    FUNCTION = "function"
    CLASS = "class"
    TEST = "test"  # runs, and can fail
    SUITE = "suite"  # holds tests
    HOOK = "hook"  # runs around tests: set-up, fixtures


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something at a place."""

    at: int
    end: int
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal(Fact):
    """A constant; `text` is a string's content without quotes, or the number as written."""

    text: str
    is_string: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention(Fact):
    """A name that is used, with what it is reached through: "process.env.CI"."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment(Fact):
    """A comment with its marks, or a documentation string."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker(Fact):
    """A decorator, annotation or attribute; `name` is dotted, without its arguments."""

    name: str
    text: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Fact):
    """Two operands and an operator ("==", "is not", "in" …), as canonical text."""

    left: str
    operator: str
    right: str
    left_constant: bool = False
    right_constant: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Fact):
    """A call with all that it hangs on.

    Attributes:
        callee: names joined by dots, without the calls between: "expect.not.toBe".
        links: the names one by one, each with its arguments; None where it was not called.
        arguments: of the last call of the chain.
        comparison: the first argument, when it is a comparison itself.
        inner: whether a longer chain goes on from here.
        awaited: whether its result is awaited, returned or yielded.
        has_block: whether a function or a block is handed over.
    """

    callee: str
    links: tuple[tuple[str, tuple[str, ...] | None], ...] = ()
    arguments: tuple[str, ...] = ()
    text: str = ""
    comparison: Comparison | None = None
    inner: bool = False
    awaited: bool = False
    has_block: bool = False

    @property
    def name(self) -> str:
        """The last name of the chain."""
        return self.callee.rpartition(".")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment(Fact):
    """A target that gets a value; `declares` = the name is new here."""

    target: str
    value: str
    constant: bool = False
    declares: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch(Fact):
    """Code that runs on a condition: if, else if, a case, a conditional expression.

    Attributes:
        comparisons: those inside the condition.
        body: the span that runs when it holds.
        returns: the constant that is handed back there and then, canonical; None = no constant.
        leaves: whether the body ends the function (returns or raises) as its last statement.
    """

    condition: str
    comparisons: tuple[Comparison, ...] = ()
    body: tuple[int, int] = (0, 0)
    returns: str | None = None
    leaves: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler(Fact):
    """A place that catches errors.

    Attributes:
        catches: the canonical head: types and names; "" = everything.
        guarded: the span that is watched over.
        body: the span of what is done about it. statements: the same as canonical texts.
        raises: whether it raises again, or fails the test.
    """

    catches: str
    guarded: tuple[int, int]
    body: tuple[int, int]
    statements: tuple[str, ...] = ()
    raises: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave(Fact):
    """A return or a raise; `value` is what goes out with it."""

    value: str
    raises: bool = False
    constant: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Fact):
    """A literal list whose elements are worth comparing one by one."""

    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition(Fact):
    """A function, a class, or a block that a test framework calls by a name.

    Attributes:
        name: qualified by what it stands in: "TestPrice.test_zero", "price > adds".
        body: canonical; statements: its top-level statements, the same way.
        body_span: where the body stands.
        parent: index in `Code.definitions` of what it stands in; -1 = nothing.
        untouched: whether the change left it alone: then nothing inside was noted.
    """

    kind: Kind
    name: str
    parameters: str = ""
    body: str = ""
    body_span: tuple[int, int] = (0, 0)
    statements: tuple[str, ...] = ()
    markers: tuple[Marker, ...] = ()
    parent: int = -1
    untouched: bool = False

    @property
    def simple_name(self) -> str:
        """The name without what it stands in."""
        return self.name.rpartition(" > ")[2].rpartition(".")[2]
