"""What a condition demands when the test fails if it holds."""

from collections.abc import Mapping

from guards.code import Assertion, Strength
from guards.facts import Comparison
from guards.pattern import expression
from guards.syntax.conditions import of_comparison
from guards.syntax.terms import bare, call_in, comparison_in, split

_ERROR = expression(r"\b(?:err|\w{0,40}Err|err\w{0,40}|e)$")
_OPPOSITES = {"==": "!=", "!=": "==", "<": ">=", ">": "<=", "<=": ">", ">=": "<"}
_DISTANCE = expression(r"(?:math \. )?(?:f?abs|Abs) \(|.{1,500}\. abs \( \)$")
_MAX_NESTED = 2000  # characters of a condition that is looked into
_AND, _OR = frozenset({"&&"}), frozenset({"||"})


def demanded(condition: str, questions: Mapping[str, Strength]) -> Assertion:
    """The most that must hold so that a condition does not fail the test.

    Args:
        condition: canonical.
        questions: how much the functions demand that a condition asks, by their last names.
    """
    either = [_all_of(part, questions) for part in split(condition, _OR)]
    return max(either, key=lambda each: each.strength)


def opposite(condition: str) -> str:
    """The condition that fails a test which demands this one."""
    inner, negated = bare(condition)
    return inner if negated else f"! ( {inner} )"


def _all_of(text: str, questions: Mapping[str, Strength]) -> Assertion:
    """What is demanded when any of the parts must be wrong for the test to fail."""
    inner, negated = bare(text)
    parts = [_demand(part, questions) for part in ([text] if negated else split(inner, _AND))]
    if any(part.strength is Strength.HOLLOW for part in parts):
        return next(part for part in parts if part.strength is Strength.HOLLOW)
    return max(parts, key=lambda each: each.strength)


def _demand(text: str, questions: Mapping[str, Strength]) -> Assertion:
    """What must hold so that a condition does not fail the test."""
    inner, negated = bare(text)
    both = split(inner, _AND) if negated and len(inner) < _MAX_NESTED else []
    if len(both) > 1:
        return max(
            (_demand(opposite(each), questions) for each in both), key=lambda each: each.strength
        )
    if ("true" in split(inner, _OR)) if negated else inner == "false":
        return Assertion(text=text, line=0, strength=Strength.HOLLOW, matcher="true")
    comparison = comparison_in(inner)
    if comparison is not None:
        operator = comparison.operator
        return _compared(comparison, operator if negated else _OPPOSITES.get(operator, operator))
    name, given = call_in(inner)
    strength = questions.get(name.rpartition(".")[2], Strength.TRUTHY)
    if strength is Strength.EXACT and not negated:
        strength = Strength.ORDER
    if strength is Strength.EXACT and given[:1] == given[1:2] and "(" not in given[0]:
        strength = Strength.HOLLOW
    return Assertion(
        text=text,
        line=0,
        strength=strength,
        matcher=name or "true",
        subject=given[0] if given else inner,
        expected=given[1] if len(given) > 1 else "",
    )


def _compared(comparison: Comparison, operator: str) -> Assertion:
    """A comparison that must hold; what is about errors demands little."""
    left, right = comparison.left, comparison.right
    asserted = Comparison(
        left=left,
        operator=operator,
        right=right,
        left_constant=comparison.left_constant,
        right_constant=comparison.right_constant,
        at=0,
        end=0,
        line=0,
    )
    strength, matcher = of_comparison(asserted)
    tolerance = None
    if right == "nil" and _ERROR.search(left):
        strength = Strength.EXISTS if operator == "==" else Strength.TRUTHY
    elif "nil" in left.split(" ") or "nil" in right.split(" ")[1:]:
        strength = min(strength, Strength.TRUTHY)
    elif _DISTANCE.match(left) and operator in {"<", "<="}:
        strength, tolerance = Strength.PART, number(right)
    return Assertion(
        text="",
        line=0,
        strength=strength,
        matcher=matcher,
        subject=left,
        expected=right,
        tolerance=tolerance,
    )


def number(text: str) -> float | None:
    """The number that a term is; None when it is computed."""
    try:
        return float(text.replace(" ", "").replace("_", ""))
    except ValueError:
        return None
