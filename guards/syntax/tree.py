"""Parse a file and give canonical text for any part of it: bounded, and without recursion."""

import importlib
import re
from bisect import bisect_left
from functools import cache
from typing import Final

from tree_sitter import Language, Node, Parser

from guards.errors import UnparsableError
from guards.syntax.spec import Syntax

_MAX_ODD: Final = 60  # bytes of what a macro may leave that is no C++
MAX_SOURCE_BYTES: Final = 1024 * 1024
_MAX_TEXT: Final = 20_000  # tokens of one canonical text
_MAX_OPEN: Final = 300  # comments, or angle brackets within one statement
_COMMENTS = re.compile(rb"/\*|\*/")
_ANGLES = re.compile(rb"(?<!<)<(?![<=])|[>;{}]")
_OPEN, _CLOSE = "⟦", "⟧"  # where a block begins and ends that only indentation shows
_CLOSERS = frozenset(")]}")


@cache
def parser(grammar: str) -> Parser:
    """The parser of a grammar, "package" or "package:function"."""
    package, _, function = grammar.partition(":")
    module = importlib.import_module(package)
    return Parser(Language(getattr(module, function or "language")()))


class SourceTree:
    """A parsed file."""

    def __init__(self, source: bytes, grammar: str, syntax: Syntax) -> None:
        """Parse.

        Raises:
            UnparsableError: larger than MAX_SOURCE_BYTES, or of a kind that takes a parser minutes.
        """
        if len(source) > MAX_SOURCE_BYTES:
            msg = f"larger than {MAX_SOURCE_BYTES} bytes"
            raise UnparsableError(msg)
        if _never_closes(source):
            msg = "opens far more brackets or comments than it closes"
            raise UnparsableError(msg)
        tree = parser(grammar).parse(source)
        self.source = source
        self.root = tree.root_node
        self._tree = tree
        self._starts: list[int] = []
        self._tokens: list[str] = []
        self._read_tokens(syntax)

    def text(self, node: Node) -> str:
        """The canonical text of a node."""
        return self.span((node.start_byte, node.end_byte))

    def span(self, span: tuple[int, int]) -> str:
        """The canonical text of what begins within a span of bytes."""
        return " ".join(self.tokens(span))

    def tokens(self, span: tuple[int, int]) -> list[str]:
        """The tokens that begin within a span, without a comma before a closing bracket."""
        first = bisect_left(self._starts, span[0])
        last = min(bisect_left(self._starts, span[1]), first + _MAX_TEXT)
        tokens = self._tokens[first:last]
        if "," not in tokens:
            return tokens
        return [
            each
            for each, after in zip(tokens, [*tokens[1:], ""], strict=True)
            if each != "," or after not in _CLOSERS
        ]

    def raw(self, node: Node) -> str:
        """The text of a node as it stands in the file."""
        return self.source[node.start_byte : node.end_byte].decode(errors="replace")

    def _read_tokens(self, syntax: Syntax) -> None:
        """Note every token once, in order; a block that only indentation shows gets marks."""
        cursor = self._tree.walk()
        ends: list[int] = []
        while (node := cursor.node) is not None:
            while ends and ends[-1] <= node.start_byte:
                self._add(ends.pop(), _CLOSE)
            if self._enters(node, syntax, ends) and cursor.goto_first_child():
                continue
            while not cursor.goto_next_sibling():
                if not cursor.goto_parent():
                    for end in reversed(ends):
                        self._add(end, _CLOSE)
                    return

    def _enters(self, node: Node, syntax: Syntax, ends: list[int]) -> bool:
        """Take a node in; whether its children are to be looked at."""
        kind = node.type
        if kind in syntax.comments or is_doc(node, syntax):
            return False
        if kind in syntax.strings or kind in syntax.atoms or not node.child_count:
            text = self.raw(node)
            self._add(node.start_byte, _requoted(text) if kind in syntax.strings else text.strip())
            return False
        if kind in syntax.indented:
            self._add(node.start_byte - 1, _OPEN)  # before the block, so no part of its text
            ends.append(node.end_byte)
        return True

    def _add(self, start: int, text: str) -> None:
        if text and text != ";":
            self._starts.append(start)
            self._tokens.append(text)


def _never_closes(source: bytes) -> bool:
    """Whether so much stays open that a parser, which tries every meaning, would take minutes."""
    if source.count(b"/*") > _MAX_OPEN:
        marks = _COMMENTS.findall(source)  # one after the other: those of `/*/` overlap
        if marks.count(b"/*") - marks.count(b"*/") > _MAX_OPEN:
            return True
    if source.count(b"<") <= _MAX_OPEN:
        return False
    depth = 0
    for sign in _ANGLES.findall(source):
        depth = depth + 1 if sign == b"<" else max(depth - 1, 0) if sign == b">" else 0
        if depth > _MAX_OPEN:
            return True
    return False


def is_doc(node: Node, syntax: Syntax) -> bool:
    """Whether a statement is nothing but a string: documentation."""
    return (
        node.type in syntax.docs
        and node.named_child_count == 1
        and node.named_children[0].type in syntax.strings
    )


def _requoted(text: str) -> str:
    """A string token with double quotes, where quotes are all that would change."""
    if len(text) > 1 and text[0] == text[-1] == "'" and '"' not in text and "\\" not in text:
        return f'"{text[1:-1]}"'
    return text


def is_damaged(tree: SourceTree, syntax: Syntax) -> bool:
    """Whether the parser met something else than a semicolon that a macro makes needless."""
    if not tree.root.has_error or not syntax.trailing_blocks:
        return tree.root.has_error
    pending = [tree.root]
    while pending:
        node = pending.pop()
        if node.type == "ERROR" and node.end_byte - node.start_byte > _MAX_ODD:
            return True
        pending += [child for child in node.children if child.has_error]
    return False
