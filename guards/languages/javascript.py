"""JavaScript: jest, vitest, mocha with chai, node:test, playwright, cypress, jasmine, tap, ava, uvu."""

from guards.syntax.javascript import (
    SYNTAX,
    assertion,
    condition,
    double,
    errors_caught,
    is_platform,
    is_table,
    kind_of,
    mark_of_assignment,
    mark_of_call,
    mark_of_marker,
    swallows,
    unwatched,
)

__all__ = [
    "SYNTAX",
    "assertion",
    "condition",
    "double",
    "errors_caught",
    "is_platform",
    "is_table",
    "kind_of",
    "mark_of_assignment",
    "mark_of_call",
    "mark_of_marker",
    "swallows",
    "unwatched",
]

NAME = "javascript"
GRAMMARS = {"": "tree_sitter_javascript"}
