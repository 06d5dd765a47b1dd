"""Changed lines of Python made wrong on purpose: a test that covers them should notice."""

import ast
import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from guards.change import Change, FileChange
from guards.roles import Role

MAX_MUTANTS = 10
_MAX_A_LINE = 2
_MAX_BYTES = 256 * 1024
_MAX_HUNKS = 3
_MAX_NODES = 50_000

_COMPARISONS: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_OPERATORS: Mapping[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
}
_DELETED = (ast.Assign, ast.AugAssign, ast.Raise, ast.Delete)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """A file with one thing made wrong.

    Attributes:
        line: 1-based, in the new file. what: what was done, as a sentence goes on.
        content: the whole file.
    """

    path: str
    line: int
    what: str
    content: bytes


def mutations(change: Change, limit: int = MAX_MUTANTS) -> tuple[Mutation, ...]:
    """At most `limit` ways to make the changed lines wrong, spread over files and kinds."""
    streams = [_of_file(file) for file in change.files if _is_mutable(file)]
    found: list[Mutation] = []
    while streams and len(found) < limit:
        for stream in tuple(streams):
            mutation = next(stream, None)
            if mutation is None:
                streams.remove(stream)
            else:
                found.append(mutation)
    return tuple(found[:limit])


def _is_mutable(file: FileChange) -> bool:
    return (
        file.path.endswith(".py")
        and file.role is Role.SOURCE
        and file.after is not None
        and len(file.after) <= _MAX_BYTES
        and bool(file.added or file.removed)
    )


def _of_file(file: FileChange) -> Iterator[Mutation]:
    source = file.after or b""
    try:
        nodes = list(islice(ast.walk(ast.parse(source)), _MAX_NODES))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    yield from _kept(file, _reverted(file))
    changed = {line.number for line in file.added}
    yield from _kept(file, (each for node in nodes for each in _of_node(node, source, changed)))


def _kept(file: FileChange, candidates: Iterator[tuple[int, str, bytes]]) -> Iterator[Mutation]:
    """Those that still are Python, say something else, and do not crowd one line."""
    on_line: dict[int, int] = {}
    for line, what, content in candidates:
        if on_line.get(line, 0) >= _MAX_A_LINE or content == file.after or not _compiles(content):
            continue
        on_line[line] = on_line.get(line, 0) + 1
        yield Mutation(path=file.path, line=line, what=what, content=content)


def _compiles(content: bytes) -> bool:
    try:
        ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _reverted(file: FileChange) -> Iterator[tuple[int, str, bytes]]:
    """Each of the first hunks put back as it was."""
    if file.before is None or len(file.before) > _MAX_BYTES:
        return
    old, new = file.before.splitlines(keepends=True), (file.after or b"").splitlines(keepends=True)
    if max(len(old), len(new)) > 5000:  # noqa: PLR2004 - difflib would take too long
        return
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    hunks = [block for block in matcher.get_opcodes() if block[0] != "equal"]
    if len(hunks) < 2:  # noqa: PLR2004 - all of it reverted is the tree without the change
        return
    for _, start, end, first, last in hunks[:_MAX_HUNKS]:
        if not b"".join(old[start:end] + new[first:last]).strip():
            continue
        content = b"".join([*new[:first], *old[start:end], *new[last:]])
        yield first + 1, "put back as it was", content


def _of_node(node: ast.AST, source: bytes, changed: set[int]) -> Iterator[tuple[int, str, bytes]]:
    """What can be made wrong at a node that begins on a changed line."""
    line = getattr(node, "lineno", None)
    if line not in changed:
        return
    for where, what, text in _replacements(node):
        content = _spliced(source, where, text)
        if content is not None:
            yield line, what, content


def _replacements(node: ast.AST) -> Iterator[tuple[ast.AST, str, str]]:
    """A node to be replaced, what that does, and the new text."""
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        yield node.test, "its condition negated", f"(not ({ast.unparse(node.test)}))"
    elif isinstance(node, ast.Return) and not _is_none(node.value):
        yield node, "returns None instead", "return None"
    elif (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)) or isinstance(
        node, _DELETED
    ):
        yield node, "left out", "pass"
    elif isinstance(node, ast.expr):
        yield from _expressions(node)


def _expressions(node: ast.expr) -> Iterator[tuple[ast.AST, str, str]]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARISONS:
        operators = [_COMPARISONS[type(node.ops[0])](), *node.ops[1:]]
        other = ast.Compare(left=node.left, ops=operators, comparators=node.comparators)
        yield node, "its comparison changed", f"({ast.unparse(other)})"
    elif isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        changed = ast.BinOp(left=node.left, op=_OPERATORS[type(node.op)](), right=node.right)
        yield node, "its operator changed", f"({ast.unparse(changed)})"
    elif isinstance(node, ast.BoolOp):
        operator = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        joined = ast.BoolOp(op=operator, values=node.values)
        yield node, "`and` and `or` swapped", f"({ast.unparse(joined)})"
    elif isinstance(node, ast.Constant):
        yield from _constants(node)


def _constants(node: ast.Constant) -> Iterator[tuple[ast.AST, str, str]]:
    if isinstance(node.value, bool):
        yield node, f"{node.value} turned round", str(not node.value)
    elif isinstance(node.value, int) and abs(node.value) < 1 << 63:
        yield node, f"{node.value} made one more", str(node.value + 1)


def _is_none(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _spliced(source: bytes, node: ast.AST, text: str) -> bytes | None:
    """The source with other text where a node stands; None when its place is not known."""
    if not isinstance(node, ast.expr | ast.stmt):
        return None
    line, column, last, end = node.lineno, node.col_offset, node.end_lineno, node.end_col_offset
    if last is None or end is None:
        return None
    lines = source.splitlines(keepends=True)
    if last > len(lines):
        return None
    head = b"".join(lines[: line - 1]) + lines[line - 1][:column]
    tail = lines[last - 1][end:] + b"".join(lines[last:])
    return head + text.encode() + tail
