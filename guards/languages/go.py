"""Go: testing, testify, ginkgo and gomega, goconvey, gocheck, and what linters are told."""

import re
from collections.abc import Sequence

from guards.code import Assertion, MarkKind
from guards.facts import Assignment, Branch, Call, Comment, Definition, Handler, Kind, Marker
from guards.syntax import go_checks
from guards.syntax.found import Found
from guards.syntax.go_errors import errors_caught
from guards.syntax.header import Header
from guards.syntax.spec import BranchShape, CallShape, FunctionShape, Syntax
from guards.words.go import RECEIVERS, SYSTEMS

__all__ = ["errors_caught"]  # and all that the shape of a language asks for

NAME = "go"
GRAMMARS = {"": "tree_sitter_go"}
_CLOSURE = "#func_literal>"
SYNTAX = Syntax(
    comments=frozenset({"comment"}),
    strings=frozenset({"interpreted_string_literal", "raw_string_literal", "rune_literal"}),
    numbers=frozenset({"int_literal", "float_literal", "imaginary_literal"}),
    constants=frozenset({"true", "false", "nil", "iota"}),
    names=frozenset({"identifier", "package_identifier", "field_identifier"}),
    members={
        "selector_expression": ("operand", "field"),
        "qualified_type": ("package", "name"),
        "generic_type": ("type", "type"),
    },
    calls={
        "call_expression": CallShape(callee="function", arguments="arguments"),
        "type_conversion_expression": CallShape(callee="type", arguments="operand"),
    },
    functions={
        "function_declaration": FunctionShape(name="name", body="body", parameters="parameters"),
        "method_declaration": FunctionShape(
            name="name",
            body="body",
            parameters="parameters",
            owner="receiver>@0>type>#type_identifier|receiver>@0>type>#generic_type>type|receiver>@0>type",
        ),
        "short_var_declaration": FunctionShape(
            name="left",
            body=f"right>{_CLOSURE}body",
            parameters=f"right>{_CLOSURE}parameters",
        ),
        "var_spec": FunctionShape(
            name="name", body=f"value>{_CLOSURE}body", parameters=f"value>{_CLOSURE}parameters"
        ),
    },
    classes={},
    lambdas={"func_literal": "body"},
    blocks=frozenset({"block", "statement_list", "source_file"}),
    branches={
        "if_statement": BranchShape(
            condition="condition",
            body="consequence",
            otherwise="alternative",
            setup="initializer",
        ),
        "expression_case": BranchShape(condition="value", body="#statement_list", is_arm=True),
        "type_case": BranchShape(condition="type", body="#statement_list", is_arm=True),
    },
    comparisons={"binary_expression": ("left", "right")},
    assignments={
        "assignment_statement": ("left", "right"),
        "short_var_declaration": ("left", "right"),
        "var_spec": ("name", "value"),
        "const_spec": ("name", "value"),
    },
    declarations=frozenset({"short_var_declaration", "var_spec", "const_spec"}),
    returns=frozenset({"return_statement"}),
    leaves=frozenset({"break_statement", "continue_statement", "goto_statement"}),
    imports=frozenset({"import_spec"}),
    tables=frozenset({"literal_value"}),
    wrappers=frozenset(
        {"parenthesized_expression", "expression_statement", "literal_element", "expression_list"}
    ),
    awaits=frozenset({"return_statement"}),
    resumes=frozenset({"labeled_statement"}),
    stated_output=r"//\s*(?:unordered )?output:",
)

_TEST = re.compile(r"(?:Test|Fuzz)(?![a-z])\w*")
_TAKES_TEST = re.compile(r"\( (?:\w+ )?(?:\* )?(?:\w+ \. )?(?:[TFC]|TB) \)")
_HOOKS = re.compile(r"TestMain|(?:Set[Uu]p|TearDown)(?:Suite|Test|SubTest)|(?:Before|After)Test")
_SUITES = re.compile(r"(?:[FPX]?(?:Describe|Context|When|DescribeTableSubtree))")
_SPECS = re.compile(r"(?:[FPX]?(?:It|Specify|DescribeTable|Entry)|(?:Skip|Focus)?Convey)")
_BLOCK_HOOKS = re.compile(r"(?:Just)?(?:Before|After)(?:Each|All|Suite)|SynchronizedBeforeSuite")
_SKIPPERS = RECEIVERS | {"ginkgo", "g"}
_SKIPS = frozenset({"Skip", "Skipf", "SkipNow"})
_SKIPPED = re.compile(
    r"[PX](?:Describe|Context|When|It|Specify|DescribeTable|Entry)|Skip(?:Convey|So)"
)
_FOCUSED = re.compile(r"F(?:Describe|Context|When|It|Specify|DescribeTable|Entry)|FocusConvey")
_OTHER_MARKS = {
    "ExpectFailure": MarkKind.EXPECTED_FAILURE,
    "FlakeAttempts": MarkKind.RETRY,
    "MustPassRepeatedly": MarkKind.RETRY,
}
_PLATFORM = re.compile(
    r"if\b.{0,400}?\b(?:runtime \. (?:GOOS|GOARCH|Version)|testing \. Short|os \. (?:Getuid|Geteuid))"
)
_BUILD = re.compile(r"//\s{0,3}(?:go:build|\+build)\s(.{1,300})")
_LOOKS = re.compile(
    r"\b(?:assert|require|Expect|So|t) (?:\.|\()|\bassert[A-Z]|\w+ = r\b|\w+ = true\b"
)
_PATCHES = re.compile(
    r"(?:gomonkey|monkey|mockey|mpatch|supermonkey|stubs?|gostub)\.\w*"
    r"(?:Patch|Apply|Mock|Stub)\w*(?:\.|$)"
)


def kind_of(header: Header) -> tuple[Kind, str] | None:
    """`TestX(t *testing.T)`, suites' methods, fuzz tests, examples, `t.Run("x")`, ginkgo's blocks."""
    if header.call is not None:
        return _kind_of_call(header.call)
    name = header.name.rpartition(".")[2]
    if _HOOKS.fullmatch(name):
        return Kind.HOOK, header.name
    if header.node_type == "function_declaration":
        is_example = re.match(r"Example(?![a-z])", name) and header.parameters == "( )"
        is_test = _TEST.fullmatch(name) and _TAKES_TEST.fullmatch(header.parameters)
        return (Kind.TEST, header.name) if is_test or is_example else None
    if header.node_type == "method_declaration" and _TEST.fullmatch(name):
        takes_nothing = header.parameters == "( )" or "* C )" in header.parameters
        checks = header.parameters.endswith((". C )", ". T )"))
        return (Kind.TEST, header.name) if takes_nothing or checks else None
    return None


def _kind_of_call(call: Call) -> tuple[Kind, str] | None:
    first = call.arguments[0] if call.arguments else ""
    name = call.callee.removeprefix("ginkgo.").removeprefix("convey.")
    if name.endswith(".Run"):
        owner = call.links[-2][0]
        owned = owner in RECEIVERS - {"b"} or owner in {"s", "suite"}
        named = owned and first.startswith(('"', "`"))
        return (Kind.TEST, first.strip('"`')) if named else None
    if _BLOCK_HOOKS.fullmatch(name):
        return Kind.HOOK, name
    if first.startswith(('"', "`")):
        if _SUITES.fullmatch(name):
            return Kind.SUITE, first.strip('"`')
        if _SPECS.fullmatch(name):
            return Kind.TEST, first.strip('"`')
    return None


def assertion(call: Call) -> Assertion | None:
    """What a call of a check library, of `t.Fatal` or of a helper demands."""
    return go_checks.of_call(call)


def condition(branch: Branch, body: Sequence[Call]) -> Assertion | None:
    """`if got != want { t.Errorf(…) }`."""
    return go_checks.of_condition(branch, body)


def mark_of_call(call: Call) -> MarkKind | None:
    """`t.Skip()`, `PIt(…)`, `FDescribe(…)`, `It("x", Pending)`, `FlakeAttempts(3)`."""
    name = call.callee.removeprefix("ginkgo.").removeprefix("convey.")
    skips = call.name in _SKIPS and (len(call.links) == 1 or call.links[-2][0] in _SKIPPERS)
    if skips or _SKIPPED.fullmatch(name):
        return MarkKind.SKIP
    if call.name in _OTHER_MARKS:
        return _OTHER_MARKS[call.name]
    if _FOCUSED.fullmatch(name):
        return MarkKind.ONLY
    if _SUITES.fullmatch(name) or _SPECS.fullmatch(name):
        given = {each.rpartition(" ")[2] for each in call.arguments}
        return MarkKind.SKIP if "Pending" in given else MarkKind.ONLY if "Focus" in given else None
    return None


def mark_of_marker(marker: Marker) -> MarkKind | None:
    """Go has no attributes."""
    return None


def mark_of_assignment(assignment: Assignment) -> MarkKind | None:
    """No assignment skips a test."""
    return None


def mark_of_comment(comment: Comment) -> MarkKind | None:
    """`//go:build integration` and `// +build ignore` keep a file from being compiled."""
    return MarkKind.SKIP if _BUILD.match(comment.text) else None


def is_platform(text: str) -> bool:
    """Whether a skip or a build tag asks for a system, a compiler or `-short`."""
    match = _BUILD.match(text)
    if match is None:
        return bool(_PLATFORM.search(text))
    tags = re.findall(r"[\w.]+", match[1])
    return all(tag in SYSTEMS or re.fullmatch(r"go1\.\d+", tag) for tag in tags)


def double(call: Call) -> str | None:
    """`NewMockStore(ctrl)`, `store.EXPECT().Get(…)`, `store.On("Get")`, `monkey.Patch(time.Now, …)`."""
    if match := re.fullmatch(
        r"(?:New)(?:Mock|Fake|Stub)(\w+)|New(\w+)(?:Mock|Fake|Stub)", call.name
    ):
        return match[1] or match[2]
    names = [name for name, _ in call.links]
    if "EXPECT" in names[:-1] and not call.inner:
        place_of = names.index("EXPECT")
        return ".".join([*names[:place_of], names[place_of + 1]])
    first = call.arguments[0] if call.arguments else ""
    if call.name == "On" and len(call.links) > 1 and first.startswith('"'):
        return f"{call.links[-2][0]}.{first.strip(chr(34))}"
    if first and _PATCHES.match(call.callee):
        rest = call.arguments[1].strip('"') if call.name.endswith("Method") else ""
        return f"{first.replace(' ', '')}{'.' if rest else ''}{rest}"
    if call.callee == "new" and re.search(r"\b(?:[Mm]ock|[Ff]ake|[Ss]tub)", first):
        return first.rpartition(" ")[2]
    return None


def swallows(handler: Handler) -> bool:
    """A `recover` that lets nobody know."""
    looks = any(_LOOKS.search(each) for each in handler.statements)
    return handler.catches == "" and not handler.raises and not looks


def is_table(case: Definition, found: Found) -> bool:
    """`for _, tt := range tests { t.Run(tt.name, …) }`, `DescribeTable`, `f.Add`."""
    return bool(re.search(r"\brange\b|\bEntry \(|\bf \. Add \(|\brapid \. Check", case.body))
