"""TypeScript: the frameworks of JavaScript, read with grammars that know types."""

import re

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
    "prepared",
    "swallows",
    "unwatched",
]

NAME = "typescript"
GRAMMARS = {
    "": "tree_sitter_typescript:language_typescript",
    ".tsx": "tree_sitter_typescript:language_tsx",
}

_TYPED_TABLE = re.compile(rb"(\.(?:each|for))(<[^`()=]{1,400}>)(?=\s{0,5}`)")


def prepared(source: bytes) -> bytes:
    """Blanks for the type of a table: the grammar takes the "<" of "each<Row>`…`" for less than."""
    return _TYPED_TABLE.sub(lambda match: match[1] + re.sub(rb"[^\n]", b" ", match[2]), source)
