"""TypeScript: the frameworks of JavaScript, read with grammars that know types."""

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
    suppression,
    suppression_of_marker,
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
    "suppression",
    "suppression_of_marker",
    "swallows",
    "unwatched",
]

NAME = "typescript"
SUFFIXES = (".ts", ".tsx", ".mts", ".cts")
GRAMMARS = {
    "": "tree_sitter_typescript:language_typescript",
    ".tsx": "tree_sitter_typescript:language_tsx",
}
