"""Where Go code catches an error, which no node type shows."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from guards.facts import Handler
from guards.pattern import expression
from guards.syntax.found import Found, place
from guards.syntax.reader import Reader

_NAMED_ERROR = expression(r"\b(?:err|\w{0,40}Err|err[A-Z0-9]\w{0,40}|e) != nil$")
_LETS_GO = expression(
    r"\b(?:return\b.{0,2000}(?:\b\w*[eE]rr\w*\b|\bstatus \.)|panic \(|os \. Exit \(|log \. (?:Fatal|Panic)"
    r"|\w+ \. (?:Fatal|Fatalf|Fail|FailNow|Error|Errorf) \( |\w*[eE]rr\w* = |<- )",
    re.DOTALL,
)


def errors_caught(found: Found, reader: Reader) -> list[Handler]:
    """`if err != nil { … }`, `defer func() { recover() }()`, and `_ = err`."""
    return [
        *_of_conditions(found, reader),
        *_of_recovers(found, reader),
        *_of_blanks(found),
    ]


def _of_conditions(found: Found, reader: Reader) -> Iterator[Handler]:
    for branch in found.branches:
        condition = branch.condition.rpartition(" ; ")[2]
        if not _NAMED_ERROR.search(condition) or branch.body == (0, 0):
            continue
        body = reader.tree.root.descendant_for_byte_range(*branch.body)
        if body is None:
            continue
        statements = tuple(reader.notes.statements(body))
        yield Handler(
            catches="err",
            guarded=(branch.at, branch.body[0]),
            body=branch.body,
            statements=statements,
            raises=any(_LETS_GO.search(each) for each in statements),
            at=branch.at,
            end=branch.end,
            line=branch.line,
        )


def _of_recovers(found: Found, reader: Reader) -> Iterator[Handler]:
    for call in found.calls:
        if call.callee != "recover":
            continue
        closure = _around(reader.tree.root, call.at, frozenset({"func_literal"}))
        outer = None if closure is None else _around_node(closure.parent, _FUNCTIONS)
        body = None if closure is None else closure.child_by_field_name("body")
        if closure is None or body is None:
            continue
        statements = tuple(reader.notes.statements(body))
        yield Handler(
            catches="",
            guarded=(0, 0) if outer is None else (outer.start_byte, outer.end_byte),
            body=(body.start_byte, body.end_byte),
            statements=statements,
            raises=any(_LETS_GO.search(each) for each in statements),
            **place(closure),
        )


def _of_blanks(found: Found) -> Iterator[Handler]:
    for item in found.assignments:
        if item.target == "_" and re.fullmatch(r"(?:err|\w{1,40}Err|err[A-Z]\w{0,40})", item.value):
            yield Handler(
                catches="err",
                guarded=(item.at, item.end),
                body=(item.end, item.end),
                at=item.at,
                end=item.end,
                line=item.line,
            )


_FUNCTIONS = frozenset({"func_literal", "function_declaration", "method_declaration"})


def _around(root: Node, place_of: int, kinds: frozenset[str]) -> Node | None:
    return _around_node(root.descendant_for_byte_range(place_of, place_of + 1), kinds)


def _around_node(node: Node | None, kinds: frozenset[str]) -> Node | None:
    for _ in range(200):
        if node is None or node.type in kinds:
            return node
        node = node.parent
    return None
