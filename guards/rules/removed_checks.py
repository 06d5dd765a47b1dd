"""A check that is taken out stops complaining, and stops protecting too."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from guards.change import Change, FileChange, Status
from guards.code import Code, inside
from guards.evidence import Evidence, Need
from guards.facts import Definition
from guards.kept_definitions import Kept, kept_functions, new_functions
from guards.lines import LineMap
from guards.pattern import expression
from guards.policy import Policy
from guards.reading import sides
from guards.roles import Role
from guards.verdict import Finding, Severity

NAME = "removed_checks"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset()

_CHECKING = expression(
    r"^(?:require\w{0,20}|check(?:State|Argument|NotNull|ElementIndex|Index)?|assert\w{0,30}|ensure\w{0,30}|invariant|precondition\w{0,10}"
    r"|verify\w{0,30}|validate\w{0,30}|authori[sz]e\w{0,30}|authenticate\w{0,30}|deny_?access\w{0,30}|must\w{0,20}|guard\w{0,20}|panic|bail|fatalError|abort"
    r"|throw\w{0,10}|raise\w{0,20}|debug_assert\w{0,6}|unreachable|die|error|static_assert|BUG_ON|g_return\w{0,20}|enforce\w{0,30}|has_?permission\w{0,20}|is_?authori[sz]ed|ThrowIf\w{0,30})!?$"
)
_ERROR_VALUE = expression(
    r"\bErr \(|\berrors? \. (?:New|As|Join|Wrap)|\bfmt \. Errorf\b|\bnew \w{0,60}Error\b|\bErr[A-Z]\w{0,60}|\bstatus \. Error|\bLeft \(|\{ : error\b|\bNewError\b|\b\w{0,60}Failure \("
)
# What keeps somebody out is not given up for a green build.
_PROTECTS = expression(
    r"permission|forbidden|unauthori|csrf|access_?denied|accessdenied|deny_?access|authori[sz]|authenticat|not_?allowed|signature|credential|privilege|has_?role|is_?admin|logged_?in",
    re.IGNORECASE,
)
_REMEDY = "leave the check, and repair what runs into it"
_MAX_COLUMNS = 2000
_MAX_REFUSALS = 500
_RAISES = expression(
    r"\s*+(?:if\b.{0,200}[\s{)])?(?:throw|raise|die|abort|panic!?|bail!|fatalError|precondition|require|ensure!?|assert!?|error)\b[\s(]"
)
_HEAD = expression(
    r"\s*+(?:(?:pub|public|private|protected|internal|static|async|export|default|override|final|suspend|local)\s+)*+(?:def|fn|func|fun|function|sub|defp?)\b"
)
_WORD = expression(r"[A-Za-z_]\w*")
_NO_NAMES = frozenset({"new", "raise", "throw", "return", "self", "this", "errors", "error", "fmt"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refusal:
    """One place where a function refuses to go on; `name` = with what, `text` = all of it."""

    name: str
    text: str
    line: int


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find functions that refuse less than they did, unless others refuse it in their stead."""
    kept = [each for each in kept_functions(change) if not each.is_same]
    elsewhere = Counter(name for each in kept for name in _gained(each))
    elsewhere += Counter(
        refusal.name
        for lone in new_functions(change)
        for refusal in _refusals(lone.code, lone.definition)
    )
    refusing = {
        lone.definition.simple_name
        for lone in new_functions(change)
        if _refusals(lone.code, lone.definition)
    } | {each.new.simple_name for each in kept if _gained(each)}
    for each in kept:
        if not _hands_over(each, refusing):
            yield from _lost(each, elsewhere)
    for file in change.files:
        if file.role is Role.SOURCE and file.status is not Status.DELETED:
            both = sides(change, file)
            if both.before is None and both.after is None:
                yield from _by_lines(file)


def _by_lines(file: FileChange) -> Iterator[Finding]:
    """The same where no tree can be read: fewer lines raise, and no function went with them."""
    if any(_HEAD.match(line.text[:_MAX_COLUMNS]) for line in file.removed):
        return
    raising = [line for line in file.removed if _RAISES.match(line.text[:_MAX_COLUMNS])]
    still = sum(_RAISES.match(line.text[:_MAX_COLUMNS]) is not None for line in file.added)
    for line in raising[still:]:
        text = line.text.strip()[:180]
        yield Finding(
            guard=NAME,
            severity=Severity.REJECT if _PROTECTS.search(text) else SEVERITY,
            message=f"this is not refused any more: {text}",
            remedy=_REMEDY,
            file=file.path,
            line=LineMap(file).near(line.number),
        )


def _gained(each: Kept) -> Counter[str]:
    old = Counter(refusal.name for refusal in _refusals(each.old_code, each.old))
    return Counter(refusal.name for refusal in _refusals(each.new_code, each.new)) - old


def _hands_over(each: Kept, refusing: set[str]) -> bool:
    """Whether it calls, or is wrapped by, what the change lets refuse."""
    old = {call.name for call in inside(each.old_code.calls, each.old.body_span)}
    new = {call.name for call in inside(each.new_code.calls, each.new.body_span)}
    markers = {marker.name for marker in each.new.markers} - {
        marker.name for marker in each.old.markers
    }
    return bool((new - old) & refusing) or bool(markers)


def _lost(each: Kept, elsewhere: Counter[str]) -> Iterator[Finding]:
    old, new = _refusals(each.old_code, each.old), _refusals(each.new_code, each.new)
    missing = len(old) - len(new)
    if missing <= 0:
        return
    left = Counter(refusal.name for refusal in new)
    left_texts = Counter(refusal.text for refusal in new)
    for refusal in sorted(old, key=lambda item: item.text not in left_texts):
        if left_texts[refusal.text] > 0:
            left_texts[refusal.text] -= 1
            left[refusal.name] -= 1
    gone = Counter(refusal.text for refusal in old) - Counter(refusal.text for refusal in new)
    for refusal in old:
        if missing <= 0:
            return
        if gone[refusal.text] <= 0 or left[refusal.name] > 0:
            left[refusal.name] -= gone[refusal.text] > 0
            continue
        gone[refusal.text] -= 1
        missing -= 1
        if elsewhere[refusal.name] > 0:
            elsewhere[refusal.name] -= 1
            continue
        yield _finding(each, refusal)


def _refusals(code: Code, definition: Definition) -> list[_Refusal]:
    """Raises, error values that are returned, and calls that check; without what is never reached."""
    span = definition.body_span
    found: list[_Refusal] = []
    for leave in inside(code.leaves, span):
        if (leave.raises and leave.value) or _ERROR_VALUE.search(leave.value[:400]):
            condition = _condition(code, leave.at, span)
            if not _is_dead(code, leave.at) and not _is_handled(code, leave.at):
                found.append(_refusal(leave.value, condition, leave.line))
    covered = [leave for leave in inside(code.leaves, span) if leave.raises]
    for call in inside(code.calls, span):
        if call.inner or not _CHECKING.match(call.name) or _is_dead(code, call.at):
            continue
        if not any(leave.at <= call.at < leave.end for leave in covered):
            condition = _condition(code, call.at, span)
            found.append(_refusal(call.text, condition, call.line))
    return found[:_MAX_REFUSALS]


def _refusal(value: str, condition: str, line: int) -> _Refusal:
    words = [word for word in _WORD.findall(value[:200]) if word not in _NO_NAMES]
    name = words[0] if words else value[:40]
    text = f"if {condition}: {value}" if condition else value
    return _Refusal(name=name, text=text[:400], line=line)


def _condition(code: Code, place: int, span: tuple[int, int]) -> str:
    """The condition of the innermost branch around a place."""
    around = [
        branch for branch in inside(code.branches, span) if branch.body[0] <= place < branch.body[1]
    ]
    return max(around, key=lambda branch: branch.at).condition if around else ""


def _is_dead(code: Code, place: int) -> bool:
    return any(start <= place < end for start, end in code.dead)


def _is_handled(code: Code, place: int) -> bool:
    """Whether it stands in a handler: an error in other words, and no check."""
    return any(each.body[0] <= place < each.body[1] for each in code.handlers[:2000])


def _finding(each: Kept, refusal: _Refusal) -> Finding:
    protects = _PROTECTS.search(refusal.text) or _PROTECTS.search(each.old.simple_name)
    return Finding(
        guard=NAME,
        severity=Severity.REJECT if protects else SEVERITY,
        message=f"{each.new.simple_name} does not refuse any more: {refusal.text[:180]}",
        remedy=_REMEDY,
        file=each.file.path,
        line=LineMap(each.file).near(refusal.line),
    )
