"""What a walk over a syntax tree gathers, and what it knows of a node when it gets there."""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from tree_sitter import Node

from guards.facts import (
    Assignment,
    Branch,
    Call,
    Comment,
    Comparison,
    Definition,
    Handler,
    Leave,
    Literal,
    Marker,
    Mention,
    Table,
)

MAX_FACTS: Final = 200_000
MAX_NAME: Final = 300


@dataclass(slots=True)
class Found:
    """Facts as they are gathered."""

    definitions: list[Definition] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    handlers: list[Handler] = field(default_factory=list)
    leaves: list[Leave] = field(default_factory=list)
    literals: list[Literal] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    imports: list[Mention] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    markers: list[Marker] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    asserts: list[tuple[Node, Node]] = field(default_factory=list)  # statement, condition
    too_deep: bool = False  # something was nested deeper than anybody reads
    dead: list[tuple[int, int]] = field(default_factory=list)


class Visit(NamedTuple):
    """A node, and what its parent knows of it."""

    node: Node
    parent: str  # the type of the node above
    definition: int  # index of the one around it
    markers: tuple[Marker, ...] = ()
    inner: bool = False  # a callee, or what a member is reached through
    awaited: bool = False
    untouched: int = 0  # how many nodes above it, itself included, the change left alone
    depth: int = 0


def place(node: Node) -> dict[str, int]:
    """Where a node stands."""
    return {"at": node.start_byte, "end": node.end_byte, "line": node.start_point.row + 1}
