"""The table by which one reader understands the trees of all languages.

A *selector* says where a part of a node is: the name of a field ("body"), a type of child
("#arguments"), or a position among the named children ("@0", "@-1"); "." is the node itself. ">"
goes one step deeper, "|" separates alternatives, of which the first that is there counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from tree_sitter import Node

_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallShape:
    """Where the parts of a call are. `receiver`: only where it is no part of the callee."""

    callee: str
    arguments: str
    receiver: str = ""
    block: str = ""
    sole: bool = False  # `arguments` is the one argument itself: a shouldBe b


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionShape:
    """Where the parts of a function or class are; `owner` = the type that a method belongs to."""

    name: str
    body: str
    parameters: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchShape:
    """Where the parts of a branch are; `setup` = the statement before its condition."""

    condition: str
    body: str
    otherwise: str = ""
    setup: str = ""
    is_arm: bool = False  # a case of a switch: its condition is a pattern
    negated: bool = False  # runs when the condition does not hold: unless


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """Node types of one grammar, by what they are.

    Attributes:
        strings: literals whose insides are not looked at. docs: statements that only hold a string.
        constants: literals that are words: true, null.
        names: identifiers. members: a name reached through something: object and name selectors.
        blocks: lists of statements. indented: those that no brace shows.
        leaves: statements after which nothing in the block runs, beside returns and raises.
        tries: what watches, with the selector of what is watched. handlers: what catches, with
            the selector of what is done.
        markers: decorators, annotations and attributes. marker_lists: what they may be wrapped in.
        asserts: statements that are assertions, with the selector of their condition.
        tables: lists whose elements are rows.
        wrappers: nodes around one expression that mean nothing: parentheses, arguments.
    """

    comments: frozenset[str]
    strings: frozenset[str]
    numbers: frozenset[str]
    constants: frozenset[str]
    names: frozenset[str]
    members: Mapping[str, tuple[str, str]]
    calls: Mapping[str, CallShape]
    functions: Mapping[str, FunctionShape]
    classes: Mapping[str, FunctionShape]
    lambdas: Mapping[str, str]  # type to the selector of its body
    blocks: frozenset[str]
    branches: Mapping[str, BranchShape]
    comparisons: Mapping[str, tuple[str, str]]
    assignments: Mapping[str, tuple[str, str]]
    declarations: frozenset[str] = _NONE  # those of `assignments` that make a new name
    docs: frozenset[str] = _NONE
    indented: frozenset[str] = _NONE
    returns: frozenset[str] = _NONE
    raises: frozenset[str] = _NONE
    leaves: frozenset[str] = _NONE
    tries: Mapping[str, str] = field(default_factory=dict)
    handlers: Mapping[str, str] = field(default_factory=dict)
    markers: frozenset[str] = _NONE
    marker_lists: frozenset[str] = _NONE
    asserts: Mapping[str, str] = field(default_factory=dict)
    imports: frozenset[str] = _NONE
    tables: frozenset[str] = _NONE
    wrappers: frozenset[str] = _NONE
    either: frozenset[str] = _NONE  # conditions of which one part is enough: a or b
    awaits: frozenset[str] = _NONE
    token_trees: frozenset[str] = _NONE  # arguments that the grammar leaves as plain tokens
    asserting_words: frozenset[str] = _NONE  # chains with one of them assert without a last call
    asserting_links: frozenset[str] = _NONE  # calls that assert in the middle of a chain
    resumes: frozenset[str] = _NONE  # labels, to which the code before may jump
    wrapping_calls: frozenset[str] = _NONE  # calls that hand on the block they are given
    hoisted: frozenset[str] = _NONE  # what holds though it stands after a return
    atoms: frozenset[str] = _NONE  # names of several tokens that read as one: $this, std::sort
    raise_calls: frozenset[str] = _NONE  # calls that raise, by their last name
    import_calls: frozenset[str] = _NONE  # calls that load other files
    bare_calls: frozenset[str] = _NONE  # names that are calls where they stand as a statement
    compared_calls: frozenset[str] = _NONE  # `a.should == b`: a call that asserts a comparison
    annotations: bool = False  # comments before a definition hold `@name` annotations
    macro_definitions: bool = False  # a function without a type is a call too: TEST(A, b) { … }
    entry_points: frozenset[str] = _NONE  # functions that run the others of their file by name
    repeatable: bool = False  # tests of one name in one place all run
    stated_output: str = ""  # how a comment begins that holds what a test must print
    generics: frozenset[str] = _NONE  # names with type arguments: their first child is the name
    table_calls: frozenset[str] = _NONE  # calls whose arguments are rows: listOf(…)
    constant_words: frozenset[str] = _NONE  # names that are constants: where true is a name
    trailing_blocks: bool = False  # `NAME(arguments) { … }` reads as a call and a block


def part(node: Node, selector: str) -> Node | None:
    """The part of a node that a selector names; None when it is not there."""
    for steps in _paths(selector):
        found: Node | None = node
        for step in steps:
            if found is None:
                break
            found = _step(found, step)
        if found is not None:
            return found
    return None


@cache
def _paths(selector: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(path.split(">")) for path in selector.split("|"))


def _step(node: Node, step: str) -> Node | None:
    if not step:
        return None
    if step == ".":
        return node
    if step[0] == "#":
        wanted = step[1:]
        return next((child for child in node.named_children if child.type == wanted), None)
    if step[0] == "@":
        position, children = int(step[1:]), node.named_children
        there = -len(children) <= position < len(children)
        return children[position] if there else None
    return node.child_by_field_name(step)
