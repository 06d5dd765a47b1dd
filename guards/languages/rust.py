"""Rust: the built-in tests, rstest, proptest, insta, mockall, and what clippy is told."""

import re
from collections.abc import Sequence

from guards.code import Assertion, MarkKind
from guards.facts import Assignment, Branch, Call, Comment, Definition, Handler, Kind, Marker
from guards.syntax import rust_checks
from guards.syntax.found import Found
from guards.syntax.header import Header
from guards.syntax.rust_checks import errors_caught
from guards.syntax.spec import BranchShape, CallShape, FunctionShape, Syntax
from guards.words.rust import TABLES, TESTS

__all__ = ["errors_caught"]  # and all that the shape of a language asks for

NAME = "rust"
GRAMMARS = {"": "tree_sitter_rust"}
SYNTAX = Syntax(
    comments=frozenset({"line_comment", "block_comment"}),
    strings=frozenset({"string_literal", "raw_string_literal", "char_literal"}),
    numbers=frozenset({"integer_literal", "float_literal"}),
    constants=frozenset({"boolean_literal"}),
    names=frozenset(
        {"identifier", "field_identifier", "self", "super", "crate", "shorthand_field_identifier"}
    ),
    members={
        "field_expression": ("value", "field"),
        "scoped_identifier": ("path", "name"),
    },
    calls={
        "call_expression": CallShape(callee="function", arguments="arguments"),
        "macro_invocation": CallShape(callee="macro", arguments="#token_tree"),
    },
    functions={
        "function_item": FunctionShape(name="name", body="body", parameters="parameters"),
        "let_declaration": FunctionShape(
            name="pattern",
            body="value>#closure_expression>body",
            parameters="value>#closure_expression>parameters",
        ),
    },
    classes={
        "mod_item": FunctionShape(name="name", body="body"),
        "impl_item": FunctionShape(name="type", body="body"),
        "trait_item": FunctionShape(name="name", body="body"),
    },
    lambdas={"closure_expression": "body"},
    blocks=frozenset({"block", "declaration_list", "source_file"}),
    branches={
        "if_expression": BranchShape(
            condition="condition", body="consequence", otherwise="alternative"
        ),
        "while_expression": BranchShape(condition="condition", body="body"),
        "match_arm": BranchShape(condition="pattern", body="value", is_arm=True),
    },
    comparisons={"binary_expression": ("left", "right")},
    assignments={
        "let_declaration": ("pattern", "value"),
        "assignment_expression": ("left", "right"),
        "compound_assignment_expr": ("left", "right"),
        "const_item": ("name", "value"),
        "static_item": ("name", "value"),
    },
    declarations=frozenset({"let_declaration", "const_item", "static_item"}),
    returns=frozenset({"return_expression"}),
    leaves=frozenset({"break_expression", "continue_expression"}),
    markers=frozenset({"attribute_item", "inner_attribute_item"}),
    imports=frozenset({"use_declaration", "extern_crate_declaration"}),
    tables=frozenset({"array_expression"}),
    wrappers=frozenset(
        {
            "parenthesized_expression",
            "expression_statement",
            "try_expression",
            "reference_expression",
            "generic_function",
        }
    ),
    either=frozenset({"binary_expression"}),
    awaits=frozenset({"await_expression", "return_expression"}),
    token_trees=frozenset({"token_tree"}),
    resumes=frozenset({"attribute_item"}),  # `#[cfg(a)] return 1; #[cfg(b)] return 2;`
    hoisted=frozenset(
        {"empty_statement", "function_item", "struct_item", "enum_item", "impl_item"}
        | {"use_declaration", "const_item", "trait_item", "type_item", "static_item"}
    ),
)

_PROPTEST = re.compile(rb"\bproptest!\s?\{")
_GENERATED = re.compile(rb"\bfn\s+\w+\s*\(([^{};]{0,4000}?)\)\s*\{")
_OFF = re.compile(
    r"\bany \( \)|\b(?:FALSE|false|never|disabled?|ignored?|skip(?:ped)?|broken|flaky|todo|off|none)\b"
    r"|\bnot \( all \( \) \)",
    re.IGNORECASE,
)
_PLATFORM = re.compile(
    r"\b(?:target_\w{1,30}|unix|windows|miri|wasm|loom|debug_assertions|panic|tsan|nightly|sanitize\w*"
    r"|docsrs|windows_\w+|madsim)\b"
)
_DOC_FENCE = re.compile(r"//[/!]\s?```.{0,60}\b(ignore|should_panic)\b")
_MOCKED = re.compile(r"(?:Mock|Fake|Stub)([A-Z]\w*)|(\w+)(?:Mock|Fake|Stub)")


def prepared(source: bytes) -> bytes:
    """`proptest! { … }` as a module, whose functions take nothing: else no tree shows its tests."""
    if b"proptest!" not in source:
        return source
    text = _PROPTEST.sub(lambda match: match[0].replace(b"proptest!", b"mod ptest"), source)
    return _GENERATED.sub(_without_strategies, text)


def _without_strategies(match: re.Match[bytes]) -> bytes:
    if not re.search(rb"\bin\s", match[1]):
        return match[0]
    blank = re.sub(rb"[^\n]", b" ", match[1])
    start = match.start(1) - match.start()
    return match[0][:start] + blank + match[0][start + len(blank) :]


def kind_of(header: Header) -> tuple[Kind, str] | None:
    """`#[test]` and all attributes that end so, `#[rstest]`, fixtures; modules under `cfg(test)`."""
    names = {marker.name.rpartition(".")[2] for marker in header.markers}
    if header.node_type == "mod_item":
        is_tests = any(
            marker.name == "cfg" and "test" in marker.arguments for marker in header.markers
        )
        suite = is_tests or header.name in {"test", "tests", "ptest"}
        return (Kind.SUITE, header.name) if suite else None
    if header.node_type != "function_item":
        return None
    if names & TESTS:
        return Kind.TEST, header.name
    return (Kind.HOOK, header.name) if names & {"fixture", "ctor", "dtor"} else None


def assertion(call: Call) -> Assertion | None:
    """What a macro or a call demands."""
    return rust_checks.of_call(call)


def condition(branch: Branch, body: Sequence[Call]) -> Assertion | None:
    """`if got != want { panic!(…) }`."""
    return rust_checks.of_condition(branch, body)


def mark_of_call(call: Call) -> MarkKind | None:
    """No call skips a test."""
    return None


def mark_of_marker(marker: Marker) -> MarkKind | None:
    """`#[ignore]`, `#[should_panic]`, `#[cfg(any())]`, `#[cfg_attr(miri, ignore)]`."""
    name = marker.name.rpartition(".")[2]
    if name == "ignore":
        return MarkKind.SKIP
    if name == "should_panic":
        return MarkKind.EXPECTED_FAILURE
    if name in {"flaky", "flaky_test", "retry"}:
        return MarkKind.RETRY
    if name == "cfg_attr":
        return _mark_of_late(marker.arguments[1:])
    if name != "cfg":
        return None
    text = " ".join(marker.arguments)
    is_off = _OFF.search(text) or _PLATFORM.search(text) or text.startswith("feature")
    return MarkKind.SKIP if is_off else None


def _mark_of_late(arguments: Sequence[str]) -> MarkKind | None:
    heads = {argument.partition(" ")[0] for argument in arguments}
    if "ignore" in heads:
        return MarkKind.SKIP
    return MarkKind.EXPECTED_FAILURE if "should_panic" in heads else None


def mark_of_assignment(assignment: Assignment) -> MarkKind | None:
    """No assignment skips a test."""
    return None


def mark_of_comment(comment: Comment) -> MarkKind | None:
    """A documentation test that is not run."""
    match = _DOC_FENCE.match(comment.text)
    if match is None:
        return None
    return MarkKind.EXPECTED_FAILURE if match[1] == "should_panic" else MarkKind.SKIP


def is_platform(text: str) -> bool:
    """Whether a condition is about the target that the test is built for."""
    if text.startswith("if "):
        return bool(re.search(r"\bcfg ! \( .{0,60}", text) and _PLATFORM.search(text))
    is_conditional = "cfg" in text.partition("(")[0]
    return is_conditional and bool(_PLATFORM.search(text)) and not re.search(r"any \( \)", text)


def double(call: Call) -> str | None:
    """`MockStore::new()`, `mock.expect_save()`, `server.mock("GET", "/")`, `mock! { … }`."""
    names = [name for name, _ in call.links]
    if call.name in {"new", "default", "context"} and len(names) > 1:
        match = _MOCKED.fullmatch(names[-2])
        return (match[1] or match[2]) if match else None
    if match_name := re.fullmatch(r"expect_(\w+)", call.name):
        owner = names[-2] if len(names) > 1 else ""
        is_mock = owner and match_name[1] not in {"err", "eq", "that", "none", "some", "ok"}
        return f"{owner}.{match_name[1]}" if is_mock else None
    if call.name == "mock" and call.arguments:
        return " ".join(call.arguments[0].split()[:2]).strip('"')
    return None


def swallows(handler: Handler) -> bool:
    """A panic cannot be caught by an arm."""
    return False


def is_table(case: Definition, found: Found) -> bool:
    """`#[case(…)]`, `#[test_case(…)]`, `#[values(…)]`, proptest, and loops over rows."""
    names = {part for marker in case.markers for part in marker.name.split(".")}
    in_rows = re.search(
        r"\bfor .{1,300}? in (?:& )?(?:\[|vec !|\w*(?:cases|tests|table|rows|data)\b)", case.body
    )
    return bool(
        names & TABLES or in_rows or "# [ values" in case.parameters or ".ptest." in f".{case.name}"
    )
