"""C#: xUnit, NUnit, MSTest, FluentAssertions, Shouldly, Moq, NSubstitute, and what analysers are told."""

import re
from collections.abc import Sequence

from guards.code import Assertion, MarkKind, Strength
from guards.facts import Assignment, Branch, Call, Definition, Handler, Kind, Marker
from guards.syntax import csharp_checks
from guards.syntax.csharp_checks import plain
from guards.syntax.found import Found
from guards.syntax.header import Header
from guards.syntax.made import of_branch
from guards.syntax.spec import BranchShape, CallShape, FunctionShape, Syntax
from guards.syntax.written import called
from guards.syntax.written import condition as asked
from guards.words import csharp as words

NAME = "csharp"
GRAMMARS = {"": "tree_sitter_c_sharp"}
_CLASS = FunctionShape(name="name", body="body")
_METHOD = FunctionShape(name="name", body="body", parameters="parameters")
_PATTERNS = "|".join(
    f"#{kind}_pattern"
    for kind in ("constant", "relational", "declaration", "or", "and", "type", "recursive", "var")
)
SYNTAX = Syntax(
    comments=frozenset(
        ["comment", "preproc_pragma", "preproc_nullable", "preproc_region", "preproc_endregion"]
    ),
    strings=frozenset(
        {"string_literal", "verbatim_string_literal", "raw_string_literal", "character_literal"}
        | {"interpolated_string_expression"}
    ),
    numbers=frozenset({"integer_literal", "real_literal"}),
    constants=frozenset({"boolean_literal", "null_literal"}),
    names=frozenset({"identifier", "generic_name", "this", "base", "predefined_type"}),
    members={
        "member_access_expression": ("expression", "name"),
        "conditional_access_expression": ("condition", "@1>name"),
        "qualified_name": ("qualifier", "name"),
        "alias_qualified_name": ("alias", "name"),
    },
    calls={
        "invocation_expression": CallShape(callee="function", arguments="arguments"),
        "object_creation_expression": CallShape(callee="type", arguments="arguments"),
    },
    functions={
        "method_declaration": _METHOD,
        "constructor_declaration": _METHOD,
        "local_function_statement": _METHOD,
        "property_declaration": FunctionShape(name="name", body="#accessor_list|value"),
    },
    classes={
        "class_declaration": _CLASS,
        "record_declaration": _CLASS,
        "struct_declaration": _CLASS,
        "interface_declaration": _CLASS,
    },
    lambdas={"lambda_expression": "body", "anonymous_method_expression": "#block"},
    blocks=frozenset({"block", "switch_section", "compilation_unit", "declaration_list"}),
    branches={
        "if_statement": BranchShape(
            condition="condition", body="consequence", otherwise="alternative"
        ),
        "while_statement": BranchShape(condition="condition", body="body"),
        "conditional_expression": BranchShape(
            condition="condition", body="consequence", otherwise="alternative"
        ),
        "switch_section": BranchShape(condition=_PATTERNS, body=".", is_arm=True),
        "switch_expression_arm": BranchShape(condition="@0", body="@-1", is_arm=True),
        "preproc_if": BranchShape(condition="condition", body="."),
    },
    comparisons={
        "binary_expression": ("left", "right"),
        "is_pattern_expression": ("expression", "pattern"),
    },
    assignments={
        "variable_declarator": ("name", "@1"),
        "assignment_expression": ("left", "right"),
    },
    declarations=frozenset({"variable_declarator"}),
    returns=frozenset({"return_statement", "arrow_expression_clause", "yield_statement"}),
    raises=frozenset({"throw_statement", "throw_expression"}),
    leaves=frozenset({"break_statement", "continue_statement", "goto_statement"}),
    hoisted=frozenset({"local_function_statement"}),
    tries={"try_statement": "body"},
    handlers={"catch_clause": "body"},
    markers=frozenset({"attribute"}),
    marker_lists=frozenset({"attribute_list", "global_attribute", "preproc_if_in_attribute_list"}),
    imports=frozenset({"using_directive"}),
    generics=frozenset({"generic_name"}),
    table_calls=frozenset({"TestCaseData", "TheoryData"}),
    tables=frozenset({"initializer_expression", "collection_expression"}),
    wrappers=frozenset(
        ["parenthesized_expression", "expression_statement", "argument", "postfix_unary_expression"]
    ),
    awaits=frozenset({"await_expression", "return_statement", "arrow_expression_clause"}),
)
_CONSTANT_SKIPS = re.compile(r"\bSkip = |\bIgnore = |\bExplicit = true|\bIgnoreReason = ")
_DOUBLED = re.compile(
    r"\b(?:Mock|For|ForPartsOf|Fake|Of) < ([\w .<>,]{1,200}?) > \(|\bMock_(\w{1,80})_ \("
)
_MISREAD = re.compile(rb"(\bnew \w{1,80})<([\w.]{1,80})>(?=\([^()\n]{1,200}\)\s{0,80}\{)")
_PLATFORM = re.compile(
    r"\b(?:Platform|OS|Windows|Linux|MacOS|OSX|Unix|OperatingSystem|RuntimeInformation|Framework\w*)"
)
_FAILING = frozenset({"Fail", "FailException", "XunitException", "AssertionException"})

assertion = csharp_checks.assertion


def prepared(source: bytes) -> bytes:
    """The same length, with `new Mock<X>(a) { … }`, which reads as a comparison, as one name."""
    return _MISREAD.sub(lambda match: match[1] + b"_" + match[2].replace(b".", b"_") + b"_", source)


def kind_of(header: Header) -> tuple[Kind, str] | None:
    """Methods with an attribute that makes them tests; classes that are named or marked as suites."""
    names = {_attribute(marker) for marker in header.markers}
    if header.node_type in SYNTAX.classes:
        named = header.name.endswith(
            ("Test", "Tests", "Spec", "Specs", "Fixture", "Should", "Facts")
        )
        return (Kind.SUITE, header.name) if named or names & words.SUITES else None
    if header.node_type != "method_declaration":
        return None
    if names & words.TESTS or any(name.endswith(("Fact", "Theory")) for name in names):
        return Kind.TEST, header.name
    return (Kind.HOOK, header.name) if names & words.HOOKS else None


def assertion_of_marker(marker: Marker) -> Assertion | None:
    """`[ExpectedException(typeof(X))]`, `[TestCase(1, ExpectedResult = 2)]`."""
    name = _attribute(marker)
    results = [each for each in marker.arguments if each.startswith("ExpectedResult =")]
    if name != "ExpectedException" and not results:
        return None
    kinds = re.findall(r"typeof \( ([\w .]{1,200}) \)", marker.text[:2000])
    broad = name == "ExpectedException" and (
        not kinds or kinds[0].replace(" ", "") in words.BROAD or "AllowDerivedTypes" in marker.text
    )
    thrown = Strength.TRUTHY if broad else Strength.PART
    return Assertion(
        text=marker.text,
        line=marker.line,
        at=marker.at,
        strength=Strength.EXACT if results else thrown,
        matcher="ExpectedResult" if results else name,
        expected=results[0].partition("= ")[2] if results else " ".join(kinds),
        constant=bool(results),
    )


def condition(branch: Branch, body: Sequence[Call]) -> Assertion | None:
    """`if (bad) Assert.Fail(…)`: what has to be false for the test to pass."""
    if not any(plain(each.name) in _FAILING for each in body):
        return None
    found = asked(branch.condition, negated=True)
    return of_branch(branch, found)


def mark_of_call(call: Call) -> MarkKind | None:
    """`Assert.Ignore()`, `Assert.Inconclusive()`, `Skip.If(…)`, `Assume.That(…)`."""
    names = [plain(name) for name, _ in call.links]
    if call.inner or not names:
        return None
    if names[0] == "Assert" and names[-1] in words.SKIP_CALLS | {"Pass"}:
        return MarkKind.SKIP
    if names[0] in {"Skip", "Assume"} and names[-1] in {
        "If",
        "IfNot",
        "That",
        "Always",
        "When",
        "Test",
    }:
        return MarkKind.SKIP
    if names[-1] in {
        "SkipException",
        "IgnoreException",
        "InconclusiveException",
        "AssertInconclusiveException",
    }:
        return MarkKind.SKIP
    return None


def mark_of_marker(marker: Marker) -> MarkKind | None:
    """`[Fact(Skip = "…")]`, `[Ignore]`, `[Explicit]`, `[Retry(3)]`."""
    name = _attribute(marker)
    if name in words.SKIP_MARKERS or _CONSTANT_SKIPS.search(" , ".join(marker.arguments)[:2000]):
        return MarkKind.SKIP
    if name == "ExpectedException" and re.search(r"\bAssert\w{0,20}Exception\b", marker.text):
        return MarkKind.EXPECTED_FAILURE
    return MarkKind.RETRY if name in words.RETRY_MARKERS else None


def mark_of_assignment(assignment: Assignment) -> MarkKind | None:
    """No assignment skips a test."""
    return None


def is_platform(text: str) -> bool:
    """Whether a conditional skip asks for an operating system or a framework."""
    return bool(_PLATFORM.search(text)) and '"' not in text.partition("(")[0]


def double(call: Call) -> str | None:
    """`new Mock<X>()`, `mock.Setup(…)`, `Substitute.For<X>()`, `A.Fake<X>()`."""
    if call.inner:
        return None
    for name, arguments in call.links:
        made = name.startswith("Mock") or call.links[0][0] in {"Substitute", "A"}
        match = _DOUBLED.search(call.text[:2000]) if made else None
        if match:
            return (match[1] or match[2]).replace(" . ", ".")
        if (
            plain(name).startswith(("Setup", "CallTo", "Protected"))
            and arguments
            and "=>" in arguments[0]
        ):
            receiver = call.text.partition(f" . {name} ")[0]
            return f"{called(receiver)}.{called(arguments[0].partition('=>')[2]).partition('.')[2]}"
    returned = [plain(name) for name, _ in call.links]
    if returned[-1:] in (["Returns"], ["ReturnsForAnyArgs"], ["Throws"]) and returned[:-2]:
        return called(call.text.rpartition(" . ")[0])
    return None


def swallows(handler: Handler) -> bool:
    """A catch of everything, or of failed assertions, that neither throws nor asserts."""
    names = set(re.findall(r"\w+", handler.catches.partition(" when ")[0])) - {"catch"}
    kinds = {name for name in names if name.endswith("Exception")}
    fails = any(re.search(r"\b(?:Assert|Should|Fail)\w*", each) for each in handler.statements)
    if handler.raises or fails:
        return False
    failed = {
        "AssertionException",
        "XunitException",
        "AssertFailedException",
        "AssertActualExpectedException",
    }
    return not kinds or bool(kinds & (words.BROAD | failed))


def is_table(case: Definition, found: Found) -> bool:
    """`[Theory]`, `[TestCase]`, `[DataRow]`."""
    return bool({_attribute(marker) for marker in case.markers} & words.ROWS)


def _attribute(marker: Marker) -> str:
    return plain(marker.name.rpartition(".")[2]).removesuffix("Attribute")
