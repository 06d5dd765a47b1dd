"""Java: JUnit 3 to 5, TestNG, AssertJ, Hamcrest, Truth, Mockito, and what linters are told."""

import re
from collections.abc import Sequence

from guards.code import Assertion, MarkKind
from guards.facts import Assignment, Branch, Call, Definition, Kind
from guards.syntax import jvm, jvm_marks
from guards.syntax.found import Found
from guards.syntax.header import Header
from guards.syntax.spec import BranchShape, CallShape, FunctionShape, Syntax
from guards.words import jvm as words

NAME = "java"
GRAMMARS = {"": "tree_sitter_java"}
_CLASS = FunctionShape(name="name", body="body")
_METHOD = FunctionShape(name="name", body="body", parameters="parameters")
SYNTAX = Syntax(
    comments=frozenset({"line_comment", "block_comment"}),
    strings=frozenset({"string_literal", "character_literal", "template_expression"}),
    numbers=frozenset(
        {"decimal_integer_literal", "hex_integer_literal", "octal_integer_literal"}
        | {"binary_integer_literal", "decimal_floating_point_literal"}
        | {"hex_floating_point_literal"}
    ),
    constants=frozenset({"true", "false", "null_literal"}),
    names=frozenset({"identifier", "type_identifier", "this", "super"}),
    members={
        "field_access": ("object", "field"),
        "scoped_identifier": ("scope", "name"),
        "method_reference": ("@0", "@1"),
    },
    calls={
        "method_invocation": CallShape(callee="name", arguments="arguments", receiver="object"),
        "object_creation_expression": CallShape(callee="type", arguments="arguments"),
        "explicit_constructor_invocation": CallShape(callee="constructor", arguments="arguments"),
    },
    functions={
        "method_declaration": _METHOD,
        "constructor_declaration": _METHOD,
        "compact_constructor_declaration": _METHOD,
    },
    classes={
        "class_declaration": _CLASS,
        "record_declaration": _CLASS,
        "interface_declaration": _CLASS,
        "enum_declaration": _CLASS,
    },
    lambdas={"lambda_expression": "body"},
    blocks=frozenset(
        ["block", "constructor_body", "switch_block_statement_group", "program", "class_body"]
    ),
    branches={
        "if_statement": BranchShape(
            condition="condition", body="consequence", otherwise="alternative"
        ),
        "while_statement": BranchShape(condition="condition", body="body"),
        "ternary_expression": BranchShape(
            condition="condition", body="consequence", otherwise="alternative"
        ),
        "switch_rule": BranchShape(condition="#switch_label", body="@1", is_arm=True),
        "switch_block_statement_group": BranchShape(
            condition="#switch_label", body="@-1", is_arm=True
        ),
    },
    comparisons={
        "binary_expression": ("left", "right"),
        "instanceof_expression": ("left", "right"),
    },
    assignments={
        "variable_declarator": ("name", "value"),
        "assignment_expression": ("left", "right"),
        "resource": ("name", "value"),
    },
    declarations=frozenset({"variable_declarator", "resource"}),
    returns=frozenset({"return_statement", "yield_statement"}),
    raises=frozenset({"throw_statement"}),
    leaves=frozenset({"break_statement", "continue_statement"}),
    tries={"try_statement": "body", "try_with_resources_statement": "body"},
    handlers={"catch_clause": "body"},
    markers=frozenset({"annotation", "marker_annotation"}),
    marker_lists=frozenset({"modifiers"}),
    asserts={"assert_statement": "@0"},
    imports=frozenset({"import_declaration"}),
    generics=frozenset({"generic_type"}),
    table_calls=frozenset({"of", "asList", "arguments"}),
    tables=frozenset({"array_initializer", "element_value_array_initializer"}),
    wrappers=frozenset({"parenthesized_expression", "expression_statement"}),
    awaits=frozenset({"return_statement"}),
)

assertion = jvm.assertion
assertion_of_marker = jvm_marks.assertion_of_marker
mark_of_call = jvm_marks.mark_of_call
mark_of_marker = jvm_marks.mark_of_marker
is_platform = jvm_marks.is_platform
swallows = jvm_marks.swallows


def kind_of(header: Header) -> tuple[Kind, str] | None:
    """Annotated methods, and the methods test… of JUnit 3; classes that hold them are suites."""
    names = {marker.name.rpartition(".")[2] for marker in header.markers}
    if header.node_type in SYNTAX.classes:
        return (Kind.SUITE, header.name) if _is_suite(header, names) else None
    if header.node_type != "method_declaration":
        return None
    if names & words.TEST_MARKERS or _is_old_test(header, names):
        return Kind.TEST, header.name
    is_hook = names & words.HOOK_MARKERS or header.name in {"setUp", "tearDown"}
    return (Kind.HOOK, header.name) if is_hook else None


def _is_old_test(header: Header, names: set[str]) -> bool:
    """JUnit 3: a method `test…()` of a test class."""
    if not header.name.startswith("test") or header.parameters != "( )" or "Override" in names:
        return False
    return bool(header.parents) and header.parents[-1].kind is Kind.SUITE


def _is_suite(header: Header, names: set[str]) -> bool:
    if names & {"Nested", "Test", "RunWith", "ExtendWith", "SpringBootTest", "WebMvcTest"}:
        return True
    return bool(re.search(r"\bextends \w{0,80}Test(?:Case|Base|Support|s)?\b", header.bases)) or (
        header.name.startswith("Test") or header.name.endswith(("Test", "Tests", "TestCase", "IT"))
    )


def condition(branch: Branch, body: Sequence[Call]) -> Assertion | None:
    """`if (bad) fail(…)`: what has to be false for the test to pass."""
    return jvm_marks.failing_branch(branch, body)


def mark_of_assignment(assignment: Assignment) -> MarkKind | None:
    """No assignment skips a test."""
    return None


def double(call: Call) -> str | None:
    """What Mockito, EasyMock or PowerMock puts in the place of real code."""
    return jvm_marks.double(call)


def is_table(case: Definition, found: Found) -> bool:
    """`@ParameterizedTest`, `@Theory`, a data provider, dynamic tests."""
    return jvm_marks.has_rows(case)
