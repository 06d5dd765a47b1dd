"""What a call of Ruby's test frameworks asserts or replaces."""

import re
from collections.abc import Sequence
from dataclasses import replace

from guards.code import Assertion, Strength
from guards.facts import Call
from guards.pattern import expression
from guards.syntax.conditions import FAILS, of_comparison
from guards.syntax.made import made
from guards.syntax.written import at, is_literal, number
from guards.words import ruby as words

_HELPER = expression(r"^(?:assert|refute|expect|verify|check|should|must|wont)_[a-z]")
_EXPECTING = frozenset(["expect", "is_expected", "are_expected", "_", "value", "this_block"])
_SAYING = frozenset(["to", "not_to", "to_not", "should", "should_not", "should_receive"])
_NEGATIONS = frozenset(["not_to", "to_not", "should_not", "should_not_receive"])
_PAIR = 2  # `expect(…).to …`: a chain of two
_MATCHER = expression(r"^(?:(be) )?([\w?!]+|[=<>!~]{1,3})(?: (.*))?$", re.DOTALL)
_TOLERANCE = expression(r"be_within \(? ?([\d.e_-]{1,20})")


def plain(text: str) -> str:
    """A name without its quotes or its colon."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1]
    return text.removeprefix(":").replace(" :: ", "::").replace(" . ", ".")


def assertion(call: Call) -> Assertion | None:
    """What a call asserts; None when it asserts nothing."""
    heads = [name for name, _ in call.links]
    if (
        heads
        and call.name in _SAYING
        and (heads[0] in _EXPECTING or call.name not in {"to", "not_to", "to_not"})
    ):
        return _said(call)
    strength = words.STRENGTHS.get(call.name)
    if call.name.startswith(("must_", "wont_")) and strength is not None:
        return _spec(call, strength)
    if not call.name.startswith(("assert", "refute", "flunk")):
        return _helper(call)
    if len(heads) > 1 and heads[-2] not in {"self", "Assert", "assert", "test", "t"}:
        return None
    return _classic(call, strength)


def _helper(call: Call) -> Assertion | None:
    if (
        call.name == "verify"
        and len(call.links) == _PAIR
        and call.links[0][0] not in {"self", "()"}
    ):
        return _made(call, Strength.PART, "verify", subject=call.links[0][0])
    if not _HELPER.match(call.name) or (call.has_block and call.name.startswith("should_")):
        return None
    return _made(call, Strength.PART, call.name, subject=at(call.arguments, 0))


def _classic(call: Call, strength: Strength | None) -> Assertion | None:
    """`assert_equal 3, x`: what is expected stands first."""
    name, given = call.name, _unnamed(call.arguments)
    if name == "flunk":
        return _made(call, Strength.TRUTHY, FAILS)
    if strength is None:
        return _made(call, Strength.PART, name, at(given, 0), at(given, 1))
    if name in {"assert", "refute", "assert_not", "assert_true", "assert_false"}:
        return _truth(call, negated=name not in {"assert", "assert_true"})
    expected, subject = at(given, 0), at(given, 1)
    if name.startswith(("assert_raise", "assert_throw")):
        return _raised(call, name, given)
    if strength in {Strength.EXISTS, Strength.TRUTHY} or name.endswith(("empty", "predicate")):
        return _of_one(call, strength, given)
    tolerance = number(at(given, 2)) if "delta" in name or "epsilon" in name else None
    if tolerance is None and ("delta" in name or "epsilon" in name):
        tolerance = 0.001
    if _is_hollow(strength, subject, expected):
        strength = Strength.HOLLOW
    return _made(call, strength, name, subject, expected, tolerance)


def _of_one(call: Call, strength: Strength, given: Sequence[str]) -> Assertion:
    """`assert_nil x`, `assert_kind_of Foo, x`, `assert_predicate x, :ok?`."""
    name, first, second = call.name, at(given, 0), at(given, 1)
    if name in {"assert_nil", "assert_not_nil", "refute_nil"}:
        hollow = first == "nil" if name == "assert_nil" else is_literal(first) and first != "nil"
        return _made(call, Strength.HOLLOW if hollow else strength, name, first)
    return _made(call, strength, name, second or first, first if second else "")


def _truth(call: Call, *, negated: bool) -> Assertion:
    first = at(call.arguments, 0)
    if call.comparison is not None:
        strength, matcher = of_comparison(call.comparison, negated=negated)
        return _made(call, strength, matcher, call.comparison.left, call.comparison.right)
    holds = {"false", "nil"} if negated else {"true"}
    hollow = first in holds or (is_literal(first) and first not in {"false", "nil"} and not negated)
    match = re.match(
        r"^(.{1,2000}) \. (include\?|start_with\?|end_with\?|match\?|eql\?|equal\?) (.*)$", first
    )
    if match and not hollow:
        strength = Strength.EXACT if match[2].startswith("eq") else Strength.PART
        return _made(
            call, Strength.ORDER if negated else strength, match[2], match[1], _bare(match[3])
        )
    return _made(call, Strength.HOLLOW if hollow else Strength.TRUTHY, call.name, first)


def _raised(call: Call, name: str, given: Sequence[str]) -> Assertion:
    kinds = [plain(each) for each in given if not each.startswith('"')]
    broad = not kinds or bool(set(kinds) & words.BROAD)
    strength = Strength.TRUTHY if broad and "message" not in name else Strength.PART
    return _made(call, strength, name, "", " , ".join(kinds))


def _spec(call: Call, strength: Strength) -> Assertion:
    """`_(x).must_equal 3`, `x.must_equal 3`."""
    first_name, first_arguments = call.links[0]
    subject = (
        at(first_arguments or (), 0) if first_name in _EXPECTING else call.text.rpartition(" . ")[0]
    )
    expected = at(call.arguments, 0)
    if call.name.endswith(("raise", "throw")):
        return _raised(call, call.name, call.arguments)
    if _is_hollow(strength, subject, expected) and expected:
        strength = Strength.HOLLOW
    tolerance = (
        number(at(call.arguments, 1)) if "close" in call.name or "within" in call.name else None
    )
    return _made(call, strength, call.name, subject, expected, tolerance)


def _said(call: Call) -> Assertion | None:
    """`expect(x).to eq 3`, `x.should == 3`, `is_expected.to be_nil`."""
    if call.name == "should" and (call.has_block or at(call.arguments, 0).startswith('"')):
        return None  # shoulda: a test
    first_name, first_arguments = call.links[0]
    subject = at(first_arguments or (), 0) if first_name in _EXPECTING else ""
    if call.name.startswith("should") and len(call.links) > 1 and not subject:
        subject = " . ".join(name for name, _ in call.links[:-1])
    if call.name.endswith("receive"):
        return _made(call, Strength.PART, "receive", subject, at(call.arguments, 0))
    given = at(call.arguments, 0)
    matcher, expected = _matcher(given)
    negated = call.name in _NEGATIONS
    strength = _strength(matcher, expected, negated=negated)
    if (
        not negated
        and subject
        and (is_literal(subject) or (subject == expected and "(" not in subject))
    ):
        strength = (
            Strength.HOLLOW if is_literal(expected) or matcher in {"be_truthy", "eq"} else strength
        )
    found = _TOLERANCE.search(given)
    word = f"not {matcher}" if negated else matcher
    text = f"{_head(call)} {word} {expected}".strip()
    tolerance = number(found[1]) if found else None
    return replace(_made(call, strength, word, subject, expected, tolerance), text=text)


def _head(call: Call) -> str:
    """The part of a chain before its last name, with what it is asked."""
    name, arguments = call.links[0]
    if name in _EXPECTING and len(call.links) == _PAIR:
        return f"{name} ( {' , '.join(arguments)} )" if arguments else _block_head(call)
    return call.text.partition(f" . {call.name}")[0]


def _block_head(call: Call) -> str:
    return call.text.rpartition(f" . {call.name} ")[0] or call.callee


def _matcher(text: str) -> tuple[str, str]:
    """The name of a matcher and what it is given: "eq ( 3 )" is "eq 3"."""
    match = _MATCHER.match(text[:4000])
    if match is None:
        return "matches", text
    name, rest = match[2], match[3] or ""
    if name == "be" and rest:
        operator, _, operand = rest.partition(" ")
        if operator in {"==", "===", "<", ">", "<=", ">=", "=~"}:
            return f"be_{operator}", operand
    if match[1]:
        name = f"be_{name}"
    return name, _bare(rest)


def _bare(text: str) -> str:
    return text[2:-2] if text.startswith("( ") and text.endswith(" )") else text


def _strength(matcher: str, expected: str, *, negated: bool) -> Strength:
    if matcher in {"raise_error", "raise_exception"}:
        kind = plain(expected.partition(" ,")[0])
        broad = not kind or kind in words.BROAD
        if negated:
            return Strength.EXISTS
        return Strength.TRUTHY if broad else Strength.PART
    if matcher == "be":
        if not expected:
            return Strength.TRUTHY
        strength = Strength.EXACT
    elif matcher in words.STRENGTHS:
        strength = words.STRENGTHS[matcher]
    else:
        strength = Strength.TRUTHY if matcher.startswith(("be_", "have_")) else Strength.PART
    if negated and strength is Strength.EXACT:
        return Strength.ORDER
    return strength


def _is_hollow(strength: Strength, subject: str, expected: str) -> bool:
    if strength not in {Strength.EXACT, Strength.PART} or not subject:
        return False
    same = subject == expected and "(" not in subject and " . " not in subject
    return same or (is_literal(subject) and is_literal(expected))


def _unnamed(arguments: Sequence[str]) -> list[str]:
    return [each for each in arguments if not re.match(r"^(?:message|msg) : ", each)]


def _made(
    call: Call,
    strength: Strength,
    matcher: str,
    subject: str = "",
    expected: str = "",
    tolerance: float | None = None,
) -> Assertion:
    text = call.text
    if call.name.startswith(("assert", "refute")):
        count = 3 if tolerance is not None else 1 if not expected else 2
        text = f"{call.name} {' , '.join(call.arguments[: max(count, 1)])}"
    return made(
        call,
        strength,
        matcher,
        text,
        subject=subject,
        expected=expected,
        tolerance=tolerance,
        is_constant=_is_constant,
    )


def _is_constant(text: str) -> bool:
    """Whether a text is a literal, or a list, hash, symbol or pattern of literals."""
    if is_literal(text):
        return True
    bare = re.sub(
        r'"(?:[^"\\]|\\.){0,2000}"|:\w{1,80}|\w{1,80} :(?!:)|/[^/]{0,500}/\w{0,4}', "", text
    )
    return not re.search(r"[A-Za-z_@$]", re.sub(r"\b(?:true|false|nil)\b", "", bare))


def double(call: Call) -> str | None:
    """What a call replaces, as written; None when it replaces nothing."""
    name = call.links[0][0] if call.links else ""
    if name in words.STUBBING and call.name in {"to", "not_to", "to_not"}:
        given = at(call.arguments, 0)
        if given.split(" ")[0] not in words.STUBS:
            return None
        return f"{plain(at(call.links[0][1] or (), 0))}.{_stubbed(given)}"
    if call.name in words.DOUBLES:
        return plain(at(call.arguments, 0)) or None
    if call.name in words.STUBBED and len(call.links) > 1 and (call.arguments or call.has_block):
        chain = [part for part, _ in call.links[:-1] if part not in {"any_instance", "()"}]
        return (
            f"{'.'.join(chain)}.{plain(_bare(call.arguments[0]).split(' ')[0])}"
            if call.arguments
            else None
        )
    return None


def _stubbed(text: str) -> str:
    match = re.search(r'[:"]([\w?!=]{1,100})|([\w?!]{1,100}) : ', text[:500])
    return (match[1] or match[2]) if match else ""
