"""In what way a rewritten assertion demands less than it did."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from guards.assertion_changes import Revision, expects_error, is_real, literals, words
from guards.code import Assertion, Strength
from guards.pattern import expression

_EXACT_ENOUGH: Final = 1e-6  # what rounding errors of floating point ask for
_CLEARLY_WIDE: Final = 1e-2
_MAX_TEXT: Final = 4000
_TOLERANCE = expression(
    r"\b(?:rel|abs|delta|rtol|atol|rel_tol|abs_tol|accuracy|tolerance|epsilon|within|closeTo|margin)\b"
    r"\s?[=:(]{0,2}\s?((?:\d[\d_]{0,20})?\.?\d{1,20}(?:[eE]-?\s?\d{1,3})?)"
)
_WILD = expression(
    r"\bANY\b|\b(?:any|anything|anyString|anyInt|anyLong|anyOf|any_args|anyArray|IsAny|isA|AnyThing|Anything"
    r"|any_of|kind_of|instance_of|anyConstructor|AnyValue|AnyOf|something|be_a|be_an|be_kind_of"
    r"|wildcard|ignore|AnyTimes|matchers\.any)\b|\.\s?[*+]|\[\^?\\?[sSwWdD]\\?[sSwWdD]?\]\s?[*+]|\\[sSwWdD][*+]"
)
_BROAD = frozenset(
    {"Exception", "BaseException", "Throwable", "Error", "StandardError", "RuntimeException"}
    | {"RuntimeError", "SystemException", "object", "any", "exception", "logic_error", "Any"}
)
_NEGATIONS = expression(
    r"^(?:not|NOT|isnt|wont|to_not|refute\w{0,60}|\w{0,40}(?:assert|ASSERT|EXPECT|CHECK|REQUIRE|must)_(?:ne|NE))$"
    r"|^(?:[a-z]{1,20}_){0,3}not_(?!nil|null|none|empty|found|blank|undefined)\w{1,60}$"
    r"|^(?:[A-Za-z]{0,30}[a-zT]Not|Not|not)(?=[A-Z])(?!Null|Nil|None|Empty|Found|Blank|Undefined)\w{1,60}$"
)
_NEGATED_OPERATORS = frozenset({"!=", "!==", "is not", "not in", "!~", "~=", "<>"})
_TRIVIAL = frozenset(
    {"True", "False", "None", "true", "false", "null", "nil", "undefined", "NULL", "nullptr", "0"}
    | {"", '""', "[ ]", "{ }", "( )", "YES", "NO", "''"}
)
_FAILURES = frozenset({"AssertionError", "AssertionFailedError", "AssertionException"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Weakness:
    """What is wrong with a rewritten assertion.

    Attributes:
        what: as a sentence goes on after the name of the test.
        certain: whether no honest change looks like this.
        grave: whether it demands next to nothing of what it demanded.
    """

    what: str
    certain: bool = False
    grave: bool = False


def weakness(revision: Revision, companions: Sequence[Assertion] = ()) -> Weakness | None:
    """How a revision weakens an assertion; None = it does not.

    Args:
        revision: the old and the new form.
        companions: other new assertions of the test; a strong one can make up for a weak one.
    """
    before, after = revision.before, revision.after
    if not is_real(before):
        return None
    if not is_real(after) or (_is_self_comparison(after) and not _is_self_comparison(before)):
        return Weakness(what="compares what is always the same", certain=True, grave=True)
    if _is_inverted(before, after):
        return Weakness(what="expects the opposite", certain=_is_ruled_out(before, after))
    if _is_made_up_for(before, companions):
        return None
    return _looser(before, after)


def denies_a_value(assertion: Assertion) -> bool:
    """Whether an assertion wants two things that say something to differ."""
    telling = assertion.expected not in _TRIVIAL
    return telling and _negations(assertion) % 2 == 1


def expects_failure(assertion: Assertion) -> bool:
    """Whether an assertion wants another assertion to fail."""
    return expects_error(assertion) and bool(_FAILURES & {*words(assertion.text)})


def tolerance_of(assertion: Assertion) -> float:
    """How far apart both values may be; 0 = not at all."""
    if assertion.tolerance is not None:
        return assertion.tolerance
    found = [_number(each) for each in _TOLERANCE.findall(assertion.text[:_MAX_TEXT])]
    return max(found, default=0.0)


def _looser(before: Assertion, after: Assertion) -> Weakness | None:
    for judge in (_by_tolerance, _by_exception, _by_wildcard, _by_strength):
        found = judge(before, after)
        if found is not None:
            return found if found.what else None
    return None


def _by_tolerance(before: Assertion, after: Assertion) -> Weakness | None:
    old, new = tolerance_of(before), tolerance_of(after)
    if new <= old * 1.0001:
        return None
    size = max((abs(_number(each)) for each in literals(after.expected)), default=1.0)
    if new <= _EXACT_ENOUGH * max(size, 1.0):
        return Weakness(what="")
    return Weakness(
        what=f"allows for a difference of {new:g} instead of {old:g}",
        grave=new >= _CLEARLY_WIDE,
    )


def _by_exception(before: Assertion, after: Assertion) -> Weakness | None:
    if not (expects_error(before) and expects_error(after)):
        return None
    old, new = _last_names(before), _last_names(after)
    if (new - old) & _BROAD and not old & _BROAD:
        return Weakness(what="accepts any error")
    kinds_before, kinds_after = _kinds(before), _kinds(after)
    if before.matcher != after.matcher:
        return None
    if kinds_before and not kinds_after:
        return Weakness(what="accepts any error")
    if _message(before) and not _message(after) and kinds_before == kinds_after:
        return Weakness(what="no longer looks at what the error says")
    return None


def _by_wildcard(before: Assertion, after: Assertion) -> Weakness | None:
    old = Counter(_WILD.findall(before.text[:_MAX_TEXT]))
    new = Counter(_WILD.findall(after.text[:_MAX_TEXT]))
    if not new - old or before.strength < Strength.PART:
        return None
    return Weakness(what="accepts anything in place of a value")


def _by_strength(before: Assertion, after: Assertion) -> Weakness | None:
    if after.strength >= before.strength:
        return None
    if before.expected in _TRIVIAL and before.expected:
        return None
    same_words = {*words(before.text)} - {before.matcher} <= {*words(after.text)}
    if before.strength <= Strength.TRUTHY and same_words:
        return None
    if literals(before.text) and (_says_as_much(before, after) or _holds_more(before, after)):
        return None
    return Weakness(
        what=f"asks only that {_ASKS[after.strength]}",
        grave=after.strength <= Strength.TRUTHY < before.strength,
    )


_ASKS = {
    Strength.HOLLOW: "nothing fails",
    Strength.EXISTS: "there is a value",
    Strength.TRUTHY: "something holds",
    Strength.ORDER: "a value is in a range, or not another one",
    Strength.PART: "a part is right",
    Strength.EXACT: "a value is right",
}


def _says_as_much(before: Assertion, after: Assertion) -> bool:
    """Whether a condition spells out the comparison that a method made: `assertTrue(a == b)`."""
    if after.strength is not Strength.TRUTHY or after.expected:
        return False
    known = {*words(after.text), *literals(after.text)}
    everything = {*words(before.subject), *literals(before.subject), *literals(before.expected)}
    compares = re.search(r"==|\. ?(?:equals|eql|deepEqual|isEqual|SequenceEqual)\b", after.text)
    return compares is not None and everything <= known


def _holds_more(before: Assertion, after: Assertion) -> bool:
    """Whether a part that is asked for holds the old value and others: `toMatchObject({…})`."""
    old, new = Counter(literals(before.expected)), Counter(literals(after.text))
    chooses = _CHOICE.search(after.matcher) is not None
    return (
        after.strength is Strength.PART
        and bool(old)
        and not old - new
        and not chooses
        and (new.total() > Counter(literals(before.text)).total())
    )


_CHOICE = expression(
    r"(?i)^(?:not )?in$|^assert_?(?:not_?)?in$|one_?of|any|either|contained|be_in|isin"
)


def _is_made_up_for(before: Assertion, companions: Sequence[Assertion]) -> bool:
    """Whether another new assertion, exact, holds the same value or looks into the same thing."""
    values = {*literals(before.expected)}
    for each in companions:
        if each.strength < before.strength:
            continue
        if values and values <= {*literals(each.text)}:
            return True
        if before.subject and each.subject != before.subject:
            head = {*words(before.subject)}
            if head and head <= {*words(each.subject)}:
                return True
    return False


def _is_self_comparison(assertion: Assertion) -> bool:
    return bool(assertion.expected) and assertion.expected == assertion.subject


def _is_inverted(before: Assertion, after: Assertion) -> bool:
    """Whether the same two values are held against each other the other way round."""
    if expects_failure(after) and not expects_error(before):
        return True
    same = (before.subject, before.expected) == (after.subject, after.expected)
    if not same or before.text == after.text:
        return False
    if not before.subject and _plain(before) != _plain(after):
        return False
    return _negations(after) % 2 != _negations(before) % 2


def _plain(assertion: Assertion) -> list[str]:
    names = [*words(assertion.text), *literals(assertion.text)]
    return [name for name in names if name != assertion.matcher and not _NEGATIONS.match(name)]


def _is_ruled_out(before: Assertion, after: Assertion) -> bool:
    """Whether a value was asked for and anything else is right now; the code may not say so."""
    if expects_failure(after):
        return True
    exact = before.strength is Strength.EXACT and before.expected not in _TRIVIAL
    return exact and _negations(after) > _negations(before)


def _negations(assertion: Assertion) -> int:
    text = assertion.text
    if assertion.subject:
        text = text.replace(assertion.subject, " ", 1)
    if assertion.expected:
        text = text.replace(assertion.expected, " ", 1)
    count = sum(bool(_NEGATIONS.match(word)) for word in words(text))
    if assertion.matcher in _NEGATED_OPERATORS:
        return count + (0 if " not " in assertion.matcher or "not" in assertion.matcher else 1)
    return count + text.count(" ! ")


def _last_names(assertion: Assertion) -> frozenset[str]:
    """The names of an assertion without the packages that they stand in."""
    return frozenset(_LAST_NAME.findall(assertion.text[:_MAX_TEXT]))


_LAST_NAME = expression(
    r"\b([^\W\d]\w{0,80})\b(?! ?\\)(?! ?(?:\.|::) ?(?!class\b|self\b|java\b)\w)"
)


def _message(assertion: Assertion) -> list[str]:
    """What an error is to say; constants inside of the code that fails are none of that."""
    expected = assertion.expected
    if "->" in expected or "=>" in expected:
        return []
    return [text for text in literals(expected) if len(text) > 1]


def _kinds(assertion: Assertion) -> frozenset[str]:
    """The kinds of errors that an assertion names, by their spelling."""
    return frozenset(
        word
        for word in words(assertion.text)
        if word[0].isupper() and re.search(r"(?:Error|Exception|Err|Failure|Fault)$", word)
    )


def _number(text: str) -> float:
    try:
        return float(text.replace("_", "").replace(" ", "").rstrip("fFdDmMlLuU"))
    except ValueError:
        return 0.0
