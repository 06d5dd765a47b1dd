"""Python: pytest, unittest, and what mocks, linters and type checkers are told in comments."""

import re
from collections.abc import Sequence

from guards.code import Assertion, MarkKind, Strength
from guards.facts import (
    Assignment,
    Branch,
    Call,
    Definition,
    Handler,
    Kind,
    Marker,
)
from guards.syntax.found import Found
from guards.syntax.header import Header
from guards.syntax.spec import BranchShape, CallShape, FunctionShape, Syntax
from guards.words import python as words

NAME = "python"
GRAMMARS = {"": "tree_sitter_python"}
SYNTAX = Syntax(
    comments=frozenset({"comment"}),
    strings=frozenset({"string", "concatenated_string"}),
    numbers=frozenset({"integer", "float"}),
    constants=frozenset({"true", "false", "none", "ellipsis"}),
    names=frozenset({"identifier"}),
    members={"attribute": ("object", "attribute")},
    calls={"call": CallShape(callee="function", arguments="arguments")},
    functions={
        "function_definition": FunctionShape(name="name", body="body", parameters="parameters")
    },
    classes={"class_definition": FunctionShape(name="name", body="body")},
    lambdas={"lambda": "body"},
    blocks=frozenset({"block", "module"}),
    indented=frozenset({"block"}),
    branches={
        "if_statement": BranchShape(
            condition="condition", body="consequence", otherwise="alternative"
        ),
        "elif_clause": BranchShape(condition="condition", body="consequence"),
        "while_statement": BranchShape(condition="condition", body="body"),
        "conditional_expression": BranchShape(condition="@1", body="@0", otherwise="@2"),
        "case_clause": BranchShape(condition="#case_pattern", body="consequence", is_arm=True),
    },
    comparisons={"comparison_operator": ("@0", "@-1")},
    assignments={
        "assignment": ("left", "right"),
        "augmented_assignment": ("left", "right"),
        "named_expression": ("name", "value"),
    },
    docs=frozenset({"expression_statement"}),
    returns=frozenset({"return_statement"}),
    raises=frozenset({"raise_statement"}),
    leaves=frozenset({"break_statement", "continue_statement"}),
    tries={"try_statement": "body"},
    handlers={"except_clause": "#block", "except_group_clause": "#block"},
    markers=frozenset({"decorator"}),
    asserts={"assert_statement": "@0"},
    imports=frozenset({"import_statement", "import_from_statement", "future_import_statement"}),
    tables=frozenset({"list", "tuple", "set", "dictionary"}),
    wrappers=frozenset({"parenthesized_expression", "expression_statement"}),
    either=frozenset({"boolean_operator"}),
    awaits=frozenset({"await", "return_statement", "yield"}),
)

_HELPER = ("assert", "check_", "verify", "expect", "should")
_BROAD = frozenset({"Exception", "BaseException"})
_TOLERANCES = re.compile(r"\b(?:rel|abs|delta|rtol|atol|rel_tol|abs_tol)\s*=\s*([\d.eE+-]{1,20})")
_PLACES = re.compile(r"\b(?:places|decimal)\s*=\s*(\d{1,2})")
_SKIPS = frozenset(
    ["skip", "skipif", "skipIf", "skipUnless", "skipTest", "importorskip", "SkipTest"]
)
_BARE_MARK = re.compile(r"\bmark \. (skip|xfail)\b(?! \()")
_EXPECTED_FAILURES = frozenset({"xfail", "expectedFailure"})
_RETRIES = frozenset({"flaky", "retry", "repeat"})
_PLATFORM = re.compile(
    r"\b(?:platform|os \. name|version_info|implementation|maxsize|uname|machine|win32|darwin|linux)\b"
)
_PATCHES = frozenset({"patch", "setattr", "object", "spyOn", "when", "create_autospec", "dict"})


def kind_of(header: Header) -> tuple[Kind, str] | None:
    """Test functions and methods by name, test classes by name or base, fixtures as hooks."""
    if header.node_type == "class_definition":
        is_suite = header.name.startswith("Test") or "TestCase" in header.bases
        return (Kind.SUITE, header.name) if is_suite else None
    if header.node_type != "function_definition":
        return None
    if header.parents and header.parents[-1].kind not in {Kind.SUITE}:
        return None
    if any(marker.name.endswith("fixture") for marker in header.markers):
        return Kind.HOOK, header.name
    if header.name.startswith("test"):
        return Kind.TEST, header.name
    hooks = ("setUp", "tearDown", "setup_", "teardown_", "asyncSetUp", "asyncTearDown")
    return (Kind.HOOK, header.name) if header.name.startswith(hooks) else None


def assertion(call: Call) -> Assertion | None:
    """Unittest's methods, pytest.raises, mocks' assert_called…, numpy's, and helpers by name."""
    name = call.name
    strength = words.STRENGTHS.get(name)
    if strength is None:
        if not name.lower().startswith(_HELPER) or call.callee.startswith("parser."):
            return None
        strength = Strength.PART
    arguments = call.arguments
    if name in {"raises", "assertRaises"}:
        strength = Strength.TRUTHY if arguments[:1] and arguments[0] in _BROAD else Strength.PART
    if _is_hollow(name, arguments, call):
        strength = Strength.HOLLOW
    kept = [each for each in arguments if not each.startswith(("msg =", "err_msg ="))]
    return Assertion(
        text=f"{call.callee} ( {' , '.join(kept)} )" if kept else call.text,
        line=call.line,
        at=call.at,
        strength=strength,
        matcher=name,
        subject=kept[0] if kept else "",
        expected=kept[1] if len(kept) > 1 else "",
        constant=len(kept) > 1 and _is_literal(kept[1]),
        tolerance=_tolerance(name, arguments),
    )


def condition(branch: Branch, body: Sequence[Call]) -> Assertion | None:
    """`if bad: pytest.fail(…)`: the call inside is found by itself."""
    return None


def mark_of_call(call: Call) -> MarkKind | None:
    """`pytest.skip()`, `self.skipTest()`, `pytestmark = pytest.mark.skip(…)`, `raise SkipTest`."""
    if call.inner:
        return None
    if call.name == "param":  # a row with a mark of its own
        return _bare_mark(" ".join(each for each in call.arguments if each.startswith("marks =")))
    return _mark(call.callee)


def mark_of_marker(marker: Marker) -> MarkKind | None:
    """`@pytest.mark.skip`, `@unittest.skipIf(…)`, `@flaky(…)`."""
    return None if marker.arguments else _mark(marker.name)


def mark_of_assignment(assignment: Assignment) -> MarkKind | None:
    """`__test__ = False`, `collect_ignore = […]`, `pytestmark = pytest.mark.skip`."""
    name = assignment.target.rpartition(" . ")[2]
    if name == "__test__" and assignment.value in {"False", "0", "None"}:
        return MarkKind.SKIP
    if name in {"collect_ignore", "collect_ignore_glob"}:
        return MarkKind.SKIP
    if name == "pytestmark" and assignment.value.startswith(("[", "(")):
        return _bare_mark(assignment.value)
    value = assignment.value.replace(" ", "")
    if "(" not in value and (name == "pytestmark" or "." in value):
        kind = _mark(value)  # an alias: `bug = mark.xfail`
        return None if kind is MarkKind.RETRY else kind
    return None


def is_platform(text: str) -> bool:
    """Whether a conditional skip asks for a platform or a version."""
    return "if" in text.partition("(")[0].lower() and bool(_PLATFORM.search(text))


def double(call: Call) -> str | None:
    """What mock.patch, monkeypatch.setattr or mocker.patch.object replaces."""
    if call.name not in _PATCHES or not call.arguments:
        return None
    if not re.search(r"(?:^|\.)(?:patch|monkeypatch|mocker|mock)\b", call.callee):
        return None
    target = call.arguments[0]
    if call.name in {"object", "setattr"} and len(call.arguments) > 1:
        return f"{target}.{call.arguments[1]}"
    return target


def swallows(handler: Handler) -> bool:
    """A bare or broad except around an assertion that neither raises nor fails."""
    names = set(re.findall(r"\w+", handler.catches)) - {"except", "as"}
    broad = not names or names & {"AssertionError", *_BROAD}
    fails = any("fail" in each or each.startswith("assert") for each in handler.statements)
    return bool(broad) and not handler.raises and not fails


def is_table(case: Definition, found: Found) -> bool:
    """`@pytest.mark.parametrize`, `@parameterized.expand`, `subTest`."""
    names = {marker.name.rpartition(".")[2] for marker in case.markers}
    return bool(names & {"parametrize", "expand", "parameterized", "given", "data", "example"})


def _bare_mark(text: str) -> MarkKind | None:
    """What a mark of pytest does that is not called: calls are found by themselves."""
    match = _BARE_MARK.search(text[:2000])
    return _mark(match[1]) if match else None


def _mark(callee: str) -> MarkKind | None:
    name = callee.rpartition(".")[2]
    if name in _SKIPS:
        return MarkKind.SKIP
    if name in _EXPECTED_FAILURES:
        return MarkKind.EXPECTED_FAILURE
    return MarkKind.RETRY if (name in _RETRIES and "." in callee) or name == "flaky" else None


def _is_hollow(name: str, arguments: Sequence[str], call: Call) -> bool:
    if not arguments:
        return False
    first = arguments[0]
    if name in {"assertTrue", "assertIsNotNone", "assert_"}:
        if call.comparison is not None and call.comparison.left == call.comparison.right:
            return "(" not in first
        return _is_literal(first) and first not in {"False", "None", "0", '""'}
    if name == "assertFalse":
        return first in {"False", "None", "0", '""', "[ ]", "{ }"}
    compares = name in words.EXACT and "called" not in name and "calls" not in name
    if compares and len(arguments) > 1:
        same = first == arguments[1] and "(" not in first
        return same or (_is_literal(first) and _is_literal(arguments[1]))
    return False


def _is_literal(text: str) -> bool:
    return bool(
        re.fullmatch(r"""(?:-\s?)?[\d_.]{1,40}|[rbfu]{0,2}"[^"]{0,2000}"|True|False|None""", text)
    )


def _tolerance(name: str, arguments: Sequence[str]) -> float | None:
    text = " ".join(arguments)[:2000]
    if match := _TOLERANCES.search(text):
        try:
            return float(match[1])
        except ValueError:
            return None
    if match := _PLACES.search(text):
        return float(10.0 ** -int(match[1]))
    return 1e-7 if name == "assertAlmostEqual" else None
