"""C and C++: GoogleTest, Catch2, doctest, Boost.Test, plain assert(), and what compilers are told."""

import re
from collections.abc import Sequence

from guards.code import Assertion, MarkKind, inside
from guards.facts import (
    Assignment,
    Branch,
    Call,
    Definition,
    Handler,
    Kind,
    Marker,
)
from guards.syntax import cpp as checks
from guards.syntax.found import Found
from guards.syntax.header import Header
from guards.syntax.spec import BranchShape, CallShape, FunctionShape, Syntax
from guards.words import cpp as words

NAME = "cpp"
GRAMMARS = {"": "tree_sitter_cpp"}
_BOTH = ("left", "right")
_DECLARED = "#function_declarator>declarator"
_CLASS = FunctionShape(name="name", body="body")
_PREPROCESSED = BranchShape(condition="condition", body=".", otherwise="alternative")
SYNTAX = Syntax(
    comments=frozenset({"comment", "preproc_call"}),
    strings=frozenset(
        """
        string_literal raw_string_literal system_lib_string char_literal concatenated_string
        """.split()
    ),
    numbers=frozenset({"number_literal"}),
    constants=frozenset({"true", "false", "null"}),
    names=frozenset(
        "identifier field_identifier type_identifier namespace_identifier this".split()
    ),
    members={
        "field_expression": ("argument", "field"),
        "qualified_identifier": ("scope", "name"),
        "template_function": ("", "name"),
        "template_method": ("", "name"),
        "dependent_name": ("", "@0"),
    },
    calls={
        "call_expression": CallShape(callee="function", arguments="arguments"),
        "new_expression": CallShape(callee="type", arguments="arguments"),
    },
    functions={
        "function_definition": FunctionShape(
            name="|".join(
                f"{prefix}{_DECLARED}"
                for prefix in (
                    "",
                    "#pointer_declarator>",
                    "#reference_declarator>",
                    "#pointer_declarator>#pointer_declarator>",
                )
            ),
            body="body",
            parameters="|".join(
                f"{prefix}#function_declarator>parameters"
                for prefix in ("", "#pointer_declarator>", "#reference_declarator>")
            ),
        )
    },
    classes={"class_specifier": _CLASS, "struct_specifier": _CLASS},
    lambdas={"lambda_expression": "body"},
    blocks=frozenset({"compound_statement", "translation_unit", "declaration_list"}),
    branches={
        "if_statement": BranchShape(
            condition="condition", body="consequence", otherwise="alternative"
        ),
        "while_statement": BranchShape(condition="condition", body="body"),
        "conditional_expression": BranchShape(
            condition="condition", body="consequence", otherwise="alternative"
        ),
        "case_statement": BranchShape(condition="value", body=".", is_arm=True),
        "preproc_if": _PREPROCESSED,
        "preproc_elif": _PREPROCESSED,
        "preproc_ifdef": BranchShape(condition="name", body=".", otherwise="alternative"),
    },
    comparisons={"binary_expression": _BOTH},
    assignments={
        "assignment_expression": _BOTH,
        "init_declarator": ("declarator", "value"),
        "preproc_def": ("name", "value"),
        "preproc_function_def": ("name", "value"),
        "enumerator": ("name", "value"),
    },
    declarations=frozenset({"init_declarator", "preproc_def", "preproc_function_def"}),
    returns=frozenset({"return_statement", "co_return_statement"}),
    raises=frozenset({"throw_statement"}),
    leaves=frozenset({"break_statement", "continue_statement", "goto_statement"}),
    tries={"try_statement": "body"},
    handlers={"catch_clause": "body"},
    markers=frozenset({"attribute", "attribute_specifier"}),
    marker_lists=frozenset({"attribute_declaration"}),
    imports=frozenset({"preproc_include", "using_declaration"}),
    tables=frozenset({"initializer_list"}),
    wrappers=frozenset({"parenthesized_expression", "expression_statement", "condition_clause"}),
    awaits=frozenset({"return_statement", "co_await_expression"}),
    hoisted=frozenset({"function_definition"}),
    resumes=frozenset({"labeled_statement", "case_statement"}),
    trailing_blocks=True,
    macro_definitions=True,
    raise_calls=frozenset(
        ["abort", "exit", "_exit", "_Exit", "quick_exit", "terminate", "FAIL", "GTEST_FAIL"]
    ),
    entry_points=frozenset({"main", "wmain"}),
)

_NEEDLESS = re.compile(
    rb"^[ \t]*(?:END_TEST|MU_TEST_END|TEST_END|BOOST_AUTO_TEST_SUITE_END[ \t]*\([ \t]*\)"
    rb"|BOOST_AUTO_TEST_SUITE[ \t]*\([^()\n]{0,200}\)|BOOST_FIXTURE_TEST_SUITE[ \t]*\([^()\n]{0,200}\))"
    rb"[ \t]*;?[ \t]*\r?$",
    re.MULTILINE,
)
_TEST_NAME = re.compile(
    r"^(?:test(?:_\w|[A-Z0-9]|$)|Test(?:_\w|[A-Z])|\w{1,80}_test$|\w{1,80}_Test$|t_\w|should_\w)"
)
_TEST_CLASS = re.compile(r"^(?:tst_\w|Test[A-Z_]|test_\w|\w{1,80}Test$|\w{1,80}Tests$)")
_TEST_BASE = re.compile(
    r"\b(?:Test|TestFixture|TestCase|TestWithParam|TestSuite|CppUnit\w{0,20}|Tester)\b"
)
_TITLE = re.compile(r'"((?:[^"\\]|\\.){0,300})"')  # decorators may follow
_PLATFORM = re.compile(
    r"\b_?_?(?:WIN32|WIN64|WINDOWS|linux|LINUX|APPLE|ANDROID|MSC_VER|GNUC|clang|unix|x86_64|aarch64|arm|CYGWIN"
    r"|MINGW\w{0,4}|FreeBSD|OpenBSD|NetBSD|cplusplus|SIZEOF_\w{1,20}|BYTE_ORDER|GTEST_OS_\w{1,20}|windows|macos"
    r"|EMSCRIPTEN|HAVE_\w{1,40}|HAS_\w{1,40}|SANITIZE\w{0,20}|_?OS_\w{1,20})(?:_{0,2})\b"
)


def prepared(source: bytes) -> bytes:
    """The source without macros that stand alone on a line and are no statement."""
    return _NEEDLESS.sub(lambda match: b" " * len(match[0]), source)


def kind_of(header: Header) -> tuple[Kind, str] | None:
    """Macros that make a test, functions and methods by name, fixtures."""
    if header.call is not None:
        return _of_macro(header.call.callee, header.call.arguments)
    if header.node_type in {"class_specifier", "struct_specifier"}:
        return (Kind.SUITE, header.name) if _TEST_BASE.search(header.bases) else None
    given = [each.strip() for each in header.parameters[1:-1].split(",")]
    if (kind := _of_macro(header.name, given)) is not None:
        return kind
    owner, _, name = header.name.replace(" ", "").rpartition("::")
    if name in words.HOOKS:
        return Kind.HOOK, name
    inner = header.parents[-1] if header.parents else None
    held = inner is None or inner.kind is Kind.SUITE
    full = f"{owner}.{name}" if owner else name
    called = "," not in header.parameters or "argc" in header.parameters
    held = held and called and (not owner or bool(_TEST_CLASS.match(owner)))
    if held and _TEST_NAME.match(name):
        return Kind.TEST, full
    return Kind.FUNCTION, full


def _of_macro(macro: str, given: Sequence[str]) -> tuple[Kind, str] | None:
    macro = macro.removeprefix("CATCH_").removeprefix("DOCTEST_")
    given = given[-2:] if macro == "ParameterizedTest" else given
    if not given:
        return None
    if macro in words.BY_SUITE and len(given) > 1:
        return Kind.TEST, f"{given[0]}.{given[1]}"
    if macro in words.BY_NAME:
        return Kind.TEST, ".".join(given[:2]) if macro.startswith(
            ("CTEST", "UTEST", "ZTEST")
        ) else given[0]
    place = 1 if macro in words.BY_FIXTURE else 0
    if macro in words.BY_TITLE | words.BY_FIXTURE and len(given) > place:
        title = _TITLE.match(given[place].replace('" "', ""))
        return None if title is None else (Kind.TEST, title[1])
    if macro in words.SUITES and re.match(r'["A-Za-z]', given[0]):
        return Kind.SUITE, given[0].strip('"')
    return None


def assertion(call: Call) -> Assertion | None:
    """Macros of the frameworks, assert(), and what looks like one."""
    return checks.assertion(call)


def condition(branch: Branch, body: Sequence[Call]) -> Assertion | None:
    """`if (got != want) abort();`."""
    return checks.condition(branch, body) if branch.condition.startswith("( ") else None


def mark_of_call(call: Call) -> MarkKind | None:
    """`DISABLED_`, `GTEST_SKIP()`, hidden tags of Catch2, decorators of doctest and Boost."""
    name = call.callee.removeprefix("CATCH_").removeprefix("DOCTEST_")
    if name in words.IGNORED:
        return MarkKind.SKIP
    if name in words.SKIPS and not (call.arguments and name in {"skip", "t_skip"}):
        return MarkKind.SKIP
    if name in words.FAILURES:
        return MarkKind.EXPECTED_FAILURE
    tests = words.BY_SUITE | words.BY_NAME | words.BY_TITLE | words.BY_FIXTURE
    return _of_test(call, name) if name in tests else None


def _of_test(call: Call, name: str) -> MarkKind | None:
    if any(each.startswith("DISABLED_") for each in call.arguments):
        return MarkKind.SKIP
    text = " , ".join(call.arguments)[:1000]
    found = words.DECORATORS.search(text if "TEST" in name else call.text[:300])
    found = found or (words.TITLE_TAGS.search(text) if '"' in text else None)
    if found is None:
        return None
    hides = "fail" not in found[0]
    return MarkKind.SKIP if hides else MarkKind.EXPECTED_FAILURE


def mark_of_marker(_: Marker) -> None:
    """No attribute of C++ marks a test."""


def mark_of_assignment(assignment: Assignment) -> MarkKind | None:
    """`GTEST_FLAG(filter) = "-Slow.*"`."""
    target = assignment.target.replace(" ", "")
    if target in {"GTEST_FLAG(filter)", "testing::FLAGS_gtest_filter", "FLAGS_gtest_filter"}:
        return (
            MarkKind.SKIP if '"-' in assignment.value or ":-" in assignment.value else MarkKind.ONLY
        )
    return None


def is_platform(text: str) -> bool:
    """Whether a condition asks for a system, a compiler or a feature."""
    return text.startswith("if ( ") and bool(_PLATFORM.search(text))


def double(call: Call) -> str | None:
    """`EXPECT_CALL`, `ON_CALL`, cmocka's `will_return`, fakes."""
    return checks.double(call)


def swallows(handler: Handler) -> bool:
    """`catch (...)` or `catch (std::exception &)` that neither throws nor fails."""
    broad = "..." in handler.catches or re.search(r"\bstd :: exception\b", handler.catches)
    fails = any(
        re.search(
            r"\b(?:FAIL|ADD_FAILURE|SUCCEED|EXPECT|ASSERT|REQUIRE|CHECK|BOOST|abort|exit|assert)",
            each,
        )
        for each in handler.statements
    )
    return bool(broad) and not handler.raises and not fails


def is_table(case: Definition, found: Found) -> bool:
    """TEST_P, TYPED_TEST, BOOST_DATA_TEST_CASE, GENERATE and their kin."""
    return any(call.name in words.PARAMETRIZED for call in inside(found.calls, (case.at, case.end)))
