"""What a macro or function of the test frameworks of C and C++ asserts or replaces."""

import re
from collections.abc import Sequence

from guards.code import Assertion, Strength
from guards.facts import Branch, Call
from guards.pattern import expression
from guards.syntax.conditions import FAILS, of_comparison
from guards.syntax.made import made, of_branch
from guards.syntax.written import at, is_literal, number
from guards.syntax.written import condition as condition_of
from guards.words import cpp as words

_APPROX = expression(
    r"\b(?:Approx|WithinAbs|WithinRel|WithinULP|DoubleNear|FloatNear|DoubleEq|FloatEq|approx) \("
)
_MARGIN = expression(
    r"\b(?:margin|epsilon|tolerance|percent_tolerance|absolute|relative) \( ?([\d.eE+-]{1,24})"
)
_WITHIN = expression(
    r"\b(?:WithinAbs|WithinRel|DoubleNear|FloatNear|NanSensitiveDoubleNear) \( [^,]{1,200} , ([\d.eE+-]{1,24})[fF]?"
)
_DISTANCE = expression(r"\b(?:fabs|abs|fabsf|absl|fabsl)\b")
_STRINGS = expression(r"\b(?:strcmp|memcmp|strncmp|strcasecmp|wcscmp) \(")
_MESSAGES = expression(r"(?:_MESSAGE|_MSG|_msg|_TEXT)$")
_BROAD = frozenset({"std :: exception", "...", "exception"})
_EXPECTED_FIRST = expression(
    r"^(?:TEST_ASSERT|CPPUNIT_ASSERT|LONGS_|STRCMP_|POINTERS_|DOUBLES_|BYTES_|MEMCMP_|UNSIGNED_|CHECK_EQUAL)"
)


def assertion(call: Call) -> Assertion | None:
    """What a call asserts; None when it asserts nothing."""
    name = call.name if not call.callee.startswith("Assert.") else f"Assert::{call.name}"
    if call.name in words.FAILS:
        return _made(call, Strength.TRUTHY, FAILS)
    if call.links and call.links[0][0] in {"EXPECT_CALL", "REQUIRE_CALL", "ALLOW_CALL"}:
        return _expected_call(call)
    if len(call.links) > 1 and not call.callee.startswith("Assert."):
        return None
    if not words.ASSERTING.match(name) or words.NO_ASSERTION.match(name) or call.has_block:
        return None
    return _macro(call, name.removeprefix("Assert::").removesuffix("_FATAL"))


def _expected_call(call: Call) -> Assertion | None:
    if call.links[0][0] == "ALLOW_CALL":
        return None
    given = call.links[0][1] or ()
    return _made(call, Strength.PART, call.links[0][0], at(given, 0), at(given, 1))


def _macro(call: Call, name: str) -> Assertion | None:
    upper, given = name.upper(), list(call.arguments)
    if _MESSAGES.search(name):
        name = upper = _MESSAGES.sub("", upper)
        given = given[1:] if upper.startswith("CPPUNIT") else given
    if words.TRUTHY_NAMES.search(name) or (len(given) == 1 and "FALSE" in upper):
        return _truth(call, at(given, 0), negated="FALSE" in upper)
    if words.EXISTS.search(upper):
        hollow = is_literal(at(given, 0)) and "NULL" in upper and "NOT" not in upper
        return _made(call, Strength.HOLLOW if hollow else Strength.EXISTS, upper, at(given, 0))
    if words.PART.search(upper):
        return _part(call, upper, given)
    if words.ORDER.search(upper):
        return _made(call, Strength.ORDER, upper, at(given, 0), at(given, 1))
    if words.EXACT.search(upper):
        return _equal(call, upper, given)
    return _made(call, Strength.PART, name, at(given, 0), at(given, 1))


def _equal(call: Call, name: str, given: Sequence[str]) -> Assertion:
    first, second = at(given, 0), at(given, 1)
    if _EXPECTED_FIRST.match(name) or (is_literal(first) and not is_literal(second)):
        first, second = second, first
    if words.NEAR.search(name) and len(given) > 2:  # noqa: PLR2004 - left, right and how near
        return _made(call, Strength.PART, name, first, second, number(given[2]))
    same = first == second and "(" not in first
    hollow = bool(second) and (same or (is_literal(first) and is_literal(second)))
    return _made(call, Strength.HOLLOW if hollow else Strength.EXACT, name, first, second)


def _part(call: Call, name: str, given: Sequence[str]) -> Assertion:
    first, second = at(given, 0), at(given, 1)
    if "THROW" in name or "EXCEPTION" in name:
        broad = not second or second in _BROAD or name.endswith("ANY_THROW")
        broad = broad and "WITH" not in name and "MATCHES" not in name
        kind = second if second else ""
        return _made(call, Strength.TRUTHY if broad else Strength.PART, name, first, kind)
    text = " , ".join(given)[:4000]
    tolerance = None
    if words.NEAR.search(name) and given:
        within = "WITHIN" in name and name.startswith("TEST_ASSERT")
        tolerance = number(given[0] if within else given[min(2, len(given) - 1)])
        if within:
            first, second = at(given, 2), at(given, 1)
    if match := _WITHIN.search(text) or _MARGIN.search(text):
        tolerance = number(match[1])
    strength = Strength.PART
    if name.endswith("THAT") and re.match(
        r"^(?:::)?(?:[\w:]{0,40} )?(?:Eq|StrEq|Equals|ElementsAre|UnorderedElementsAre|ContainerEq|Is) \(",
        second,
    ):
        strength = Strength.EXACT
    if name.endswith("THAT") and re.match(
        r"^(?:testing :: |:: testing :: )?(?:_$|A <|An <|Ne \(|NotNull)", second
    ):
        strength = Strength.HOLLOW if second.endswith("_") else Strength.ORDER
    return _made(call, strength, name, first, second, tolerance)


def _truth(call: Call, text: str, *, negated: bool) -> Assertion:
    """`ASSERT_TRUE(a == b)`, `assert(strcmp(a, "b") == 0)`, `REQUIRE(x == Approx(3))`."""
    joined = " , ".join(call.arguments)[:4000]
    match = _WITHIN.search(joined) or _MARGIN.search(joined)
    tolerance = number(match[1]) if match else None
    compared = call.comparison
    if compared is not None and compared.left + compared.right and call.arguments[:1] == (text,):
        strength, matcher = of_comparison(compared, negated=negated)
        subject, expected = compared.left, compared.right
    else:
        strength, matcher, subject, expected = condition_of(_without_message(text), negated=negated)
    if _APPROX.search(text) or tolerance is not None:
        strength = min(strength, Strength.PART)
    if strength is Strength.ORDER and _DISTANCE.search(subject) and matcher in {"<", "<="}:
        strength, tolerance = Strength.PART, number(expected)
    if strength is Strength.TRUTHY and text.startswith("! ") and _STRINGS.search(text):
        strength = Strength.EXACT
    return _made(call, strength, matcher, subject or text, expected, tolerance)


def _without_message(text: str) -> str:
    return re.sub(r' && "(?:[^"\\]|\\.){0,500}"$', "", text)


def condition(branch: Branch, body: Sequence[Call]) -> Assertion | None:
    """`if (got != want) { abort(); }`: asks for the opposite."""
    if not any(call.name in words.ENDS | words.FAILS for call in body):
        return None
    if not branch.comparisons and "(" not in branch.condition:
        return None
    return of_branch(branch, condition_of(branch.condition, negated=True))


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
        subject=subject,
        expected=expected,
        tolerance=tolerance,
        is_constant=_is_constant,
    )


def _is_constant(text: str) -> bool:
    if is_literal(text):
        return True
    bare = re.sub(r'"(?:[^"\\]|\\.){0,2000}"|\'[^\']{1,8}\'|\b\d[\w.]{0,40}', "", text[:4000])
    return not re.search(r"[A-Za-z_]", re.sub(r"\b(?:true|false|nullptr|NULL)\b", "", bare))


def double(call: Call) -> str | None:
    """`EXPECT_CALL(m, f(_))`, `ON_CALL(…)`, cmocka's `will_return(f, …)`, fakes of fff."""
    head, given = (call.links[0][0], call.links[0][1] or ()) if call.links else ("", ())
    if (
        head in {"EXPECT_CALL", "ON_CALL", "REQUIRE_CALL", "ALLOW_CALL", "When", "Mock"}
        and len(given) > 1
    ):
        return None if call.inner else f"{given[0]}.{given[1].partition(' ')[0]}"
    if call.name in {
        "will_return",
        "will_return_always",
        "will_return_count",
        "expect_function_call",
    }:
        return at(call.arguments, 0) or None
    if call.name in {"FAKE_VALUE_FUNC", "FAKE_VOID_FUNC"} and call.arguments:
        return call.arguments[
            -1 if call.name == "FAKE_VOID_FUNC" else min(1, len(call.arguments) - 1)
        ]
    return None
