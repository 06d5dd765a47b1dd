"""What a bare condition asserts: `assert a == b`, and whether it can fail at all."""

from collections.abc import Sequence

from tree_sitter import Node

from guards.code import Assertion, Strength
from guards.facts import Branch, Call, Comparison
from guards.syntax.reader import Reader
from guards.syntax.values import is_constant, truth

FAILS = "fail"  # the matcher of a call that fails a test and asks nothing


def own_calls(
    branches: Sequence[Branch], calls: Sequence[Call]
) -> list[tuple[Branch, Sequence[Call]]]:
    """Every branch with the calls of its body that stand in no further branch."""
    ordered = sorted(branches, key=lambda each: each.body)
    own: list[list[Call]] = [[] for _ in ordered]
    around: list[int] = []
    following = 0
    for call in calls:
        while following < len(ordered) and ordered[following].body[0] <= call.at:
            around.append(following)
            following += 1
        while around and ordered[around[-1]].body[1] <= call.at:
            around.pop()
        if around:
            own[around[-1]].append(call)
    return list(zip(ordered, own, strict=True))


def of_comparison(comparison: Comparison, *, negated: bool = False) -> tuple[Strength, str]:
    """How much a comparison demands, and the word for it."""
    same = comparison.left == comparison.right and "(" not in comparison.left
    both = comparison.left_constant and comparison.right_constant
    operator = comparison.operator
    if both or (same and operator in _HOLDS_FOR_EQUALS and not negated):
        return Strength.HOLLOW, operator
    if negated:
        operator = _OPPOSITES.get(operator, operator)
    if operator in {"is not", "!==", "!="} and comparison.right in _NOTHING:
        return Strength.EXISTS, operator
    return _OPERATORS.get(operator, Strength.ORDER), operator


_NOTHING = frozenset({"None", "null", "nil", "undefined", "nullptr", "NULL"})
_HOLDS_FOR_EQUALS = frozenset({"==", "===", "is", ">=", "<=", "eql?", "equal?"})
_OPPOSITES = {"==": "!=", "!=": "==", "===": "!==", "!==": "===", "is": "is not", "is not": "is"}
_OPERATORS = {
    "==": Strength.EXACT,
    "===": Strength.EXACT,
    "is": Strength.EXACT,
    "eql?": Strength.EXACT,
    "equal?": Strength.EXACT,
    "in": Strength.PART,
    "not in": Strength.PART,
    "=~": Strength.PART,
    "instanceof": Strength.EXISTS,
}


def statement_assertion(
    *,
    text: str,
    comparison: Comparison | None,
    negated: bool,
    hollow: bool,
    place: tuple[int, int],
) -> Assertion:
    """An assertion out of a bare condition; `place` is its byte offset and line."""
    if comparison is None or hollow:
        strength = Strength.HOLLOW if hollow else Strength.TRUTHY
        return Assertion(text=text, at=place[0], line=place[1], strength=strength, matcher="true")
    strength, operator = of_comparison(comparison, negated=negated)
    return Assertion(
        text=text,
        at=place[0],
        line=place[1],
        strength=strength,
        matcher=operator,
        subject=comparison.left,
        expected=comparison.right,
        constant=comparison.right_constant,
    )


def is_hollow(node: Node, reader: Reader, *, negated: bool) -> bool:
    """Whether a condition holds whatever the code under test does."""
    if not negated and is_constant(node, reader.syntax):
        return truth(node, reader.tree, reader.syntax) is not False
    if node.type == "tuple" and node.named_child_count:
        return True
    if node.type in reader.syntax.either:
        return any(truth(child, reader.tree, reader.syntax) for child in node.named_children)
    return False
