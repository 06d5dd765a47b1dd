"""A table of answers that is asked before anything is computed holds what the tests ask for."""

import re
from collections.abc import Iterator

from guards.change import Change
from guards.code import Code, inside
from guards.code_side import LITERAL, LOOKUP, TRIVIAL, CodeSide
from guards.evidence import Evidence, Need
from guards.facts import Branch
from guards.new_code import is_product, is_tooling
from guards.pattern import expression
from guards.policy import Policy
from guards.reading import Sides, all_sides
from guards.tested_values import plain, tested_values
from guards.verdict import Finding, Severity

NAME = "answer_tables"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset({Need.CONTENTS})

_INLINE = expression(
    r"^(?:\(\s?)?\{ [^}]{1,400} \}(?: \))? (?:\. (?:get|fetch|at|getOrDefault|pop)\b|\[|\?\?)|^\( \{[^}]{1,400}\} \) \["
    r"|^(?:\( )?(?:mapOf|hashMapOf|Map \. of|dict|new Map) \( [^()]{1,400} \) (?:\[|\. get)|^(?:\( )?\[ [^\]]{1,400} \] \[ [^\]]{1,80} \] (?:\?\?|\?:|\|\|)"
)
_ADDED = expression(
    r"(?:===?|eq) (?:\d{1,20}|\"[^\"]{1,80}\"|'[^']{1,80}') \) (?:[*&]|as \w+ \*) |[*&] (?:int |Number |\+ )?\( [\w . ]{1,60} ===? (?:\d{1,20}|\"[^\"]{1,80}\") \)"
)
_DEFAULT = (
    r"(?<!\w){0} (?:\. (?:get|fetch|getOrDefault|GetValueOrDefault|pop) \( [^,]{{1,80}} , [^)]{{0,80}}[(*+/%-]"
    r"|\[ [^\]]{{1,80}} \] (?:\?\?|\|\||\?:) |\. get \( [^)]{{1,80}} \) (?:\?\?|\|\||or|\?:) "
    r"|\. fetch \( [^,)]{{1,80}} \) (?:\{{|do\b))"
)
_MIN_ROWS = 2


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find new tables, named or not, that functions which were there before look answers up in."""
    pairs = [
        pair for pair in all_sides(change) if is_product(pair.file) and not is_tooling(pair.file)
    ]
    if not pairs:
        return
    tested = tested_values(change, evidence)
    known = {literal for pair in pairs for literal in CodeSide(pair.before).literals}
    for pair in pairs:
        if pair.after is not None and pair.before is not None:
            before, after = CodeSide(pair.before), CodeSide(pair.after)
            yield from _tables(pair, before, after, known, tested)


def _tables(
    pair: Sides, before: CodeSide, after: CodeSide, known: set[str], tested: frozenset[str]
) -> Iterator[Finding]:
    """Tables of answers that are asked before, or instead of, computing."""
    new = {
        name: each
        for name, each in after.constants.items()
        if name not in before.constants and LOOKUP.match(each.value)
    }
    code = after.code
    for name, table in new.items():
        rows = [plain(each) for each in LITERAL.findall(table.value[:20_000])]
        fresh = [each for each in rows if each not in known and each not in TRIVIAL]
        if len(rows) < _MIN_ROWS or not fresh or code is None:
            continue
        place = _lookup(after, code, name)
        function = None if place is None else after.function_at(place)
        if function is None or function.name not in before.names:
            continue
        held = len({each for each in fresh if each in tested}) > 1
        severity = Severity.REJECT if held else SEVERITY
        message = f"{function.simple_name} looks its answer up in {name} before it computes: {table.value[:120]}"
        yield _finding(pair, table.line, message, severity)
    yield from _inline(pair, before, after)


def _lookup(side: CodeSide, code: Code, name: str) -> int | None:
    """Where a table is asked for the answer, or filled beside what it holds from the start."""
    for branch in code.branches:
        if _names(name, branch.condition) and branch.leaves and _hands_out(side, branch, name):
            return branch.at
    default = re.compile(_DEFAULT.format(re.escape(name)))
    texts = (
        *((each.at, each.text) for each in code.calls),
        *((each.at, each.value) for each in code.leaves),
        *((each.at, each.value) for each in code.assignments),
    )
    for at, value in texts:
        if default.search(value[:2000]):
            return at
    taken = re.compile(
        rf"(?:& |\* )?{re.escape(name)} (?:\[ [^\]]{{1,80}} \]|\. get \( [^)]{{1,80}} \))(?: ;)?"
    )
    for each in code.assignments:
        target = re.findall(r"[A-Za-z_]\w*", each.target)[-2:]
        if target and taken.fullmatch(each.value):
            words = set(target)
            decides = _goes_out(side, each.at, words) or _branches_out(side, each.at, words)
            return each.at if decides else None
    filled = (each.at for each in code.assignments if each.target.startswith(f"{name} ["))
    return next(filled, None)


def _goes_out(side: CodeSide, place: int, names: set[str]) -> bool:
    """Whether a function hands out one of its names as it is."""
    function = side.function_at(place)
    if function is None or side.code is None:
        return False
    leaves = inside(side.code.leaves, function.body_span)
    return any(
        set(re.findall(r"[A-Za-z_]\w*", each.value)) <= names and each.value for each in leaves
    )


def _branches_out(side: CodeSide, place: int, names: set[str]) -> bool:
    """Whether a function ends early on what it looked up, with something made of it."""
    function = side.function_at(place)
    if function is None or side.code is None:
        return False
    return any(
        branch.at >= place
        and branch.leaves
        and any(_names(name, branch.condition) and _hands_out(side, branch, name) for name in names)
        for branch in inside(side.code.branches, function.body_span)
    )


def _inline(pair: Sides, before: CodeSide, after: CodeSide) -> Iterator[Finding]:
    """`{2: 20}.get(n, …)`."""
    old = {each.text for each in before.code.calls} if before.code else set()
    old |= {each.value for each in before.code.leaves} if before.code else set()
    if after.code is None:
        return
    calls = [(each.at, each.line, each.text) for each in after.code.calls]
    leaves = [(each.at, each.line, each.value) for each in after.code.leaves]
    told: set[int] = set()
    for at, line, text in (*calls, *leaves):
        inline = _INLINE.match(text[:600]) and LITERAL.search(text[:400])
        if text in old or line in told or not (inline or _ADDED.search(text[:600])):
            continue
        function = after.function_at(at)
        if function is not None and function.name in before.names:
            told.add(line)
            message = f"{function.simple_name} looks its answer up: {text[:160]}"
            yield _finding(pair, line, message, SEVERITY)


def _names(name: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text[:2000]) is not None


def _hands_out(side: CodeSide, branch: Branch, name: str) -> bool:
    leaves = inside(side.code.leaves, branch.body) if side.code else ()
    return any(_names(name, leave.value) for leave in leaves)


def _finding(pair: Sides, line: int, message: str, severity: Severity) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=message[:400],
        remedy="compute the answer for every input",
        file=pair.file.path,
        line=line,
    )
