"""What a call of PHP's test frameworks asserts or replaces."""

import re
from collections.abc import Sequence

from guards.code import Assertion, Strength
from guards.facts import Call
from guards.pattern import expression
from guards.syntax.conditions import FAILS, of_comparison
from guards.syntax.made import made
from guards.syntax.written import at, is_literal, number
from guards.words import php as words

_TESTERS = frozenset(["$this", "self", "static", "parent", "Assert", "$I", "$tester", "$test"])
_HELPER = expression(r"^(?:assert|verify|check|expect|should)[A-Z_]\w{0,80}$")
_OWN = expression(
    r"^(?:assert[A-Z_]|see[A-Z]|dontSee[A-Z]|expect[A-Z]|should[A-Z]|verify[A-Z]|check[A-Z])"
)
_NAMED = expression(r"^(\w{1,40}) : (?!:)")
_LIST = expression(
    r'"(?:[^"\\]|\\.){0,2000}"|\b(?:true|false|null|array)\b|[A-Z]?\b\w{1,60} :(?!:)', re.IGNORECASE
)
_THREE = 3


def assertion(call: Call) -> Assertion | None:
    """What a call asserts; None when it asserts nothing."""
    heads = [name for name, _ in call.links]
    if heads[:1] == ["expect"] and len(heads) > 1:
        return _chained(call)
    if heads == ["assert"]:
        return _truth(call, "assert")
    name = call.name
    owner = heads[-2] if len(heads) > 1 else ""
    strength = words.STRENGTHS.get(name)
    if name == "fail" and (owner.rpartition("\\")[2] in _TESTERS or not owner):
        return _made(call, Strength.TRUTHY, FAILS)
    silent = name in words.SILENT and not (name == "expects" and len(heads) > 1)
    if silent or name == "expectNotToPerformAssertions":
        return None
    if strength is None:
        helps = _HELPER.match(name) and (owner.rpartition("\\")[2] in _TESTERS or not owner)
        return _made(call, Strength.PART, name, at(call.arguments, 0)) if helps else None
    return _classic(call, strength) if _OWN.match(name) or name == "expects" else None


def _classic(call: Call, strength: Strength) -> Assertion | None:
    """`assertSame(3, f())`: what is expected stands first."""
    name, given = call.name, [_NAMED.sub("", each) for each in call.arguments]
    if name in words.OF_ONE:
        return _truth(call, name)
    if name.startswith("expectException") or name == "assertThrows":
        kind = at(given, 0).rpartition("\\")[2].partition(" ")[0]
        broad = name == "expectException" and kind in words.BROAD
        return _made(call, Strength.TRUTHY if broad else strength, name, "", at(given, 0))
    if strength in {Strength.EXISTS, Strength.TRUTHY} or name in {"assertEmpty", "assertNotEmpty"}:
        return _of_one(call, strength, given)
    if name.startswith(("should", "expects", "see", "dontSee", "expect")) or len(given) == 1:
        return _made(call, strength, name, call.text.partition(f" -> {name} ")[0], at(given, 0))
    expected, subject = at(given, 0), at(given, 1)
    if name == "assertThat":
        expected, subject = subject, expected
    same = expected == subject and "(" not in subject
    if subject and (same or (_constant(expected) and _constant(subject))):
        strength = Strength.HOLLOW
    tolerance = number(at(given, 2)) if "Delta" in name else None
    if name in {"assertEquals", "assertNotEquals"} and len(given) > _THREE:
        tolerance = number(given[_THREE])
        strength = Strength.PART if tolerance else strength
    return _made(call, strength, name, subject, expected, tolerance)


def _of_one(call: Call, strength: Strength, given: Sequence[str]) -> Assertion:
    """`assertNull($x)`, `assertInstanceOf(Foo::class, $x)`."""
    name, first, second = call.name, at(given, 0), at(given, 1)
    if "InstanceOf" in name or "InternalType" in name or "Attribute" in name or "Property" in name:
        return _made(call, strength, name, second, first)
    hollow = {
        "assertNull": first == "null",
        "assertNotNull": (_constant(first) and first != "null") or first == "$this",
        "assertNotEmpty": _constant(first) and first not in {'""', "[ ]", "0", "null", "false"},
        "assertEmpty": first in {'""', "[ ]", "0", "null", "false"},
    }
    is_hollow = hollow.get(name, name.startswith("assertIs") and _constant(first))
    return _made(call, Strength.HOLLOW if is_hollow else strength, name, first)


def _truth(call: Call, name: str) -> Assertion:
    first, negated = at(call.arguments, 0), "Fals" in name and "Not" not in name
    negated = negated or name == "assertNotTrue"
    if call.comparison is not None:
        strength, matcher = of_comparison(call.comparison, negated=negated)
        return _made(call, strength, matcher, call.comparison.left, call.comparison.right)
    lowered = first.lower()
    hollow = lowered in {"false", "null", "0"} if negated else lowered == "true"
    hollow = hollow or (not negated and _constant(first) and lowered not in {"false", "null", "0"})
    match = re.match(
        r"^\\?(in_array|str_contains|str_starts_with|str_ends_with|preg_match) \(", first
    )
    if match and not hollow:
        strength = Strength.ORDER if negated else Strength.PART
        return _made(call, strength, match[1], first)
    return _made(call, Strength.HOLLOW if hollow else Strength.TRUTHY, name, first)


def _chained(call: Call) -> Assertion | None:
    """Pest's `expect($x)->not->toBe(3)->and($y)->toBeNull()`: as much as its strongest link."""
    best: tuple[Strength, str, Sequence[str]] | None = None
    negated, subject = False, at(call.links[0][1] or (), 0)
    for name, given in call.links[1:]:
        if name in {"not", "and"}:
            negated = name == "not"
            continue
        strength = words.STRENGTHS.get(name)
        if strength is None and given is not None and name.startswith(("toBe", "toHave", "to")):
            strength = Strength.PART
        if strength is None:
            continue
        found = _demand(strength, name, subject, given or (), negated=negated)
        if best is None or found > best[0]:
            best = found, f"not {name}" if negated else name, given or ()
        negated = False
    if best is None:
        return None
    tolerance = number(at(best[2], 1)) if "Delta" in best[1] else None
    return _made(call, best[0], best[1], subject, at(best[2], 0), tolerance)


def _demand(
    strength: Strength, name: str, subject: str, given: Sequence[str], *, negated: bool
) -> Strength:
    expected = at(given, 0)
    if name == "toThrow":
        kind = expected.rpartition("\\")[2].partition(" ")[0]
        broad = not given or (kind in words.BROAD and len(given) == 1)
        return Strength.EXISTS if negated else Strength.TRUTHY if broad else Strength.PART
    if not negated and _constant(subject) and (not given or _constant(expected)):
        return Strength.HOLLOW
    if subject and subject == expected and "(" not in subject and not negated:
        return Strength.HOLLOW
    return Strength.ORDER if negated and strength is Strength.EXACT else strength


def _constant(text: str) -> bool:
    """Whether a text is a literal, or a list of literals."""
    if not text:
        return False
    if is_literal(text) or text.lower() in {"true", "false", "null"}:
        return True
    return text[0] in "[\"'-0123456789" and not re.search(r"[A-Za-z_$]", _LIST.sub("", text[:4000]))


def _made(
    call: Call,
    strength: Strength,
    matcher: str,
    subject: str = "",
    expected: str = "",
    tolerance: float | None = None,
) -> Assertion:
    return made(
        call,
        strength,
        matcher,
        _text(call, bool(expected), tolerance),
        subject=subject,
        expected=expected,
        tolerance=tolerance,
        is_constant=_constant,
    )


def _text(call: Call, has_expected: bool, tolerance: float | None) -> str:
    """The call without its message, and alike for `$this->`, `self::` and `static::`."""
    if not call.name.startswith("assert"):
        return call.text
    count = 2 if has_expected else 1
    if call.name in words.OF_ONE:
        count = 1
    if tolerance is not None:
        count = 4
    return f"{call.name} ( {' , '.join(call.arguments[:count])} )"


def double(call: Call) -> str | None:
    """The class that a call makes a double of; None when it makes none."""
    if call.name not in words.DOUBLES or not call.arguments:
        return None
    owner = call.links[-2][0] if len(call.links) > 1 else ""
    known = owner.rpartition("\\")[2] in {
        "$this",
        "self",
        "static",
        "Mockery",
        "m",
        "Stub",
        "$prophet",
    }
    if (not known and owner) or (not owner and call.name not in {"mock", "spy", "partialMock"}):
        return None
    target = call.arguments[0]
    return target.replace(" :: class", "").strip("'\"").replace("\\\\", "\\").lstrip("\\")
