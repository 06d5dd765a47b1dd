"""Names of what decides whether two things are equal."""

EQUAL = frozenset(
    [
        "__eq__",
        "__ne__",
        "equals",
        "Equals",
        "eq",
        "ne",
        "==",
        "!=",
        "===",
        "eql?",
        "equal?",
        "=~",
        "operator==",
        "operator ==",
        "operator!=",
        "isEqual",
        "isEqualTo",
        "is_equal",
        "asymmetricMatch",
        "__contains__",
        "matches?",
        "case_equal",
        "__eq",
        "Equal",
        "sameAs",
        "isSame",
    ]
)
