"""The assertion that a call makes, or that a branch makes which fails its test."""

from collections.abc import Callable
from typing import TypedDict, Unpack

from guards.code import Assertion, Strength
from guards.facts import Branch, Call
from guards.syntax.written import Condition, is_literal


class Sides(TypedDict, total=False):
    """What an assertion looks at, and what it holds that against."""

    subject: str
    expected: str


def made(
    call: Call,
    strength: Strength,
    matcher: str,
    text: str = "",
    *,
    tolerance: float | None = None,
    is_constant: Callable[[str], bool] = is_literal,
    **sides: Unpack[Sides],
) -> Assertion:
    """An assertion that a call makes; its text is that of the call if no other is given."""
    expected = sides.get("expected", "")
    return Assertion(
        text=text or call.text,
        line=call.line,
        at=call.at,
        strength=strength,
        matcher=matcher,
        subject=sides.get("subject", ""),
        expected=expected,
        constant=bool(expected) and is_constant(expected),
        tolerance=tolerance,
    )


def of_branch(
    branch: Branch,
    asked: Assertion | Condition,
    is_constant: Callable[[str], bool] = is_literal,
) -> Assertion:
    """An assertion out of what a branch asks that fails its test."""
    return Assertion(
        text=f"if {branch.condition}",
        line=branch.line,
        at=branch.at,
        strength=asked.strength,
        matcher=asked.matcher,
        subject=asked.subject,
        expected=asked.expected,
        constant=bool(asked.expected) and is_constant(asked.expected),
        tolerance=asked.tolerance if isinstance(asked, Assertion) else None,
    )
