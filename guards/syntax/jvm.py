"""What Java and Kotlin share: assertions, skips and doubles of JUnit, TestNG, AssertJ, Mockito."""

import re
from collections.abc import Sequence

from guards.code import Assertion, Strength
from guards.facts import Call
from guards.pattern import expression
from guards.syntax.conditions import FAILS
from guards.syntax.jvm_matchers import hamcrest, tolerance_of
from guards.syntax.made import made
from guards.syntax.written import condition, is_literal, number
from guards.words import jvm as words

_PAIR = 2  # an expected value and a subject
_HELPER = expression(
    r"^(?:assert|check|verify|expect|should|ensure)[A-Z_]\w{0,80}$|^(?:verify|and)?Expect\w{0,80}$"
)
_IN_CHAIN = expression(
    r"^(?:andExpect\w{0,40}|expect[A-Z]\w{0,40}|statusCode|assert[A-Z]\w{0,40})$"
)
KIND = expression(r"([A-Za-z_][\w .]{0,120}?) (?:\.|::) (?:class|java)\b")
_MESSAGE = expression(r'^(?:"|\( \) ->|\{ "|String \. format|message = )')
_NEAR = expression(r"(?:within|offset|withPercentage|Offset) ")


def assertion(call: Call) -> Assertion | None:
    """What a call asserts, in any of the frameworks that both languages use."""
    if call.text.startswith("new "):
        return None
    names = [name for name, _ in call.links]
    head = next((i for i, name in enumerate(names) if name in words.HEADS), -1)
    if head >= 0 and (head == 0 or names[head - 1] not in {"given", "when"}):
        found = _fluent(call, head)
        if found is not None:
            return found
    if names and names[0] == "verify" and len(names) > 1:
        return _verified(call)
    if "StepVerifier" in names[:3]:
        done = any(name.startswith("verify") for name in names)
        return made(call, Strength.EXACT if done else Strength.HOLLOW, names[-1])
    return _named(call)


def raised(call: Call, arguments: Sequence[str], name: str) -> Assertion:
    """An assertion that something is thrown: anything at all, or of a kind."""
    text = " ".join(arguments)[:2000]
    kinds = [match.split()[-1] for match in KIND.findall(text)]
    if not kinds and (
        given := re.search(rf"\b{name} [<(] ([\w .]{{1,120}}) [>),]", call.text[:2000])
    ):
        kinds = [given[1].split()[-1]]
    broad = not kinds or kinds[0] in words.BROAD
    strength = Strength.TRUTHY if broad else Strength.PART
    return made(call, strength, name, subject="", expected=kinds[0] if kinds else "")


def _fluent(call: Call, head: int) -> Assertion | None:
    name, given = call.links[head]
    given = given or ()
    rest = call.links[head + 1 :]
    if name == "assertThat" and len(given) > 1:
        return hamcrest(call, given)
    if name in {"then", "that"} and ((head and not given) or not rest):
        return None
    if name in {"assertThatThrownBy", "expectThrows"} or "OfType" in name:
        return _thrown(call, name, given, rest)
    if name == "assertThat" and not rest and given[:1] and condition(given[0]).matcher != "true":
        asked = condition(given[0])
        return made(call, asked.strength, name, subject=asked.subject, expected=asked.expected)
    asked_links = [(word, args or ()) for word, args in rest if word not in words.SILENT]
    if not asked_links:
        silent = name in {"assertThat", "that", "expectThat", "assertThatObject"}
        return made(call, Strength.HOLLOW if silent else Strength.EXISTS, name)
    return _strongest(call, given, rest, asked_links)


def _strongest(
    call: Call,
    given: Sequence[str],
    rest: Sequence[tuple[str, tuple[str, ...] | None]],
    asked_links: Sequence[tuple[str, tuple[str, ...]]],
) -> Assertion:
    """The link of a chain that demands most."""
    subject = given[0] if given else ""
    word, args = max(asked_links, key=lambda link: words.STRENGTHS.get(link[0], Strength.PART))
    strength = words.STRENGTHS.get(word, Strength.PART)
    if word == "isWithin" and rest[-1][0] == "of":
        word, args = "isCloseTo", rest[-1][1] or ()
    expected = " , ".join(each for each in args if not _NEAR.match(each))
    if len(rest) == len(asked_links) and _cannot_fail(subject, asked_links):
        strength = Strength.HOLLOW
    if word in {"isTrue", "isFalse"}:
        asked = condition(subject, negated=word == "isFalse")
        strength = asked.strength
    return made(
        call,
        strength,
        word,
        subject=subject,
        expected=expected,
        tolerance=tolerance_of(call.text),
        text=_without_message(call),
    )


def _cannot_fail(subject: str, asked: Sequence[tuple[str, tuple[str, ...]]]) -> bool:
    """Whether a subject is held against itself, or a literal against a literal."""
    for word, args in asked:
        if word in {"isEqualTo", "isSameAs", "isSameInstanceAs", "isIn", "containsExactly"}:
            same = args[:1] == (subject,) and "(" not in subject
            if not same and not (is_literal(subject) and all(map(is_literal, args))):
                return False
        elif word in {"isNotNull", "isInstanceOf"}:
            if not (is_literal(subject) and subject != "null") and not subject.startswith("new "):
                return False
        elif not (word == "isNull" and subject == "null") and not (
            word in {"isGreaterThanOrEqualTo", "isAtLeast", "hasSizeGreaterThanOrEqualTo"}
            and args == ("0",)
            and (word.startswith("hasSize") or re.search(r"(?:size|length|count) \( \)$", subject))
        ):
            return False
    return True


def _thrown(
    call: Call,
    name: str,
    given: Sequence[str],
    rest: Sequence[tuple[str, tuple[str, ...] | None]],
) -> Assertion:
    told = [word for word, _ in rest if word.startswith(("hasMessage", "withMessage", "hasCause"))]
    kinds = [args or () for word, args in rest if word.endswith(("nstanceOf", "isThrownBy"))]
    texts = [*given[:1], *(each for args in kinds for each in args[:1])]
    found = raised(call, texts if "OfType" in name or kinds else (), name)
    if "OfType" in name and not any(word == "isThrownBy" for word, _ in rest):
        return made(call, Strength.HOLLOW, name)
    if told and found.strength < Strength.PART:
        return made(call, Strength.PART, told[0], expected=found.expected)
    return found


def _verified(call: Call) -> Assertion:
    """`verify(mock, times(2)).method(arguments)`."""
    arguments = " ".join(call.arguments)
    loose = re.search(r"\b(?:any\w{0,20}|isA|notNull|nullable) \(", arguments[:2000])
    amount = " ".join((call.links[0][1] or ())[1:])
    strength = Strength.PART if loose else Strength.EXACT
    if re.search(r"\batLeast \( 0 \)|\batLeast \( - |\batMost \( (?:\d{4}|Integer)", amount):
        strength = Strength.HOLLOW
    elif re.search(r"\bnever \(|\btimes \( 0 \)", amount):
        strength = Strength.EXACT
    elif loose and not re.sub(
        r"\b(?:any\w{0,20}|isA|notNull|nullable) \([^()]*\)|[ ,]", "", arguments
    ):
        strength = Strength.TRUTHY
    subject = f"{(call.links[0][1] or ('',))[0]}.{call.name}"
    return made(call, strength, "verify", subject=subject, expected=arguments)


def _named(call: Call) -> Assertion | None:
    name = call.name
    if name in words.THROWS and name not in {"throws", "isInstanceOf"}:
        if name == "expect" and not KIND.search(" ".join(call.arguments)[:500]):
            return None
        return raised(call, call.arguments[:1], name)
    if name in {"assertTrue", "assertFalse"}:
        return _boolean(call)
    if name in {"fail", "fails"} and len(call.links) <= _PAIR:
        return made(call, Strength.TRUTHY, FAILS, text=f"{call.callee} ( )")
    strength = (
        words.STRENGTHS.get(name) if name.startswith(("assert", "verify", "confirm")) else None
    )
    if strength is not None:
        return _compared(call, strength)
    return _by_name(call, name)


def _by_name(call: Call, name: str) -> Assertion | None:
    """What only its name tells to assert."""
    if name in words.SILENT or name.startswith(("assertAll", "assertSoftly")):
        return None
    if name == "expectMessage":
        return made(call, Strength.PART, name, expected=" ".join(call.arguments))
    chained = next((word for word, _ in call.links[1:] if _IN_CHAIN.match(word)), "")
    if chained:
        exact = words.STRENGTHS.get(chained, Strength.PART)
        return made(call, exact, chained, expected=" , ".join(call.arguments))
    if _HELPER.match(name) and len(call.links) <= _PAIR + 1:
        return made(call, Strength.PART, name, subject=" , ".join(call.arguments[:1]))
    return None


def _boolean(call: Call) -> Assertion | None:
    given = [each for each in call.arguments if not _MESSAGE.match(each)] or list(call.arguments)
    if not given:
        return None
    asked = condition(given[0], negated=call.name == "assertFalse")
    return made(
        call,
        asked.strength,
        call.name,
        subject=asked.subject or given[0],
        expected=asked.expected,
        text=f"{call.callee} ( {given[0]} )",
    )


def _compared(call: Call, strength: Strength) -> Assertion | None:
    """AssertEquals and its kin, with the message first (JUnit 4) or last (JUnit 5, TestNG)."""
    wanted = 1 if call.name in {"assertNotNull", "assertNull"} else _PAIR
    given = _without_reason(call.arguments, wanted)
    near = call.name in {"assertEquals", "assertArrayEquals", "assertNotEquals"}
    tolerance = number(given[_PAIR]) if near and len(given) > _PAIR else None
    text = f"{call.callee} ( {' , '.join(given)} )" if given else call.text
    if wanted == 1:
        subject = given[0] if given else ""
        sure = subject.startswith("new ") or (is_literal(subject) and subject != "null")
        hollow = sure if call.name == "assertNotNull" else subject == "null"
        return made(
            call, Strength.HOLLOW if hollow else strength, call.name, subject=subject, text=text
        )
    if len(given) < _PAIR:
        return made(call, strength, call.name, subject=" ".join(given), text=text)
    expected, subject = given[0], given[1]
    if is_literal(subject) and not is_literal(expected):
        expected, subject = subject, expected
    same = expected == subject and "(" not in subject
    if (same or (is_literal(expected) and is_literal(subject))) and "Not" not in call.name:
        strength = Strength.HOLLOW
    return made(
        call,
        strength,
        call.name,
        subject=subject,
        expected=expected,
        tolerance=tolerance if tolerance is not None else tolerance_of(call.text),
        text=text,
    )


def _without_reason(arguments: Sequence[str], wanted: int) -> list[str]:
    """The arguments without a message, first or last."""
    given = list(arguments)
    if len(given) > wanted:
        if _MESSAGE.match(given[-1]):
            given.pop()
        elif _MESSAGE.match(given[0]):
            given.pop(0)
    return given


def _without_message(call: Call) -> str:
    """The text of a chain without `as("…")` and the like."""
    text = call.text
    for name, arguments in call.links:
        if name in {"as", "describedAs", "withFailMessage", "overridingErrorMessage"}:
            text = text.replace(f" . {name} ( {' , '.join(arguments or ())} )", "", 1)
    return text
