"""An object that is equal to everything, or a comparison that never looks, passes any assertion."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from guards.change import Change
from guards.code import Code, inside
from guards.evidence import Evidence, Need
from guards.facts import Definition
from guards.new_code import Snippet, is_code_file, is_product, new_signals
from guards.policy import Policy
from guards.reading import Sides, all_sides
from guards.verdict import Finding, Severity
from guards.words.equality import EQUAL

NAME = "always_equal"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset()

_ORDER = frozenset(
    [
        "__lt__",
        "__le__",
        "__gt__",
        "__ge__",
        "__cmp__",
        "compareTo",
        "CompareTo",
        "cmp",
        "partial_cmp",
        "<=>",
        "operator<=>",
        "operator<",
        "operator >",
        "Less",
        "__lt",
        "__le",
        "<",
        ">",
        "<=",
        ">=",
    ]
)
_VALUE = frozenset(
    [
        "valueOf",
        "[ Symbol . toPrimitive ]",
        "[Symbol.toPrimitive]",
        "toPrimitive",
        "__instancecheck__",
        "__subclasscheck__",
        "respond_to?",
    ]
)
_HASH = frozenset({"__hash__", "hashCode", "GetHashCode", "hash"})
_HONEST = re.compile(r"NotImplemented|nullptr_t|\bthrow\b|\braise\b|panic|unreachable|fatalError")
_NAME = re.compile(r"[A-Za-z_$]\w*")
_NOT_NAMES = frozenset(
    [
        "self",
        "this",
        "const",
        "var",
        "let",
        "mut",
        "ref",
        "in",
        "out",
        "final",
        "object",
        "Object",
        "any",
        "Any",
        "any",
        "bool",
        "override",
        "Self",
        "null",
        "None",
        "def",
        "other",
        "rhs",
        "lhs",
    ]
)
_EVERYTHING = re.compile(
    r"asymmetricMatch(?:er)?\b|\bSymbol\.for\([\"']jest\.asymmetricMatcher|\bmock\.ANY\b|\bANY\s?=\s?_?ANY\b"
    r"|(?:__eq__|__ne__|__lt__|__hash__)[\"']?\s?[=:]\s?lambda\b|\bsetattr\([^\n]{1,60}[\"']__(?:eq|ne|hash)__[\"']"
    r"|(?:\.equals|\.valueOf|\[Symbol\.toPrimitive\]|\bvalueOf)\s?[=:]\s?\(?[\w,\s]{0,20}\)?\s?=>\s?(?:true|0|1|\w{1,20}\b\s*[,;}]?$)"
    r"|\bbool operator\s?[=!]=\s?\([^\n)]{0,120}\)[^\n{]{0,30}\{\s?return (?:true|false);"
    r"|\bdef ==\s?\(?\w{0,20}\)?\s?(?:=|;)\s?true\b|\bdef __eq__\([^\n)]{1,60}\)[^\n:]{0,20}:\s?return True"
    r"|\bequals\([^\n)]{1,60}\)[^\n{=]{0,30}(?:=\s?true\b|\{\s?return true)|\bfn (?:eq|ne)\([^\n)]{1,60}\)[^\n{]{0,20}\{\s?true"
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find new comparisons that answer the same whatever they are asked about."""
    pairs = all_sides(change) if change.from_trees else []
    known: Counter[str] = Counter(
        _key(each) for pair in pairs if pair.before is not None for each in pair.before.definitions
    )
    told: set[tuple[str | None, int | None]] = set()
    for finding in (*_by_definition(pairs, known), *_by_line(change)):
        if (place := (finding.file, finding.line)) not in told:
            told.add(place)
            yield finding


def _by_definition(pairs: Sequence[Sides], known: Counter[str]) -> Iterator[Finding]:
    for pair in pairs:
        if pair.after is not None:
            yield from _definitions(pair, pair.after, known)


def _by_line(change: Change) -> Iterator[Finding]:
    for snippet, _ in new_signals(change, is_code_file, _signals):
        severity = SEVERITY if is_product(snippet.file) else Severity.WARN
        if "ANY" not in snippet.text or is_product(snippet.file):
            message = f"something here compares equal to everything: {snippet.shown}"
            yield _finding(snippet.file.path, snippet.line, message, severity)


def _definitions(pair: Sides, code: Code, known: Counter[str]) -> Iterator[Finding]:
    for each in code.definitions:
        what = _kind(each)
        if not what:
            continue
        if known[_key(each)] > 0:
            known[_key(each)] -= 1
            continue
        why = _hollow(each, code, what)
        if why:
            severity = Severity.NEEDS_HUMAN if what == "hash" or pair.file.is_test else SEVERITY
            shown = f"{each.simple_name} {why}: {each.body[:120]}"
            yield _finding(pair.file.path, each.line, shown, severity)


def _kind(definition: Definition) -> str:
    name = definition.simple_name or definition.name
    for kind, names in (("equal", EQUAL), ("order", _ORDER), ("value", _VALUE), ("hash", _HASH)):
        if name in names or definition.name.endswith(tuple(f".{each}" for each in names)):
            return kind
    return ""


def _hollow(definition: Definition, code: Code, what: str) -> str:
    """Why a comparison is none; "" when it compares."""
    body = definition.body
    if _HONEST.search(body) or not definition.statements:
        return ""
    if _constant(definition, code):
        return "always answers the same"
    if what in {"equal", "order"} and not _uses_operand(definition):
        return "does not look at what it is compared with"
    return ""


def _constant(definition: Definition, code: Code) -> bool:
    leaves = inside(code.leaves, definition.body_span)
    if leaves:
        values = {leave.value for leave in leaves}
        return all(leave.constant for leave in leaves) and len(values) == 1
    last = definition.statements[-1].rstrip(" ;")
    return len(definition.statements) == 1 and last in {
        "true",
        "false",
        "True",
        "0",
        "1",
        "Some ( Ordering :: Equal )",
        "Ordering :: Equal",
    }


def _uses_operand(definition: Definition) -> bool:
    """Whether the body names the operand, or there is none that could be told."""
    operands = [
        name
        for piece in definition.parameters.strip("() ").split(" , ")
        if not re.match(r"(?:& )?(?:mut )?(?:self|this)\b", piece)
        for name in _operand(piece)
    ]
    words = set(_NAME.findall(definition.body))
    return not operands or any(name in words for name in operands)


def _operand(piece: str) -> Sequence[str]:
    """The name that a parameter has, before or after its type."""
    head = piece.partition(" = ")[0]
    names = _NAME.findall(head.partition(" : ")[0] if " : " in head else head)
    return [name for name in names if name not in _NOT_NAMES - {"other", "rhs", "lhs"}]


def _signals(snippet: Snippet) -> Sequence[str]:
    return [match[0] for match in _EVERYTHING.finditer(snippet.text)][:20]


def _key(definition: Definition) -> str:
    return f"{definition.simple_name} {definition.body}"


def _finding(path: str, line: int, message: str, severity: Severity) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=message[:300],
        remedy="compare what both sides hold",
        file=path,
        line=line,
    )
