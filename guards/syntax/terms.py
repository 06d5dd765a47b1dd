"""Small questions about canonical text: what is compared in it, whether it is a literal."""

import re

from guards.facts import Comparison
from guards.pattern import expression

_OPERATORS = frozenset({"==", "!=", "===", "!==", "<", ">", "<=", ">="})
_MAX_LITERAL = 2100
_JOINTS = frozenset({"&&", "||"})
_LITERAL = expression(
    r"""(?:[-+&]\s?)?(?:\d[\w.]{0,60}|b?"(?:[^"\\]|\\.){0,2000}"|`[^`]{0,2000}`|r?\#{0,3}"[^"]{0,2000}"\#{0,3}"""
    r"""|'(?:[^'\\]|\\.){1,12}'|true|false|nil|None|null)"""
)
_STRINGS = expression(r'"(?:[^"\\]|\\.)*"')


def is_literal(text: str) -> bool:
    """Whether a term is one literal."""
    return len(text) <= _MAX_LITERAL and _LITERAL.fullmatch(text) is not None


def is_constant(text: str) -> bool:
    """Whether a term has literals and signs, but no name of anything."""
    if is_literal(text):
        return True
    bare = _STRINGS.sub("0", text[:5000])
    return not re.search(r"[^\W\d]|\$", re.sub(r"\b(?:true|false|nil|null|\d\w*)\b", "0", bare))


def split(text: str, joints: frozenset[str]) -> list[str]:
    """A term parted at operators that stand in no bracket and in no string."""
    parts: list[list[str]] = [[]]
    depth, quoted = 0, False
    for token in text.split(" "):
        if not quoted:
            depth += (token in {"(", "[", "{"}) - (token in {")", "]", "}"})
        quoted ^= token.count('"') % 2 == 1
        if token in joints and depth == 0 and not quoted:
            parts.append([])
        else:
            parts[-1].append(token)
    return [" ".join(each) for each in parts]


def bare(text: str) -> tuple[str, bool]:
    """A term without brackets around it and "not" before it, and whether it was negated."""
    negated = False
    for _ in range(6):
        if text.startswith("! "):
            text, negated = text[2:], not negated
        elif text.startswith("( ") and text.endswith(" )") and _is_wrapped(text):
            text = text[2:-2]
        else:
            break
    return text, negated


def _is_wrapped(text: str) -> bool:
    """Whether the first bracket is closed by the last one."""
    depth = 0
    tokens = text.split(" ")
    for position, token in enumerate(tokens):
        depth += (token in {"(", "[", "{"}) - (token in {")", "]", "}"})
        if depth == 0:
            return position == len(tokens) - 1
    return False


def comparison_in(text: str) -> Comparison | None:
    """The one comparison that a term is; None when it is none, or several."""
    if len(split(text, _JOINTS)) > 1:
        return None
    left, *others = split(text, _OPERATORS)
    if len(others) != 1 or not left or not others[0]:
        return None
    right = others[0]
    return Comparison(
        left=left,
        operator=text[len(left) :].split(" ")[1],
        right=right,
        left_constant=is_constant(left),
        right_constant=is_constant(right),
        at=0,
        end=0,
        line=0,
    )


def call_in(text: str) -> tuple[str, list[str]]:
    """The dotted name and the arguments of the one call that a term is; ("", []) = none."""
    match = re.match(r"([\w!.: ]{1,200}?)(?: <[^()]{0,200}>)? \( ", f"{text} "[:400])
    if match is None or not _is_wrapped(text[match.end(1) :].lstrip()):
        return "", []
    inner = text[match.end() : -2] if len(text) > match.end() else ""
    return match[1].replace(" ", ""), [each.strip() for each in split(inner, frozenset({","}))]
