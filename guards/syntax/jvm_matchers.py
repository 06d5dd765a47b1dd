"""What matchers of Hamcrest demand, and how far apart both sides of a check may be."""

import re
from collections.abc import Sequence

from guards.code import Assertion, Strength
from guards.facts import Call
from guards.pattern import expression
from guards.syntax.made import made
from guards.syntax.written import condition, is_literal, number
from guards.words import jvm as words

_TOLERANCE = expression(
    r"\b(?:within|offset|byLessThan|isWithin|withPercentage|plusOrMinus|closeTo|tolerance)"
    r" (?:\( )?([^()]{1,60})"
)


def tolerance_of(text: str) -> float | None:
    """How far apart both sides may be, when a text says so."""
    match = _TOLERANCE.search(text[:4000])
    if match is None:
        return None
    numbers = [number(piece.strip()) for piece in match[1].split(",")]
    return next((each for each in reversed(numbers) if each is not None), None)


def hamcrest(call: Call, given: Sequence[str]) -> Assertion:
    """`assertThat(subject, matcher)`, with a reason before both or without."""
    subject, matcher = given[-2], given[-1]
    word = next(iter(re.findall(r"\b(\w{1,60}) \(", matcher[:2000])), matcher.partition(" ")[0])
    inner = re.findall(r"\b(\w{1,60}) \(", matcher[:2000])
    strength = words.STRENGTHS.get(word, Strength.PART)
    if word in {"is", "not", "allOf", "anyOf", "either", "both", "describedAs"} and len(inner) > 1:
        deeper = words.STRENGTHS.get(inner[1], Strength.PART)
        strength = Strength.ORDER if word == "not" and deeper > Strength.ORDER else deeper
        strength = Strength.EXISTS if inner[1] == "nullValue" else strength
    held = _held(matcher)
    if (is_literal(subject) and is_literal(held)) or (subject == held and "(" not in held):
        strength = Strength.HOLLOW
    if word in {"anything", "any"} and "(" in matcher:
        strength = Strength.HOLLOW if word == "anything" else Strength.EXISTS
    if re.fullmatch(r"is \( true \)", matcher):
        strength = condition(subject).strength
    return made(
        call,
        strength,
        word,
        subject=subject,
        expected=held,
        tolerance=tolerance_of(matcher),
        text=f"assertThat ( {subject} , {matcher} )",
    )


def _held(matcher: str) -> str:
    """What stands inside `is(equalTo(…))`."""
    held = matcher
    for _ in range(3):
        match = re.match(
            r"^(?:is|not|equalTo|comparesEqualTo|closeTo|sameInstance|\w{1,40}) \( (.*) \)$", held
        )
        if match is None or held.count(")") != held.count("("):
            break
        held = match[1]
    return held.partition(" , ")[0] if matcher.startswith("closeTo") else held
