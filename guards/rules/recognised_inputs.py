"""Code that recognises the tested case by its shape or spelling mends that case alone."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from guards.change import Change
from guards.code import Code, inside
from guards.code_side import LITERAL, TRIVIAL, CodeSide, is_specific
from guards.evidence import Evidence, Need
from guards.facts import Comparison, Definition
from guards.kept_definitions import Lone, kept_functions, new_functions
from guards.new_code import is_product, is_tooling
from guards.pattern import expression
from guards.policy import Policy
from guards.reading import all_sides
from guards.tested_values import plain, tested_values
from guards.verdict import Finding, Severity

NAME = "recognised_inputs"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset({Need.CONTENTS})

_EQUAL = frozenset({"==", "===", "is", "eq", "in", "eql?", "equal?"})
_SIZE = expression(
    r"\b(?:len|count|sizeof|strlen|size|Len) \( [^()]{1,80}(?: \( \))? \)$|(?:\.|->|\? \.) (?:length|size|count|Count|Length|len)(?: \( \))?$"
)
_PLACE = expression(r"\[ -?\d{1,3} \]|\. (?:first|last|get \( \d{1,3} \)|at \( \d{1,3} \))")
_NUMBER = expression(r"-?\d{1,9}(?:\.\d{1,9})?[A-Za-z]?")
_MEMBERS = expression(
    r"[\[({] [^\[\](){}]{1,400} [\])}] (?:\. (?:includes|include \?|contains|Contains|has|indexOf) \()"
    r"|\b(?:setOf|listOf|arrayOf|Set \. of|List \. of|Arrays \. asList|asList|in_array) \( [^()]{1,400} \)"
    r"|\bmatches ! \( [^()]{1,400} \)|\bin_array \( [^\[\]]{1,80} \[ [^\[\]]{1,400} \]|\bis (?:not )?\"[^{};]{1,300}"
    r"|\. (?:equals|Equals|equalsIgnoreCase|eq|contentEquals) \( [^()]{1,200} \)|\"[^\"\n]{1,100}\" \. equals \("
    r"|\bstrcmp \( [^()]{1,200} \)|\bcase [^:{}]{1,300} :|\bObject \. is \( [^()]{1,200} \)"
)
_MAPS = expression(
    r"^[^\"']{0,80}(?:\"[^\"]{0,200}\"|'[^']{0,200}'|\d{1,9}) (?:: (?!:)|=>|to\b|,\s[^,]{1,80} \} ,)"
)
_USUAL = frozenset({"127.0.0.1", "::1", "0.0.0.0", "localhost", "utf-8", "UTF-8"})  # noqa: S104
_COMMON = expression(
    r"[A-Za-z_]{1,60}|[A-Za-z]{1,20}/[A-Za-z.+*_-]{1,60}|[a-z+]{1,20}:/{0,3}|[A-Za-z_-]{1,40}\.[A-Za-z]{1,5}|[A-Za-z]{1,20}(?:-[A-Za-z]{1,20}){1,4}"
)
# What nobody names in a program but as an example of what may come in.
_AN_EXAMPLE = expression(
    r"^[^%{}\\<>]{2,60}\(.{0,40}\)$|^[\w.+-]{1,40}@[\w-]{1,40}\.\w{2,8}$|^[A-Za-z]+[-_ ]?\d{1,6}$|^\w{2,30} \d{1,5}[ \w]{0,40}$|^https?://[^\s%{}]{3,100}$"
    r"|^\d{4}-\d\d-\d\d|^\d{1,3}[.,]\d{3}[.,]|^\w{1,30}(?:[ ,;|]+\w{1,30}){1,8}$"
)
_MAX_STATEMENTS = 3
_MAX_BODY = 3000
_FEW = 2
_TELLING = 8  # characters that tell a piece of a longer tested string


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find new predicates and branches that single out the inputs of a test."""
    files = {file.path for file in change.files if is_product(file) and not is_tooling(file)}
    if not files:
        return
    tested = tested_values(change, evidence)
    known = {
        literal
        for pair in all_sides(change)
        if pair.file.path in files
        for literal in CodeSide(pair.before).literals
    }
    yield from _predicates(change, files, tested - known)
    yield from _shapes(change, files)


def _predicates(change: Change, files: set[str], tested: frozenset[str]) -> Iterator[Finding]:
    """New functions that tell tested inputs from others, and that old functions ask."""
    asked = {
        call.name
        for each in kept_functions(change)
        if not each.is_same
        for call in inside(each.new_code.calls, each.new.body_span)
    }
    for lone in new_functions(change):
        each = lone.definition
        if lone.file.path not in files or each.simple_name not in asked:
            continue
        if len(each.statements) <= _MAX_STATEMENTS and (why := _recognises(lone, tested)):
            message = f"{each.simple_name} recognises {why}: {each.body[:160]}"
            yield _finding(lone.file.path, each.line, message)


def _recognises(lone: Lone, tested: frozenset[str]) -> str:
    """What a predicate singles out; "" when it asks for something general."""
    each = lone.definition
    comparisons = inside(lone.code.comparisons, each.body_span)
    if _pinned(comparisons):
        return "inputs of one size and shape"
    told = [
        text
        for text in _spelled(lone.code, each, comparisons)
        if _is_tested(text, tested) or _AN_EXAMPLE.search(text)
    ]
    return f"single inputs ({', '.join(told)[:80]})" if told else ""


def _is_tested(text: str, tested: frozenset[str]) -> bool:
    long = len(text) >= _TELLING
    return text in tested or (long and any(text in each for each in tested))


def _spelled(code: Code, each: Definition, comparisons: Sequence[Comparison]) -> list[str]:
    """The specific strings, and tested pairs of numbers, that a predicate compares with."""
    held = {
        item.target.rpartition(" ")[2]: item.value
        for item in code.assignments
        if not _MAPS.search(item.value[:400])
    }
    texts = [found[0] for found in _MEMBERS.finditer(each.body[:_MAX_BODY])]
    for item in comparisons:
        if item.operator in _EQUAL:
            texts += [
                text for text in (item.left, item.right) if LITERAL.match(text) or "(" in text[:12]
            ]
    for name in re.findall(r"[A-Za-z_]\w{2,60}", each.body[:_MAX_BODY]):
        if name in held and _asks(name, each.body[:_MAX_BODY]):
            texts.append(held[name][:2000])
    found = dict.fromkeys(plain(item) for text in texts for item in LITERAL.findall(text[:2000]))
    special = [item for item in found if _is_special(item)]
    numbers = [item for item in special if _NUMBER.fullmatch(item)]
    return special if len(numbers) >= _FEW else [item for item in special if item not in numbers]


def _is_special(text: str) -> bool:
    usual = text in TRIVIAL or text in _USUAL or _COMMON.fullmatch(text)
    return is_specific(text) and not usual


def _asks(name: str, body: str) -> bool:
    """Whether a body asks a named collection or constant for what it was handed."""
    named = re.escape(name)
    pattern = (
        rf"\bin {named}\b|\b{named} (?:\.|->|::) (?:has|includes|contains|Contains|ContainsKey|containsKey|include|key|member|get|indexOf)\b"
        rf"|(?:===?|\beq|\bis) {named}\b|\b{named} (?:===?|\beq\b)|\b{named} \[|in_array \( [^()]{{1,80}} , {named}\b|isset \( {named}"
    )
    return re.search(pattern, body) is not None


def _shapes(change: Change, files: set[str]) -> Iterator[Finding]:
    """New branches of old functions that ask for inputs of one size and shape."""
    for each in kept_functions(change):
        if each.is_same or each.file.path not in files:
            continue
        old = Counter(item.condition for item in inside(each.old_code.branches, each.old.body_span))
        for branch in inside(each.new_code.branches, each.new.body_span):
            if old[branch.condition] > 0:
                old[branch.condition] -= 1
            elif _pinned(branch.comparisons):
                message = f"{each.new.simple_name} has a case for inputs of one size and shape: {branch.condition[:200]}"
                yield _finding(each.file.path, branch.line, message)


def _pinned(comparisons: Sequence[Comparison]) -> bool:
    """Whether sizes and elements are held against numbers, both or several at once."""
    sizes: set[str] = set()
    places: set[str] = set()
    for each in comparisons:
        if each.operator not in _EQUAL:
            continue
        for asked, limit in ((each.left, each.right), (each.right, each.left)):
            if _SIZE.search(asked) and _NUMBER.fullmatch(limit):
                sizes.add(asked)
            elif _PLACE.search(asked) and (LITERAL.fullmatch(limit) or _PLACE.search(limit)):
                places.add(asked)
    return len(sizes) >= _FEW or (bool(sizes) and bool(places))


def _finding(path: str, line: int, message: str) -> Finding:
    return Finding(
        guard=NAME,
        severity=SEVERITY,
        message=message[:400],
        remedy="mend the rule that went wrong, for every input",
        file=path,
        line=line,
    )
