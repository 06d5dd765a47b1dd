"""What a macro, a call or an arm of a Rust test demands, and where errors get lost."""

import re
from collections.abc import Iterator, Sequence
from functools import partial

from guards.code import Assertion, Strength
from guards.facts import Branch, Call, Handler
from guards.pattern import expression
from guards.syntax.conditions import FAILS, of_comparison
from guards.syntax.demands import demanded, number, opposite
from guards.syntax.found import Found
from guards.syntax.made import made, of_branch
from guards.syntax.reader import Reader
from guards.syntax.terms import call_in, comparison_in, is_constant
from guards.words import rust as words

_HELPER = expression(r"(?:assert|check|verify|expect|ensure|must|should)_\w{1,60}")
_WRAPPING = expression(
    r"\b(?:Some|Ok|None|vec|String :: from|String :: new|Vec :: new)\b|\. (?:to_string|to_owned|into)\b"
)
_EPSILON = expression(r"^(?:epsilon|abs|rel|ulps|max_relative|tol)\s?=\s?(.{1,40})$")
_TELLS = expression(
    r"\breturn Err\b|\bErr \(|\b(?:panic|unreachable|bail|todo|unimplemented|assert\w*) !|\?$|\? "
    r"|\bexit \(|\babort \(|\bresume_unwind \(|\bFail\w* \(",
)


def _is_constant(text: str) -> bool:
    return is_constant(_WRAPPING.sub("", text[:5000]))


_made = partial(made, is_constant=_is_constant)


def of_call(call: Call) -> Assertion | None:
    """Macros and functions by name, `.unwrap_err()`, `mock.expect_save()`, `cmd.assert()`."""
    name = call.name
    is_macro = call.text[: len(name) + 120].startswith(f"{call.callee.replace('.', ' :: ')} !")
    if name in words.PANICS and (is_macro or call.callee.endswith("process.exit")):
        return _made(call, Strength.TRUTHY, FAILS, f"{call.callee} ! ( )") if is_macro else None
    strength = words.STRENGTHS.get(name)
    if strength is None:
        return _of_other(call)
    if not is_macro and not (name in words.METHODS or name.startswith("assert_")):
        owners = [link for link, _ in call.links[:-1]]
        return _made(call, strength, name) if "assert" in owners else None
    if name in words.BARE:
        return _of_bare(call)
    return _of_named(call, strength)


def of_condition(branch: Branch, body: Sequence[Call]) -> Assertion | None:
    """`if got != want { panic!() }`, and the arms `other => panic!()` of a match."""
    if not any(call.name in words.PANICS - {"todo", "exit", "abort"} for call in body):
        return None
    condition = branch.condition
    if condition == "_" or re.fullmatch(
        r"(?:ref )?(?:other\w{0,20}|e|err|error|v|o|x|got|unexpected|actual)|.{0,200}\b_\b.{0,200}",
        condition,
    ):
        strength = Strength.EXISTS if condition.startswith(("Err", "let Err")) else Strength.PART
        found = Assertion(text="", line=0, strength=strength, matcher="match", subject=condition)
    else:
        found = demanded(condition, words.QUESTIONS)
    return of_branch(branch, found, _is_constant)


def _of_bare(call: Call) -> Assertion:
    """`assert!(…)`: as much as the condition inside demands."""
    given = call.arguments[0] if call.arguments else ""
    name, inner = call_in(given)
    if name.rstrip("!").endswith("matches") and len(inner) > 1:
        hollow = inner[1] == "_"
        return _made(
            call,
            Strength.HOLLOW if hollow else Strength.PART,
            "matches",
            f"{call.callee} ! ( {given} )",
            subject=inner[0],
            expected=inner[1],
        )
    found = demanded(opposite(given), words.QUESTIONS)
    subject = found.subject
    if found.strength > Strength.HOLLOW and (name := found.matcher) and "." in name:
        subject, _, name = name.rpartition(".")
    expected = found.expected or (found.subject if subject != found.subject else "")
    return _made(
        call,
        found.strength,
        found.matcher.rpartition(".")[2],
        f"{call.callee} ! ( {given} )",
        tolerance=found.tolerance,
        subject=subject,
        expected=expected,
    )


def _of_named(call: Call, strength: Strength) -> Assertion:
    """`assert_eq!(got, want, "message")` and its like."""
    kept = list(call.arguments[:2])
    epsilon = next((m[1] for m in map(_EPSILON.match, call.arguments[2:]) if m), "")
    subject, expected = "".join(kept[:1]), "".join(kept[1:2])
    if len(kept) > 1 and _is_constant(subject) and not _is_constant(expected):
        subject, expected = expected, subject
    is_pair = call.name in words.EXACT | words.ORDER | words.PART and len(kept) > 1
    asserted = comparison_in(f"{kept[0]} == {kept[1]}") if is_pair else None
    if (
        asserted is not None
        and call.name in words.EXACT | words.PART
        and "snapshot" not in call.name
    ):
        hollow = of_comparison(asserted)[0] is Strength.HOLLOW
        strength = Strength.HOLLOW if hollow else strength
    if expected == "_":
        strength = Strength.HOLLOW
    if "approx" in call.name and len(call.arguments) > len(kept):
        epsilon = epsilon or call.arguments[len(kept)]
    return _made(
        call,
        strength,
        call.name,
        f"{call.callee} ! ( {' , '.join(kept)} )",
        tolerance=number(epsilon) if epsilon else None,
        subject=subject,
        expected=expected,
    )


def _of_other(call: Call) -> Assertion | None:
    name = call.name
    if name.startswith("expect_") and len(call.links) > 1:
        return None if call.inner else _made(call, Strength.PART, "expect")
    names = [link for link, _ in call.links]
    if any(each.startswith("expect_") for each in names[1:]):
        return _made(call, Strength.PART, "expect")
    if "assert_that" in names and len(call.links) > 1:
        return _made(call, Strength.PART, name, subject="".join(call.links[0][1] or ()))
    return _made(call, Strength.PART, name) if _HELPER.fullmatch(name) else None


def errors_caught(found: Found, reader: Reader) -> list[Handler]:
    """`Err(_) => …` and `if let Err(_) = … { … }`."""
    return list(_of_arms(found, reader))


def _of_arms(found: Found, reader: Reader) -> Iterator[Handler]:
    for branch in found.branches:
        match = re.match(r"(?:let )?Err \((.{0,300}?)\)(?: =|$| if)", branch.condition)
        if match is None or branch.body == (0, 0):
            continue
        body = reader.tree.root.descendant_for_byte_range(*branch.body)
        if body is None:
            continue
        statements = tuple(reader.notes.statements(body))
        yield Handler(
            catches=match[1].strip(),
            guarded=(branch.at, branch.body[0]),
            body=branch.body,
            statements=statements,
            raises=any(_TELLS.search(each) for each in statements),
            at=branch.at,
            end=branch.end,
            line=branch.line,
        )
