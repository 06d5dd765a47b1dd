"""What a call of a JavaScript test framework asserts: fluent chains, assert functions, helpers."""

import re
from collections.abc import Sequence
from dataclasses import replace

from guards.code import Assertion, Strength
from guards.facts import Branch, Call
from guards.syntax import written
from guards.syntax.conditions import FAILS
from guards.words.javascript import CALLED, CLOSE, NEGATED, PROMISES, STRENGTHS, THROWS

Links = Sequence[tuple[str, tuple[str, ...] | None]]

_OPENINGS = frozenset("expect expectTypeOf should expectObservable".split())
_MODIFIED = frozenset("soft poll element configure".split())
_PLAIN = frozenset(
    """ok equal deepEqual strictEqual deepStrictEqual notEqual notStrictEqual notDeepEqual throws rejects
    doesNotThrow doesNotReject ifError assertType expectType waitForElementToBeRemoved""".split()
)
_RECEIVERS = frozenset("assert t tt st tap test qunit QUnit chai strict sinon ctx context".split())
_HELPER = re.compile(r"^(?:assert|expect|verify|should|require)(?:[A-Z_]|$)")
_FOUND = re.compile(r"^(?:find(?:All)?By[A-Z]\w{2,30}|waitForElementToBeRemoved)$")
_FLAGS = frozenset(
    """to be been is that which and has have had with at of same but does still also deep nested own
    ordered any all not no resolves rejects should a an include includes contain contains length lengthOf
    itself eventually it soft poll element configure expect only instanceof""".split()
)
_LATER = frozenset("then catch finally notify".split())
_BROAD = frozenset(
    ["Error", "Object", '""', "/./", "/.*/", "/.+/", "Function", "Exception", "{ }", "undefined"]
)
_BROAD_ANY = re.compile(r"expect \. any(?:thing)? \( (?:Error |Object )?\)")
_ANYTHING = re.compile(r"expect \. any(?:thing)? \((?: \w{1,40})? \)|sinon \. match \. \w{1,20}")
_LOOSE = re.compile(
    r"\b(?:expect|jasmine|sinon|match)(?: \. not)? \. (?:any\w{0,10}|\w{1,20}(?:Containing|Including|Matching)|closeTo|match)\b"
)
_SIMPLE = re.compile(
    r'"(?:[^"\\]|\\.){0,2000}"|'
    + r"'(?:[^'\\]|\\.){0,2000}'|`[^`$\\]{0,4000}`|/(?:[^/\\\n]|\\.){1,200}/[a-z]{0,6}"
)
_WORDS = re.compile(r"[-+]?[\d.][\w.]{0,40}|true|false|null|undefined|NaN|Infinity|[-+\[\]{}(),]")
_EMPTY_PATTERNS = frozenset(
    ['""', "''", "/.*/", "/(?:)/", "/^/", "/$/", "/./s", "/[\\s\\S]*/", "``", "/.*/s"]
)
_TRUE = frozenset("toBeTruthy toBeTrue true ok truthy isTrue isOk assert isTruthy".split())
_FALSE = frozenset("toBeFalsy toBeFalse false falsy notOk isFalse isNotOk isFalsy".split())
_EQUALS = frozenset(
    "toBe toEqual toStrictEqual equal equals eq eql strictEqual deepEqual deepStrictEqual is".split()
)
_REJECTIONS = frozenset(["rejects", "isRejected", "isFulfilled", "doesNotReject"])
_SIZE = re.compile(r"(?:\. (?:length|size|count)|\. count \( \)|\. callCount)$")


def assertion(call: Call) -> Assertion | None:
    """Chains of expect and should, assert functions, supertest and cypress, and helpers by name."""
    links, names = call.links, [name for name, _ in call.links]
    if not names:
        return None
    opening = _opening(links)
    if call.inner and (opening == 0 or names[-1] not in {"expect", "should", "and"}):
        return None
    if opening is not None:
        return _chain(call, opening)
    if call.name == "fail" or call.callee == "expect.unreachable":
        return _plain(call, Strength.TRUTHY, FAILS)
    if call.name == "pass" and names[0] in _RECEIVERS:
        return _plain(call, Strength.HOLLOW, "pass")
    if names[-1] in {"expect", "should", "and"} and len(names) > 1 and call.arguments:
        return _of_response(call) if names[0] not in _RECEIVERS else None
    return _function(call, names)


def condition(branch: Branch, body: Sequence[Call]) -> Assertion | None:
    """`if (got !== want) throw new Error(…)`: a comparison that fails the test."""
    if not branch.comparisons or not any(_fails(call, branch) for call in body):
        return None
    asked = written.condition(branch.condition, negated=True)
    return Assertion(
        text=f"if {branch.condition}",
        line=branch.line,
        at=branch.at,
        strength=asked.strength,
        matcher=asked.matcher,
        subject=asked.subject,
        expected=asked.expected,
        constant=is_constant(asked.expected),
    )


def is_constant(text: str) -> bool:
    """Whether a text is made of literals alone."""
    if not text or len(text) > 20_000:
        return False
    tokens = _SIMPLE.sub("0", text).split(" ")
    return all(
        _WORDS.fullmatch(token) or token == ":" or tokens[index + 1 : index + 2] == [":"]
        for index, token in enumerate(tokens)
    )


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
            return index if around <= _RECEIVERS and "assert" not in around else None
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
    matchers = [item for item in rest if item[1] is not None or item[0] not in _FLAGS]
    matchers = matchers or [item for item in rest if item[0] in STRENGTHS]
    negated = sum(each in {"not", "no"} for each, _ in rest) % 2 == 1
    judged = [_judged(each, subject, arguments or (), negated) for each, arguments in matchers]
    if not judged:
        return None
    best = max(judged, key=lambda item: item.strength)
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
    name, arguments = names[-1], call.arguments
    if call.links[-1][1] is None:
        return None
    receiver = names[:-1]
    if receiver and (set(receiver[:2]) <= _RECEIVERS or "assert" in receiver[:2]) and arguments:
        negated = "not" in receiver or name == "not"
        if name in STRENGTHS and name not in {"expect", "step"}:
            inner = receiver[-1] if name == "not" and receiver[-1] in STRENGTHS else name
            return _called(call, inner, negated and inner != "not")
    if not receiver and (
        name in _PLAIN or name == "assert" or name in STRENGTHS and name[:6] == "assert"
    ):
        return _called(call, name, False) if arguments else None
    if _FOUND.match(name) and (call.awaited or name[0] == "w"):
        return _plain(call, Strength.EXISTS, name, arguments[0] if arguments else "")
    if call.callee == "cy.contains" and not call.inner:
        return _plain(call, Strength.PART, "contains", "cy", " , ".join(arguments))
    if _HELPER.match(name) and name not in {"expect", "should", "require", "verify"}:
        return _plain(call, Strength.PART, name, arguments[0] if arguments else "", *arguments[1:2])
    return None


def _called(call: Call, name: str, negated: bool) -> Assertion:
    arguments = call.arguments
    kept = list(arguments)
    if name not in THROWS:
        strength = STRENGTHS.get(name, Strength.PART)
        asks_value = strength >= Strength.ORDER or name in {
            "property",
            "typeOf",
            "instanceOf",
            "type",
        }
        kept = kept[: 3 if name in CLOSE or "Val" in name else 2 if asks_value else 1]
    judged = _judged(name, kept[0], kept[1:], negated)
    own_promise = call.callee.startswith(("assert", "t.assert", "rejects", "doesNotReject"))
    if name in _REJECTIONS and own_promise and not call.awaited:
        judged = replace(judged, strength=Strength.HOLLOW)
    return replace(judged, text=f"{call.callee} ( {' , '.join(kept)} )", line=call.line, at=call.at)


def _plain(call: Call, strength: Strength, matcher: str, *parts: str) -> Assertion:
    subject, expected = (*parts, "", "")[:2]
    return Assertion(
        text=call.text,
        line=call.line,
        at=call.at,
        strength=strength,
        matcher=matcher,
        subject=subject,
        expected=expected,
        constant=is_constant(expected),
    )


def _judged(name: str, subject: str, given: Sequence[str], negated: bool) -> Assertion:
    """What a matcher demands of a subject."""
    expected = given[0] if given else ""
    strength = _strength(name, subject, given, negated)
    if _is_hollow(name, subject, expected, negated):
        strength = Strength.HOLLOW
    return Assertion(
        text="",
        line=0,
        strength=strength,
        matcher=f"not.{name}" if negated else name,
        subject=subject,
        expected=" , ".join(given) if name not in CLOSE else expected,
        constant=bool(given) and all(is_constant(each) for each in given),
        tolerance=_tolerance(name, given),
    )


def _strength(name: str, subject: str, given: Sequence[str], negated: bool) -> Strength:
    expected = given[0] if given else ""
    asked = _truth(name, expected)
    if asked is not None:
        return _of_truth(subject, asked is not negated)
    unknown = Strength.TRUTHY if name.startswith("toBe") or not given else Strength.PART
    strength = STRENGTHS.get(name, unknown)
    if name in THROWS and (not expected or expected in _BROAD or _BROAD_ANY.fullmatch(expected)):
        strength = Strength.TRUTHY
    elif name in THROWS:
        strength = Strength.PART
    if name in {"property", "toHaveProperty"}:
        strength = Strength.EXACT if len(given) > 1 else Strength.EXISTS
    if name == "toHaveAttribute" and len(given) == 1:
        strength = Strength.TRUTHY
    if negated:
        weaker = Strength.ORDER if strength is Strength.EXACT else strength
        return NEGATED.get(name, weaker)
    if _ANYTHING.fullmatch(expected):
        return min(strength, Strength.EXISTS)
    return min(strength, Strength.PART) if _LOOSE.search(expected[:4000]) else strength


def _truth(name: str, expected: str) -> bool | None:
    """Whether a check asks for true or false; None when it asks for anything else."""
    if name in _TRUE or name in _FALSE:
        return name in _TRUE
    return expected == "true" if name in _EQUALS and expected in {"true", "false"} else None


def _of_truth(subject: str, holds: bool) -> Strength:
    if subject.startswith("typeof ") or subject.startswith("Array . isArray"):
        return Strength.EXISTS
    if is_constant(subject):
        falsy = subject in {"false", "null", "undefined", "0", '""', "NaN"}
        return Strength.TRUTHY if falsy is holds else Strength.HOLLOW
    if subject.startswith("! ! "):
        return Strength.TRUTHY
    return written.condition(subject, negated=not holds).strength


def _is_hollow(name: str, subject: str, expected: str, negated: bool) -> bool:
    """Whether a check holds whatever the code under test does."""
    if _truth(name, expected) is not None or not subject:
        return False
    if name in {"toBeGreaterThanOrEqual", "gte", "least", "isAtLeast"} and expected == "0":
        return bool(_SIZE.search(subject)) and not negated
    if expected and is_constant(expected) and is_constant(subject):
        return (subject == expected) is not negated
    if expected and not negated and "(" not in subject and subject == expected:
        return STRENGTHS.get(name) is Strength.EXACT or name in {
            "toMatchObject",
            "include",
            "contain",
        }
    if expected in _EMPTY_PATTERNS and name in {
        "toMatch",
        "match",
        "toContain",
        "include",
        "contain",
    }:
        return not negated
    if name == "toMatchObject" and expected == "{ }":
        return not negated
    if name in {"toHaveLength", "lengthOf"} and expected == f"{subject} . length":
        return True
    exists = (
        {"toBeDefined", "exist", "exists", "isDefined"}
        if not negated
        else {"toBeNull", "toBeUndefined"}
    )
    return name in exists and (subject.startswith("typeof ") or is_constant(subject))


def _tolerance(name: str, given: Sequence[str]) -> float | None:
    if name not in CLOSE:
        return None
    amount = written.number(given[1]) if len(given) > 1 else None
    if name != "toBeCloseTo":
        return amount
    digits = 2.0 if amount is None else amount
    return float(10.0**-digits / 2) if -20 < digits < 20 else None
