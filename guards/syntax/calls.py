"""Small questions about one node: what a call calls, whether a value is constant, how a block ends."""

from collections.abc import Callable
from dataclasses import replace

from tree_sitter import Node

from guards.facts import Call, Comparison, Definition
from guards.syntax.spec import Syntax, part
from guards.syntax.tree import SourceTree
from guards.syntax.values import first_child, unquoted

_MAX_CHAIN = 60
_MAX_INNER_CHAIN = 30  # of a call from which a longer chain goes on
_MAX_INNER = 4000  # bytes of its text
_MAX_ARGUMENTS = 200

Links = list[tuple[str, tuple[str, ...] | None]]


def links(node: Node, tree: SourceTree, syntax: Syntax, most: int = _MAX_CHAIN) -> Links:
    """The names of a chain, first one first, each with the arguments that it is called with."""
    found: Links = []
    current: Node | None = node
    arguments: tuple[str, ...] | None = None
    for _ in range(most):
        if current is None:
            break
        if (shape := syntax.calls.get(current.type)) is not None:
            given = part(current, shape.arguments)
            if given is not None and arguments:  # what a call returned is called in its turn
                found.append(("", arguments))
            if given is not None or arguments is None:
                is_sole = shape.sole and given is not None
                arguments = arguments_of(given, tree, syntax, is_sole=is_sole)
            name = part(current, shape.callee)
            inner = part(current, shape.receiver) if shape.receiver else name
            named = bool(shape.receiver)
        elif (member := syntax.members.get(current.type)) is not None:
            name, inner, named = part(current, member[1]), part(current, member[0]), True
        else:
            name, inner, named = _end_of_chain(current, syntax)
        if named:
            pieces = _names(name, syntax)
            texts = [_plain(piece, tree, syntax) for piece in pieces] or ["()"]
            found += [(texts[-1], arguments), *((text, None) for text in texts[-2::-1])]
            arguments = None
        current = inner
    return found[::-1]


def _names(name: Node | None, syntax: Syntax) -> list[Node]:
    """The parts of a name, first one first, where the name is a chain itself: a::(b::c)."""
    found: list[Node] = []
    current = name
    for _ in range(_MAX_CHAIN):
        if current is None or (member := syntax.members.get(current.type)) is None:
            break
        reached = part(current, member[0])
        found += [] if reached is None else [reached]
        current = part(current, member[1])
    return found if current is None else [*found, current]


def _plain(name: Node, tree: SourceTree, syntax: Syntax) -> str:
    if name.type in syntax.generics:
        name = first_child(name) or name
    text = tree.text(name)
    return unquoted(text) if name.type in syntax.strings else text


def _end_of_chain(node: Node, syntax: Syntax) -> tuple[Node | None, Node | None, bool]:
    """The name that a chain begins with, where it goes on, and whether that is a link at all."""
    if node.type in syntax.wrappers and node.named_child_count:
        return None, node.named_children[0], False
    is_name = node.type in syntax.names | syntax.generics or not node.named_child_count
    return node if is_name else None, None, True  # (a + b).c() begins with an expression


def arguments_of(
    node: Node | None, tree: SourceTree, syntax: Syntax, *, is_sole: bool = False
) -> tuple[str, ...]:
    """The canonical text of each argument."""
    if node is None:
        return ()
    if is_sole:
        return (tree.text(node),)
    if node.type in syntax.token_trees:
        return tuple(split_tokens(tree.tokens((node.start_byte, node.end_byte))[1:-1]))
    children = [child for child in node.named_children if child.type not in syntax.comments]
    return tuple(tree.text(child) for child in children[:_MAX_ARGUMENTS])


def split_tokens(tokens: list[str]) -> list[str]:
    """Tokens parted at commas that stand in no bracket."""
    parts: list[list[str]] = [[]]
    depth = 0
    for each in tokens:
        depth += (each in {"(", "[", "{"}) - (each in {")", "]", "}"})
        if each == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(each)
    return [" ".join(piece) for piece in parts if piece][:_MAX_ARGUMENTS]


def call_of(node: Node, tree: SourceTree, syntax: Syntax, *, inner: bool) -> Call:
    """The call that a node is."""
    chain = links(node, tree, syntax, _MAX_INNER_CHAIN if inner else _MAX_CHAIN)
    start = max(node.start_byte, node.end_byte - _MAX_INNER) if inner else node.start_byte
    return Call(
        callee=".".join(name for name, _ in chain if name),
        links=tuple(chain),
        arguments=(chain[-1][1] or ()) if chain else (),
        text=tree.span((start, node.end_byte)),
        inner=inner,
        at=node.start_byte,
        end=node.end_byte,
        line=node.start_point.row + 1,
    )


def with_context(
    call: Call,
    comparison: Callable[[Node], Comparison | None],
    node: Node,
    syntax: Syntax,
    awaited: bool,
) -> Call:
    """The call with what stands around it and in its first argument."""
    shape = syntax.calls[node.type]
    given = part(node, shape.arguments)
    first = None if given is None else given if shape.sole else first_child(given)
    while first is not None and first.type in syntax.wrappers and first.named_child_count == 1:
        first = first_child(first)
    return replace(
        call,
        comparison=None if first is None else comparison(first),
        awaited=awaited,
        has_block=block_of(node, syntax) is not None,
    )


def block_of(node: Node, syntax: Syntax) -> Node | None:
    """The body of the function or block that a call hands over; None when there is none."""
    shape = syntax.calls[node.type]
    if shape.block and (block := part(node, shape.block)) is not None:
        return part(block, syntax.lambdas[block.type]) if block.type in syntax.lambdas else block
    given = part(node, shape.arguments)
    if given is not None:
        for child in reversed(given.named_children):
            inner: Node | None = child
            while inner is not None and inner.type in syntax.wrappers and inner.named_child_count:
                inner = inner.named_children[-1]
            if inner is not None and inner.type in syntax.wrapping_calls:  # it("…", fakeAsync(…))
                arguments = part(inner, syntax.calls[inner.type].arguments)
                inner = None if arguments is None else _last_named(arguments)
            if inner is not None and inner.type in syntax.lambdas:
                return part(inner, syntax.lambdas[inner.type])
    return _trailing_block(node) if syntax.trailing_blocks else None


def _last_named(node: Node) -> Node | None:
    return node.named_children[-1] if node.named_child_count else None


def _trailing_block(node: Node) -> Node | None:
    statement = node.parent
    if statement is None or statement.type != "expression_statement":
        return None
    after = statement.next_named_sibling
    return after if after is not None and after.type == "compound_statement" else None


def marker_parts(node: Node, tree: SourceTree, syntax: Syntax) -> tuple[str, tuple[str, ...]]:
    """The dotted name of a decorator, annotation or attribute, and its arguments."""
    current: Node | None = node
    for _ in range(6):
        if current is None:
            break
        if current.type in syntax.atoms:
            return tree.text(current), ()
        if current.type in syntax.calls or current.type in syntax.members:
            chain = links(current, tree, syntax)
            return ".".join(name for name, _ in chain), chain[-1][1] or ()
        children = [c for c in current.named_children if c.type not in syntax.comments]
        if not children:
            return tree.text(current), ()
        if len(children) > 1:
            head = links(children[0], tree, syntax)
            name = ".".join(name for name, _ in head)
            return name, arguments_of(children[-1], tree, syntax)
        current = children[0]
    return "", ()


def qualified(around: Definition | None, name: str, *, is_block: bool) -> str:
    """A name with what it stands in: dots between classes and functions, ">" between blocks."""
    if around is None:
        return name
    return f"{around.name}{' > ' if is_block else '.'}{name}"
