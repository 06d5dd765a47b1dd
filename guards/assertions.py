"""What a test of Python asserts, and whether that could ever fail."""

import ast
from collections.abc import Iterator, Sequence

from guards.python_source import always, last_name, live_statements, own_expressions, text_of

_PREFIXES = ("assert", "check_", "verify", "expect", "should")
_NAMES = frozenset({"raises", "warns", "fail", "deprecated_call"})
_CATCHES_ASSERTIONS = frozenset({"AssertionError", "Exception", "BaseException"})
_TRUE_WHEN_EQUAL = (ast.Eq, ast.Is, ast.LtE, ast.GtE)


def assertions(
    body: Sequence[ast.stmt], helpers: frozenset[str] = frozenset()
) -> Iterator[ast.Assert | ast.Call]:
    """Reachable assert statements and asserting calls.

    Args:
        body: statements of one function.
        helpers: names of functions of the same file that assert for their callers.
    """
    for statement in live_statements(body):
        if isinstance(statement, ast.Assert):
            yield statement
            continue
        for node in own_expressions(statement):
            if isinstance(node, ast.Call) and _asserts(last_name(node.func), helpers):
                yield node


def is_hollow(assertion: ast.Assert | ast.Call) -> bool:
    """Whether an assertion passes whatever the code under test does."""
    if isinstance(assertion, ast.Assert):
        return _holds_always(assertion.test)
    name, arguments = last_name(assertion.func), assertion.args
    if not arguments:
        return False
    truth = always(arguments[0])
    hollow = {"assertTrue": truth is True, "assertFalse": truth is False, "assertIsNotNone": truth}
    if name in hollow:
        return bool(hollow[name])
    if name in {"assertEqual", "assertIs", "assert_equal"} and len(arguments) > 1:
        return _same(arguments[0], arguments[1])
    return False


def swallows(body: Sequence[ast.stmt]) -> int:
    """How many places catch a failing assertion and go on."""
    return sum(_swallows(statement) for statement in live_statements(body))


def _asserts(name: str, helpers: frozenset[str]) -> bool:
    return name in helpers or name in _NAMES or name.lower().startswith(_PREFIXES)


def _holds_always(test: ast.expr) -> bool:
    if always(test) is True:
        return True
    if isinstance(test, ast.BoolOp):
        quantifier = any if isinstance(test.op, ast.Or) else all
        return quantifier(always(value) is True for value in test.values)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        right = test.comparators[0]
        if isinstance(test.left, ast.Constant) and isinstance(right, ast.Constant):
            return True
        return isinstance(test.ops[0], _TRUE_WHEN_EQUAL) and _same(test.left, right)
    return False


def _same(left: ast.expr, right: ast.expr) -> bool:
    """Whether both sides are the same value; calls are not, they may be what is tested."""
    calls = any(isinstance(node, (ast.Call, ast.Await)) for node in ast.walk(left))
    return not calls and text_of(left) == text_of(right)


def _swallows(statement: ast.stmt) -> bool:
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return any(
            isinstance(item.context_expr, ast.Call)
            and last_name(item.context_expr.func) in {"suppress", "raises", "assertRaises"}
            and _catches(item.context_expr.args)
            for item in statement.items
        )
    if not isinstance(statement, (ast.Try, ast.TryStar)):
        return False
    return any(
        (handler.type is None or _catches([handler.type])) and not _reports(handler.body)
        for handler in statement.handlers
    )


def _catches(types: Sequence[ast.expr]) -> bool:
    flat = [
        item for node in types for item in (node.elts if isinstance(node, ast.Tuple) else [node])
    ]
    return any(last_name(item) in _CATCHES_ASSERTIONS for item in flat)


def _reports(body: Sequence[ast.stmt]) -> bool:
    """Whether a handler lets the failure through, or makes one."""
    return any(isinstance(statement, ast.Raise) for statement in live_statements(body)) or any(
        not is_hollow(assertion) for assertion in assertions(body)
    )
