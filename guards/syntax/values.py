"""Small questions about one node: whether a value is constant, how a block ends, what it raises."""

import re

from tree_sitter import Node

from guards.syntax.spec import Syntax, part
from guards.syntax.tree import SourceTree

_MAX_NODES = 400
_QUOTES = re.compile(r"""^[A-Za-z@$#]{0,4}("{3}|'{3}|["'`])(.*)\1[a-z]{0,3}$""", re.DOTALL)
_TRUE = frozenset({"true", "True", "TRUE", "YES", "1"})
_FALSE = frozenset({"false", "False", "FALSE", "NO", "0", "nil", "null", "None", "undefined"})


def is_constant(node: Node, syntax: Syntax) -> bool:
    """Whether an expression is made of literals alone."""
    pending, found = [node], False
    literals = syntax.strings | syntax.numbers | syntax.constants
    for _ in range(_MAX_NODES):
        if not pending:
            return found
        current = pending.pop()
        if current.type in literals:
            found = True
            if any(child.named_child_count for child in current.named_children):
                return False  # an interpolation
        elif current.type in syntax.names or current.type in syntax.calls:
            if not _is_constant_word(current, syntax):
                return False
            found = True
        elif current.type in syntax.tables and not current.named_child_count:
            found = True
        else:
            pending += current.named_children
            found = found and True
    return False


def _is_constant_word(node: Node, syntax: Syntax) -> bool:
    text = node.text if syntax.constant_words and node.type in syntax.names else None
    return text is not None and text.decode(errors="replace") in syntax.constant_words


def truth(node: Node, tree: SourceTree, syntax: Syntax) -> bool | None:
    """What a condition is whatever happens; None when it depends."""
    current = node
    for _ in range(5):
        if current.type not in syntax.wrappers or current.named_child_count != 1:
            break
        current = current.named_children[0]
    text = tree.text(current)
    if current.type in syntax.constants | syntax.numbers or text in syntax.constant_words:
        return True if text in _TRUE else False if text in _FALSE else None
    return None


def outcome(body: Node | None, tree: SourceTree, syntax: Syntax) -> tuple[str | None, bool]:
    """The constant that a block hands back at once, and whether its end leaves the function."""
    if body is None:
        return None, False
    return outcome_of(statements_of(body, syntax), tree, syntax)


def outcome_of(statements: list[Node], tree: SourceTree, syntax: Syntax) -> tuple[str | None, bool]:
    """The constant that statements hand back at once, and whether they leave the function."""
    if not statements:
        return None, False
    ends_it = ends(statements[-1], syntax.returns | syntax.raises)
    ends_it = ends_it or is_raise(statements[-1], syntax)
    value: Node | None = statements[-1]
    while value is not None and (value.type in syntax.returns or _wraps(value, syntax)):
        value = first_child(value)
    if value is not None and len(statements) == 1 and is_constant(value, syntax):
        return tree.text(value), ends_it
    return None, ends_it


def statements_of(body: Node, syntax: Syntax) -> list[Node]:
    """The statements of a body, comments aside."""
    block = body
    for _ in range(4):
        if block.type in syntax.blocks:
            break
        inner = next((c for c in block.named_children if c.type in syntax.blocks), None)
        if inner is None:
            return [body]
        block = inner
    children = [child for child in block.named_children if child.type not in syntax.comments]
    if len(children) == 1 and children[0].type in syntax.blocks:  # a list within its braces
        children = [each for each in children[0].named_children if each.type not in syntax.comments]
    return children


def ends(node: Node, kinds: frozenset[str]) -> bool:
    """Whether a statement is of some kinds, or an expression statement around one."""
    current: Node | None = node
    for _ in range(3):
        if current is None:
            return False
        if current.type in kinds:
            return True
        if current.named_child_count != 1 or "expression" not in current.type:
            return False
        current = first_child(current)
    return False


def raises(body: Node, syntax: Syntax) -> bool:
    """Whether a handler raises something anywhere inside."""
    pending = [body]
    for _ in range(_MAX_NODES):
        if not pending:
            return False
        current = pending.pop()
        if current.type in syntax.raises or is_raise(current, syntax):
            return True
        pending += current.named_children
    return False


def is_raise(node: Node, syntax: Syntax) -> bool:
    """Whether a node is a call that raises, or a statement of nothing else."""
    if not syntax.raise_calls:
        return False
    if node.named_child_count == 1 and node.type == "expression_statement":
        node = node.named_children[0]
    if node.type in syntax.names:
        return node.type == "identifier" and _last_name(node) in syntax.raise_calls
    shape = syntax.calls.get(node.type)
    if shape is None or (shape.receiver and part(node, shape.receiver) is not None):
        return False
    name = part(node, shape.callee)
    return name is not None and _last_name(name) in syntax.raise_calls


def _last_name(node: Node) -> str:
    text = b"" if node.text is None else node.text[-60:]
    return text.rpartition(b"::")[2].rpartition(b".")[2].decode(errors="replace")


def unquoted(text: str) -> str:
    """The content of a string literal, as far as its quotes are plain."""
    match = _QUOTES.match(text)
    return match[2] if match else text


def first_child(node: Node) -> Node | None:
    """The first named child; None when there is none."""
    return node.named_children[0] if node.named_child_count else None


def _wraps(node: Node, syntax: Syntax) -> bool:
    return node.named_child_count == 1 and (
        node.type in syntax.wrappers or node.type == "expression_statement"
    )
