"""Ruby: RSpec, Minitest, test-unit, Rails' test cases, and what RuboCop and coverage are told."""

import re
from collections.abc import Sequence

from guards.code import Assertion, MarkKind
from guards.facts import (
    Assignment,
    Branch,
    Call,
    Definition,
    Handler,
    Kind,
    Marker,
)
from guards.syntax import ruby as ruby_checks
from guards.syntax.found import Found
from guards.syntax.header import Header
from guards.syntax.spec import BranchShape, CallShape, FunctionShape, Syntax
from guards.words import ruby as words

NAME = "ruby"
GRAMMARS = {"": "tree_sitter_ruby"}
_BINARY = ("left", "right")
_METHOD = FunctionShape(name="name", body="body|.", parameters="parameters")
_CLASS = FunctionShape(name="name", body="body|.")
_IF = BranchShape(condition="condition", body="consequence", otherwise="alternative")
_UNLESS = BranchShape(
    condition="condition", body="consequence", otherwise="alternative", negated=True
)
SYNTAX = Syntax(
    comments=frozenset({"comment", "uninterpreted"}),
    strings=frozenset(
        """
    string chained_string heredoc_body regex subshell simple_symbol delimited_symbol
    bare_string bare_symbol character
    """.split()
    ),
    numbers=frozenset({"integer", "float", "rational", "complex"}),
    constants=frozenset({"true", "false", "nil"}),
    names=frozenset(
        """
    identifier constant self instance_variable class_variable global_variable super
    operator setter
    """.split()
    ),
    members={"scope_resolution": ("scope", "name")},
    calls={
        "call": CallShape(
            callee="method", arguments="arguments", receiver="receiver", block="block"
        )
    },
    functions={"method": _METHOD, "singleton_method": _METHOD},
    classes={"class": _CLASS, "module": _CLASS},
    lambdas={"do_block": "body|.", "block": "body|.", "lambda": "body"},
    blocks=frozenset(
        """
    program body_statement block_body then do begin else ensure do_block block
    begin_block end_block
    """.split()
    ),
    branches={
        "if": _IF,
        "elsif": _IF,
        "unless": _UNLESS,
        "if_modifier": BranchShape(condition="condition", body="body"),
        "unless_modifier": BranchShape(condition="condition", body="body", negated=True),
        "while": BranchShape(condition="condition", body="body"),
        "conditional": _IF,
        "when": BranchShape(condition="pattern", body="body", is_arm=True),
        "in_clause": BranchShape(condition="pattern", body="body", is_arm=True),
    },
    comparisons={"binary": _BINARY},
    assignments={"assignment": _BINARY, "operator_assignment": _BINARY},
    returns=frozenset({"return"}),
    leaves=frozenset({"break", "next", "redo", "retry"}),
    tries={"rescue_modifier": "body", "begin": "", "body_statement": "", "do_block": ""},
    handlers={"rescue": "body", "rescue_modifier": "handler"},
    tables=frozenset({"array", "hash", "string_array", "symbol_array"}),
    wrappers=frozenset({"parenthesized_statements", "argument_list", "block_argument"}),
    awaits=frozenset({"return", "yield"}),
    raise_calls=frozenset({"raise", "fail", "flunk", "abort"}),
    import_calls=frozenset({"require", "require_relative", "load", "autoload"}),
    bare_calls=frozenset(
        "skip pending raise omit pend flunk fail abort exit exit! should yield".split()
    ),
    compared_calls=frozenset({"should", "should_not", "must", "wont"}),
    repeatable=False,
)

_TEST_BASE = re.compile(r"(?:Test|TestCase|Spec|TestSuite|IntegrationTest)\b(?! ::)")
_TEST_CLASS = re.compile(r"(?:^Test[A-Z_]?|Tests?$|TestCase$|Spec$|Tests?[A-Z]\w{0,80}$)")
_HEADS = re.compile(r"^(?:RSpec\.|RSpec\.\w{1,20}\.|Minitest\.)?([xf]?)([a-z_!]{1,40})$")
_RSPEC = re.compile(r"^(?:RSpec\.)?([xf])([a-z_]{1,40})$")
_FLAG = re.compile(
    r"^:(skip|pending|focus|xit|flaky)$|^:?(skip|pending|focus|retry|flaky)(?: :| =>) ?(.{0,200})$"
)
_FLAGS = {
    "skip": MarkKind.SKIP,
    "pending": MarkKind.EXPECTED_FAILURE,
    "focus": MarkKind.ONLY,
    "retry": MarkKind.RETRY,
    "flaky": MarkKind.RETRY,
}
_PLATFORM = re.compile(
    r"\b(?:RUBY_PLATFORM|RUBY_VERSION|RUBY_ENGINE|RbConfig|Gem|platform|windows\?|jruby\?|mri\?"
    r"|truffleruby\?|osx?\?|win_platform\?|mswin|mingw|darwin|linux|JRUBY|WINDOWS|jruby|truffleruby"
    r"|ruby_version|rails_version|VERSION)"
)


def kind_of(header: Header) -> tuple[Kind, str] | None:
    """Classes and methods of Minitest and test-unit; blocks of RSpec and its kin."""
    if header.call is not None:
        return _kind_of_block(header.call)
    name = header.name.replace(" ", "")
    if header.node_type in {"class", "module"}:
        tests = _TEST_BASE.search(header.bases) if header.bases else None
        named = header.node_type == "class" and _TEST_CLASS.search(name.rpartition("::")[2])
        return (Kind.SUITE if tests or named else Kind.CLASS), name
    parent = header.parents[-1] if header.parents else None
    if header.node_type != "method" or parent is None:
        return None
    if name in {"setup", "teardown", "startup", "shutdown", "before_setup", "after_teardown"}:
        return Kind.HOOK, name
    held = parent.kind is Kind.SUITE or "test" in parent.name.lower()
    return (Kind.TEST, name) if name.startswith("test_") and held else None


def _kind_of_block(call: Call) -> tuple[Kind, str] | None:
    match = _HEADS.match(call.callee)
    if match is None:
        return None
    word = match[2] if match[2] in _WORDS else match[1] + match[2]
    if word in words.HOOKS:
        return Kind.HOOK, word
    name = " ".join(ruby_checks.plain(each) for each in _described(call))
    if word in words.SUITES | words.SHARED:
        return Kind.SUITE, name or word
    if word not in words.EXAMPLES or (word in {"test", "should", "skip", "pending"} and not name):
        return None
    return Kind.TEST, name or " ".join(call.text[len(call.callee) :].split())[:200]


_WORDS = words.SUITES | words.SHARED | words.EXAMPLES | words.HOOKS


def _described(call: Call) -> list[str]:
    found: list[str] = []
    for each in call.arguments:
        if (each.startswith(":") and found) or re.match(r'^[:\w"]{1,60} (?::|=>) ', each):
            break  # metadata: focus: true, :slow
        if not each.startswith("&"):
            found.append(each)
    return found[:3]


def assertion(call: Call) -> Assertion | None:
    """Minitest's methods and expectations, RSpec's expect and should."""
    return ruby_checks.assertion(call)


def condition(branch: Branch, body: Sequence[Call]) -> Assertion | None:
    """`flunk if …`: the call inside is found by itself."""
    return None


def mark_of_call(call: Call) -> MarkKind | None:
    """`xit`, `fit`, `skip`, `pending`, metadata, and examples without a block."""
    if call.inner:
        return None
    name = call.callee
    match = _RSPEC.match(name)
    if match and match[2] in words.SUITES | words.EXAMPLES and (call.has_block or call.arguments):
        return MarkKind.SKIP if match[1] == "x" else MarkKind.ONLY
    if name in words.SKIPS and not (call.has_block and not call.arguments):
        return MarkKind.SKIP
    if name in words.FAILURES:
        return MarkKind.EXPECTED_FAILURE
    head = name.removeprefix("RSpec.")
    if head in words.SUITES | words.EXAMPLES - {"test", "should", "example"}:
        return _mark_of_metadata(call, head)
    return MarkKind.SKIP if name == "test" and _is_bare_example(call) else None


def _is_bare_example(call: Call) -> bool:
    return not call.has_block and len(call.arguments) == 1 and call.arguments[0].startswith('"')


def _mark_of_metadata(call: Call, head: str) -> MarkKind | None:
    for each in call.arguments[:20]:
        match = _FLAG.match(each[:300])
        if match and (match[1] or not re.match(r"^(?:false|nil)\b", match[3] or "")):
            return _FLAGS.get(match[1] or match[2], MarkKind.SKIP)
    if head in {"it", "specify", "scenario", "example"} and _is_bare_example(call):
        return MarkKind.SKIP
    return None


def mark_of_marker(marker: Marker) -> MarkKind | None:
    """Ruby has no markers."""
    return None


def mark_of_assignment(assignment: Assignment) -> MarkKind | None:
    """`config.filter_run_excluding = …` and `i_suck_and_my_tests_are_order_dependent!` apart."""
    name = assignment.target.rpartition(" . ")[2]
    if name in {"filter_run", "filter_run_excluding", "exclusion_filter"}:
        return MarkKind.SKIP
    return MarkKind.ONLY if name == "inclusion_filter" else None


def is_platform(text: str) -> bool:
    """Whether the condition of a skip is about the system or the version of Ruby."""
    return bool(re.search(r"\bif\b|unless", text[:40])) and bool(_PLATFORM.search(text))


def double(call: Call) -> str | None:
    """`allow(a).to receive(:b)`, `a.stub(:b)`, `a.stubs(:b)`, doubles of a class, stub_const."""
    return ruby_checks.double(call)


def swallows(handler: Handler) -> bool:
    """A bare or broad rescue that neither raises nor fails."""
    names = set(re.findall(r"\w+", handler.catches.partition("=>")[0])) - {"rescue", "then"}
    fails = any(
        re.match(r"(?:flunk|fail|assert|expect|raise)\b", each) for each in handler.statements
    )
    return (not names or bool(names & words.CAUGHT)) and not handler.raises and not fails


_ROUNDS = frozenset(["each", "each_pair", "each_with_index", "times", "where", "map", "upto"])


def is_table(case: Definition, found: Found) -> bool:
    """An example inside `[…].each do |row|`, or one with a table of its own."""
    for call in found.calls:
        if call.at >= case.at:
            return False
        if call.end >= case.end and call.has_block and call.name in _ROUNDS:
            return True
    return False
