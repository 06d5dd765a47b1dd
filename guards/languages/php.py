"""PHP: PHPUnit, Pest, Codeception, and what PHPStan, Psalm, coders' sniffs and coverage are told."""

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
from guards.syntax import php as checks
from guards.syntax.found import Found
from guards.syntax.header import Header
from guards.syntax.spec import BranchShape, CallShape, FunctionShape, Syntax
from guards.words import php as words

NAME = "php"
GRAMMARS = {"": "tree_sitter_php:language_php"}
_FUNCTION = FunctionShape(name="name", body="body", parameters="parameters")
_CLASS = FunctionShape(name="name", body="body")
_METHOD_CALL = CallShape(callee="name", arguments="arguments", receiver="object")
_BOTH = ("left", "right")
SYNTAX = Syntax(
    comments=frozenset({"comment"}),
    strings=frozenset(
        {"string", "encapsed_string", "heredoc", "nowdoc", "shell_command_expression"}
    ),
    numbers=frozenset({"integer", "float"}),
    constants=frozenset({"boolean", "null"}),
    names=frozenset({"name", "variable_name", "qualified_name", "namespace_name"}),
    atoms=frozenset({"variable_name", "qualified_name", "namespace_name"}),
    members={
        "member_access_expression": ("object", "name"),
        "nullsafe_member_access_expression": ("object", "name"),
        "scoped_property_access_expression": ("scope", "name"),
        "class_constant_access_expression": ("@0", "@1"),
    },
    calls={
        "function_call_expression": CallShape(callee="function", arguments="arguments"),
        "member_call_expression": _METHOD_CALL,
        "nullsafe_member_call_expression": _METHOD_CALL,
        "scoped_call_expression": CallShape(callee="name", arguments="arguments", receiver="scope"),
        "object_creation_expression": CallShape(callee="@0", arguments="#arguments"),
    },
    functions={"function_definition": _FUNCTION, "method_declaration": _FUNCTION},
    classes={
        "class_declaration": _CLASS,
        "trait_declaration": _CLASS,
        "interface_declaration": _CLASS,
        "enum_declaration": _CLASS,
    },
    lambdas={"anonymous_function": "body", "arrow_function": "body"},
    blocks=frozenset({"compound_statement", "program", "colon_block"}),
    branches={
        "if_statement": BranchShape(condition="condition", body="body", otherwise="alternative"),
        "else_if_clause": BranchShape(condition="condition", body="body"),
        "while_statement": BranchShape(condition="condition", body="body"),
        "conditional_expression": BranchShape(
            condition="condition", body="body", otherwise="alternative"
        ),
        "case_statement": BranchShape(condition="value", body=".", is_arm=True),
        "match_conditional_expression": BranchShape(
            condition="conditional_expressions", body="return_expression", is_arm=True
        ),
    },
    comparisons={"binary_expression": _BOTH},
    assignments={
        "assignment_expression": _BOTH,
        "reference_assignment_expression": _BOTH,
        "augmented_assignment_expression": _BOTH,
        "const_element": ("@0", "@1"),
        "property_element": ("name", "default_value"),
        "static_variable_declaration": ("name", "value"),
    },
    declarations=frozenset({"const_element", "property_element", "static_variable_declaration"}),
    returns=frozenset({"return_statement"}),
    raises=frozenset({"throw_expression", "throw_statement"}),
    leaves=frozenset({"break_statement", "continue_statement", "exit_statement", "goto_statement"}),
    tries={"try_statement": "body", "error_suppression_expression": "@0"},
    handlers={"catch_clause": "body", "error_suppression_expression": ""},
    markers=frozenset({"attribute"}),
    marker_lists=frozenset({"attribute_list", "attribute_group"}),
    imports=frozenset(
        """
        namespace_use_declaration include_expression include_once_expression require_expression
        require_once_expression
        """.split()
    ),
    tables=frozenset({"array_creation_expression", "match_block"}),
    wrappers=frozenset({"parenthesized_expression", "expression_statement", "argument"}),
    awaits=frozenset({"return_statement", "yield_expression"}),
    hoisted=frozenset({"function_definition", "class_declaration", "namespace_use_declaration"}),
    asserting_links=frozenset({"expects", "shouldReceive", "shouldHaveReceived"}),
    annotations=True,
)

_TEST_BASE = re.compile(r"\bextends\b.{0,120}(?:TestCase|Test|Cest|Spec|ObjectBehavior|Unit)\b")
_SKIPPED = re.compile(
    r"PHP_OS|PHP_VERSION|extension_loaded|DIRECTORY_SEPARATOR|PHP_INT_SIZE|php_sapi|function_exists|class_exists|phpversion|php_uname|WINDOWS|Windows|Requires|requires|skipOn|onlyOn|@requires|posix"
)


def kind_of(header: Header) -> tuple[Kind, str] | None:
    """Methods of PHPUnit by name, annotation or attribute; Pest's and Kahlan's blocks."""
    if header.call is not None:
        return _kind_of_block(header.call)
    if header.node_type == "class_declaration":
        tests = header.name.endswith(("Test", "TestCase", "Tests", "Cest", "Spec"))
        return (Kind.SUITE, header.name) if tests or _TEST_BASE.search(header.bases) else None
    if header.node_type != "method_declaration" or not header.parents:
        return None
    held = header.parents[-1].kind is Kind.SUITE or "Test" in header.parents[-1].name
    names = {marker.name.rpartition("\\")[2] for marker in header.markers}
    if header.name in words.HOOKS or names & words.HOOK_MARKERS:
        return Kind.HOOK, header.name
    cest = header.parents[-1].name.endswith("Cest") and not header.name.startswith("_")
    named = header.name.startswith(("test", "it_", "its_")) or cest
    return (Kind.TEST, header.name) if held and (named or names & {"test", "Test"}) else None


def _kind_of_block(call: Call) -> tuple[Kind, str] | None:
    name = call.callee
    if name in {"beforeEach", "afterEach", "beforeAll", "afterAll", "uses", "dataset", "given"}:
        return Kind.HOOK, name
    title = (
        call.arguments[0].strip('"') if call.arguments and call.arguments[0][:1] in "\"'" else ""
    )
    if name in {"describe", "context", "fdescribe", "xdescribe", "fcontext", "xcontext"} and title:
        return Kind.SUITE, title
    return (Kind.TEST, title) if name in {"it", "test", "fit", "xit"} and title else None


def assertion(call: Call) -> Assertion | None:
    """PHPUnit's methods, Pest's expectations, phpspec's should…, plain assert()."""
    return checks.assertion(call)


def assertion_of_chain(call: Call) -> Assertion | None:
    """Pest's `test(…)->throws(…)`."""
    if call.name not in {"throws", "throwsIf", "throwsUnless"} or not call.arguments:
        return None
    return Assertion(
        text=f"throws ( {' , '.join(call.arguments)} )",
        line=call.line,
        at=call.at,
        strength=Strength.PART,
        matcher="throws",
        expected=" , ".join(call.arguments),
        constant=True,
    )


def condition(branch: Branch, body: Sequence[Call]) -> Assertion | None:
    """`if (…) { $this->fail(); }`: the call inside is found by itself."""
    return None


def mark_of_call(call: Call) -> MarkKind | None:
    """`$this->markTestSkipped()`, Pest's `->skip()`, `->only()`, `->todo()`, `todo(…)`."""
    if call.inner and call.name not in words.CHAINED:
        return None
    if call.name in words.SKIPS or call.name in {"SkippedTestError", "SkippedWithMessageException"}:
        return MarkKind.SKIP
    head = call.links[0][0] if call.links else ""
    if call.callee in {"xit", "xdescribe", "xcontext", "todo"} and call.arguments:
        return MarkKind.SKIP
    if call.callee in {"fit", "fdescribe", "fcontext"} and call.arguments:
        return MarkKind.ONLY
    if head not in {"it", "test", "describe", "uses", "pest"} or call.name not in words.CHAINED:
        return None
    kinds = {"only": MarkKind.ONLY, "repeat": MarkKind.RETRY, "fails": MarkKind.EXPECTED_FAILURE}
    return kinds.get(call.name, MarkKind.SKIP) if len(call.links) > 1 else None


def mark_of_marker(marker: Marker) -> MarkKind | None:
    """`#[RequiresPhp(…)]`, `@requires …`, `#[DoesNotPerformAssertions]` is none."""
    name = marker.name.rpartition("\\")[2]
    if name in {"Retry", "retry", "retryAttempts", "flaky"}:
        return MarkKind.RETRY
    if name in {"group", "Group"} and re.search(
        r"\b(?:skip\w{0,20}|disabled|broken|flaky|quarantine\w{0,5})\b", marker.text
    ):
        return MarkKind.SKIP
    return MarkKind.SKIP if name in words.SKIP_MARKERS else None


def mark_of_assignment(assignment: Assignment) -> MarkKind | None:
    """PHP marks nothing by assignment."""
    return None


def is_platform(text: str) -> bool:
    """Whether a skip asks for a system, a version or an extension."""
    return bool(_SKIPPED.search(text)) and not text.startswith("$this")


def double(call: Call) -> str | None:
    """`createMock(A::class)`, `Mockery::mock(…)`, `prophesize(…)`."""
    return checks.double(call)


def swallows(handler: Handler) -> bool:
    """A catch of everything that neither throws nor fails."""
    names = set(re.findall(r"\w+", handler.catches)) - {"catch"}
    fails = any(
        re.search(r"\b(?:fail|assert\w*|expect\w*) \(", each) for each in handler.statements
    )
    return bool(names & words.CAUGHT) and not handler.raises and not fails


def is_table(case: Definition, found: Found) -> bool:
    """`@dataProvider`, `#[DataProvider]`, `#[TestWith]`, Pest's `->with(…)`."""
    if {marker.name.rpartition("\\")[2] for marker in case.markers} & words.DATA:
        return True
    return any(call.name == "with" and call.at == case.at for call in found.calls)
