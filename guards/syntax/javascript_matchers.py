"""How much the matchers of JavaScript's test frameworks demand of a subject."""

from collections.abc import Sequence
from typing import Final

from guards.code import Assertion, Strength
from guards.pattern import expression
from guards.syntax import written
from guards.words.javascript import CLOSE, NEGATED, STRENGTHS, THROWS

_BROAD = frozenset(
    ["Error", "Object", '""', "/./", "/.*/", "/.+/", "Function", "Exception", "{ }", "undefined"]
)
_BROAD_ANY = expression(r"expect \. any(?:thing)? \( (?:Error |Object )?\)")
_ANYTHING = expression(r"expect \. any(?:thing)? \((?: \w{1,40})? \)|sinon \. match \. \w{1,20}")
_LOOSE = expression(
    r"\b(?:expect|jasmine|sinon|match)(?: \. not)? \. (?:any\w{0,10}|\w{1,20}(?:Containing|Including|Matching)|closeTo|match)\b"
)
_SIMPLE = expression(
    r'"(?:[^"\\]|\\.){0,2000}"|'
    r"'(?:[^'\\]|\\.){0,2000}'|`[^`$\\]{0,4000}`|/(?:[^/\\\n]|\\.){1,200}/[a-z]{0,6}"
)
_WORDS = expression(r"[-+]?[\d.][\w.]{0,40}|true|false|null|undefined|NaN|Infinity|[-+\[\]{}(),]")
_EMPTY_PATTERNS = frozenset(
    ['""', "''", "/.*/", "/(?:)/", "/^/", "/$/", "/./s", "/[\\s\\S]*/", "``", "/.*/s"]
)
_TRUE = frozenset(
    ["toBeTruthy", "toBeTrue", "true", "ok", "truthy", "isTrue", "isOk", "assert", "isTruthy"]
)
_FALSE = frozenset(
    ["toBeFalsy", "toBeFalse", "false", "falsy", "notOk", "isFalse", "isNotOk", "isFalsy"]
)
_EQUALS = frozenset(
    [
        "toBe",
        "toEqual",
        "toStrictEqual",
        "equal",
        "equals",
        "eq",
        "eql",
        "strictEqual",
        "deepEqual",
        "deepStrictEqual",
        "is",
    ]
)
_SIZE = expression(r"(?:\. (?:length|size|count)|\. count \( \)|\. callCount)$")
_AT_LEAST = frozenset(["toBeGreaterThanOrEqual", "gte", "least", "isAtLeast"])
_PRESENT = frozenset(["toBeDefined", "exist", "exists", "isDefined"])
_MISSING = frozenset(["toBeNull", "toBeUndefined"])
_CONTAINING = frozenset(["toContain", "include", "includes", "contain", "oneOf", "toContainEqual"])
_BELOW = frozenset(["toBeLessThan", "toBeLessThanOrEqual", "below", "lessThan", "isBelow", "most"])
_HOLDING = frozenset(["toMatchObject", "toMatch", "match", "toContain", "include", "contain"])
_MAX: Final = 20_000
_MAX_DIGITS: Final = 20


def is_constant(text: str) -> bool:
    """Whether a text is made of literals alone."""
    if not text or len(text) > _MAX:
        return False
    tokens = _SIMPLE.sub("0", text).split(" ")
    return all(
        _WORDS.fullmatch(each) or each == ":" or tokens[index + 1 : index + 2] == [":"]
        for index, each in enumerate(tokens)
    )


def judged(name: str, subject: str, given: Sequence[str], negated: bool) -> Assertion:
    """What a matcher demands of a subject."""
    first = given[0] if given else ""
    expected = first if name in CLOSE else " , ".join(given)
    hollow = _is_hollow(name, subject, first, negated)
    strength = Strength.HOLLOW if hollow else _strength(name, subject, given, negated)
    constant = bool(given) and all(is_constant(each) for each in given)
    if _truth(name, first) is not None and (asked := written.condition(subject)).expected:
        subject, expected = asked.subject, asked.expected
        constant = is_constant(expected)
    if name in _CONTAINING and not constant and is_constant(subject) and "[" in subject:
        subject, expected, constant = expected, subject, True  # one of a list of answers
    return Assertion(
        text="",
        line=0,
        strength=strength,
        matcher=f"not.{name}" if negated else name,
        subject=subject,
        expected=expected,
        constant=constant,
        tolerance=_tolerance(name, subject, given),
    )


def _strength(name: str, subject: str, given: Sequence[str], negated: bool) -> Strength:
    expected = given[0] if given else ""
    asked = _truth(name, expected)
    if asked is not None:
        return _of_truth(subject, asked is not negated)
    unknown = Strength.TRUTHY if name.startswith("toBe") or not given else Strength.PART
    strength = STRENGTHS.get(name, unknown)
    if name in THROWS and (not expected or expected in _BROAD or _BROAD_ANY.fullmatch(expected)):
        strength = Strength.TRUTHY
    elif name in THROWS:
        strength = Strength.PART
    if name in {"property", "toHaveProperty"}:
        strength = Strength.EXACT if len(given) > 1 else Strength.EXISTS
    if name == "toHaveAttribute" and len(given) == 1:
        strength = Strength.TRUTHY
    if negated:
        weaker = Strength.ORDER if strength is Strength.EXACT else strength
        return NEGATED.get(name, weaker)
    if _ANYTHING.fullmatch(expected):
        return min(strength, Strength.EXISTS)
    return min(strength, Strength.PART) if _LOOSE.search(expected[:4000]) else strength


def _truth(name: str, expected: str) -> bool | None:
    """Whether a check asks for true or false; None when it asks for anything else."""
    if name in _TRUE or name in _FALSE:
        return name in _TRUE
    return expected == "true" if name in _EQUALS and expected in {"true", "false"} else None


def _of_truth(subject: str, holds: bool) -> Strength:
    if subject.startswith(("typeof ", "Array . isArray")):
        return Strength.EXISTS
    if is_constant(subject):
        falsy = subject in {"false", "null", "undefined", "0", '""', "NaN"}
        return Strength.TRUTHY if falsy is holds else Strength.HOLLOW
    if subject.startswith("! ! "):
        return Strength.TRUTHY
    return written.condition(subject, negated=not holds).strength


def _is_hollow(name: str, subject: str, expected: str, negated: bool) -> bool:
    """Whether a check holds whatever the code under test does."""
    if _truth(name, expected) is not None or not subject:
        return False
    if expected and is_constant(expected) and is_constant(subject):
        return (subject == expected) is not negated
    if name in _AT_LEAST and expected == "0":
        return bool(_SIZE.search(subject)) and not negated
    if name in _MISSING and is_constant(subject):
        return (subject in {"null", "undefined"}) is not negated
    exists = _MISSING if negated else _PRESENT
    if name in exists and (subject.startswith("typeof ") or is_constant(subject)):
        return True
    return not negated and _always(name, subject, expected)


def _always(name: str, subject: str, expected: str) -> bool:
    if "(" not in subject and subject == expected:
        return STRENGTHS.get(name) is Strength.EXACT or name in _HOLDING
    if name in {"toHaveLength", "lengthOf"}:
        return expected == f"{subject} . length"
    if name == "toMatchObject":
        return expected == "{ }"
    return name in _HOLDING and expected in _EMPTY_PATTERNS


def _tolerance(name: str, subject: str, given: Sequence[str]) -> float | None:
    if name in _BELOW and subject.startswith("Math . abs (") and given:
        return written.number(given[0])
    if name not in CLOSE:
        return None
    amount = written.number(given[1]) if len(given) > 1 else None
    if name != "toBeCloseTo":
        return amount
    digits = 2.0 if amount is None else amount
    return float(10.0**-digits / 2) if abs(digits) < _MAX_DIGITS else None
