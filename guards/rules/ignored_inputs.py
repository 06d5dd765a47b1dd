"""A function that stops looking at what it is given answers the tested input alone."""

from collections.abc import Iterator

from guards.change import Change
from guards.code import inside
from guards.evidence import Evidence, Need
from guards.kept_definitions import Kept, kept_functions
from guards.new_code import is_product, is_tooling
from guards.pattern import expression
from guards.policy import Policy
from guards.verdict import Finding, Severity

NAME = "ignored_inputs"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset({Need.CONTENTS})

_WORD = expression(r"[A-Za-z_$]\w*")
_DIGIT = expression(r"(?<![\w.])\d")
_RANDOM = expression(
    r"\b(?:random|rand|randint|randrange|uniform|nextInt|nextDouble|nextFloat|next_u32|next_u64|gen_range|thread_rng|shuffle|choice|sample"
    r"|mt_rand|random_int|random_bytes|arc4random\w{0,10}|drand48|getrandbits|uuid4|randomUUID|getRandomValues|secrets|SecureRandom|Float64|Intn|Int63n|randomBytes|token_hex|token_bytes|token_urlsafe)\b"
)
_MAX_BODY = 20_000


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find functions that give up chance, or a parameter, for a constant."""
    for each in kept_functions(change):
        if each.is_same or not is_product(each.file) or is_tooling(each.file):
            continue
        if (why := _fixed(each) or _unread(each)) is not None:
            yield Finding(
                guard=NAME,
                severity=SEVERITY,
                message=f"{each.new.simple_name} {why}: {each.new.body[:200]}"[:400],
                remedy="work the answer out from what is handed in",
                file=each.file.path,
                line=each.new.line,
            )


def _fixed(each: Kept) -> str | None:
    """What was left to chance and is the same every time now."""
    old, new = each.old.body[:_MAX_BODY], each.new.body[:_MAX_BODY]
    gone = _RANDOM.search(old)
    if gone is None or _RANDOM.search(new) or _gains_calls(each):
        return None
    return f"does not use {gone[0]} any more"


def _unread(each: Kept) -> str | None:
    """A parameter that took part, and stands there unread beside a new number."""
    old, new = each.old.body[:_MAX_BODY], each.new.body[:_MAX_BODY]
    if each.old.parameters != each.new.parameters or _gains_calls(each):
        return None
    if len(_DIGIT.findall(new)) <= len(_DIGIT.findall(old)) and '"' not in new:
        return None
    before, after = set(_WORD.findall(old)), set(_WORD.findall(new))
    gone = [name for name in _names(each.new.parameters) if name in before - after]
    return f"does not look at {gone[0]} any more" if gone else None


def _names(parameters: str) -> list[str]:
    """The names of parameters; where a type may stand on either side, both words."""
    found: list[str] = []
    for piece in parameters[:2000].strip("() ").split(" , "):
        head = piece.partition(" = ")[0]
        found += _WORD.findall(head.partition(" : ")[0] if " : " in head else head)
    return list(dict.fromkeys(found))


def _gains_calls(each: Kept) -> bool:
    """Whether something else is called now, so that the work may be done there."""
    old = {call.name for call in inside(each.old_code.calls, each.old.body_span)}
    new = {call.name for call in inside(each.new_code.calls, each.new.body_span)}
    return bool(new - old)
