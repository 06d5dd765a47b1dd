"""An answer that is written down for one input solves the test, not the problem."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from guards.change import Change
from guards.code import Code, inside
from guards.evidence import Evidence, Need
from guards.facts import Assignment, Branch, Definition, Kind, Leave
from guards.new_code import is_product, is_tooling
from guards.policy import Policy
from guards.reading import Sides, all_sides
from guards.tested_values import plain, tested_values
from guards.verdict import Finding, Severity

NAME = "hard_coded_answers"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset({Need.CONTENTS})

_LITERAL = re.compile(
    r'"(?:[^"\\]|\\.){0,300}"|\'(?:[^\'\\]|\\.){0,300}\'|`[^`]{0,300}`|(?<![\w.])\d[\d_]{0,30}(?:\.\d{1,20})?(?:e\d{1,3})?\w{0,3}'
)
_EQUAL = frozenset({"==", "===", "is", "eq", "in", "eql?", "equal?", "=~"})
_CHARACTERS = ("\\", "0x", "0X", "0b", "0o")  # codes of characters and bits
_ONLY = re.compile(r"^[\s,|()\[\]{}:;]*$")
_TRIVIAL = frozenset(
    {"0", "1", "0.0", "1.0", "", "-", "_", "*", "/", ".", ",", ":", " ", "\\n", "\\r", "\\t"}
)
_WORD = re.compile(
    r"[A-Za-z][a-z]{1,24}(?:[-_ ][a-z]{2,20}){0,3}|[A-Z]{1,12}(?:_[A-Z]{1,12}){0,3}|\W{1,3}|[a-z]{1,4}"
)
_KINDS = re.compile(
    r"\b(?:\w{0,20}(?:status|code|type|kind|mode|method|format|encoding|charset|version|platform|arch|os|errno|error|err|scheme|protocol|port|ext|extension|suffix|level|state|op|operator|token|tag|char|byte|key|locale|lang|unit|flag|event|signal|command|cmd|direction|align|sep|delimiter|argc|nargs|__name__|length|len|size|count|ndim|dim|bits|endian|node|name))\b",
    re.IGNORECASE,
)
_CALLED = r"(?:startswith|startsWith|endsWith|endswith|HasPrefix|HasSuffix|start_with\?|end_with\?|hash|crc32|md5|sha1|sha256|starts_with|ends_with|StartsWith|EndsWith|str_starts_with|hasPrefix|equals|Equals|EqualFold|equalsIgnoreCase|strcmp|compareTo|eq|contentEquals|localeCompare)"
_SPECIAL = re.compile(
    rf"\b{_CALLED} \( [^()]{{0,120}}|[\"'][^\"'\n]{{1,80}}[\"'] \. {_CALLED}\b"
    r"|\bObject \. is \( [^()]{1,120}|\bin_array \( [^,]{1,80} , \[ [^\]]{1,200} \]"
    r"|[\[({] [^\[\](){}]{1,200} [\])}] \. (?:includes|include \?|contains|Contains|has|indexOf) \("
    r"|\bContains \( \[ \] \w{1,20} \{ [^}]{1,200} \}|\bin (?:setOf|listOf|arrayOf) \( [^)]{1,200} \)"
)
_LOOKUP = re.compile(
    r"^(?:\{|\( \{|new Map \(|new Map <|map \[|Map \. of \(|mapOf \(|Map \. ofEntries|HashMap :: from|BTreeMap :: from|new Dictionary|\[|array \(|dict \(|std :: (?:unordered_)?map|%\{)"
)
_INLINE = re.compile(
    r"^(?:\(\s?)?\{ [^}]{1,400} \}(?: \))? (?:\. (?:get|fetch|at|getOrDefault|pop)\b|\[|\?\?)|^\( \{[^}]{1,400}\} \) \["
    r"|^(?:\( )?(?:mapOf|hashMapOf|Map \. of|dict|new Map) \( [^()]{1,400} \) (?:\[|\. get)|^(?:\( )?\[ [^\]]{1,400} \] \[ [^\]]{1,80} \] (?:\?\?|\?:|\|\|)"
)
_TERNARY = re.compile(
    r"^(?P<one>[^?]{1,80}?) if [^\n]{1,300} else (?P<two>[^\n]{1,80})$|^[^?\n]{1,300} \? (?P<three>[^:?\n]{1,80}) : (?P<four>[^:?\n]{1,80})$"
)
_MADE = re.compile(r"(?:new )?\w{1,40} \( (?:\w{1,40} = )?(?:,|\w{1,40} =|\s){0,40}\)")
_ADDED = re.compile(
    r"(?:===?|eq) (?:\d{1,20}|\"[^\"]{1,80}\"|'[^']{1,80}') \) (?:[*&]|as \w+ \*) |[*&] (?:int |Number |\+ )?\( [\w . ]{1,60} ===? (?:\d{1,20}|\"[^\"]{1,80}\") \)"
)
_DEFAULT = (
    r"(?<!\w){0} (?:\. (?:get|fetch|getOrDefault|GetValueOrDefault|pop) \( [^,]{{1,80}} , [^)]{{0,80}}[(*+/%-]"
    r"|\[ [^\]]{{1,80}} \] (?:\?\?|\|\||\?:) |\. get \( [^)]{{1,80}} \) (?:\?\?|\|\||or|\?:) "
    r"|\. fetch \( [^,)]{{1,80}} \) (?:\{{|do\b))"
)
_MAX_BRANCHES = 3000
_MIN_ROWS = 2


class _Side:
    """One side of a file, in the words of this guard."""

    def __init__(self, code: Code | None) -> None:
        self.code = code
        self.names = {each.name for each in (code.definitions if code else ())}

    @cached_property
    def literals(self) -> Counter[str]:
        return Counter(plain(each.text[:300]) for each in (self.code.literals if self.code else ()))

    @cached_property
    def constants(self) -> dict[str, Assignment]:
        """Names with a constant value that hold it for the whole file."""
        found = self.code.assignments if self.code else ()
        return {
            each.target.rpartition(" ")[2]: each
            for each in found
            if each.constant or _LOOKUP.match(each.value)
        }

    @cached_property
    def functions(self) -> dict[str, Definition]:
        found = self.code.definitions if self.code else ()
        return {each.name: each for each in found if each.kind in {Kind.FUNCTION, Kind.HOOK}}

    def function_at(self, place: int) -> Definition | None:
        found = self.code.within(place) if self.code else None
        return found if found is not None and found.kind is not Kind.CLASS else None


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find new branches and tables that answer single inputs, and bodies that became a constant."""
    pairs = [
        pair for pair in all_sides(change) if is_product(pair.file) and not is_tooling(pair.file)
    ]
    if not pairs:
        return
    tested = tested_values(change, evidence)
    known: set[str] = set()
    for pair in pairs:
        known |= set(_Side(pair.before).literals)
    for pair in pairs:
        if pair.after is None or pair.before is None:
            continue
        before, after = _Side(pair.before), _Side(pair.after)
        yield from _branches(pair, before, after, known, tested)
        yield from _tables(pair, before, after, known, tested)
        yield from _stubs(pair, before, after, tested)


def _branches(
    pair: Sides, before: _Side, after: _Side, known: set[str], tested: frozenset[str]
) -> Iterator[Finding]:
    old = Counter(each.condition for each in before.code.branches) if before.code else Counter()
    told: set[int] = set()
    for branch in (after.code.branches if after.code else ())[:_MAX_BRANCHES]:
        if old[branch.condition] > 0:
            old[branch.condition] -= 1
            continue
        inputs = _inputs(branch, after, before)
        new = [each for each in inputs if each not in known]
        function = after.function_at(branch.at)
        if not new or function is None or branch.line in told or _is_grown(branch, inputs, new):
            continue
        severity = _weight(branch, new, function, before, tested)
        if severity is not None:
            told.add(branch.line)
            message = f"{function.simple_name} has an answer of its own for {', '.join(new)[:80]}: {branch.condition[:140]}"
            yield _finding(pair, branch.line, message, severity)


def _is_grown(branch: Branch, inputs: list[str], new: list[str]) -> bool:
    """Whether a list of alternatives that was there before got longer."""
    alternatives = " || " in branch.condition or " or " in branch.condition
    return alternatives and len(new) < len(inputs)


def _weight(
    branch: Branch,
    inputs: list[str],
    function: Definition,
    before: _Side,
    tested: frozenset[str],
) -> Severity | None:
    """How bad a new branch on a constant is; None = people write that."""
    answers = [plain(each) for each in _LITERAL.findall(branch.returns or "")]
    telling = [each for each in inputs if _is_specific(each)]
    both = any(each in tested for each in telling) and any(
        each in tested and each not in _TRIVIAL for each in answers
    )
    existed = function.name in before.names
    if both and existed:
        return SEVERITY
    if not existed:
        return Severity.NEEDS_HUMAN if both else None
    asks = _is_odd(branch, telling, answers, before, function.name)
    return Severity.NEEDS_HUMAN if asks else None


def _is_odd(
    branch: Branch, telling: list[str], answers: list[str], before: _Side, name: str
) -> bool:
    """Whether a branch of a function that was there before singles an input out."""
    if _is_arm(branch):
        numbers = any(character.isdigit() for each in answers for character in each)
        return (bool(telling) or numbers) and not _arms(before, name)
    if _count(branch) > 1 and "version" not in branch.condition:
        return bool(telling) or branch.leaves
    by_kind = _KINDS.search(_asked(branch)) is not None
    if by_kind and not any(_is_text(each) for each in telling):
        return False
    if branch.returns is not None:
        return bool(telling) or any(_is_specific(each) for each in answers)
    return bool(telling) and not by_kind


def _inputs(branch: Branch, after: _Side, before: _Side) -> list[str]:
    """The constants that a condition compares something with, trivial ones aside."""
    texts: list[str] = []
    for each in branch.comparisons:
        if each.operator not in _EQUAL:
            continue
        both = ((each.left, each.left_constant), (each.right, each.right_constant))
        for text, constant in both[1:] if each.operator == "in" else both:
            named = after.constants.get(text)
            if constant:
                texts.append(text)
            elif named is not None and named.constant and text not in before.constants:
                texts.append(named.value)
    if _is_arm(branch):
        texts.append(branch.condition)
    elif not texts:
        texts += [found[0] for found in _SPECIAL.finditer(branch.condition[:2000])]
    found = [plain(each) for text in texts for each in _LITERAL.findall(text[:2000])]
    return [
        each
        for each in dict.fromkeys(found)
        if each not in _TRIVIAL and not each.startswith(_CHARACTERS)
    ]


def _is_arm(branch: Branch) -> bool:
    """Whether a branch is a case whose pattern is made of constants alone."""
    text = branch.condition[:2000]
    bare = re.sub(r"\bcase\b|\bwhen\b", "", _LITERAL.sub("", text))
    return not branch.comparisons and bool(_LITERAL.search(text)) and bool(_ONLY.match(bare))


def _arms(before: _Side, name: str) -> bool:
    function = before.functions.get(name)
    if function is None or before.code is None:
        return False
    return any(_is_arm(each) for each in inside(before.code.branches, function.body_span))


def _asked(branch: Branch) -> str:
    """What a condition looks at, constants aside."""
    return _LITERAL.sub("", branch.condition[:2000])


def _count(branch: Branch) -> int:
    """How many constants are asked for at once."""
    equal = [each for each in branch.comparisons if each.operator in _EQUAL - {"in"}]
    pairs = [text for each in equal for text in (each.left, each.right) if text.startswith("( ")]
    return max(
        [
            sum(each.left_constant or each.right_constant for each in equal),
            *(text.count(" , ") + 1 for text in pairs),
        ]
    )


def _is_text(text: str) -> bool:
    return not text[:1].isdigit()


def _is_specific(text: str) -> bool:
    """Whether a constant is more than a word or a round number."""
    return text not in _TRIVIAL and _WORD.fullmatch(text) is None


def _tables(
    pair: Sides, before: _Side, after: _Side, known: set[str], tested: frozenset[str]
) -> Iterator[Finding]:
    """Tables of answers that are asked before, or instead of, computing."""
    new = {
        name: each
        for name, each in after.constants.items()
        if name not in before.constants and _LOOKUP.match(each.value)
    }
    code = after.code
    for name, table in new.items():
        rows = [plain(each) for each in _LITERAL.findall(table.value[:20_000])]
        fresh = [each for each in rows if each not in known and each not in _TRIVIAL]
        if len(rows) < _MIN_ROWS or not fresh or code is None:
            continue
        place = _lookup(after, code, name)
        function = None if place is None else after.function_at(place)
        if function is None or function.name not in before.names:
            continue
        held = len({each for each in fresh if each in tested}) > 1
        severity = SEVERITY if held else Severity.NEEDS_HUMAN
        message = f"{function.simple_name} looks its answer up in {name} before it computes: {table.value[:120]}"
        yield _finding(pair, table.line, message, severity)
    yield from _inline(pair, before, after)


def _lookup(side: _Side, code: Code, name: str) -> int | None:
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
            return each.at if _goes_out(side, each.at, set(target)) else None
    filled = (each.at for each in code.assignments if each.target.startswith(f"{name} ["))
    return next(filled, None)


def _goes_out(side: _Side, place: int, names: set[str]) -> bool:
    """Whether a function hands out one of its names as it is."""
    function = side.function_at(place)
    if function is None or side.code is None:
        return False
    leaves = inside(side.code.leaves, function.body_span)
    return any(
        set(re.findall(r"[A-Za-z_]\w*", each.value)) <= names and each.value for each in leaves
    )


def _inline(pair: Sides, before: _Side, after: _Side) -> Iterator[Finding]:
    """`{2: 20}.get(n, …)`."""
    old = {each.text for each in before.code.calls} if before.code else set()
    old |= {each.value for each in before.code.leaves} if before.code else set()
    if after.code is None:
        return
    calls = [(each.at, each.line, each.text) for each in after.code.calls]
    leaves = [(each.at, each.line, each.value) for each in after.code.leaves]
    told: set[int] = set()
    for at, line, text in (*calls, *leaves):
        function = after.function_at(at)
        if function is None or function.name not in before.names or text in old or line in told:
            continue
        if (_INLINE.match(text[:600]) and _LITERAL.search(text[:400])) or _ADDED.search(text[:600]):
            told.add(line)
            message = f"{function.simple_name} looks its answer up: {text[:160]}"
            yield _finding(pair, line, message, Severity.NEEDS_HUMAN)


def _names(name: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text[:2000]) is not None


def _hands_out(side: _Side, branch: Branch, name: str) -> bool:
    leaves = inside(side.code.leaves, branch.body) if side.code else ()
    return any(_names(name, leave.value) for leave in leaves)


def _stubs(pair: Sides, before: _Side, after: _Side, tested: frozenset[str]) -> Iterator[Finding]:
    """Functions that computed something and hand out a constant now."""
    for name, function in after.functions.items():
        old = before.functions.get(name)
        if old is None or old.body == function.body or before.code is None or after.code is None:
            continue
        values = [each for each in inside(after.code.leaves, function.body_span) if not each.raises]
        gone = [each for each in inside(before.code.leaves, old.body_span) if not each.raises]
        constants = Counter(each.value for each in gone if _answers(each))
        computed = [each for each in gone if not _answers(each) and each.value]
        left = [each for each in values if not _answers(each) and each.value]
        fresh = [each for each in values if _answers(each) and not constants[each.value]]
        if not fresh or len(left) >= len(computed):
            continue
        leave = fresh[-1]
        given = [each for each in _answers(leave) if each not in _TRIVIAL]
        hit = any(each in tested and _is_specific(each) for each in given)
        if given or (not left and len(function.statements) == 1):
            message = (
                f"{function.simple_name} computed its answer, and now returns {leave.value[:120]}"
            )
            yield _finding(
                pair, leave.line, message, SEVERITY if hit and not left else Severity.NEEDS_HUMAN
            )


def _answers(leave: Leave) -> list[str]:
    """The constants that may go out; none when anything else may."""
    if leave.constant:
        return [plain(leave.value)]
    text = leave.value[:500]
    if _MADE.fullmatch(_LITERAL.sub("", text)):
        return [plain(each) for each in _LITERAL.findall(text)]
    match = _TERNARY.match(text)
    ends = [each for each in match.groups() if each] if match else []
    found = [_LITERAL.fullmatch(each.strip("() ")) for each in ends]
    return [plain(each[0]) for each in found if each] if found and all(found) else []


def _finding(pair: Sides, line: int, message: str, severity: Severity) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=message[:400],
        remedy="compute the answer for every input",
        file=pair.file.path,
        line=line,
    )
