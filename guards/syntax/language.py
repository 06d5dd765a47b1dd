"""What a language has to say beside its table of node types: the shape of `guards.languages`."""

from collections.abc import Sequence
from typing import Protocol

from guards.code import Assertion, MarkKind
from guards.facts import Assignment, Branch, Call, Definition, Handler, Kind, Marker
from guards.syntax.found import Found
from guards.syntax.header import Header
from guards.syntax.spec import Syntax


class Language(Protocol):
    """The shape of a module on the shelf `guards.languages`. Every function is pure.

    A module may also have `prepared(source) -> bytes` (the same length, with what the grammar does
    not know made into what it does), `mark_of_comment(comment) -> MarkKind | None`,
    `assertion_of_marker(marker) -> Assertion | None` (`@Test(expected = X.class)`), and
    `errors_caught(found, reader) -> list[Handler]` (handlers that no node type shows), and
    `unwatched(case, found) -> list[span]` (code of a test that runs when it has ended).
    """

    @property
    def NAME(self) -> str: ...  # noqa: D102, N802
    @property
    def GRAMMARS(self) -> dict[str, str]: ...  # noqa: D102, N802
    @property
    def SYNTAX(self) -> Syntax: ...  # noqa: D102, N802

    def kind_of(self, header: Header) -> tuple[Kind, str] | None:
        """What a definition is to the test runner, and its name; None = an ordinary one."""
        ...

    def assertion(self, call: Call) -> Assertion | None:
        """What a call asserts; None when it asserts nothing."""
        ...

    def condition(self, branch: Branch, body: Sequence[Call]) -> Assertion | None:
        """What a branch asserts by failing the test inside: `if got != want { t.Errorf(…) }`."""
        ...

    def mark_of_call(self, call: Call) -> MarkKind | None:
        """Whether a call skips, focuses or retries a test."""
        ...

    def mark_of_marker(self, marker: Marker) -> MarkKind | None:
        """Whether a decorator, annotation or attribute does."""
        ...

    def mark_of_assignment(self, assignment: Assignment) -> MarkKind | None:
        """Whether an assignment does: `__test__ = False`."""
        ...

    def is_platform(self, text: str) -> bool:
        """Whether the condition of a skip is about the system that the test runs on."""
        ...

    def double(self, call: Call) -> str | None:
        """What a call replaces by a stand-in, as written."""
        ...

    def swallows(self, handler: Handler) -> bool:
        """Whether a handler catches a failing assertion and lets the test go on."""
        ...

    def is_table(self, case: Definition, found: Found) -> bool:
        """Whether a test runs once for each row of a table."""
        ...
