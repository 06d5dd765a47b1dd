"""Code that counts its calls can give the first one, the tested one, another answer."""

import re
from collections.abc import Iterator

from guards.change import Change
from guards.code import Code, inside
from guards.evidence import Evidence, Need
from guards.facts import Branch, Definition, Kind
from guards.new_code import is_product
from guards.pattern import expression
from guards.policy import Policy
from guards.reading import Sides, all_sides
from guards.verdict import Finding, Severity

NAME = "call_counters"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset({Need.CONTENTS})

_NAME = r"((?:(?:this|self|Self|cls|static|\$this|global)\s?(?:\.|->|::)\s?)?[@$#]{0,2}[A-Za-z_]\w{0,60}(?:\s?(?:\.|\[)\s?[A-Za-z_]\w{0,40}){0,2})"
_COUNTS = expression(
    rf"(?<![\w.]){_NAME} (?:\+ ?= 1|- ?= 1|\+ ?\+|- ?-|= \1 [+-] 1|= (?:getattr )?\( [^;=]{{0,60}}\) \+ 1|\. (?:add|push|append|insert|fetch_add|incrementAndGet|getAndIncrement|addAndGet|Increment|store|set|put|Add) \()"
    r"|(?:\+ ?\+|- ?-|next \(|Interlocked \. Increment \( ref|AddInt(?:32|64) \( &|sum \() ?\$? ?([A-Za-z_]\w{0,60})"
    rf"|(?<![\w.=]){_NAME} = (?:True|true|! \3)"
)
_HELD = r"((?:(?:this|self|Self|cls|static) ?(?:\.|->|::) ?)?[@$#]{0,2}[A-Za-z_]\w{0,60})"
_SIZE = r"(?:size|length|count|Count|len|Length)"
# A new entry gets the number of those that were there: `seen.set(key, seen.size)`.
_NUMBERS = re.compile(
    rf"{_HELD} \. (?:set|put|setdefault|putIfAbsent|Add|TryAdd|GetOrAdd|getOrPut|computeIfAbsent|entry|fetch|insert|store) \([^;]{{1,160}}?(?:\1 \. {_SIZE}\b|\blen \( \1 \)|\bcount \( \1 \))"
    rf"|{_HELD} \[ [^\]]{{1,100}} \] (?:=|\?\?=|\|\|=|\?\?\s?=) (?:\( )?(?:\2 \. {_SIZE}\b|len \( (?:\2) \)|count \( \2 \)|Object \. keys \( \2 \))"
)
_STRINGS = expression(r'"(?:[^"\\\n]|\\.){0,500}"|\'(?:[^\'\\\n]|\\.){0,500}\'')
_NOTHING = frozenset({"undefined", "null", "None", "nil"})
_SELF = frozenset({"this", "self", "Self", "cls", "static", "global"})
_LIMITED = expression(
    r"max|limit|attempt|retr|depth|cache|memo|visited|index|pos|offset|len|size|total|budget",
    re.IGNORECASE,
)
_DECLARES = r"(?:let|var|val|int|long|bool|mut|auto|const|local|my|nonlocal_|for)(?: \w+)? {0}\b|\b{0} (?::=|: \w+ =)"


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find functions that newly count or remember their calls, and answer by it."""
    for pair in all_sides(change):
        if pair.after is not None and is_product(pair.file):
            yield from _functions(pair, pair.after)


def _functions(pair: Sides, code: Code) -> Iterator[Finding]:
    known = {each.body for each in (pair.before.definitions if pair.before else ())}
    named = {_last(item.text) for item in (pair.before.mentions if pair.before else ())}
    named |= {_last(item.target) for item in (pair.before.assignments if pair.before else ())}
    existing = {each.name for each in (pair.before.definitions if pair.before else ())}
    for function in code.definitions:
        if function.kind is not Kind.FUNCTION or function.body in known:
            continue
        if function.name not in existing:
            continue
        numbered = next(iter(sorted(_numbered(function) - named)), None)
        if numbered is not None:
            yield _numbering(pair, function, numbered)
            continue
        counted = _counted(function, code.language) - named
        for branch in inside(code.branches, function.body_span):
            name = next((each for each in sorted(counted) if _decides(branch, each, code)), None)
            if name is not None:
                yield _finding(pair, function, branch, name)
                break


def _numbered(function: Definition) -> set[str]:
    """Collections of the whole file by which a function numbers what it meets for the first time."""
    body = _STRINGS.sub('""', function.body[:20_000])
    found = {next(filter(None, match.groups()), "") for match in _NUMBERS.finditer(body)}
    handed = set(re.findall(r"\w+", function.parameters[:2000]))
    return {_last(name) for name in found if name and not _is_begun(name, body)} - handed


def _is_begun(name: str, body: str) -> bool:
    """Whether a function makes the collection itself."""
    bare = name.rpartition(".")[2].strip()
    begun = rf"(?<![\w.>]){re.escape(bare)}(?: : [^=;]{{1,80}})? :?= (?!=)"
    return "." not in name and re.search(begun, body) is not None


def _counted(function: Definition, language: str) -> set[str]:
    """The last names of what a function counts up and does not declare itself."""
    body = _STRINGS.sub('""', function.body[:20_000])
    found = {next(filter(None, match.groups()), "") for match in _COUNTS.finditer(body)}
    return {
        _last(name)
        for name in found
        if name
        and _last(name)
        and not _is_local(name, body, language)
        and not _LIMITED.search(name)
    }


def _is_local(name: str, body: str, language: str) -> bool:
    if any(mark in name for mark in (".", "->", "::", "@", "$", "#")):
        return False
    declared = re.search(_DECLARES.format(re.escape(name)), body)
    if language not in {"python", "ruby", "lua"}:
        declared = declared or re.search(
            rf"\b(?!return|else|await|if|while|and|or|not)\w+ {re.escape(name)} =(?!=)", body
        )
    begun = re.search(
        rf"(?:^|[;{{ ]){re.escape(name)} = (?!True\b|true\b|{re.escape(name)}\b)", body
    )
    shared = re.search(rf"\b(?:global|nonlocal|static)\b[^;]{{0,80}}\b{re.escape(name)}\b", body)
    return not shared and bool(declared or begun)


def _decides(branch: Branch, name: str, code: Code) -> bool:
    """Whether a branch asks for what is counted, and so picks what goes out."""
    named = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    if named.search(branch.condition[:2000]) is None:
        return False
    for each in branch.comparisons:
        sides = (
            (each.left_constant, each.left, each.right),
            (each.right_constant, each.right, each.left),
        )
        if any(
            fixed and limit not in _NOTHING and named.search(asked) for fixed, limit, asked in sides
        ):
            return True
    found = inside(code.leaves, branch.body)
    return branch.returns is not None or any(leave.value and not leave.raises for leave in found)


def _last(name: str) -> str:
    words = re.findall(r"[A-Za-z_]\w*", name)
    return words[-1] if words and words[-1] not in _SELF else ""


def _numbering(pair: Sides, function: Definition, name: str) -> Finding:
    return Finding(
        guard=NAME,
        severity=SEVERITY,
        message=f"{function.simple_name} numbers its inputs in {name} as they come in: {function.body[:160]}",
        remedy="answer by what is handed in; say why when the state is wanted",
        file=pair.file.path,
        line=function.line,
    )


def _finding(pair: Sides, function: Definition, branch: Branch, name: str) -> Finding:
    return Finding(
        guard=NAME,
        severity=SEVERITY,
        message=f"{function.simple_name} answers by {name}, which it changes at every call: {branch.condition[:160]}",
        remedy="answer by what is handed in; say why when the state is wanted",
        file=pair.file.path,
        line=branch.line,
    )
