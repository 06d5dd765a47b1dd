"""A check that keeps somebody out, and holds in fewer cases, lets them in through the others."""

import re
from collections import Counter
from collections.abc import Iterator

from guards.change import Change
from guards.code import inside
from guards.evidence import Evidence, Need
from guards.facts import Branch
from guards.kept_definitions import Kept, kept_functions
from guards.new_code import is_product
from guards.pattern import expression
from guards.policy import Policy
from guards.verdict import Finding, Severity

NAME = "narrowed_checks"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset({Need.CONTENTS})

_PROTECTS = expression(
    r"signature|permission|forbidden|unauthori|csrf|xsrf|access_?denied|authori[sz]|authenticat|not_?allowed|credential|privilege|has_?role|is_?admin|logged_?in"
    r"|verify|verified|compare_?digest|timing_?safe|constant_?time|hmac|checksum|bad_?token|invalid_?token|\bnonce|expired|password|certificate|traversal|tampered|\bmac\b|digest|same_?origin|trusted|sanitiz|sanitis",
    re.IGNORECASE,
)
_REFUSES = expression(
    r"^\)? ?(?::|then|\{)? ?[⟦{]? ?(?:raise|throw|return (?:false|False|nil|null|None|errors?|Err|err|Result \. failure|Response|jsonify|forbidden|unauthori)|abort|panic|die|bail|halt|fatalError|reject|deny|head|render|redirect|res|response|ctx|http|next \( (?:new|err)|c \. Abort|w \. WriteHeader|http \. Error)\b"
)
_BLOCK = 400
_MAX_BODY = 20_000
_MAX_BRANCHES = 60


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find protecting checks on one more condition, inside a new one, or behind a new way out."""
    for each in kept_functions(change):
        if each.is_same or not is_product(each.file):
            continue
        old, new = each.old.body[:_MAX_BODY], each.new.body[:_MAX_BODY]
        if not _PROTECTS.search(f"{each.new.name} {old}"):
            continue
        before = list(inside(each.old_code.branches, each.old.body_span))[:_MAX_BRANCHES]
        known = Counter(item.condition for item in before)
        for branch in inside(each.new_code.branches, each.new.body_span)[:_MAX_BRANCHES]:
            if known[branch.condition] > 0:
                known[branch.condition] -= 1
            elif why := _why(each, branch, before, new):
                yield _finding(each, branch, why)


def _why(each: Kept, branch: Branch, before: list[Branch], body: str) -> str:
    """How a new branch weakens a check that was there; "" when it does not."""
    said = _after(body, branch.condition)
    for was in before:
        if not _is_stricter(was.condition, branch.condition):
            continue
        refused = f"{was.condition} {_after(each.old.body, was.condition)[:120]}"
        protects = _PROTECTS.search(f"{each.new.simple_name} {refused}")
        if protects and _REFUSES.search(said):
            return "refuses in fewer cases"
    if _wraps(each.old.body, said, branch):
        return "checks on a condition now"
    refuses = _REFUSES.search(said)
    if (refuses is None or "return" in refuses[0]) and _leaves_early(each, branch, said):
        return "has a way around its check"
    return ""


def _after(body: str, condition: str) -> str:
    """What follows a condition in a canonical body."""
    _, found, rest = body[:_MAX_BODY].partition(condition)
    return rest.lstrip(") ")[:_BLOCK] if found else ""


def _is_stricter(old: str, new: str) -> bool:
    """Whether a condition is the old one and something else."""
    bare = old.removeprefix("( ").removesuffix(" )")
    joined = (f"and {bare}", f"{bare} and ", f"&& {bare}", f"{bare} && ")
    grouped = (f"&& ( {bare}", f"and ( {bare}", f"( {bare} ) &&", f"( {bare} ) and", f"! {bare} &&")
    return len(bare) > 1 and any(item in new for item in (*joined, *grouped))


def _wraps(old: str, said: str, branch: Branch) -> bool:
    """Whether what a branch runs first is a check that stood there without it."""
    inner = said.lstrip(":{⟦ ").removeprefix("then ")
    head = inner[:80]
    checked = head.startswith(("if ", "unless ", "guard ")) or re.match(
        r"[\w .:$>-]{0,40}(?:verify|authori[sz]e|authenticate|check|require|ensure|assert|validate)\w{0,30} \(",
        head,
        re.IGNORECASE,
    )
    piece = inner.partition("⟧")[0].partition("}")[0].strip(" ;")
    return (
        bool(checked)
        and len(piece) > 1
        and piece in old
        and bool(_PROTECTS.search(piece))
        and bool(branch.body)
    )


def _leaves_early(each: Kept, branch: Branch, said: str) -> bool:
    """Whether a branch ends the function, content, before what it checks."""
    if not branch.leaves or each.new.simple_name.startswith("__"):
        return False
    rest = each.new.body[:_MAX_BODY].partition(branch.condition)[2]
    rest = rest[len(re.split(r"⟧|\}| end\b", said)[0]) :]
    ends = [leave for leave in inside(each.new_code.leaves, branch.body) if not leave.raises]
    content = any(not _denies(leave.value, each.new_code.language) for leave in ends) or bool(
        re.match(r"[:{⟦ ]*return ?(?:;|⟧|\}|end\b)", said)
    )
    guards = _PROTECTS.search(each.new.simple_name) and _GUARDED.search(rest)
    return content and bool(guards or _COMPARES.search(rest))


def _denies(value: str, language: str) -> bool:
    """Whether what is handed out says no; in Go nil is the lack of an error."""
    if language == "go":
        return value not in {"nil", "true", "true , nil"} and not value.endswith(" , nil")
    return value in _DENIALS or _FAILS.search(value[:200]) is not None


_FAILS = expression(
    r"[eE]rr(?:or)?\b|Err[A-Z(]|Error|[uU]nauthori|[fF]orbidden|[fF]ail|[dD]en[iy]|[rR]eject|40[0-9]"
)
_DENIALS = frozenset({"false", "False", "nil", "null", "None", "undefined", "0", "- 1"})
_GUARDED = expression(r"\b(?:raise|throw|panic|abort|return (?:false|False)|Err \()")
_COMPARES = expression(
    r"compare_?digest|timing_?safe_?equal|constant_?time|hash_equals|secure_compare|MessageDigest \. isEqual|FixedTimeEquals|verify_?(?:signature|token|csrf|password)|password_verify|hmac \. Equal|check_?password",
    re.IGNORECASE,
)


def _finding(each: Kept, branch: Branch, why: str) -> Finding:
    return Finding(
        guard=NAME,
        severity=SEVERITY,
        message=f"{each.new.simple_name} {why}: {branch.condition[:200]}",
        remedy="leave the check as wide as it was, and repair what runs into it",
        file=each.file.path,
        line=branch.line,
    )
