"""Read Python without running it: bounded, quiet, and iterative, because the source is untrusted."""

import ast
import io
import tokenize
import warnings
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from guards.errors import UnparsableError

MAX_SOURCE_BYTES = 1024 * 1024

_LEAVES = (ast.Return, ast.Raise, ast.Break, ast.Continue)
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@lru_cache(maxsize=64)
def parse(source: bytes) -> ast.Module:
    """The syntax tree; several guards read the same file, so the newest ones are kept.

    Raises:
        UnparsableError: larger than MAX_SOURCE_BYTES, nested too deep, or not Python.
    """
    if len(source) > MAX_SOURCE_BYTES:
        msg = f"larger than {MAX_SOURCE_BYTES} bytes"
        raise UnparsableError(msg)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd escapes in somebody else's strings
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as exc:
        msg = f"not readable as Python: {type(exc).__name__}"
        raise UnparsableError(msg) from exc


@lru_cache(maxsize=64)
def nodes(source: bytes) -> tuple[ast.AST, ...]:
    """All nodes of the syntax tree, outer ones first.

    Raises:
        UnparsableError: as `parse`.
    """
    return tuple(ast.walk(parse(source)))


@lru_cache(maxsize=64)
def comments(source: bytes) -> Mapping[int, str]:
    """Line number to comment, for lines that have one.

    Raises:
        UnparsableError: as `parse`.
    """
    parse(source)  # the tokenizer is more forgiving, and has no bounds
    try:
        tokens = tokenize.tokenize(io.BytesIO(source).readline)
        return {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}
    except (tokenize.TokenError, SyntaxError, ValueError) as exc:
        msg = f"not readable as Python: {type(exc).__name__}"
        raise UnparsableError(msg) from exc


def text_of(node: ast.AST) -> str:
    """A node's canonical source: equal for code that differs in layout alone.

    Raises:
        UnparsableError: nested too deep.
    """
    try:
        return ast.unparse(node)
    except (RecursionError, ValueError) as exc:
        msg = "nested too deep"
        raise UnparsableError(msg) from exc


def functions(source: bytes) -> Iterator[FunctionNode]:
    """All function definitions of a file, at any depth.

    Raises:
        UnparsableError: as `parse`.
    """
    return (node for node in nodes(source) if isinstance(node, FunctionNode))


def last_name(node: ast.expr) -> str:
    """The last part of a dotted name ("skip" of `pytest.mark.skip`); "" for anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def dotted_name(node: ast.expr) -> str:
    """A dotted name as written ("pytest.mark.skip"); "" for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


def live_statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that can be reached, nested ones included; code behind a return is left out."""
    pending: list[Sequence[ast.stmt]] = [body]
    while pending:
        for statement in pending.pop():
            yield statement
            if isinstance(statement, _LEAVES):
                break
            pending.extend(_blocks(statement))


def own_expressions(statement: ast.stmt) -> Iterator[ast.AST]:
    """Nodes of a statement's own expressions, without those of the blocks inside it."""
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, (ast.expr, ast.withitem)):
            yield from ast.walk(child)


def always(node: ast.expr) -> bool | None:
    """What an expression's truth is whatever happens; None when it depends."""
    if isinstance(node, ast.Constant):
        return bool(node.value)
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return bool(node.elts)
    if isinstance(node, ast.Dict):
        return bool(node.keys)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = always(node.operand)
        return None if inner is None else not inner
    return None


def _blocks(statement: ast.stmt) -> list[Sequence[ast.stmt]]:
    """The blocks inside a statement that can run."""
    if isinstance(statement, (ast.If, ast.While)):
        truth = always(statement.test)
        return [
            *([] if truth is False else [statement.body]),
            *([] if truth is True else [statement.orelse]),
        ]
    if isinstance(statement, (ast.For, ast.AsyncFor)):
        return [*([] if always(statement.iter) is False else [statement.body]), statement.orelse]
    if isinstance(statement, (ast.Try, ast.TryStar)):
        handlers = [handler.body for handler in statement.handlers]
        return [statement.body, *handlers, statement.orelse, statement.finalbody]
    if isinstance(statement, ast.Match):
        return [case.body for case in statement.cases]
    if isinstance(statement, (ast.With, ast.AsyncWith, FunctionNode)):
        return [statement.body]
    return []


def definitions(source: bytes | None) -> frozenset[str]:
    """Names of all functions and classes of a file; none when it cannot be read."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    try:
        return frozenset(node.name for node in nodes(source or b"") if isinstance(node, kinds))
    except UnparsableError:
        return frozenset()
