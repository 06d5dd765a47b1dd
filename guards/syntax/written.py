"""What a canonical text says: a literal, or a condition handed to `assertTrue`."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from guards.code import Strength
from guards.facts import Comparison
from guards.pattern import expression
from guards.syntax.conditions import of_comparison

_LITERAL = expression(
    r"""[-+]?\s?[\d.][\w.]{0,40}|[@$]{0,2}"(?:[^"\\]|\\.){0,2000}"|'(?:[^'\\]|\\.){1,8}'"""
    r"""|true|false|null|True|False|nil|None"""
)
_INTERPOLATED = expression(r'^"[^$]{0,2000}\$[{A-Za-z_]|^[@]?\$')
_NUMBER = expression(r"[-+]?\s?(?:\d[\d_]{0,30}(?:\.\d{1,30})?|\.\d{1,30})(?:[eE][-+]?\d{1,3})?")
_STRINGS = expression(r'"(?:[^"\\]|\\.){0,2000}"')
_OPERATORS = frozenset(["==", "!=", "===", "!==", "<", ">", "<=", ">=", "is", "in", "instanceof"])
_EQUALS = expression(r"^(?:equals|Equals|SequenceEqual|contentEquals|deepEquals|ReferenceEquals)$")
_PARTS = expression(
    r"^(?:contains\w{0,20}|Contains\w{0,20}|startsWith|endsWith|matches|StartsWith|EndsWith|IsMatch"
    r"|equalsIgnoreCase)$"
)
_SIZE = expression(r"\b(?:size|length|count|Count|Length|Size)(?: \( \))?$")
_BRACKETS = frozenset("()[]{}")
_MAX = 4000  # characters of a condition that are looked at


class Condition(NamedTuple):
    """How much a condition demands when it has to hold, and of what."""

    strength: Strength
    matcher: str
    subject: str = ""
    expected: str = ""


def is_literal(text: str) -> bool:
    """Whether a text is one constant."""
    return _LITERAL.fullmatch(text) is not None and _INTERPOLATED.search(text) is None


def at(arguments: Sequence[str], index: int) -> str:
    """One of the arguments; "" when there are fewer."""
    return arguments[index] if len(arguments) > index else ""


def called(text: str) -> str:
    """The names of a chain of calls, without what stands in brackets: "gateway.charge"."""
    tokens = _masked(text[:_MAX])
    kept = [tokens[index] for index in _top(tokens) if tokens[index] not in _BRACKETS]
    return "".join(kept).replace("\x00", " ")


def number(text: str) -> float | None:
    """The number that a text is, without the letters of its type; None when it is none."""
    plain = re.sub(r"(?<=[\d.])[fFdDmMlL]$", "", text.replace("_", "").replace(" ", ""))
    try:
        return float(plain) if _NUMBER.fullmatch(plain) else None
    except ValueError:
        return None


def condition(text: str, *, negated: bool = False) -> Condition:
    """What is asked by demanding that a condition holds, or does not."""
    text = text[:_MAX].strip()
    while True:
        if text.startswith("! "):
            text, negated = text[2:], not negated
        elif text.startswith("( ") and _closing(text.split(" "), 0) == len(text.split(" ")) - 1:
            text = text[2:-2].strip()
        else:
            break
    if text in {"true", "True", "false", "False"}:
        holds = (text in {"true", "True"}) is not negated
        return Condition(Strength.HOLLOW if holds else Strength.TRUTHY, "true", text)
    tokens = _masked(text)
    return _combined(tokens, negated) or _single(tokens, negated)


def _combined(tokens: list[str], negated: bool) -> Condition | None:
    """Conditions joined by and, or."""
    levels = _top(tokens)
    for joint in ("||", "&&"):
        places = [index for index in levels if tokens[index] == joint]
        if not places:
            continue
        bounds = [-1, *places, len(tokens)]
        pieces = [tokens[a + 1 : b] for a, b in pairwise(bounds)][:20]
        texts = [" ".join(piece) for piece in pieces]
        each = [_plain(piece, negated) for piece in pieces]
        if (joint == "||") is not negated:
            hollow = any(item.strength is Strength.HOLLOW for item in each)
            hollow = hollow or any(f"! {item}" in texts for item in texts)
            return Condition(Strength.HOLLOW if hollow else Strength.TRUTHY, joint, texts[0])
        return max(each, key=lambda item: item.strength)
    return None


def _plain(tokens: list[str], negated: bool) -> Condition:
    if tokens[:1] == ["!"]:
        tokens, negated = tokens[1:], not negated
    text = " ".join(tokens)
    if text in {"true", "false"}:
        holds = (text == "true") is not negated
        return Condition(Strength.HOLLOW if holds else Strength.TRUTHY, "true", text)
    return _single(tokens, negated)


def _single(tokens: list[str], negated: bool) -> Condition:
    tokens = [each.replace("\x00", " ") for each in tokens]
    places = [index for index in _top(tokens) if tokens[index] in _OPERATORS]
    if len(places) == 1 and 0 < places[0] < len(tokens) - 1:
        return _compared(tokens, places[0], negated)
    if tokens[3:] and tokens[-1] == ")":
        found = _method(tokens, negated)
        if found is not None:
            return found
    text = " ".join(tokens)
    hollow = is_literal(text) and text not in {"0", "null"}
    return Condition(Strength.HOLLOW if hollow else Strength.TRUTHY, "true", text)


def _compared(tokens: list[str], place: int, negated: bool) -> Condition:
    left, right = " ".join(tokens[:place]), " ".join(tokens[place + 1 :])
    operator = tokens[place]
    if operator == "is":
        null = right in {"null", "not null"}
        strength = Strength.EXISTS if null or right[:1].isupper() else Strength.EXACT
        return Condition(strength, operator, left, right)
    if f"{operator} {right}" in {">= 0", "> - 1"} and not negated and _SIZE.search(left):
        return Condition(Strength.HOLLOW, operator, left, right)
    comparison = Comparison(
        left=left,
        operator=operator,
        right=right,
        left_constant=is_literal(left),
        right_constant=is_literal(right),
        at=0,
        end=0,
        line=0,
    )
    strength, matcher = of_comparison(comparison, negated=negated)
    return Condition(strength, matcher, left, right)


def _method(tokens: list[str], negated: bool) -> Condition | None:
    """`a.equals(b)`, `Objects.equals(a, b)`, `text.contains("x")`."""
    opening = _opening(tokens)
    if opening < 1:
        return None
    name, inside = tokens[opening - 1], tokens[opening + 1 : -1]
    subject = " ".join(tokens[: max(0, opening - 2)])
    given = [" ".join(piece) for piece in _split(inside)]
    if _EQUALS.match(name) and given:
        left = given[0] if len(given) > 1 else subject
        right = given[1] if len(given) > 1 else given[0]
        same = left == right and "(" not in left
        both = is_literal(left) and is_literal(right)
        strength = Strength.ORDER if negated else Strength.EXACT
        return Condition(Strength.HOLLOW if same or both else strength, name, left, right)
    if _PARTS.match(name) and given:
        return Condition(Strength.PART, name, subject, given[0])
    return None


def _masked(text: str) -> list[str]:
    return _STRINGS.sub(lambda match: match[0].replace(" ", "\x00"), text).split(" ")


def _top(tokens: list[str]) -> list[int]:
    """Places of the tokens that stand in no bracket."""
    found, depth = [], 0
    for index, each in enumerate(tokens):
        depth -= each in {")", "]", "}"}
        if depth == 0:
            found.append(index)
        depth += each in {"(", "[", "{"}
    return found


def _split(tokens: list[str]) -> list[list[str]]:
    commas = [index for index in _top(tokens) if tokens[index] == ","]
    bounds = [-1, *commas, len(tokens)]
    return [p for a, b in pairwise(bounds) if (p := tokens[a + 1 : b])]


def _closing(tokens: list[str], start: int) -> int:
    depth = 0
    for index in range(start, len(tokens)):
        depth += (tokens[index] in {"(", "[", "{"}) - (tokens[index] in {")", "]", "}"})
        if depth == 0:
            return index
    return -1


def _opening(tokens: list[str]) -> int:
    depth = 0
    for index in range(len(tokens) - 1, -1, -1):
        depth += (tokens[index] in {")", "]", "}"}) - (tokens[index] in {"(", "[", "{"})
        if depth == 0:
            return index
    return -1
