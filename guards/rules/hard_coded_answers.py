"""An answer that is written down for one input solves the test, not the problem."""

import re
from collections import Counter
from collections.abc import Iterator

from guards.change import Change
from guards.code import inside
from guards.code_side import LITERAL, TRIVIAL, CodeSide, is_specific
from guards.evidence import Evidence, Need
from guards.facts import Branch, Definition, Leave
from guards.new_code import is_product, is_tooling
from guards.pattern import expression
from guards.policy import Policy
from guards.reading import Sides, all_sides
from guards.tested_values import plain, tested_values
from guards.verdict import Finding, Severity

NAME = "hard_coded_answers"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset({Need.CONTENTS})

_EQUAL = frozenset({"==", "===", "is", "eq", "in", "eql?", "equal?", "=~"})
_CHARACTERS = ("\\", "0x", "0X", "0b", "0o")  # codes of characters and bits
_CLASSES = expression(r"[\[+*|]|\\[dws]")  # a pattern for many inputs
_ONLY = expression(r"^[\s,|()\[\]{}:;]*$")
_KINDS = expression(
    r"\b(?:\w{0,20}_|[a-z]\w{0,20}(?-i:(?=[A-Z])))?(?:file|host|dir|base|user|mime|data)?(?:status|code|type|kind|mode|method|format|encoding|charset|version|platform|arch|os|errno|error|err|scheme|protocol|port|ext|extension|suffix|level|state|op|operator|token|tag|char|byte|key|locale|lang|unit|flag|event|signal|command|cmd|direction|align|sep|delimiter|argc|nargs|__name__|length|len|size|count|attempts?|retry|retries|tries|index|idx|position|offset|day|weekday|month|hour|ndim|dim|bits|endian|node|name)\b",
    re.IGNORECASE,
)
_CALLED = r"(?:startswith|startsWith|endsWith|endswith|HasPrefix|HasSuffix|start_with\?|end_with\?|hash|crc32|md5|sha1|sha256|starts_with|ends_with|StartsWith|EndsWith|str_starts_with|hasPrefix|equals|Equals|EqualFold|equalsIgnoreCase|strcmp|compareTo|eq|contentEquals|localeCompare)"
_SPECIAL = expression(
    rf"\b{_CALLED} \( [^()]{{0,120}}|[\"'][^\"'\n]{{1,80}}[\"'] \. {_CALLED}\b"
    r"|\bObject \. is \( [^()]{1,120}|\bin_array \( [^,]{1,80} , \[ [^\]]{1,200} \]"
    r"|[\[({] [^\[\](){}]{1,200} [\])}] \. (?:includes|include \?|contains|Contains|has|indexOf) \("
    r"|\bContains \( \[ \] \w{1,20} \{ [^}]{1,200} \}|\bin (?:setOf|listOf|arrayOf) \( [^)]{1,200} \)"
)
_TERNARY = expression(
    r"^(?P<one>[^?]{1,80}?) if [^\n]{1,300} else (?P<two>[^\n]{1,80})$|^[^?\n]{1,300} \? (?P<three>[^:?\n]{1,80}) : (?P<four>[^:?\n]{1,80})$"
)
_MADE = expression(r"(?:new )?\w{1,40} \( (?:\w{1,40} = )?(?:,|\w{1,40} =|\s){0,40}\)")
_MAX_BRANCHES = 3000
_FEW = 2


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find new branches that answer single inputs, and bodies that became a constant."""
    pairs = [
        pair for pair in all_sides(change) if is_product(pair.file) and not is_tooling(pair.file)
    ]
    if not pairs:
        return
    tested = tested_values(change, evidence)
    known: set[str] = set()
    for pair in pairs:
        known |= set(CodeSide(pair.before).literals)
    for pair in pairs:
        if pair.after is None or pair.before is None:
            continue
        before, after = CodeSide(pair.before), CodeSide(pair.after)
        yield from _branches(pair, before, after, known, tested)
        yield from _stubs(pair, before, after, tested)


def _branches(
    pair: Sides, before: CodeSide, after: CodeSide, known: set[str], tested: frozenset[str]
) -> Iterator[Finding]:
    old = Counter(each.condition for each in before.code.branches) if before.code else Counter()
    told: set[int] = set()
    for branch in (after.code.branches if after.code else ())[:_MAX_BRANCHES]:
        if old[branch.condition] > 0:
            old[branch.condition] -= 1
            continue
        inputs = _inputs(branch, after, before)
        new = [each for each in inputs if each not in known]
        function = after.function_at(branch.at) if new else None
        if function is None or branch.line in told or _is_grown(branch, inputs, new):
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
    before: CodeSide,
    tested: frozenset[str],
) -> Severity | None:
    """How bad a new branch on a constant is; None = people write that."""
    answers = [plain(each) for each in LITERAL.findall(branch.returns or "")]
    telling = [each for each in inputs if is_specific(each)]
    both = any(each in tested for each in telling) and any(
        each in tested and each not in TRIVIAL for each in answers
    )
    existed = function.name in before.names
    if both and existed and not (_is_arm(branch) and _arms(before, function.name)):
        return SEVERITY
    if not existed:
        return Severity.NEEDS_HUMAN if both else None
    asks = _is_odd(branch, telling, answers, before, function.name)
    return Severity.NEEDS_HUMAN if asks else None


def _is_odd(
    branch: Branch, telling: list[str], answers: list[str], before: CodeSide, name: str
) -> bool:
    """Whether a branch of a function that was there before singles an input out."""
    if _is_arm(branch):
        numbers = any(character.isdigit() for each in answers for character in each)
        return (bool(telling) or numbers) and not _arms(before, name)
    if (_count(branch) > 1 or _is_joined(branch, telling)) and "version" not in branch.condition:
        return bool(telling) or branch.leaves
    by_kind = _KINDS.search(_asked(branch)) is not None
    if by_kind and not any(_is_text(each) for each in telling):
        return False
    if branch.returns is not None:
        return bool(telling) or any(is_specific(each) for each in answers)
    return bool(telling) and not by_kind


def _inputs(branch: Branch, after: CodeSide, before: CodeSide) -> list[str]:
    """The constants that a condition compares something with, trivial ones aside."""
    texts: list[str] = []
    for each in branch.comparisons:
        if each.operator not in _EQUAL or (each.operator == "=~" and _CLASSES.search(each.right)):
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
    found = [plain(each) for text in texts for each in LITERAL.findall(text[:2000])]
    return [
        each
        for each in dict.fromkeys(found)
        if each not in TRIVIAL and not each.startswith(_CHARACTERS)
    ]


def _is_arm(branch: Branch) -> bool:
    """Whether a branch is a case whose pattern is made of constants alone."""
    text = branch.condition[:2000]
    bare = re.sub(r"\bcase\b|\bwhen\b", "", LITERAL.sub("", text))
    return not branch.comparisons and bool(LITERAL.search(text)) and bool(_ONLY.match(bare))


def _arms(before: CodeSide, name: str) -> bool:
    function = before.functions.get(name)
    if function is None or before.code is None:
        return False
    found = inside(before.code.branches, function.body_span)
    named = [each for each in found if not each.comparisons and each.condition[:1].isupper()]
    return len(named) > _FEW or any(_is_arm(each) for each in found)


def _asked(branch: Branch) -> str:
    """What a condition looks at, constants aside."""
    return LITERAL.sub("", branch.condition[:2000])


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


def _is_joined(branch: Branch, telling: list[str]) -> bool:
    """Whether a telling constant by its name is asked for together with a size or another one."""
    equal = [each for each in branch.comparisons if each.operator in _EQUAL - {"in"}]
    return bool(telling) and len(equal) > 1 and any(_is_text(each) for each in telling)


def _is_text(text: str) -> bool:
    return any(character.isalpha() for character in text)


def _stubs(
    pair: Sides, before: CodeSide, after: CodeSide, tested: frozenset[str]
) -> Iterator[Finding]:
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
        given = [each for each in _answers(leave) if each not in TRIVIAL]
        hit = any(each in tested and is_specific(each) for each in given)
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
    if _MADE.fullmatch(LITERAL.sub("", text)):
        return [plain(each) for each in LITERAL.findall(text)]
    match = _TERNARY.match(text)
    ends = [each for each in match.groups() if each] if match else []
    found = [LITERAL.fullmatch(each.strip("() ")) for each in ends]
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
