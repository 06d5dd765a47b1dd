"""What a call of a JavaScript test framework asserts: fluent chains, assert functions, helpers."""

import re
from collections.abc import Sequence
from dataclasses import replace

from guards.code import Assertion, Strength
from guards.facts import Branch, Call
from guards.pattern import expression
from guards.syntax import written
from guards.syntax.conditions import FAILS
from guards.syntax.javascript_matchers import is_constant, judged
from guards.syntax.made import made, of_branch
from guards.words.javascript import (
    CALLED,
    CLOSE,
    FLAGS,
    PLAIN,
    PROMISES,
    RECEIVERS,
    STRENGTHS,
    THROWS,
)

Links = Sequence[tuple[str, tuple[str, ...] | None]]

_OPENINGS = frozenset(["expect", "expectTypeOf", "should", "expectObservable"])
_MODIFIED = frozenset(["soft", "poll", "element", "configure"])
_HELPER = expression(r"^(?:assert|expect|verify|should|require)(?:[A-Z_]|$)")
_FOUND = expression(r"^(?:find(?:All)?By[A-Z]\w{2,30}|waitForElementToBeRemoved)$")
_LATER = frozenset(["then", "catch", "finally", "notify"])
_RESPONSES = frozenset(["expect", "should", "and"])
_VALUED = frozenset(["property", "typeOf", "instanceOf", "type"])
_NO_HELPERS = frozenset(["expect", "should", "require", "verify"])
_REJECTIONS = frozenset(["rejects", "isRejected", "isFulfilled", "doesNotReject"])


def assertion(call: Call) -> Assertion | None:
    """Chains of expect and should, assert functions, supertest and cypress, and helpers by name."""
    links, names = call.links, [name for name, _ in call.links]
    if not names:
        return None
    opening = _opening(links)
    if call.inner and (opening == 0 or names[-1] not in _RESPONSES):
        return None
    if opening is not None:
        return _chain(call, opening)
    if names[-1] in _RESPONSES and len(names) > 1 and call.arguments:
        return None if names[0] in RECEIVERS - {"test"} else _of_response(call)
    return _word(call, names) or _function(call, names)


def _word(call: Call, names: Sequence[str]) -> Assertion | None:
    """What fails or passes whatever it is told, and what looks for something by itself."""
    name, arguments = names[-1], call.arguments
    first = arguments[0] if arguments else ""
    found = None
    if name == "fail" or call.callee == "expect.unreachable":
        found = _plain(call, Strength.TRUTHY, FAILS)
    elif name == "pass" and names[0] in RECEIVERS:
        found = _plain(call, Strength.HOLLOW, "pass")
    elif _FOUND.match(name) and (call.awaited or name[0] == "w"):
        found = _plain(call, Strength.EXISTS, name, first)
    elif call.callee == "cy.contains" and not call.inner:
        found = _plain(call, Strength.PART, "contains", "cy", " , ".join(arguments))
    return found


def condition(branch: Branch, body: Sequence[Call]) -> Assertion | None:
    """`if (got !== want) throw new Error(…)`: a comparison that fails the test."""
    if not branch.comparisons or not any(_fails(call, branch) for call in body):
        return None
    asked = written.condition(branch.condition, negated=True)
    return of_branch(branch, asked, is_constant)


def _fails(call: Call, branch: Branch) -> bool:
    if call.text.startswith("new ") and call.name.endswith("Error"):
        return branch.leaves
    return call.name == "fail" or call.text.startswith("done ( new ")


def _opening(links: Links) -> int | None:
    """Where a chain of expectations has its subject; None when it is no such chain."""
    for index, (name, arguments) in enumerate(links[:40]):
        if name in {"expect", "chai"} and arguments is None and index == 0:
            following = links[1][0] if len(links) > 1 else ""
            if name == "expect" and following not in _MODIFIED:
                return None
        if name == "should" and index and arguments is None:
            return index
        if name in _OPENINGS and arguments is not None:
            around = {each for each, _ in links[:index]}
            goes_on = index + 1 < len(links) or not around - {"chai"}
            return index if around <= RECEIVERS - {"assert"} and goes_on else None
        if (
            name in {"soft", "poll", "element", ""}
            and arguments is not None
            and links[0][0] == "expect"
        ):
            return index
    return None


def _chain(call: Call, opening: int) -> Assertion | None:
    name, given = call.links[opening]
    subject = (given or ("",))[0] if given is not None else call.text.partition(" . should")[0]
    rest = call.links[opening + 1 :]
    later = next((i for i, (each, _) in enumerate(rest) if each in _LATER), len(rest))
    rest, after = rest[:later], rest[later:]
    if not rest and not after and name == "expect" and not call.inner:
        return _plain(call, Strength.HOLLOW, "expect", subject)
    matchers = [item for item in rest if item[1] is not None or item[0] not in FLAGS]
    matchers = matchers or [item for item in rest if item[0] in STRENGTHS]
    negated = sum(each in {"not", "no"} for each, _ in rest) % 2 == 1
    each_judged = [judged(each, subject, arguments or (), negated) for each, arguments in matchers]
    if not each_judged:
        return None
    best = max(each_judged, key=lambda item: item.strength)
    uncalled = rest[-1][0] in CALLED and rest[-1][1] is None
    if uncalled or _is_lost(call, after, subject):
        best = replace(best, strength=Strength.HOLLOW)
    text = call.text
    if given is not None and len(given) > 1 and name != "should":
        text = text.replace(" , ".join(given), given[0], 1)
    return replace(best, text=text, line=call.line, at=call.at)


def _is_lost(call: Call, after: Links, subject: str) -> bool:
    """Whether a promise of a check is neither awaited nor handed on, or its failure caught."""
    caught = [arguments or () for name, arguments in after if name == "catch"]
    if any(
        not re.match(r"(?:t \. )?(?:done|reject|next|fail)\b", (each or ("",))[0])
        for each in caught
    ):
        return True
    names = {name for name, _ in call.links}
    promised = bool(names & PROMISES) or subject.startswith("page .")
    return promised and not call.awaited and not after


def _of_response(call: Call) -> Assertion:
    """`request(app).get("/").expect(200)`, `cy.get("a").should("be.visible")`."""
    first = call.arguments[0]
    word = written_word(first)
    strength = Strength.EXACT
    negated = False
    if call.name in {"should", "and"}:
        negated = word.startswith("not.") or ".not." in word
        name = word.rpartition(".")[2]
        strength = STRENGTHS.get(name, Strength.PART) if word else Strength.PART
        strength = (
            min(strength, Strength.ORDER) if negated and strength is Strength.EXACT else strength
        )
    elif "=>" in first or first.startswith(("function", "async")):
        strength = Strength.PART
    before = call.text[: len(call.text) - len(" , ".join(call.arguments)) - len(call.name) - 8]
    return Assertion(
        text=f"{call.callee.partition('.')[0]} . {call.name} ( {' , '.join(call.arguments)} )",
        line=call.line,
        at=call.at,
        strength=strength,
        matcher=word if word and call.name != "expect" else call.name,
        subject=before[:300],
        expected=" , ".join(
            call.arguments[1:] if word and call.name != "expect" else call.arguments
        ),
        constant=all(is_constant(each) for each in call.arguments),
    )


def written_word(text: str) -> str:
    """The content of a plain string; "" for anything else."""
    match = re.fullmatch(r"[\"'`]([\w. -]{1,60})[\"'`]", text)
    return match[1] if match else ""


def _function(call: Call, names: Sequence[str]) -> Assertion | None:
    """`assert(x)`, `assert.equal(a, b)`, `t.is(a, b)`, `sinon.assert.calledOnce(f)`, helpers."""
    name, receiver, arguments = names[-1], names[:-1], call.arguments
    if call.links[-1][1] is None or not (arguments or _HELPER.match(name)):
        return None
    if receiver and arguments and _asserts(receiver, name):
        negated = "not" in receiver or name == "not"
        inner = receiver[-1] if name == "not" and receiver[-1] in STRENGTHS else name
        return _called(call, inner, negated and inner != "not")
    of_deno = name in STRENGTHS and name.startswith("assert")
    if not receiver and arguments and (name in PLAIN or of_deno):
        text_alone = name == "assert" and written_word(arguments[0])
        return _plain(call, Strength.TRUTHY, name) if text_alone else _called(call, name, False)
    if _HELPER.match(name) and name not in _NO_HELPERS:
        return _plain(call, Strength.PART, name, *arguments[:2])
    return None


def _asserts(receiver: Sequence[str], name: str) -> bool:
    if name in {"expect", "step"}:
        return False
    by_name = "assert" in receiver[:2] and name.startswith(("is", "not", "does", "own", "deep"))
    owned = set(receiver[:2]) <= RECEIVERS or "assert" in receiver[:2]
    return owned and (name in STRENGTHS or by_name)


def _called(call: Call, name: str, negated: bool) -> Assertion:
    arguments = call.arguments
    kept = list(arguments)
    if name not in THROWS:
        strength = STRENGTHS.get(name, Strength.PART)
        asks_value = strength >= Strength.ORDER or name in _VALUED
        kept = kept[: 3 if name in CLOSE or "Val" in name else 2 if asks_value else 1]
    found = judged(name, kept[0], kept[1:], negated)
    own_promise = call.callee.startswith(("assert", "t.assert", "rejects", "doesNotReject"))
    if name in _REJECTIONS and own_promise and not call.awaited:
        found = replace(found, strength=Strength.HOLLOW)
    return replace(found, text=f"{call.callee} ( {' , '.join(kept)} )", line=call.line, at=call.at)


def _plain(call: Call, strength: Strength, matcher: str, *parts: str) -> Assertion:
    subject, expected = (*parts, "", "")[:2]
    return made(
        call, strength, matcher, subject=subject, expected=expected, is_constant=is_constant
    )
