"""Swift: XCTest, Swift Testing, Quick and Nimble, and what SwiftLint is told."""

import re
from collections.abc import Sequence

from guards.code import Assertion, MarkKind
from guards.facts import Assignment, Branch, Call, Comment, Definition, Handler, Kind, Marker
from guards.syntax import swift_checks
from guards.syntax.found import Found
from guards.syntax.header import Header
from guards.syntax.spec import BranchShape, CallShape, FunctionShape, Syntax
from guards.words.swift import HOOKS, SPECS, SUITES

NAME = "swift"
GRAMMARS = {"": "tree_sitter_swift"}
_CALL = CallShape(
    callee="@0",
    arguments="#call_suffix>#value_arguments",
    block="#call_suffix>#lambda_literal",
)
SYNTAX = Syntax(
    comments=frozenset({"comment", "multiline_comment", "directive"}),
    strings=frozenset(
        {"line_string_literal", "multi_line_string_literal", "raw_string_literal", "regex_literal"}
    ),
    numbers=frozenset(
        {"integer_literal", "real_literal", "hex_literal", "oct_literal", "bin_literal"}
    ),
    constants=frozenset({"boolean_literal", "nil"}),
    names=frozenset({"simple_identifier", "self_expression", "super_expression"}),
    members={
        "navigation_expression": ("target", "suffix>suffix"),
        "prefix_expression": ("", "target"),
    },
    calls={"call_expression": _CALL, "macro_invocation": _CALL},
    functions={
        "function_declaration": FunctionShape(name="name", body="body", parameters="#parameter"),
        "init_declaration": FunctionShape(name="name", body="body", parameters="#parameter"),
        "property_declaration": FunctionShape(
            name="name", body="computed_value|value>#lambda_literal>#statements"
        ),
    },
    classes={
        "class_declaration": FunctionShape(name="name", body="body"),
        "protocol_declaration": FunctionShape(name="name", body="body"),
    },
    lambdas={"lambda_literal": "#statements"},
    blocks=frozenset({"statements", "function_body", "class_body", "source_file"}),
    branches={
        "if_statement": BranchShape(
            condition="condition", body="#statements", otherwise="#if_statement"
        ),
        "while_statement": BranchShape(condition="condition", body="#statements"),
        "ternary_expression": BranchShape(
            condition="condition", body="if_true", otherwise="if_false"
        ),
        "switch_entry": BranchShape(condition="#switch_pattern", body="#statements", is_arm=True),
    },
    comparisons={
        "equality_expression": ("lhs", "rhs"),
        "comparison_expression": ("lhs", "rhs"),
        "infix_expression": ("lhs", "rhs"),
    },
    assignments={
        "assignment": ("target", "result"),
        "property_declaration": ("name", "value"),
    },
    declarations=frozenset({"property_declaration"}),
    returns=frozenset({"control_transfer_statement"}),
    raises=frozenset({"throw_keyword"}),
    tries={"do_statement": "#statements"},
    handlers={"catch_block": "#statements"},
    markers=frozenset({"attribute"}),
    marker_lists=frozenset({"modifiers"}),
    imports=frozenset({"import_declaration"}),
    tables=frozenset({"array_literal", "dictionary_literal"}),
    wrappers=frozenset({"tuple_expression", "value_argument", "await_expression", "user_type"}),
    resumes=frozenset({"directive"}),  # `#if os(iOS) return 1 #else return 2 #endif`
    awaits=frozenset({"await_expression", "control_transfer_statement"}),
)

_SUITE_BASE = re.compile(r"\b\w{0,60}(?:TestCase|QuickSpec|AsyncSpec|KIFTest\w*|Tests?|Spec)\b")
_SET_UPS = re.compile(r"(?:setUp|tearDown)\w*|init|deinit|invokeTest|spec")
_SKIPS = frozenset({"XCTSkip", "XCTSkipIf", "XCTSkipUnless", "xit", "xdescribe", "xcontext"})
_SKIPS |= {"pending", "Test.cancel", "xitBehavesLike"}
_EXPECTED = frozenset({"XCTExpectFailure", "withKnownIssue", "withExpectedIssue", "expectFailure"})
_FOCUSED = frozenset({"fit", "fdescribe", "fcontext", "fitBehavesLike"})
_TRAIT = re.compile(r"\. (?:disabled \(|enabled \( if :|hidden\b)|\bunavailable\b|\bobsoleted\b")
_DIRECTIVE = re.compile(r"#(?:if|elseif)\b(.{1,200})")
_SYSTEMS = re.compile(
    r"\b(?:os|canImport|swift|compiler|targetEnvironment|arch|hasFeature|_runtime|DEBUG|hasAttribute)\b"
)
_PLATFORM = re.compile(
    r"\b(?:available|os|targetEnvironment|arch|canImport|isiOSAppOnMac|ProcessInfo|operatingSystem\w*"
    r"|simulator|Linux|macOS|iOS|tvOS|watchOS|isOperatingSystemAtLeast)\b"
)
_MOCKED = re.compile(r"(?:Mock|Fake|Stub|Spy)([A-Z]\w*)|([A-Z]\w+)(?:Mock|Fake|Stub|Spy|Double)")


def kind_of(header: Header) -> tuple[Kind, str] | None:
    """`func testX()` of a test case, `@Test`, `@Suite`, and Quick's blocks."""
    if header.call is not None:
        return _kind_of_call(header.call)
    names = {marker.name for marker in header.markers}
    if header.node_type == "class_declaration":
        is_suite = _SUITE_BASE.search(header.bases) or _SUITE_BASE.fullmatch(header.name)
        return (Kind.SUITE, header.name) if is_suite or "Suite" in names else None
    if "Test" in names:
        return Kind.TEST, header.name
    if not header.parents or header.parents[-1].kind is not Kind.SUITE:
        return None
    if _SET_UPS.fullmatch(header.name):
        return Kind.HOOK, header.name
    is_test = header.node_type == "function_declaration" and header.name.startswith("test")
    return (Kind.TEST, header.name) if is_test and not header.parameters else None


def _kind_of_call(call: Call) -> tuple[Kind, str] | None:
    if call.callee in HOOKS:
        return Kind.HOOK, call.callee
    first = call.arguments[0] if call.arguments else ""
    if first.startswith('"'):
        if call.callee in SUITES:
            return Kind.SUITE, first.strip('"')
        if call.callee in SPECS:
            return Kind.TEST, first.strip('"')
    return None


def assertion(call: Call) -> Assertion | None:
    """What a function or a macro demands."""
    return swift_checks.of_call(call)


def condition(branch: Branch, body: Sequence[Call]) -> Assertion | None:
    """`if got != want { XCTFail() }`."""
    return swift_checks.of_condition(branch, body)


def mark_of_call(call: Call) -> MarkKind | None:
    """`throw XCTSkip()`, `XCTExpectFailure()`, `withKnownIssue { … }`, `xit`, `fdescribe`."""
    if call.callee in _SKIPS:
        return MarkKind.SKIP
    if call.callee in _EXPECTED:
        return MarkKind.EXPECTED_FAILURE
    return MarkKind.ONLY if call.callee in _FOCUSED else None


def mark_of_marker(marker: Marker) -> MarkKind | None:
    """`@Test(.disabled("…"))`, `@Suite(.enabled(if: …))`, `@available(*, unavailable)`."""
    if marker.name not in {"Test", "Suite", "available"}:
        return None
    return MarkKind.SKIP if _TRAIT.search(marker.text[:2000]) else None


def mark_of_assignment(assignment: Assignment) -> MarkKind | None:
    """No assignment skips a test."""
    return None


def mark_of_comment(comment: Comment) -> MarkKind | None:
    """`#if false` keeps what follows from being compiled."""
    match = _DIRECTIVE.match(comment.text)
    return MarkKind.SKIP if match and not _SYSTEMS.search(match[1]) else None


def is_platform(text: str) -> bool:
    """Whether a conditional skip asks for a system."""
    is_conditional = re.match(r"if\b|XCTSkip(?:If|Unless)|@ (?:Test|Suite)", text)
    return bool(is_conditional) and ". disabled (" not in text and bool(_PLATFORM.search(text))


def double(call: Call) -> str | None:
    """`MockStore()`, `StoreSpy(…)`, `stub(store)`, `given(store.save())`."""
    if match := _MOCKED.fullmatch(call.name if call.name != "init" else call.callee[:-5]):
        return match[1] or match[2]
    if call.callee in {"stub", "given", "mock", "when"} and call.arguments:
        return call.arguments[0].replace(" ", "")[:200]
    return None


def swallows(handler: Handler) -> bool:
    """A `catch` of any error that fails no test."""
    names = set(re.findall(r"\w+", handler.catches)) - {"catch", "let", "error", "e", "err", "_"}
    checks = ("XCT", "Issue", "# expect", "fail", "throw")
    return (
        not names
        and not handler.raises
        and not any(check in each for each in handler.statements for check in checks)
    )


def is_table(case: Definition, found: Found) -> bool:
    """`@Test(arguments: …)`, and loops over rows."""
    if any(marker.name == "Test" and "arguments :" in marker.text for marker in case.markers):
        return True
    pattern = r"\bfor .{1,200}? in (?:\[|\w*(?:[cC]ases|[tT]ests|[tT]able|[rR]ows)\b)|\. forEach \{"
    return bool(re.search(pattern, case.body))
