"""What JavaScript and TypeScript share: node types, tests by their blocks, skips, handlers."""

import re
from dataclasses import replace
from typing import Final

from guards.code import MarkKind, inside
from guards.facts import Assignment, Call, Definition, Handler, Kind, Marker
from guards.syntax.found import Found
from guards.syntax.header import Header
from guards.syntax.javascript_checks import assertion, condition
from guards.syntax.javascript_doubles import double
from guards.syntax.javascript_promises import errors_caught, unwatched
from guards.syntax.spec import BranchShape, CallShape, FunctionShape, Syntax
from guards.syntax.values import unquoted
from guards.words.javascript import HOOKS, SUITES, TESTS

__all__ = ["assertion", "condition", "double", "errors_caught", "unwatched"]

_VALUE = FunctionShape(
    name="name|property",
    body="#arrow_function>body|#function_expression>body|#generator_function>body",
    parameters="#arrow_function>parameters|#arrow_function>parameter|#function_expression>parameters",
)
_NAMED = FunctionShape(name="name", body="body", parameters="parameters")
SYNTAX = Syntax(
    comments=frozenset({"comment", "html_comment", "hash_bang_line"}),
    strings=frozenset({"string", "template_string", "regex"}),
    numbers=frozenset({"number"}),
    constants=frozenset({"true", "false", "null", "undefined"}),
    names=frozenset({"identifier", "this", "super", "shorthand_property_identifier"}),
    members={
        "member_expression": ("object", "property"),
        "subscript_expression": ("object", "#string"),
    },
    calls={
        "call_expression": CallShape(callee="function", arguments="arguments"),
        "new_expression": CallShape(callee="constructor", arguments="arguments"),
    },
    functions={
        "function_declaration": _NAMED,
        "generator_function_declaration": _NAMED,
        "method_definition": _NAMED,
        "variable_declarator": _VALUE,
        "field_definition": _VALUE,
        "public_field_definition": _VALUE,
        "pair": replace(_VALUE, name="key"),
        "assignment_expression": replace(_VALUE, name="left>property|left"),
    },
    classes={
        "class_declaration": FunctionShape(name="name", body="body"),
        "abstract_class_declaration": FunctionShape(name="name", body="body"),
        "class": FunctionShape(name="name", body="body"),
    },
    lambdas={
        "arrow_function": "body",
        "function_expression": "body",
        "generator_function": "body",
    },
    blocks=frozenset({"statement_block", "program"}),
    branches={
        "if_statement": BranchShape(
            condition="condition", body="consequence", otherwise="alternative"
        ),
        "while_statement": BranchShape(condition="condition", body="body"),
        "ternary_expression": BranchShape(
            condition="condition", body="consequence", otherwise="alternative"
        ),
        "switch_case": BranchShape(condition="value", body="body", is_arm=True),
    },
    comparisons={"binary_expression": ("left", "right")},
    assignments={
        "variable_declarator": ("name", "value"),
        "assignment_expression": ("left", "right"),
        "augmented_assignment_expression": ("left", "right"),
        "field_definition": ("property", "value"),
        "public_field_definition": ("name", "value"),
    },
    declarations=frozenset({"variable_declarator"}),
    returns=frozenset({"return_statement"}),
    raises=frozenset({"throw_statement"}),
    leaves=frozenset({"break_statement", "continue_statement"}),
    tries={"try_statement": "body"},
    handlers={"catch_clause": "body"},
    markers=frozenset({"decorator"}),
    imports=frozenset({"import_statement"}),
    tables=frozenset({"array", "object"}),
    wrappers=frozenset(
        {
            "parenthesized_expression",
            "expression_statement",
            "await_expression",
            "non_null_expression",
            "as_expression",
            "satisfies_expression",
        }
    ),
    awaits=frozenset(
        {"await_expression", "return_statement", "yield_expression", "variable_declarator"}
    ),
    asserting_words=frozenset({"expect", "should"}),
    asserting_links=frozenset({"expect", "should", "and"}),
    hoisted=frozenset(
        {"function_declaration", "generator_function_declaration", "interface_declaration"}
    ),
    wrapping_calls=frozenset({"call_expression"}),
    import_calls=frozenset({"require", "import"}),
    repeatable=True,
)

_WRAPPED = re.compile(r"^(?:(?:it|test|x?it|ftest)[A-Z_]\w{0,60}|itif|testif)$")
_SUITE_LIKE = re.compile(r"^(?:describe[A-Z_]\w{0,60}|describeif)$")
_CHOSEN = re.compile(
    r"^\( .{0,300}? \? (?:[\w$]{1,30} \. )?(?P<name>it|test|describe|xit|xtest|xdescribe|suite)\b"
)
_NO_TEST = frozenset(
    [
        "step",
        "use",
        "extend",
        "info",
        "setTimeout",
        "slow",
        "expect",
        "afterAll",
        "afterEach",
        "beforeAll",
        "beforeEach",
        "before",
        "after",
        "configure",
        "plan",
        "mock",
        "assert",
        "snapshot",
        "diagnostic",
        "tags",
        "teardown",
    ]
)
_SKIPS = frozenset(["skip", "todo", "fixme", "skipIf", "runIf", "ignore", "disabled", "pending"])
_SKIPPED = re.compile(r"^x(?:it|test|describe|context|specify|suite|scenario|feature)$")
_FOCUSED = re.compile(r"^f(?:it|test|describe|context|specify|scenario|feature)$")
_OWNERS = frozenset(
    TESTS | SUITES | frozenset(["this", "t", "tt", "st", "ctx", "context", "tap", "task", "Deno"])
)
_OPTION = re.compile(r"[{,] (?P<name>skip|todo|only|fails|retry|retries|ignore) : (?!false\b|0\b)")
_KINDS = {
    "only": MarkKind.ONLY,
    "fails": MarkKind.EXPECTED_FAILURE,
    "retry": MarkKind.RETRY,
    "retries": MarkKind.RETRY,
}
_ALIAS = re.compile(
    r"\b(?:it|test|describe) \. (?P<name>skip|only|todo|fixme)\b|\bx(?:it|describe)$"
)
_PLATFORM = re.compile(
    r"\bprocess \. (?:platform|arch|versions?)\b|\bos \. (?:platform|type|arch|release)\b|\bis_?(?:win|mac|linux|"
    r"posix|node|bun|deno|browser|safari|firefox|chrome|webkit|edge|mobile|arm)|\b(?:browserName|isMobile|semver|"
    r"nodeVersion|nodeMajor|IS_WIN|win32|darwin)",
    re.IGNORECASE,
)
_CONDITIONAL = re.compile(
    r"^(?:(?:[\w$]{1,20} \. ){0,4}(?:skipIf|runIf|skip|fixme|fail|skipUnless) \( (?![\"'`])|if \(|\( )"
    r"|^[\w$]{1,40} = .{1,200} \? "
)
_MAX_ALIAS: Final = 200
_MAX_OPTIONS: Final = 500
_FAILS = re.compile(
    r"\b(?:expect|assert|fail|should|reject|throw)\b|\bt \. |\b(?:done|next|cb) \( (?!\))"
)


def kind_of(header: Header) -> tuple[Kind, str] | None:
    """Blocks by the function they are handed to, with their title; decorated classes and methods."""
    call = header.call
    if call is None:
        names = {marker.name.rpartition(".")[2].lower() for marker in header.markers}
        if header.node_type == "method_definition" and "test" in names:
            return Kind.TEST, header.name
        return (Kind.SUITE, header.name) if "suite" in names else None
    parts = call.callee.split(".")
    if parts[0] == "()" and (chosen := _CHOSEN.match(call.text[:400])):
        parts[0] = chosen["name"]
    kind = _kind(parts, call)
    return None if kind is None else (kind, _title(call))


def mark_of_call(call: Call) -> MarkKind | None:
    """`it.skip`, `xit`, `fdescribe`, `this.skip()`, `t.todo()`, `test.only`, `this.retries(2)`."""
    names = [name for name, _ in call.links]
    if call.inner or not names:
        return None
    if (_SKIPPED.match(names[0]) or names[0] == "pending") and call.links[0][1] is not None:
        return MarkKind.SKIP
    if _FOCUSED.match(names[0]):
        return MarkKind.ONLY
    if "retryTimes" in names or names[-1] == "retries":
        return MarkKind.RETRY
    if names[0] == "()" and re.search(r"\. skip\b|: x(?:it|describe)\b", call.text[:300]):
        return MarkKind.SKIP
    return _mark_of_names(names, call) if names[0] in _OWNERS or _WRAPPED.match(names[0]) else None


def mark_of_marker(marker: Marker) -> MarkKind | None:
    """`@skip`, `@test.skip`, `@only`."""
    name = marker.name.rpartition(".")[2].lower()
    return MarkKind.SKIP if name in {"skip", "pending"} else _KINDS.get(name)


def mark_of_assignment(assignment: Assignment) -> MarkKind | None:
    """`const slowTest = ready ? it : it.skip`: a new name for what skips."""
    match = _ALIAS.search(assignment.value) if len(assignment.value) < _MAX_ALIAS else None
    if match is None or "(" in assignment.value:
        return None
    return MarkKind.ONLY if match["name"] == "only" else MarkKind.SKIP


def is_platform(text: str) -> bool:
    """Whether a conditional skip asks for a system, a browser or a version."""
    head = text.partition("=>")[0]
    return bool(_CONDITIONAL.search(head) and _PLATFORM.search(head))


def swallows(handler: Handler) -> bool:
    """A catch around an assertion that neither throws nor checks what was caught."""
    return not handler.raises and not any(_FAILS.search(each[:2000]) for each in handler.statements)


def is_table(case: Definition, found: Found) -> bool:
    """`it.each(…)`, `test.for(…)`, `describe.each(…)`, and titles with a value in them."""
    if "${" in case.name:
        return True
    index: int | None = None
    around: Definition | None = case
    for _ in range(20):
        if around is None:
            return False
        own = inside(found.calls, (around.at, around.at + 1))
        if any(re.search(r"\.(?:each|for|prop|forEach)\b", call.callee) for call in own):
            return True
        index = around.parent
        around = found.definitions[index] if index >= 0 else None
    return False


def _kind(parts: list[str], call: Call) -> Kind | None:
    first, rest = parts[0], parts[1:]
    if parts[-1] in HOOKS and (not rest or first in _OWNERS):
        return Kind.HOOK
    titled = bool(call.arguments) and call.arguments[0][:1] in {'"', "'", "`"}
    if "describe" in rest or first in SUITES or (_SUITE_LIKE.match(first) and titled):
        is_block = (
            first in SUITES | TESTS or first in {"QUnit", "tap"} or bool(_SUITE_LIKE.match(first))
        )
        return Kind.SUITE if is_block else None
    if first == "QUnit":
        return Kind.SUITE if "module" in rest else Kind.TEST if "test" in rest else None
    if first in TESTS or (_WRAPPED.match(first) and titled):
        return None if _NO_TEST & set(rest) else Kind.TEST
    is_method = "test" in rest or (first == "Deno" and "step" in rest)
    return Kind.TEST if titled and is_method and first in _OWNERS else None


def _title(call: Call) -> str:
    first = call.arguments[0] if call.arguments else ""
    if first.startswith(("(", "function", "async", "{")) or "=>" in first[:40]:
        named = re.search(r'\bname : ("[^"]{0,200}")', first[:400])
        return unquoted(named[1]) if named else ""
    return unquoted(first)


def _mark_of_names(names: list[str], call: Call) -> MarkKind | None:
    if _SKIPS & set(names[1:]):
        return MarkKind.SKIP
    if "only" in names[1:]:
        return MarkKind.ONLY
    if {"failing", "fails", "fail"} & set(names[1:]) and names[0] in TESTS | SUITES:
        return MarkKind.EXPECTED_FAILURE
    options = [
        text for text in call.arguments[:4] if text.startswith("{") and len(text) < _MAX_OPTIONS
    ]
    found = next((match for text in options if (match := _OPTION.search(text))), None)
    return None if found is None else _KINDS.get(found["name"], MarkKind.SKIP)
