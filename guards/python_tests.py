"""The tests of a Python file, as pytest and unittest would collect them by default."""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import islice

from guards.assertions import assertions, is_hollow, swallows
from guards.errors import UnparsableError
from guards.python_source import (
    MAX_SOURCE_BYTES,
    FunctionNode,
    functions,
    last_name,
    parse,
    text_of,
)

_FILE_PATTERNS = ("test_*.py", "*_test.py", "test.py", "tests.py")
_MAX_TESTS = 5000
_TEST = re.compile(r"^[ \t]*(?:async[ \t]+)?def[ \t]+(test\w*)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTest:
    """One test function or method.

    Attributes:
        name: with its classes: "TestPrice.test_zero". line: 1-based, of its `def`.
        body: canonical source of its body; "" when only the name is known.
        checks: canonical source of what it asserts; what cannot fail is left out.
        hollow: assertions that cannot fail.
        swallowed: places that catch a failing assertion and go on.
        literals: constants anywhere in it, decorators included.
        check_literals: constants inside `checks`.
        rows: canonical source of the rows of its parametrize tables.
        parametrized: whether it is run once a row of a table.
        names: identifiers that it uses.
    """

    name: str
    line: int
    body: str
    checks: tuple[str, ...] = ()
    hollow: tuple[str, ...] = ()
    swallowed: int = 0
    literals: frozenset[str] = frozenset()
    check_literals: frozenset[str] = frozenset()
    rows: tuple[str, ...] = ()
    parametrized: bool = False
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTests:
    """All tests of a file.

    Attributes:
        by_name: name to test; of two with one name the later one, as Python has it.
        shadowed: names that stand twice in one block, so that one of them never runs.
        readable: whether the file is Python; when not, names alone were searched for.
    """

    by_name: dict[str, FoundTest] = field(default_factory=dict)
    shadowed: frozenset[str] = frozenset()
    readable: bool = True


def is_test_file(path: str) -> bool:
    """Whether pytest or unittest collects from this file by default."""
    name = path.rpartition("/")[2]
    return any(fnmatchcase(name, pattern) for pattern in _FILE_PATTERNS)


@lru_cache(maxsize=64)
def tests_of(source: bytes) -> FoundTests:
    """The tests of a file; their names alone when it cannot be read."""
    try:
        return _tests(source)
    except UnparsableError:
        text = source[:MAX_SOURCE_BYTES].decode(errors="replace")
        found = list(islice(_TEST.finditer(text), _MAX_TESTS))
        by_name = {match[1]: _by_name_alone(match) for match in found}
        return FoundTests(by_name=by_name, readable=False)


def _by_name_alone(match: re.Match[str]) -> FoundTest:
    return FoundTest(name=match[1], line=match.string.count("\n", 0, match.start(1)) + 1, body="")


def _tests(source: bytes) -> FoundTests:
    helpers = _asserting_helpers(source)
    by_name: dict[str, FoundTest] = {}
    seen: set[tuple[int, str]] = set()
    shadowed: set[str] = set()
    for name, block, node in _test_nodes(parse(source)):
        if (block, name) in seen:
            shadowed.add(name)
        seen.add((block, name))
        if len(by_name) < _MAX_TESTS:
            by_name[name] = _found(name, node, helpers)
    return FoundTests(by_name=by_name, shadowed=frozenset(shadowed))


def _test_nodes(tree: ast.Module) -> Iterator[tuple[str, int, FunctionNode]]:
    """Name, id of the enclosing block and node of each test, in order of definition."""
    pending: list[tuple[str, Sequence[ast.stmt]]] = [("", tree.body)]
    while pending:
        prefix, block = pending.pop()
        for node in block:
            if isinstance(node, FunctionNode) and node.name.startswith("test"):
                yield prefix + node.name, id(block), node
            elif isinstance(node, ast.ClassDef) and _is_test_class(node):
                pending.append((f"{prefix}{node.name}.", node.body))
            elif isinstance(node, (ast.If, ast.Try, ast.With)):
                pending.extend((prefix, inner) for inner in _inner_blocks(node))


def _inner_blocks(node: ast.If | ast.Try | ast.With) -> list[Sequence[ast.stmt]]:
    if isinstance(node, ast.With):
        return [node.body]
    handlers = [] if isinstance(node, ast.If) else [handler.body for handler in node.handlers]
    return [node.body, *handlers, node.orelse]


def _is_test_class(node: ast.ClassDef) -> bool:
    bases = (last_name(base) for base in node.bases)
    return node.name.startswith("Test") or any(base.endswith("TestCase") for base in bases)


def _asserting_helpers(source: bytes) -> frozenset[str]:
    """Functions of the file that are no tests and assert something."""
    return frozenset(
        node.name
        for node in functions(source)
        if not node.name.startswith("test")
        and any(not is_hollow(assertion) for assertion in assertions(node.body))
    )


def _found(name: str, node: FunctionNode, helpers: frozenset[str]) -> FoundTest:
    found = list(assertions(node.body, helpers))
    real = [item for item in found if not is_hollow(item)]
    inside = list(ast.walk(node))
    tables = [
        item
        for item in node.decorator_list
        if isinstance(item, ast.Call) and last_name(item.func) == "parametrize"
    ]
    return FoundTest(
        name=name,
        line=node.lineno,
        body="\n".join(text_of(statement) for statement in node.body),
        checks=tuple(_without_message(item) for item in real),
        hollow=tuple(text_of(item) for item in found if item not in real),
        swallowed=swallows(node.body),
        literals=_literals(inside),
        check_literals=_literals(part for item in real for part in ast.walk(item)),
        rows=tuple(text_of(row) for table in tables for row in _rows(table)),
        parametrized=bool(tables),
        names=frozenset(_names(inside)),
    )


def _without_message(assertion: ast.Assert | ast.Call) -> str:
    if isinstance(assertion, ast.Assert):
        return f"assert {text_of(assertion.test)}"
    return text_of(assertion)


def _rows(table: ast.Call) -> Iterator[ast.expr]:
    """What a table lists literally; a computed one counts as one row."""
    for argument in [*table.args[1:2], *(item.value for item in table.keywords)]:
        if isinstance(argument, (ast.List, ast.Tuple, ast.Set)):
            yield from argument.elts
        else:
            yield argument


def _literals(inside: Iterable[ast.AST]) -> frozenset[str]:
    """The constants among nodes, as source."""
    return frozenset(repr(item.value) for item in inside if isinstance(item, ast.Constant))


def _names(inside: Iterable[ast.AST]) -> Iterator[str]:
    for item in inside:
        if isinstance(item, ast.Name):
            yield item.id
        elif isinstance(item, ast.Attribute):
            yield item.attr
