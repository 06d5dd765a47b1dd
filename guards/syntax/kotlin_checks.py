"""What Kotlin's calls assert: kotest's infix words, kotlin.test, MockK, and JUnit as in Java."""

import re
from dataclasses import replace

from guards.code import Assertion, Strength
from guards.facts import Call, Handler
from guards.pattern import expression
from guards.syntax import jvm, jvm_marks
from guards.syntax.found import Found
from guards.syntax.jvm_matchers import tolerance_of
from guards.syntax.made import made
from guards.syntax.reader import Reader
from guards.syntax.written import condition, is_literal, number
from guards.words import jvm as jvm_words
from guards.words import kotlin as words

_STRENGTHS = {
    **dict.fromkeys(words.EXISTS, Strength.EXISTS),
    **dict.fromkeys(words.TRUTHY, Strength.TRUTHY),
    **dict.fromkeys(words.ORDER, Strength.ORDER),
    **dict.fromkeys(words.EXACT, Strength.EXACT),
}
_SHOULD = expression(r"^`?should(?:[A-Z ]\w{0,80}|Not\w{0,80}|)\b")
_LOOSE = expression(r"\b(?:any|ofType|isNull|allAny|anyNullable) (?:< [\w ]{1,80}> )?\(")
_NAMED_TOLERANCE = expression(r"\babsoluteTolerance = ([\d.eE_-]{1,30})")
_FAILS = expression(r"\b(?:throw|fail|assert\w{0,40}|should\w{0,40}|error) ")
_RESULT = frozenset({"isFailure", "isSuccess", "exceptionOrNull", "getOrThrow"})
_MAX = 4000  # characters of a call that are looked at


def assertion(call: Call) -> Assertion | None:
    """What a call asserts."""
    names = [name for name, _ in call.links]
    last = call.name
    if _SHOULD.match(last) and len(names) > 1:
        return _should(call, last)
    if names and names[0] in words.VERIFICATIONS and "{" in call.text:
        return _mockk(call)
    if names[-1:] in (["assert"], ["check"], ["assertTrue"], ["assertFalse"]) and not names[2:]:
        return _condition(call, last)
    if call.has_block and call.arguments and names in (["expect"], ["expectThat"]):
        return _of_block(call, last)
    found = jvm.assertion(call)
    if found is not None and (match := _NAMED_TOLERANCE.search(call.text[:_MAX])):
        return replace(found, tolerance=number(match[1]))
    return found


def errors_caught(found: Found, reader: Reader) -> list[Handler]:
    """`runCatching { … }` whose failure is put aside."""
    handlers: list[Handler] = []
    for call in found.calls:
        names = [name for name, _ in call.links]
        if call.inner or "runCatching" not in names or call.name not in words.DROPS:
            continue
        if _RESULT & set(names) or (call.name == "runCatching" and _is_kept(call, reader)):
            continue
        head, _, tail = call.text.rpartition(f" {call.name} ")
        done = "" if call.name in {"runCatching", "getOrNull"} else tail.strip("(){} ")
        handlers.append(
            Handler(
                catches="runCatching",
                guarded=(call.at, call.end),
                body=(call.end, call.end),
                statements=(done,) if done and head else (),
                raises="throw " in done,
                at=call.at,
                end=call.end,
                line=call.line,
            )
        )
    return handlers


def _is_kept(call: Call, reader: Reader) -> bool:
    """Whether a bare runCatching is more than a statement: its result goes somewhere."""
    before = reader.tree.source[max(0, call.at - 40) : call.at].rstrip(b" \t\r")
    return not before.endswith((b"\n", b"{", b";", b"}"))


def swallows(handler: Handler) -> bool:
    """A catch, or a runCatching, that lets a failing assertion pass."""
    if handler.catches == "runCatching":
        return not handler.raises and not any(_FAILS.search(s) for s in handler.statements)
    return jvm_marks.swallows(handler)


def _of_block(call: Call, name: str) -> Assertion:
    """`expect(3) { sum() }` of kotlin.test, `expectThat(x) { isEqualTo(3) }` of strikt."""
    if name == "expectThat":
        return made(call, Strength.PART, name, subject=" ".join(call.arguments))
    body = _body(call)
    literal = is_literal(body) and is_literal(call.arguments[0])
    strength = Strength.HOLLOW if literal else Strength.EXACT
    return made(call, strength, name, subject=body, expected=call.arguments[0])


def _should(call: Call, name: str) -> Assertion:
    infix = call.text.rpartition(f" {name} ")
    dotted = infix[0].endswith(" .")
    subject = infix[0].removesuffix(" .").removesuffix(" ?.").strip()
    given = call.arguments
    expected = given[0] if given else ""
    plain = name.strip("`").partition(" <")[0]
    strength = _STRENGTHS.get(plain, Strength.PART)
    if plain in {"should", "shouldBe", "shouldHave"} and not dotted:
        matcher = re.match(r"(\w{1,60}) \(", expected)
        if plain != "shouldBe" and matcher:
            strength = jvm_words.STRENGTHS.get(matcher[1], Strength.PART)
    if plain == "shouldNotBe" and expected == "null":
        strength = Strength.EXISTS
    same = subject == expected and "(" not in subject
    literal = is_literal(subject) and (is_literal(expected) or not given)
    if (same and "Not" not in plain) or literal:
        strength = Strength.HOLLOW
    if subject == "true" or (plain in {"shouldBeTrue", "shouldBeFalse"} and " " in subject):
        strength = condition(subject, negated=plain.endswith("False")).strength
    if plain == "shouldBe" and expected in {"true", "false"} and strength > Strength.HOLLOW:
        strength = Strength.TRUTHY
    return made(
        call,
        strength,
        plain,
        subject=subject,
        expected=expected,
        tolerance=tolerance_of(expected),
    )


def _mockk(call: Call) -> Assertion:
    given = " ".join(call.links[0][1] or ())
    body = _body(call)
    strength = Strength.PART if _LOOSE.search(body) else Strength.EXACT
    if re.search(r"\b(?:exactly = 0|wasNot)\b", f"{given} {body}"):
        strength = Strength.EXACT
    if re.search(r"\batLeast = 0\b", given):
        strength = Strength.HOLLOW
    return made(call, strength, call.links[0][0], subject=body.partition(" (")[0], expected=body)


def _condition(call: Call, name: str) -> Assertion | None:
    given = [each for each in call.arguments if not each.startswith('"')]
    text = given[0] if given else _body(call)
    if not text:
        return None
    asked = condition(text, negated=name == "assertFalse")
    return made(
        call,
        asked.strength,
        name,
        subject=asked.subject or text,
        expected=asked.expected,
        text=f"{call.callee} ( {text} )",
    )


def _body(call: Call) -> str:
    """What stands in the block at the end of a call."""
    text = call.text[:_MAX]
    return text.partition("{")[2].removesuffix("}").strip() if "{" in text else ""
