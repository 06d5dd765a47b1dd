"""What a call, a macro or a failing condition of a Swift test demands."""

from collections.abc import Sequence
from functools import partial

from guards.code import Assertion, Strength
from guards.facts import Branch, Call
from guards.pattern import expression
from guards.syntax.conditions import FAILS, of_comparison
from guards.syntax.demands import demanded, number, opposite
from guards.syntax.made import made, of_branch
from guards.syntax.terms import call_in, comparison_in, is_constant, is_literal
from guards.words import swift as words

_HELPER = expression(r"(?:assert|verify|expect|check|XCTAssert)(?=[A-Z_])\w{0,60}")
_LABEL = expression(r"^(\w{1,40}) : ")
_ANY_ERROR = expression(r"\b(?:any Error|Error)\b(?: \))? \. self$")
_made = partial(made, is_constant=is_constant)


def of_call(call: Call) -> Assertion | None:
    """XCTest's functions, `#expect` and `#require`, Nimble's chains, and helpers by name."""
    name = call.name
    if call.callee in words.FAILURES or name == "XCTFail":
        return _made(call, Strength.TRUTHY, FAILS, f"{call.callee} ( )")
    if name in words.MACROS and call.text.startswith("# "):
        return _of_macro(call)
    if call.links and call.links[0][0] in {"expect", "waitUntil", "require"}:
        return _nimble(call)
    if name in words.BARE and len(call.links) == 1:
        given = _unlabelled(call)[:1]
        return _of_condition_text(call, "".join(given), negated=name == "XCTAssertFalse")
    strength = words.STRENGTHS.get(name)
    if strength is not None and (len(call.links) == 1 or name in {"waitForExpectations", "wait"}):
        return _of_named(call, strength) if name[0].isupper() or name in words.PLAIN else None
    is_helper = _HELPER.fullmatch(name) and len(call.links) <= _MAX_HELPER
    return _made(call, Strength.PART, name) if is_helper else None


_MAX_HELPER = 2  # links: `self.assertPrice(…)`


def of_condition(branch: Branch, body: Sequence[Call]) -> Assertion | None:
    """`if got != want { XCTFail() }`."""
    if not any(call.callee in words.FAILURES for call in body):
        return None
    found = demanded(branch.condition, words.QUESTIONS)
    return of_branch(branch, found, is_constant)


def _of_macro(call: Call) -> Assertion:
    """`#expect(a == b)`, `#expect(throws: E.self) { … }`, `try #require(value)`."""
    first = "".join(call.arguments[:1])
    if first.startswith("throws : "):
        strength = Strength.TRUTHY if _ANY_ERROR.search(first) else Strength.PART
        strength = Strength.EXISTS if "Never . self" in first else strength
        return _made(call, strength, "throws", expected=first.removeprefix("throws : "))
    found = _of_condition_text(call, first, negated=False)
    if call.name == "require" and found.strength is Strength.TRUTHY and found.matcher == "true":
        return _made(call, Strength.EXISTS, "require", subject=first)
    return found


def _of_condition_text(call: Call, given: str, *, negated: bool) -> Assertion:
    found = demanded(given if negated else opposite(given), words.QUESTIONS)
    head = "# " if call.text.startswith("# ") else ""
    return _made(
        call,
        found.strength,
        found.matcher.rpartition(".")[2] if found.matcher != "true" else "true",
        f"{head}{call.callee} ( {given} )",
        tolerance=found.tolerance,
        subject=found.subject if "." not in found.matcher else found.matcher.rpartition(".")[0],
        expected=found.expected or ("" if "." not in found.matcher else found.subject),
    )


def _of_named(call: Call, strength: Strength) -> Assertion:
    kept = _unlabelled(call)
    pair = call.name in words.EXACT | words.PART | words.ORDER and len(kept) > 1
    kept = kept[: 2 if pair else 1]
    labels = {
        match[1]: each[match.end() :]
        for each in call.arguments
        if (match := _LABEL.match(each)) is not None
    }
    subject, expected = "".join(kept[:1]), "".join(kept[1:2])
    if pair and is_constant(subject) and not is_constant(expected):
        subject, expected = expected, subject
    accuracy = labels.get("accuracy", "")
    if call.name == "XCTAssertThrowsError" and call.has_block:
        strength = Strength.PART
    if _is_hollow(call.name, subject, expected):
        strength = Strength.HOLLOW
    elif accuracy:
        strength = min(strength, Strength.PART)
    text = " , ".join([*kept, *([f"accuracy : {accuracy}"] if accuracy else [])])
    return _made(
        call,
        strength,
        call.name,
        f"{call.callee} ( {text} )" if kept else "",
        tolerance=number(accuracy),
        subject=subject,
        expected=expected,
    )


def _is_hollow(name: str, subject: str, expected: str) -> bool:
    if name == "XCTAssertNotNil":
        return is_literal(subject) and subject != "nil"
    if name == "XCTAssertNil":
        return subject == "nil"
    if name not in words.EXACT or not expected:
        return False
    comparison = comparison_in(f"{subject} == {expected}")
    return comparison is not None and of_comparison(comparison)[0] is Strength.HOLLOW


def _nimble(call: Call) -> Assertion | None:
    """`expect(got).to(equal(want))`, `expect(got) == want`."""
    given = call.links[0][1] or ()
    subject = given[0].removeprefix("expression : ") if given else ""
    if call.name not in words.VERBS:
        alone = call.callee in {"expect", "require"} and bool(given)
        return _made(call, Strength.EXACT, call.callee, subject=subject) if alone else None
    matcher, wanted = call_in("".join(call.arguments[:1]))
    strength = words.STRENGTHS.get(matcher, Strength.PART)
    expected = "".join(wanted[:1])
    if matcher == "throwError" and wanted:
        strength = Strength.PART
    if call.name in {"toNot", "notTo", "toNever", "toEventuallyNot"}:
        strength = Strength.EXISTS if matcher == "throwError" else min(strength, Strength.ORDER)
        matcher = f"not {matcher}"
    elif (subject == expected and subject and "(" not in subject) or (
        is_literal(subject) and (is_literal(expected) or not expected)
    ):
        strength = Strength.HOLLOW
    tolerance = next((each.partition("within : ")[2] for each in wanted if "within :" in each), "")
    return _made(
        call,
        strength,
        matcher,
        f"{call.callee} ( {subject} ) ( {''.join(call.arguments[:1])} )",
        tolerance=number(tolerance),
        subject=subject,
        expected=expected,
    )


def _unlabelled(call: Call) -> list[str]:
    """The arguments without a label; a message comes last, and is told by its place."""
    return [each for each in call.arguments if not _LABEL.match(each)]
