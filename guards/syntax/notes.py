"""The facts of single nodes: names, literals, branches, handlers, what leaves a function."""

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Final

from tree_sitter import Node

from guards.facts import (
    Assignment,
    Branch,
    Comment,
    Comparison,
    Handler,
    Leave,
    Literal,
    Marker,
    Mention,
    Table,
)
from guards.syntax import calls, values
from guards.syntax.found import MAX_FACTS, MAX_NAME, Found, Visit, place
from guards.syntax.spec import BranchShape, Syntax, part
from guards.syntax.tree import SourceTree, is_doc

_OPERATORS = frozenset(
    {"==", "!=", "===", "!==", "<", ">", "<=", ">=", "<=>", "=~", "!~", "~=", "is", "in", "eq"}
    | {"eql?", "equal?", "instanceof", "is not", "not in", "!is", "!in"}
)
_MAX_STATEMENTS: Final = 300
_MAX_WORD: Final = 40
_MAX_ROWS: Final = 2000
_MAX_ANNOTATED: Final = 20_000
_ANNOTATION = re.compile(r"^[ \t/*]{0,80}(@([A-Za-z][\w\\-]{0,60})[^\n*]{0,200})", re.MULTILINE)


class Notes:
    """Takes down what a node says, whatever stands around it."""

    def __init__(self, tree: SourceTree, syntax: Syntax) -> None:
        self.tree = tree
        self.syntax = syntax
        self.found = Found()
        self.telling = _telling(syntax)

    def note(self, visit: Visit) -> None:
        """Note what a node is that neither defines nor calls anything."""
        node, syntax, kind = visit.node, self.syntax, visit.node.type
        if kind in syntax.blocks:
            self.block(node)
        if kind in syntax.branches:
            self.branch(node, syntax.branches[kind])
        elif kind in syntax.comparisons:
            if (comparison := self.comparison(node)) is not None:
                self.found.comparisons.append(comparison)
        elif kind in syntax.assignments:
            self.assignment(node)
        elif kind in syntax.handlers:
            self.handler(node)
        else:
            self._leaf(visit)
        self._table(visit)

    def _leaf(self, visit: Visit) -> None:
        """Note literals, names, comments and statements without parts of their own."""
        node, syntax, found, kind = visit.node, self.syntax, self.found, visit.node.type
        if kind in syntax.names or kind in syntax.members:
            if not visit.inner or kind in syntax.names:
                self._mention(visit)
        elif kind in syntax.strings or kind in syntax.numbers or kind in syntax.constants:
            is_string = kind in syntax.strings
            text = self.tree.raw(node)
            text = values.unquoted(text) if is_string else text
            found.literals.append(Literal(text=text, is_string=is_string, **place(node)))
        elif kind in syntax.comments or is_doc(node, syntax):
            found.comments.append(Comment(text=self.tree.raw(node), **place(node)))
        elif kind in syntax.returns or kind in syntax.raises:
            self._leave(node)
        elif kind in syntax.asserts:
            condition = part(node, syntax.asserts[kind])
            found.asserts += [] if condition is None else [(node, condition)]
        elif kind in syntax.imports:
            found.imports.append(Mention(text=self.tree.text(node), **place(node)))

    def _table(self, visit: Visit) -> None:
        """Note the rows of a list, or of a template that is one: `each` with lines of values."""
        node, syntax, kind, rows = visit.node, self.syntax, visit.node.type, list[str]()
        if kind in syntax.tables:
            rows = [self.tree.text(child) for child in node.named_children[:_MAX_ROWS]]
        elif kind in syntax.strings and visit.parent in syntax.calls:
            lines = self.tree.raw(node).splitlines()[:_MAX_ROWS]
            rows = [" ".join(line.strip("`").split()) for line in lines if "${" in line]
        if (rows or kind in syntax.tables) and len(self.found.tables) < MAX_FACTS:
            self.found.tables.append(Table(rows=tuple(rows), **place(node)))

    def _mention(self, visit: Visit) -> None:
        node = visit.node
        if visit.parent in self.syntax.members and (visit.inner or self._is_member_name(node)):
            return  # part of a longer name, which is noted as a whole
        chain = calls.links(node, self.tree, self.syntax)
        text = ".".join(name for name, _ in chain if name)
        words = self.syntax.asserting_words
        if node.type in self.syntax.members and any(name in words for name, _ in chain):
            call = calls.call_of(node, self.tree, self.syntax, inner=False)
            self.found.calls.append(replace(call, awaited=visit.awaited))
        if text and len(self.found.mentions) < MAX_FACTS:
            self.found.mentions.append(Mention(text=text[:MAX_NAME], **place(node)))

    def _is_member_name(self, node: Node) -> bool:
        """Whether a node is the name in `object.name`, and no index of its own."""
        around = node.parent
        if around is None or around.type not in self.syntax.members:
            return True
        name = part(around, self.syntax.members[around.type][1])
        return name is not None and name.id == node.id

    def _leave(self, node: Node) -> None:
        children = [
            child for child in node.named_children if child.type not in self.syntax.comments
        ]
        value = children[0] if children else None
        self.found.leaves.append(
            Leave(
                value="" if value is None else self.tree.text(value),
                raises=node.type in self.syntax.raises,
                constant=value is not None and values.is_constant(value, self.syntax),
                **place(node),
            )
        )

    def assignment(self, node: Node) -> None:
        """Note what gets which value."""
        left_selector, right_selector = self.syntax.assignments[node.type]
        left, right = part(node, left_selector), part(node, right_selector)
        if left is None:
            return
        self.found.assignments.append(
            Assignment(
                target=self.tree.text(left)[:MAX_NAME],
                value="" if right is None else self.tree.text(right),
                constant=right is not None and values.is_constant(right, self.syntax),
                declares=node.type in self.syntax.declarations,
                **place(node),
            )
        )

    def comparison(self, node: Node) -> Comparison | None:
        """What a node compares; None when it is no comparison."""
        shape = self.syntax.comparisons.get(node.type)
        if shape is None:
            return None
        left, right = part(node, shape[0]), part(node, shape[1])
        if left is None or right is None or left.id == right.id:
            return None
        operator = self.tree.span((left.end_byte, right.start_byte))
        if operator not in _OPERATORS:
            return None
        return Comparison(
            left=self.tree.text(left),
            operator=operator,
            right=self.tree.text(right),
            left_constant=values.is_constant(left, self.syntax),
            right_constant=values.is_constant(right, self.syntax),
            **place(node),
        )

    def markers(self, node: Node) -> list[Marker]:
        """The decorators, annotations or attributes that a node is or holds."""
        if node.type in self.syntax.marker_lists:
            return [
                marker
                for child in node.named_children
                if child.type in self.syntax.markers or child.type in self.syntax.marker_lists
                for marker in self.markers(child)
            ]
        name, arguments = calls.marker_parts(node, self.tree, self.syntax)
        return [Marker(name=name, text=self.tree.text(node), arguments=arguments, **place(node))]

    def annotations(self, node: Node) -> list[Marker]:
        """The `@name` lines of a documentation comment, each without arguments."""
        text = self.tree.raw(node)[:_MAX_ANNOTATED]
        found = _ANNOTATION.findall(text)[:50] if text.startswith("/**") else []
        return [
            Marker(name=name, text=" ".join(rest.split()), arguments=(), **place(node))
            for rest, name in found
        ]

    def branch(self, node: Node, shape: BranchShape) -> None:
        """Note a condition with what it leads to."""
        condition, body = part(node, shape.condition), part(node, shape.body)
        if condition is None:
            return
        setup = part(node, shape.setup) if shape.setup else None
        before = "" if setup is None else f"{self.tree.text(setup)} ; "
        span = (0, 0) if body is None else (body.start_byte, body.end_byte)
        otherwise = part(node, shape.otherwise) if shape.otherwise else None
        returns, leaves = values.outcome(body, self.tree, self.syntax)
        if body is not None and body.id == node.id:  # what follows the condition is the body
            end = node.end_byte if otherwise is None else otherwise.start_byte
            span = (condition.end_byte, end)
            returns, leaves = values.outcome_of(self._between(node, span), self.tree, self.syntax)
        self.found.branches.append(
            Branch(
                condition=before + self.tree.text(condition),
                comparisons=tuple(self._comparisons_in(condition)),
                body=span,
                returns=returns,
                leaves=leaves,
                **place(node),
            )
        )
        truth = None if shape.is_arm else values.truth(condition, self.tree, self.syntax)
        if truth is not None and shape.negated:
            truth = not truth
        if truth is False and body is not None:
            self.found.dead.append(span)
        elif truth is True and otherwise is not None:
            self.found.dead.append((otherwise.start_byte, otherwise.end_byte))

    def _between(self, node: Node, span: tuple[int, int]) -> list[Node]:
        """The statements of a node that stand in a span, without a break at the end."""
        skipped = self.syntax.comments
        found = [
            child
            for child in node.named_children[:_MAX_STATEMENTS]
            if span[0] <= child.start_byte < span[1] and child.type not in skipped
        ]
        if len(found) > 1 and found[-1].type in self.syntax.leaves:
            found.pop()
        inner = len(found) == 1 and found[0].type in self.syntax.blocks
        return values.statements_of(found[0], self.syntax) if inner else found

    def _comparisons_in(self, condition: Node) -> Iterator[Comparison]:
        pending = [condition]
        for _ in range(50):
            if not pending:
                return
            node = pending.pop()
            if (comparison := self.comparison(node)) is not None:
                yield comparison
            pending += node.named_children

    def handler(self, node: Node) -> None:
        """Note what catches errors."""
        body = part(node, self.syntax.handlers[node.type])
        guarded = self._guarded(node)
        span = (node.end_byte, node.end_byte) if body is None else (body.start_byte, body.end_byte)
        head = (node.start_byte, span[0])
        if node.type in self.syntax.tries:  # watches and catches at once: `a rescue b`
            head = (guarded[1], span[0]) if body else (node.start_byte, guarded[0])
        self.found.handlers.append(
            Handler(
                catches=self.tree.span(head),
                guarded=guarded,
                body=span,
                statements=tuple(self.statements(body)) if body is not None else (),
                raises=body is not None and values.raises(body, self.syntax),
                **place(node),
            )
        )

    def _guarded(self, handler: Node) -> tuple[int, int]:
        """The span that a handler watches over."""
        node = handler if handler.type in self.syntax.tries else handler.parent
        for _ in range(3):
            if node is None:
                break
            if (selector := self.syntax.tries.get(node.type)) is not None:
                body = part(node, selector)
                start = node.start_byte if body is None else body.start_byte
                return start, handler.start_byte if body is None else body.end_byte
            node = node.parent
        return 0, 0

    def block(self, node: Node) -> None:
        """What follows a return or a raise in the same block can never run."""
        ended = False
        ends = self.syntax.returns | self.syntax.raises | self.syntax.leaves
        for child in node.named_children:
            ended = ended and child.type not in self.syntax.resumes
            if ended and child.type not in self.syntax.comments | self.syntax.hoisted:
                self.found.dead.append((child.start_byte, node.end_byte))
                return
            ended = ended or values.ends(child, ends) or values.is_raise(child, self.syntax)

    def statements(self, body: Node) -> Iterator[str]:
        """Canonical text of the statements of a body."""
        for child in values.statements_of(body, self.syntax)[:_MAX_STATEMENTS]:
            if text := self.tree.text(child):
                yield text


def _telling(syntax: Syntax) -> frozenset[str]:
    """All types of nodes that say something by themselves."""
    sets = (getattr(syntax, each.name) for each in fields(syntax))
    return frozenset(kind for some in sets if not isinstance(some, (bool, str)) for kind in some)
