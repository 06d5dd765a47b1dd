"""Kotlin: JUnit, kotlin.test, kotest, assertk, strikt, MockK, and what detekt and ktlint are told."""

import re
from collections.abc import Sequence

from guards.code import Assertion, MarkKind
from guards.facts import Assignment, Branch, Call, Definition, Kind, Marker
from guards.syntax import jvm_marks, kotlin_checks
from guards.syntax.found import Found
from guards.syntax.header import Header
from guards.syntax.spec import BranchShape, CallShape, FunctionShape, Syntax
from guards.words import jvm as words
from guards.words import kotlin as kotest

NAME = "kotlin"
GRAMMARS = {"": "tree_sitter_kotlin"}
_MEMBERS = "#class_body|#enum_class_body"
_SPEC = "#delegation_specifiers>#delegation_specifier>#constructor_invocation>#value_arguments"
SYNTAX = Syntax(
    comments=frozenset({"line_comment", "block_comment"}),
    strings=frozenset({"string_literal", "multiline_string_literal", "character_literal"}),
    numbers=frozenset({"number_literal", "float_literal"}),
    constants=frozenset(),
    constant_words=frozenset({"true", "false", "null"}),
    names=frozenset({"identifier", "user_type", "this_expression", "super_expression"}),
    atoms=frozenset({"user_type"}),
    members={"navigation_expression": ("@0", "@-1"), "callable_reference": ("@0", "@-1")},
    calls={
        "call_expression": CallShape(
            callee="@0", arguments="#value_arguments", block="#annotated_lambda>#lambda_literal"
        ),
        "infix_expression": CallShape(
            callee="@1", arguments="@2", receiver="@0", block="#lambda_literal", sole=True
        ),
    },
    functions={
        "function_declaration": FunctionShape(
            name="name", body="#function_body", parameters="#function_value_parameters"
        )
    },
    classes={
        "class_declaration": FunctionShape(name="name", body=f"{_MEMBERS}|{_SPEC}"),
        "object_declaration": FunctionShape(name="name", body=f"{_MEMBERS}|{_SPEC}"),
    },
    lambdas={"lambda_literal": "."},
    blocks=frozenset({"block", "lambda_literal", "function_body", "class_body", "source_file"}),
    branches={
        "if_expression": BranchShape(condition="condition", body="@1", otherwise="@2"),
        "while_statement": BranchShape(condition="condition", body="@1"),
        "when_entry": BranchShape(condition="condition", body="@-1", is_arm=True),
    },
    comparisons={
        "binary_expression": ("left", "right"),
        "in_expression": ("left", "right"),
        "is_expression": ("left", "right"),
    },
    assignments={
        "property_declaration": ("#variable_declaration>@0|@0", "@-1"),
        "assignment": ("left", "right"),
    },
    declarations=frozenset({"property_declaration"}),
    returns=frozenset({"return_expression"}),
    raises=frozenset({"throw_expression"}),
    tries={"try_expression": "#block"},
    handlers={"catch_block": "#block"},
    markers=frozenset({"annotation", "file_annotation"}),
    marker_lists=frozenset({"modifiers"}),
    imports=frozenset({"import"}),
    table_calls=frozenset(
        [
            "listOf",
            "setOf",
            "mapOf",
            "arrayOf",
            "sequenceOf",
            "row",
            "withData",
            "forAll",
            "of",
            "table",
        ]
    ),
    tables=frozenset({"collection_literal"}),
    wrappers=frozenset({"parenthesized_expression", "value_argument"}),
    awaits=frozenset({"return_expression", "property_declaration", "assignment"}),
)
_GENERIC_CALL = re.compile(rb"\b([a-z]\w{0,80})<([A-Za-z][\w.?*, ]{0,200})>(?=[ \t]{0,8}\{)")
_GENERIC_WITH = re.compile(rb"\b([a-z]\w{0,80})<([A-Za-z][\w.?*, ]{0,200})>\(")
_FUN_INTERFACE = re.compile(rb"\bfun interface\b")
_IN_NAME = re.compile(rb"^([ \t]{1,80})in(?=\d)", re.MULTILINE)  # in1.close() is no `in 1.close()`
_ONE_LINE = re.compile(
    rb"(\{ (?:(?:const|private|override|internal|lateinit) ){0,3}(?:val|var|fun) [^\"\n{}]{1,200}) \}"
)
_CONTEXT = re.compile(rb"^[ \t]{0,40}context\([^()\n]{1,200}\)[ \t]{0,8}$", re.MULTILINE)
_DOLLARS = re.compile(rb"\$\$(?=\")")
_TEST_NAME = re.compile(r'^"(!|f:)')

assertion = kotlin_checks.assertion
errors_caught = kotlin_checks.errors_caught
swallows = kotlin_checks.swallows
assertion_of_marker = jvm_marks.assertion_of_marker
is_platform = jvm_marks.is_platform


def prepared(source: bytes) -> bytes:
    """The same length, with `f<T> { … }` as `f(T) { … }`, `f<T>(x)` as `f(T, x)`, and other gaps of the grammar mended."""
    source = _GENERIC_CALL.sub(lambda match: _as_argument(match, b")"), source)
    source = _GENERIC_WITH.sub(lambda match: _as_argument(match, b", "), source)
    source = _DOLLARS.sub(b"  ", _IN_NAME.sub(rb"\1iN", source))
    source = _ONE_LINE.sub(rb"\1;}", source)
    source = _CONTEXT.sub(lambda match: b" " * len(match[0]), source)
    return _FUN_INTERFACE.sub(b"    interface", source)


def _as_argument(match: re.Match[bytes], after: bytes) -> bytes:
    return match[1] + b"(" + match[2].replace(b"?", b" ").replace(b"*", b"_") + after


def kind_of(header: Header) -> tuple[Kind, str] | None:
    """Annotated functions; blocks of kotest and Spek; classes that hold either."""
    if header.call is not None:
        return _kind_of_call(header, header.call)
    names = {marker.name.rpartition(".")[2] for marker in header.markers}
    if header.node_type != "function_declaration":
        return (Kind.SUITE, header.name) if _is_suite(header, names) else None
    if names & words.TEST_MARKERS:
        return Kind.TEST, header.name.strip("`")
    hook = names & words.HOOK_MARKERS or header.name in {"beforeSpec", "afterSpec", "setUp"}
    return (Kind.HOOK, header.name) if hook else None


def _is_suite(header: Header, names: set[str]) -> bool:
    if names & {"Nested", "RunWith", "ExtendWith", "SpringBootTest", "WebMvcTest", "QuarkusTest"}:
        return True
    if re.search(r"\b(?:\w{0,40}Spec|Spek|TestCase)\b", header.bases):
        return True
    return header.name.endswith(("Test", "Tests", "Spec", "TestCase", "IT"))


def _kind_of_call(header: Header, call: Call) -> tuple[Kind, str] | None:
    """`test("name") { … }`, `"name" { … }`, `"what" should { … }`."""
    if any(item.kind is Kind.TEST for item in header.parents):
        return None
    name, given = next(
        ((word.strip("`"), args) for word, args in call.links if args is not None), ("", ())
    )
    held = bool(header.parents) and header.parents[-1].kind is Kind.SUITE
    title = given[0].strip('"') if given and given[0].startswith('"') else ""
    if name in kotest.HOOKS and held:
        return Kind.HOOK, name
    bare = name.removeprefix("x") if name in kotest.SKIPPED else name
    if title and (bare in kotest.TESTS or bare in kotest.SUITES):
        is_suite = bare in kotest.SUITES and not (
            bare == "should" and "().should" not in call.callee
        )
        return (Kind.SUITE if is_suite else Kind.TEST), title
    if name == "withData" and held:
        return Kind.TEST, name
    return _kind_of_string(call) if held and call.text.startswith('"') else None


def _kind_of_string(call: Call) -> tuple[Kind, str] | None:
    match = re.match(
        r'"((?:[^"\\]|\\.){1,300})" (should|When|when|Should|-|\{|\. config)', call.text
    )
    if match is None:
        return None
    return (Kind.TEST if match[2] in {"{", ". config"} else Kind.SUITE), match[1]


def condition(branch: Branch, body: Sequence[Call]) -> Assertion | None:
    """`if (bad) fail(…)`: what has to be false for the test to pass."""
    return jvm_marks.failing_branch(branch, body)


def mark_of_call(call: Call) -> MarkKind | None:
    """`xtest(…)`, `test("!name")`, `test("f:name")`, `.config(enabled = false)`, assumptions."""
    if call.inner:
        return None
    if call.has_block:
        titled = call.text if call.callee.startswith("()") else ""
        for name, given in call.links:
            if name in kotest.SKIPPED and given is not None:
                return MarkKind.SKIP
            if name in {"config", "defaultTestConfig"} and given:
                return _mark_of_options(" ".join(given))
            if name in kotest.TESTS | kotest.SUITES and given:
                titled = given[0]
        if match := _TEST_NAME.match(titled):
            return MarkKind.SKIP if match[1] == "!" else MarkKind.ONLY
    return jvm_marks.mark_of_call(call)


def _mark_of_options(options: str) -> MarkKind | None:
    if re.search(r"\benabled = false|\benabled(?:If|OrReasonIf) =", options):
        return MarkKind.SKIP
    return MarkKind.RETRY if re.search(r"\bretries = [1-9]", options) else None


def mark_of_marker(marker: Marker) -> MarkKind | None:
    """The annotations of JUnit, TestNG and kotest."""
    return jvm_marks.mark_of_marker(marker)


def mark_of_assignment(assignment: Assignment) -> MarkKind | None:
    """No assignment skips a test."""
    return None


def double(call: Call) -> str | None:
    """What MockK or Mockito puts in the place of real code."""
    return jvm_marks.double(call)


def is_table(case: Definition, found: Found) -> bool:
    """`@ParameterizedTest`, `withData`, `forAll`, rows in a table."""
    return case.simple_name == "withData" or jvm_marks.has_rows(case)
