"""An equality that leaves parts out lets a wrong answer pass for the right one."""

import re
from collections.abc import Iterator

from guards.change import Change
from guards.code import Code, inside
from guards.evidence import Evidence, Need
from guards.facts import Definition
from guards.kept_definitions import Kept, kept_functions, new_functions
from guards.new_code import is_product
from guards.policy import Policy
from guards.verdict import Finding, Severity
from guards.words.equality import EQUAL

NAME = "lenient_equality"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset({Need.CONTENTS})

_WORD = re.compile(r"[A-Za-z_]\w*")
_STRINGS = re.compile(r'"(?:[^"\\\n]|\\.){0,300}"|\'(?:[^\'\\\n]|\\.){0,300}\'')
_SIZES = r"(?:len|count|sizeof|strlen|size|length|Count|Length)"
# Words by which a comparison gets no stricter.
_SOFT = frozenset(
    [
        "len",
        "size",
        "length",
        "count",
        "Count",
        "Length",
        "isinstance",
        "type",
        "instanceof",
        "is",
        "True",
        "true",
        "False",
        "false",
        "and",
        "or",
        "not",
        "return",
        "in",
        "all",
        "any",
        "first",
        "First",
        "zip",
        "min",
        "sorted",
        "set",
        "frozenset",
        "issubset",
        "issuperset",
        "containsAll",
        "IsSubsetOf",
        "IsSupersetOf",
        "superset",
        "subset",
        "each",
        "every",
        "some",
        "includes",
        "include",
        "contains",
        "Contains",
        "has",
        "startswith",
        "startsWith",
        "StartsWith",
        "iter",
        "next",
        "keys",
        "if",
        "else",
        "None",
        "null",
        "nil",
        "NotImplemented",
        "bool",
        "object",
        "Object",
        "const",
        "auto",
        "abs",
        "round",
        "lower",
        "casefold",
        "toLowerCase",
        "upper",
        "strip",
        "trim",
        "toString",
        "str",
        "String",
        "ToString",
        "fabs",
        "Math",
    ]
)
_SIZE_ONLY = re.compile(
    rf"^(?:return )?\(?(?: ?[\w.$>&!|= ?()-]{{0,120}}(?:&&|and) )?(?:{_SIZES} \( [\w . ()]{{1,60}} \)|[\w . >-]{{1,60}}(?:\.|->) {_SIZES}(?: \( \))?)"
    rf" ={{2,3}} (?:{_SIZES} \( [\w . ()]{{1,60}} \)|[\w . >-]{{1,60}}(?:\.|->) {_SIZES}(?: \( \))?)(?: ;)?$"
)
_SUBSET = re.compile(
    r"\b(?:issubset|issuperset|containsAll|IsSubsetOf|IsSupersetOf|isSubset|isSuperset|superset \?|subset \?|is_subset|is_superset|isdisjoint|intersect\w{0,10}|array_intersect|startswith|startsWith|start_with \?|starts_with|StartsWith|hasPrefix)\b"
    r"|\b(?:set|frozenset|Set) \( [\w .()]{1,60} \) [<>]=? |[<>]= (?:set|frozenset|Set) \(|\. items \( \) [<>]= "
    r"|\ball \( [^=]{1,80}\bin\b[^=]{1,80} for |\. (?:every|some) \( [^=]{1,80}=> [^=]{0,80}\. (?:includes|has) \(|\bany \( "
    r"|\. (?:all|any|All|Any) (?:\(|\{) [^=]{0,40}(?:=>|->|\|)?[^=]{0,60}(?:contains|Contains|include \?|in)\b"
)
_FIRST = re.compile(
    r"^(?:return )?[^=]{0,120}(?:\[ 0 \]|\. first(?: \( \))?|\. First \( \)|\. front \( \)|\. get \( 0 \)|\. getFirst \( \)) ={2,3} [^=]{1,60}(?:\[ 0 \]|\. first(?: \( \))?|\. First \( \)|\. front \( \)|\. get \( 0 \)|\. getFirst \( \))(?: ;)?$"
)
_TYPE_ONLY = re.compile(
    r"^(?:return )?\(?(?:isinstance \( \w{1,40} , [\w . |()]{1,100} \)|\w{1,40} instanceof [\w . $]{1,80}|\w{1,40} is [A-Z][\w . ]{0,80}"
    r"|\w{1,40} \. (?:is_a|kind_of|instance_of) \? \( ?[\w . :]{1,80} ?\)|type \( self \) (?:is|==) type \( \w{1,40} \)|\w{1,40} (?:!=|!==|is not) (?:None|null|nil|undefined))\)?(?: ;)?$"
)
_MAX_BODY = 5000


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find equalities that compare less than they did, and new ones that compare a part."""
    for each in kept_functions(change):
        if _is_equality(each.new) and not each.is_same and is_product(each.file):
            why = _less(each) or _partial(each.new_code, each.new)
            if why and why != _partial(each.old_code, each.old):
                yield _finding(each.file.path, each.new, why)
    for lone in new_functions(change):
        if _is_equality(lone.definition) and is_product(lone.file):
            why = _partial(lone.code, lone.definition)
            if why:
                yield _finding(lone.file.path, lone.definition, why)


def _is_equality(definition: Definition) -> bool:
    ends = tuple(f".{each}" for each in EQUAL)
    return definition.simple_name in EQUAL or definition.name.endswith(ends)


def _less(each: Kept) -> str:
    """What an equality does not look at any more."""
    old, new = _words(each.old), _words(each.new)
    gone = old - new - _SOFT
    gained = new - old - _SOFT
    return (
        f"does not compare {', '.join(sorted(gone))[:80]} any more" if gone and not gained else ""
    )


def _partial(code: Code, definition: Definition) -> str:
    """Which part alone an equality compares; "" when it compares all."""
    body = _STRINGS.sub('""', definition.body[:_MAX_BODY])
    leaves = [each.value for each in inside(code.leaves, definition.body_span)]
    values = [each[:400] for each in leaves if each and each not in _REFUSALS] or [
        definition.statements[-1][:400] if definition.statements else ""
    ]
    if all(_SIZE_ONLY.search(each) for each in values):
        return "compares sizes alone"
    if all(_FIRST.search(each) for each in values):
        return "compares the first elements alone"
    if all(_TYPE_ONLY.search(each) or each in _YES for each in values):
        return "compares types alone"
    if _SUBSET.search(body) and not re.search(rf"\b{_SIZES}\b", body):
        return "is content with a part"
    return ""


_YES = frozenset({"True", "true"})
_REFUSALS = frozenset({"NotImplemented", "False", "false"})


def _words(definition: Definition) -> set[str]:
    return set(_WORD.findall(_STRINGS.sub("", definition.body[:_MAX_BODY])))


def _finding(path: str, definition: Definition, why: str) -> Finding:
    return Finding(
        guard=NAME,
        severity=SEVERITY,
        message=f"{definition.simple_name} {why}: {definition.body[:160]}"[:300],
        remedy="compare all that makes two values equal",
        file=path,
        line=definition.line,
    )
