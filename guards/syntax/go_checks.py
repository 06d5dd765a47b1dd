"""What a call or a failing condition of a Go test demands."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from guards.code import Assertion, Strength
from guards.facts import Branch, Call
from guards.pattern import expression
from guards.syntax.conditions import FAILS, of_comparison
from guards.syntax.demands import demanded, number
from guards.syntax.made import made, of_branch
from guards.syntax.terms import call_in, comparison_in, is_constant
from guards.words import go as words

_HELPER = expression(
    r"(?:assert|require|check|verify|expect|compare|test)(?=[A-Z_]|$)", re.IGNORECASE
)
_TESTING = expression(r"(?:t|tb|b|f|c|tt|(?:\w{1,20} \. )?T \( \)|GinkgoT \( \))")
_CHECKERS = expression(r"(?:\w{1,20} \. )?(Not \( )?(?:\w{1,20} \. )?([A-Z]\w{1,40})")
_made = partial(made, is_constant=is_constant)


def of_call(call: Call) -> Assertion | None:
    """Testify's, gomega's, goconvey's, gocheck's checks, `t.Fatal`, and helpers that get a `t`."""
    if is_failure(call):
        return _made(call, Strength.TRUTHY, matcher=FAILS, text=f"{call.callee} ( )")
    root = call.links[0][0] if call.links else ""
    gets_test = any(_TESTING.fullmatch(each) for each in call.arguments[:1])
    if (root in words.EXPECTS and not gets_test) or call.name in words.VERBS:
        return _gomega(call)
    if call.name in {"So", "SoMsg"} or (
        call.name in {"Assert", "Check"} and len(call.arguments) > 1
    ):
        return _with_checker(call)
    if "EXPECT" in call.callee.split("."):
        return _made(call, Strength.PART, matcher="EXPECT")
    return _testify(call)


def is_failure(call: Call) -> bool:
    """Whether a call fails the test and asks nothing."""
    if call.callee in {"panic", "Fail", "log.Fatal", "log.Fatalf", "log.Panicf", "AbortSuite"}:
        return True
    owner = call.callee.rpartition(".")[0].rpartition(".")[2]
    if call.name not in words.FAILURES or not owner:
        return False
    return owner in words.RECEIVERS or (
        call.name.startswith("Fail") and owner in words.PACKAGES | words.SUITES
    )


def of_condition(branch: Branch, body: Sequence[Call]) -> Assertion | None:
    """`if got := F(x); got != want { t.Errorf(…) }` demands that both are equal."""
    fails = any(is_failure(call) for call in body)
    makes_error = any(call.callee in {"fmt.Errorf", "errors.New"} for call in body)
    if not fails and not makes_error:
        return None
    setup, _, condition = branch.condition.rpartition(" ; ")
    found = demanded(condition, words.QUESTIONS)
    if not fails and (found.strength < Strength.ORDER or "err" in found.subject):
        return None  # an error that is handed on, not a check of the test
    target, _, value = setup.partition(" := ")
    if value and found.subject in {each.strip() for each in target.split(",")}:
        name, given = call_in(value)
        if name.endswith("Diff") and len(given) > 1:
            found = replace(found, subject=given[1], expected=given[0], matcher=name)
        else:
            found = replace(found, subject=value)
    return of_branch(branch, found, is_constant)


def _testify(call: Call) -> Assertion | None:
    """`assert.Equal(t, want, got)`, `require.NoErrorf`, `s.Require().Len`, `is.True`."""
    name = call.name if call.name in words.STRENGTHS else call.name.removesuffix("f")
    arguments = list(call.arguments)
    gets_test = bool(arguments) and _TESTING.fullmatch(arguments[0]) is not None
    if gets_test:
        arguments = arguments[1:]
    strength = words.STRENGTHS.get(name)
    if strength is None:
        is_helper = gets_test and _HELPER.match(call.name)
        return _made(call, Strength.PART, matcher=call.name) if is_helper else None
    needed = 0 if name.startswith("Assert") else 1 if name in words.ONE_ARGUMENT else 2
    if len(arguments) < needed or not (gets_test or _is_library(call)):
        return None
    kept = arguments[: 3 if name.startswith(("InDelta", "InEpsilon", "Within")) else max(needed, 1)]
    if name in {"True", "False", "IsTrue"} and (inner := comparison_in(kept[0])) is not None:
        strength, name = of_comparison(inner, negated=name == "False")
        kept = [inner.right, inner.left]
    elif _is_hollow(name, kept):
        strength = Strength.HOLLOW
    subject, expected = (kept[1], kept[0]) if len(kept) > 1 else ("".join(kept), "")
    if len(kept) > 1 and is_constant(subject) and not is_constant(expected):
        subject, expected = expected, subject
    return _made(
        call,
        strength,
        matcher=name,
        text=f"{call.callee} ( {' , '.join(kept)} )",
        subject=subject,
        expected=expected,
        tolerance=number("".join(kept[2:3])),
    )


def _is_library(call: Call) -> bool:
    names = {name for name, _ in call.links[:-1]}
    known = words.PACKAGES | words.SUITES | words.RECEIVERS
    return bool(names & known) and len(call.links) > 1


def _is_hollow(name: str, kept: Sequence[str]) -> bool:
    if name in {"True", "NotNil", "NotEmpty", "NotZero", "IsTrue"}:
        return is_constant(kept[0]) and kept[0] not in {"false", "nil", '""', "0"}
    if name in {"False", "Nil", "NoError", "Empty", "Zero", "IsNil"}:
        return kept[0] in {"false", "nil", '""', "0"}
    if name in words.EXACT | words.PART and len(kept) > 1:
        same = kept[0] == kept[1] and "(" not in kept[0]
        return same or (is_constant(kept[0]) and is_constant(kept[1]))
    return False


def _gomega(call: Call) -> Assertion | None:
    """`Expect(got).To(Equal(want))`; without a matcher it asks nothing."""
    root = next((each for each in call.links if each[0] in words.EXPECTS), None)
    if root is None:
        return None
    given = root[1] or ()
    subject = given[1] if "WithOffset" in root[0] and len(given) > 1 else "".join(given[:1])
    if call.name not in words.VERBS:
        waits = call.name in {"Succeed", "Within", "WithTimeout", "WithPolling", "WithContext"}
        ends = call.name in words.EXPECTS or waits
        return _made(call, Strength.HOLLOW, matcher=call.name, subject=subject) if ends else None
    match = _CHECKERS.match("".join(call.arguments[:1]))
    negated = (call.name in words.NEGATIONS) != bool(match and match[1])
    matcher, wanted = call_in("".join(call.arguments[:1]))
    if match and match[1] and wanted:
        wanted = call_in(wanted[0])[1]
    matcher = match[2] if match else matcher
    strength = words.STRENGTHS.get(matcher, Strength.PART)
    if negated:
        strength = Strength.EXISTS if matcher == "HaveOccurred" else min(strength, Strength.ORDER)
    expected = wanted[0] if wanted else ""
    hollow = subject == expected and "(" not in subject and not negated
    if hollow or (is_constant(subject) and subject and (not expected or is_constant(expected))):
        strength = Strength.HOLLOW
    return _made(
        call,
        strength,
        matcher=f"{'Not' if negated else ''}{matcher}",
        text=f"{call.callee} ( {subject} ) ( {''.join(call.arguments[:1])} )",
        subject=subject,
        expected=expected,
        tolerance=number("".join(wanted[2:3])) if '"~"' in expected else None,
    )


def _with_checker(call: Call) -> Assertion | None:
    """`So(got, ShouldEqual, want)`, `c.Assert(got, Equals, want)`, `qt.Assert(t, got, …)`."""
    arguments = list(call.arguments)
    if _TESTING.fullmatch(arguments[0] if arguments else ""):
        arguments = arguments[1:]
    match = _CHECKERS.fullmatch(arguments[1]) if len(arguments) > 1 else None
    if match is None:
        return _made(call, Strength.TRUTHY, matcher=call.name, subject="".join(arguments[:1]))
    strength = words.STRENGTHS.get(match[2], Strength.PART)
    kept = arguments[:3]
    expected = "".join(kept[2:3])
    if (kept[0] == expected and "(" not in expected) or (
        is_constant(kept[0]) and is_constant(expected)
    ):
        strength = Strength.HOLLOW
    return _made(
        call,
        strength,
        matcher=match[2],
        text=f"{call.callee} ( {' , '.join(kept)} )",
        subject=kept[0],
        expected=expected,
    )
