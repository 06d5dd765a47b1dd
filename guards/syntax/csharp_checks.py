"""What C#'s calls assert: xUnit, NUnit, MSTest, FluentAssertions, Shouldly, Moq, NSubstitute."""

import re
from collections.abc import Sequence

from guards.code import Assertion, Strength
from guards.facts import Call
from guards.pattern import expression
from guards.syntax.conditions import FAILS
from guards.syntax.written import condition, is_literal, number
from guards.words import csharp as words

STRENGTHS = {
    **dict.fromkeys(words.EXISTS, Strength.EXISTS),
    **dict.fromkeys(words.TRUTHY, Strength.TRUTHY),
    **dict.fromkeys(words.ORDER, Strength.ORDER),
    **dict.fromkeys(words.PART, Strength.PART),
    **dict.fromkeys(words.EXACT, Strength.EXACT),
}
_PAIR = 2  # a subject and an expected value
_MOST_PLACES = 300
_HELPER = expression(r"^(?:Assert|Verify|Check|Expect|Should|Ensure)(?:[A-Z]\w{0,80})?$")
_GENERIC = expression(r"\b(\w{1,40}) < ([\w .]{1,200}) >")
_TYPEOF = expression(r"\btypeof \( ([\w .]{1,200}) \)")
_TOLERANCE = expression(
    r"\b(?:Within|tolerance|precision|delta)(?: \(| =| :) ([-\d.eEfFdDmM_]{1,30})"
)
_CLOSE = frozenset({"BeApproximately", "BeCloseTo", "AreEqual", "Equal", "ShouldBe"})
_MESSAGE = expression(r'^[$@]{0,2}"|^(?:because|message|userMessage|customMessage) :')
_LOOSE = expression(r"\b(?:It . IsAny|Arg . Any|A < \w{1,40} > . _|It . IsAnyType)\b")
_SURE = frozenset({"GreaterThanOrEqualTo", "BeGreaterOrEqualTo", "BeGreaterThanOrEqualTo"})


def plain(name: str) -> str:
    """A name without its type arguments."""
    return name.partition(" <")[0]


def assertion(call: Call) -> Assertion | None:
    """What a call asserts."""
    names = [plain(name) for name, _ in call.links]
    if not names or call.text.startswith("new "):
        return None
    owner = names[-2] if len(names) > 1 else ""
    if (
        owner in words.ASSERTERS
        or owner.endswith("Assert")
        or (owner == "That" and names[0] in words.ASSERTERS)
    ):
        return _classic(call, names[-1])
    if names[:2] == ["Assert", "That"] and len(names) > _PAIR:
        return _fluent(call, names, 1)
    if "Should" in names[1:] or names[0] == "Should":
        return _fluent(call, names, names.index("Should"))
    if names[-1].startswith("Should") and len(names[-1]) > len("Should"):
        return _shouldly(call, names[-1])
    return _mocked(call, names) or _other(call, names)


def _made(
    call: Call, strength: Strength, matcher: str, given: Sequence[str] = (), text: str = ""
) -> Assertion:
    """An assertion on `given`: what is looked at, and what it is held against."""
    expected = given[1] if len(given) > 1 else ""
    return Assertion(
        text=text or call.text,
        line=call.line,
        at=call.at,
        strength=strength,
        matcher=matcher,
        subject=given[0] if given else "",
        expected=expected,
        constant=is_literal(expected),
        tolerance=_tolerance(call, matcher),
    )


def _classic(call: Call, name: str) -> Assertion | None:
    """`Assert.Equal(3, x)`, `Assert.AreEqual`, `Assert.That(x, Is.EqualTo(3))`."""
    given = [each for each in call.arguments if not each.startswith(("message :", "userMessage :"))]
    if name == "Fail":
        return _made(call, Strength.TRUTHY, FAILS, text="Assert . Fail ( )")
    if name in words.SKIP_CALLS | {"Pass", "Multiple", "MultipleAsync", "EnterMultipleScope"}:
        return None
    if name == "That":
        return _that(call, given)
    if name in words.THROWS:
        return _thrown(call, name)
    if name in {"True", "IsTrue", "False", "IsFalse"}:
        return _boolean(call, given, negated="False" in name)
    is_single = name in {"NotNull", "IsNotNull", "Null", "IsNull"} or len(given) < _PAIR
    return _single(call, name, given) if is_single else _pair(call, name, given)


def _single(call: Call, name: str, given: list[str]) -> Assertion:
    sure = given[:1] and (is_literal(given[0]) or given[0].startswith("new "))
    same = given[:1] == ["null"]
    asks_null = name in {"Null", "IsNull"}
    hollow = same if asks_null else bool(sure) and "Not" in name and not same
    strength = Strength.HOLLOW if hollow else STRENGTHS.get(name, Strength.PART)
    return _made(call, strength, name, given[:1], f"{call.callee} ( {' , '.join(given[:1])} )")


def _pair(call: Call, name: str, given: list[str]) -> Assertion:
    kept = [given[0], given[1], *(each for each in given[2:] if not _MESSAGE.match(each))]
    expected, subject = kept[0], kept[1]
    if is_literal(subject) and not is_literal(expected):
        expected, subject = subject, expected
    strength = STRENGTHS.get(name, Strength.PART)
    same = expected == subject and "(" not in subject
    if (same or (is_literal(expected) and is_literal(subject))) and "Not" not in name:
        strength = Strength.HOLLOW
    text = f"{call.callee} ( {' , '.join(kept)} )"
    return _made(call, strength, name, (subject, expected), text)


def _boolean(call: Call, given: Sequence[str], *, negated: bool) -> Assertion | None:
    if not given:
        return None
    asked = condition(given[0], negated=negated)
    about = (asked.subject or given[0], asked.expected)
    text = f"{call.callee} ( {given[0]} )"
    return _made(call, asked.strength, plain(call.name), about, text)


def _that(call: Call, given: Sequence[str]) -> Assertion | None:
    """NUnit's constraints: `Is.EqualTo(3)`, `Is.Not.Null`, `Throws.TypeOf<X>()`."""
    if len(given) == 1 or (len(given) > 1 and _MESSAGE.match(given[1])):
        return _boolean(call, given[:1], negated=False)
    if not given:
        return None
    subject, constraint = given[0], given[1]
    words_in = re.findall(r"\b[A-Z]\w{0,60}\b", constraint[:2000])
    text = f"Assert . That ( {subject} , {constraint} )"
    if constraint.startswith("Throws"):
        kinds = [kind for _, kind in _GENERIC.findall(constraint[:2000])] + _TYPEOF.findall(
            constraint
        )
        broad = constraint == "Throws . Exception" or (
            kinds and kinds[0].replace(" ", "") in words.BROAD
        )
        strength = Strength.EXISTS if "Nothing" in constraint else Strength.PART
        return _made(call, Strength.TRUTHY if broad else strength, "Throws", ("", constraint), text)
    asked = [STRENGTHS[word] for word in words_in if word in STRENGTHS]
    strength = max(asked, default=Strength.PART)
    if "Not" in words_in:
        exists = words_in[-1] in {"Null", "NaN"}
        strength = Strength.EXISTS if exists else min(strength, Strength.ORDER)
    match = re.search(r"\( (.{1,2000}?) \)", constraint)
    expected = match[1] if match else words_in[-1] if words_in else ""
    same = subject == expected and "(" not in subject
    literal = is_literal(subject) and (
        is_literal(expected) or expected in {"True", "Null", "False"}
    )
    never = re.search(r"(?:Count|Length|Count \( \))$", subject) and constraint.endswith(
        "GreaterThanOrEqualTo ( 0 )"
    )
    if ((same or literal) and "Not" not in words_in) or never:
        strength = Strength.HOLLOW
    if words_in[-1:] in (["True"], ["False"]) and strength > Strength.HOLLOW:
        strength = condition(subject, negated=words_in[-1] == "False").strength
    matcher = max(words_in, key=lambda word: STRENGTHS.get(word, Strength.HOLLOW), default="That")
    return _made(call, strength, matcher, (subject, expected), text)


def _fluent(call: Call, names: Sequence[str], should: int) -> Assertion | None:
    """`x.Should().Be(3).And.NotBeNull()`."""
    rest = [(plain(name), args) for name, args in call.links[should + 1 :] if args is not None]
    subject = call.text.rpartition(" . Should (")[0]
    if not subject and call.links[should][1]:
        subject = (call.links[should][1] or ("",))[0]
    if not rest:
        return _made(call, Strength.HOLLOW, "Should", (subject,))
    word, args = max(rest, key=lambda link: STRENGTHS.get(link[0], Strength.PART))
    if rest[0][0].endswith("Async") and not call.awaited:
        return _made(call, Strength.HOLLOW, rest[0][0], (subject,))
    if any(name in words.THROWS for name, _ in rest):
        found = _thrown(call, rest[0][0])
        told = any(name.startswith("With") for name, _ in rest)
        if told and found.strength < Strength.PART:
            return _made(call, Strength.PART, found.matcher, (subject, found.expected))
        return found
    expected = (args or ("",))[0]
    if word in {"BeTrue", "BeFalse"}:
        strength = condition(subject, negated=word == "BeFalse").strength
    elif _cannot_fail(word, subject, expected):
        strength = Strength.HOLLOW
    else:
        strength = STRENGTHS.get(word, Strength.PART)
    return _made(call, strength, word, (subject, expected))


def _cannot_fail(word: str, subject: str, expected: str) -> bool:
    """Whether a subject is held against itself, or against what always holds."""
    if word == "NotBeNull" and (is_literal(subject) or subject.startswith("new ")):
        return True
    if word in _SURE and expected == "0" and re.search(r"(?:Count|Length)(?: \( \))?$", subject):
        return True
    same = subject == expected and "(" not in subject
    literal = is_literal(subject) and (not expected or is_literal(expected))
    return (same or literal) and not word.startswith("Not")


def _shouldly(call: Call, name: str) -> Assertion:
    if name in words.THROWS:
        if name.endswith("Async") and not call.awaited:
            return _made(call, Strength.HOLLOW, name)
        return _thrown(call, name)
    subject = call.text.rpartition(f" . {name} ")[0]
    expected = (call.arguments or ("",))[0]
    strength = STRENGTHS.get(name, Strength.PART)
    same = subject == expected and "(" not in subject
    literal = is_literal(subject) and (not call.arguments or is_literal(expected))
    if (same or literal) and "Not" not in name:
        strength = Strength.HOLLOW
    if name in {"ShouldBeTrue", "ShouldBeFalse"}:
        strength = condition(subject, negated=name == "ShouldBeFalse").strength
    return _made(call, strength, name, (subject, expected))


def _thrown(call: Call, name: str) -> Assertion:
    """An assertion that something is thrown: anything at all, or of a kind."""
    kinds = [kind for word, kind in _GENERIC.findall(call.text[:4000]) if word == name]
    kinds += _TYPEOF.findall(call.text[:4000])
    kind = kinds[0].replace(" ", "") if kinds else ""
    strength = Strength.PART if kind and kind not in words.BROAD else Strength.TRUTHY
    return _made(call, strength, name, ("", kind))


def _mocked(call: Call, names: Sequence[str]) -> Assertion | None:
    """Moq's Verify, NSubstitute's Received, FakeItEasy's MustHaveHappened."""
    if names[-1] in {"Verify", "VerifyAll", "VerifyNoOtherCalls", "VerifySet", "VerifyGet"}:
        if len(names) == 1:
            return _made(call, Strength.EXACT, "Verify", call.arguments[:1])
        loose = _LOOSE.search(" ".join(call.arguments)[:4000])
        never = re.search(r"\bTimes \. (?:Never|Exactly \( 0 \))", call.text[:4000])
        hollow = re.search(r"\bTimes \. AtMost(?:Once)?\b|AtLeast \( 0 \)", call.text[:4000])
        strength = Strength.PART if loose and not never else Strength.EXACT
        return _made(call, Strength.HOLLOW if hollow else strength, names[-1], call.arguments[:1])
    received = next((n for n in names[:-1] if n.startswith(("Received", "DidNotReceive"))), "")
    if received:
        vague = _LOOSE.search(" ".join(call.arguments)[:4000]) is not None
        weak = vague and received.startswith("Rec")
        return _made(call, Strength.PART if weak else Strength.EXACT, received)
    if names[-1].startswith(("MustHaveHappened", "MustNotHaveHappened")):
        return _made(call, STRENGTHS.get(names[-1], Strength.PART), names[-1])
    return None


def _other(call: Call, names: Sequence[str]) -> Assertion | None:
    if names[-1].startswith("ShouldHave") or "Expect" in names[:-1]:
        return _made(call, Strength.PART, names[-1], call.arguments)
    if len(names) <= _PAIR and _HELPER.match(names[-1]):
        return _made(call, Strength.PART, names[-1], call.arguments[:1])
    return None


def _tolerance(call: Call, matcher: str) -> float | None:
    text = call.text[:4000]
    if match := _TOLERANCE.search(text):
        found = number(match[1])
        if found is not None and match[0].startswith("precision"):
            return float(10.0**-found) if 0 <= found < _MOST_PLACES else None
        return found
    third = (
        call.arguments[1:2]
        if matcher in {"BeApproximately", "BeCloseTo", "ShouldBe"}
        else call.arguments[2:3]
    )
    value = number(third[0]) if third and matcher in _CLOSE else None
    if value is not None and matcher == "Equal" and "." not in third[0]:
        return float(10.0**-value) if 0 <= value < _MOST_PLACES else None
    return value
