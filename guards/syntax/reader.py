"""Walk a syntax tree once, without recursion, and note the facts of every node."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from guards.facts import (
    Assignment,
    Branch,
    Call,
    Comment,
    Comparison,
    Definition,
    Handler,
    Kind,
    Leave,
    Literal,
    Marker,
    Mention,
    Table,
)
from guards.syntax import calls
from guards.syntax.spec import BranchShape, FunctionShape, Syntax, part
from guards.syntax.tree import SourceTree, is_doc

_OPERATORS = frozenset(
    {"==", "!=", "===", "!==", "<", ">", "<=", ">=", "<=>", "=~", "!~", "~=", "is", "in", "eq"}
    | {"eql?", "equal?", "instanceof", "is not", "not in", "!is", "!in"}
)
_MAX_FACTS = 200_000
_MAX_NAME = 300
_MAX_STATEMENTS = 300
_MAX_ROWS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a language is shown of a definition to say what it is to the test runner.

    Attributes:
        name: as written. node_type: the grammar's word. bases: what follows the name of a class.
        markers: its own. parents: kinds and names around it, outermost first.
    """

    name: str
    node_type: str
    parameters: str = ""
    bases: str = ""
    markers: tuple[Marker, ...] = ()
    parents: tuple[Definition, ...] = ()
    call: Call | None = None


KindOf = Callable[[Header], tuple[Kind, str] | None]


@dataclass(slots=True)
class Found:
    """Facts as they are gathered."""

    definitions: list[Definition] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    handlers: list[Handler] = field(default_factory=list)
    leaves: list[Leave] = field(default_factory=list)
    literals: list[Literal] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    imports: list[Mention] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    markers: list[Marker] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    asserts: list[tuple[Node, Node]] = field(default_factory=list)  # statement, condition
    dead: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Visit:
    node: Node
    parent: str  # the type of the node above
    definition: int  # index of the one around it
    markers: tuple[Marker, ...] = ()
    inner: bool = False  # a callee, or what a member is reached through
    awaited: bool = False


class Reader:
    """Reads one file."""

    def __init__(self, tree: SourceTree, syntax: Syntax, kind_of: KindOf) -> None:
        self.tree = tree
        self.syntax = syntax
        self.found = Found()
        self._kind_of = kind_of
        self._pending: list[_Visit] = []

    def read(self) -> Found:
        """All facts of the file."""
        self._pending = [_Visit(self.tree.root, "", -1)]
        seen = 0
        while self._pending and seen < _MAX_FACTS * 5:
            visit = self._pending.pop()
            seen += 1
            inside = self._note(visit)
            self._descend(visit, inside)
        return self.found

    def _descend(self, visit: _Visit, definition: int) -> None:
        """Visit the children next, in order; markers belong to the sibling that follows them."""
        syntax, kind = self.syntax, visit.node.type
        following: list[_Visit] = []
        markers: list[Marker] = []
        awaited = kind in syntax.awaits or (
            visit.awaited and kind not in syntax.blocks and kind not in syntax.lambdas
        )
        inner = self._inner_part(visit.node)
        for child in visit.node.named_children:
            if child.type in syntax.markers or child.type in syntax.marker_lists:
                markers += self._markers(child)
                following.append(_Visit(child, kind, definition))
                continue
            if child.type in syntax.comments:
                following.append(_Visit(child, kind, definition))
                continue
            following.append(
                _Visit(child, kind, definition, tuple(markers), child.id == inner, awaited)
            )
            markers = []
        self._pending += reversed(following)

    def _inner_part(self, node: Node) -> int:
        """The id of the child through which a chain goes on; 0 when the node is no chain."""
        if (shape := self.syntax.calls.get(node.type)) is not None:
            found = part(node, shape.receiver) or part(node, shape.callee)
        elif (member := self.syntax.members.get(node.type)) is not None:
            found = part(node, member[0])
        else:
            return 0
        return 0 if found is None else found.id

    def _note(self, visit: _Visit) -> int:
        """Note what a node is; the index of the definition that its children stand in."""
        node, syntax, kind = visit.node, self.syntax, visit.node.type
        if kind in syntax.functions or kind in syntax.classes:
            return self._definition(visit)
        if kind in syntax.calls:
            return self._call(visit)
        if kind in syntax.blocks:
            self._block(node)
        if kind in syntax.branches:
            self._branch(node, syntax.branches[kind])
        elif kind in syntax.comparisons:
            if (comparison := self.comparison(node)) is not None:
                self.found.comparisons.append(comparison)
        elif kind in syntax.assignments:
            self._assignment(node)
        elif kind in syntax.handlers:
            self._handler(node, visit)
        else:
            self._leaf(visit)
        return visit.definition

    def _leaf(self, visit: _Visit) -> None:
        """Note literals, names, comments and statements without parts of their own."""
        node, syntax, found, kind = visit.node, self.syntax, self.found, visit.node.type
        if kind in syntax.names or kind in syntax.members:
            if not visit.inner or kind in syntax.names:
                self._mention(visit)
        elif kind in syntax.strings or kind in syntax.numbers or kind in syntax.constants:
            is_string = kind in syntax.strings
            text = self.tree.raw(node)
            text = calls.unquoted(text) if is_string else text
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
        if kind in syntax.tables and len(found.tables) < _MAX_FACTS:
            rows = [self.tree.text(child) for child in node.named_children[:_MAX_ROWS]]
            found.tables.append(Table(rows=tuple(rows), **place(node)))

    def _mention(self, visit: _Visit) -> None:
        node = visit.node
        if visit.parent in self.syntax.members and not (
            visit.inner and node.type in self.syntax.names
        ):
            return  # part of a longer name, which is noted as a whole
        if visit.parent in self.syntax.members:
            return
        text = ".".join(name for name, _ in calls.links(node, self.tree, self.syntax))
        if text and len(self.found.mentions) < _MAX_FACTS:
            self.found.mentions.append(Mention(text=text[:_MAX_NAME], **place(node)))

    def _leave(self, node: Node) -> None:
        children = [
            child for child in node.named_children if child.type not in self.syntax.comments
        ]
        value = children[0] if children else None
        self.found.leaves.append(
            Leave(
                value="" if value is None else self.tree.text(value),
                raises=node.type in self.syntax.raises,
                constant=value is not None and calls.is_constant(value, self.syntax),
                **place(node),
            )
        )

    def _assignment(self, node: Node) -> None:
        left_selector, right_selector = self.syntax.assignments[node.type]
        left, right = part(node, left_selector), part(node, right_selector)
        if left is None:
            return
        self.found.assignments.append(
            Assignment(
                target=self.tree.text(left)[:_MAX_NAME],
                value="" if right is None else self.tree.text(right),
                constant=right is not None and calls.is_constant(right, self.syntax),
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
            left_constant=calls.is_constant(left, self.syntax),
            right_constant=calls.is_constant(right, self.syntax),
            **place(node),
        )

    def _call(self, visit: _Visit) -> int:
        call = calls.call_of(visit.node, self.tree, self.syntax, inner=visit.inner)
        call = calls.with_context(call, self.comparison, visit.node, self.syntax, visit.awaited)
        if len(self.found.calls) < _MAX_FACTS:
            self.found.calls.append(call)
        body = None if visit.inner else calls.block_of(visit.node, self.syntax)
        if body is None or not call.callee:
            return visit.definition
        header = Header(
            name=call.callee, node_type=visit.node.type, parents=self._around(visit), call=call
        )
        kind = self._kind_of(header)
        if kind is None or kind[0] is Kind.FUNCTION:
            return visit.definition
        return self._add(visit, kind, FunctionShape(name="", body=""), body)

    def _definition(self, visit: _Visit) -> int:
        node, syntax = visit.node, self.syntax
        is_class = node.type in syntax.classes
        shape = syntax.classes[node.type] if is_class else syntax.functions[node.type]
        name, body = part(node, shape.name), part(node, shape.body)
        if name is None or body is None:
            if node.type in syntax.assignments:
                self._assignment(node)
            return visit.definition
        markers = (*visit.markers, *self._own_markers(node))
        visit = _Visit(node, visit.parent, visit.definition, markers)
        parameters = part(node, shape.parameters) if shape.parameters else None
        header = Header(
            name=self.tree.text(name)[:_MAX_NAME],
            node_type=node.type,
            parameters="" if parameters is None else self.tree.text(parameters),
            bases=self.tree.span((name.end_byte, body.start_byte)) if is_class else "",
            markers=markers,
            parents=self._around(visit),
        )
        fallback = (Kind.CLASS if is_class else Kind.FUNCTION, header.name)
        return self._add(visit, self._kind_of(header) or fallback, shape, body)

    def _add(self, visit: _Visit, kind: tuple[Kind, str], shape: FunctionShape, body: Node) -> int:
        """Note a definition; its index."""
        node = visit.node
        around = self.found.definitions[visit.definition] if visit.definition >= 0 else None
        parameters = part(node, shape.parameters) if shape.parameters else None
        start = min([node.start_byte, *(marker.at for marker in visit.markers)])
        self.found.definitions.append(
            Definition(
                kind=kind[0],
                name=calls.qualified(around, kind[1], is_block=node.type in self.syntax.calls)[
                    :_MAX_NAME
                ],
                at=start,
                end=body.end_byte if body.end_byte > node.end_byte else node.end_byte,
                line=node.start_point.row + 1,
                parameters="" if parameters is None else self.tree.text(parameters),
                body=self.tree.text(body),
                body_span=(body.start_byte, body.end_byte),
                statements=tuple(self._statements(body)),
                markers=visit.markers,
                parent=visit.definition,
            )
        )
        return len(self.found.definitions) - 1

    def _around(self, visit: _Visit) -> tuple[Definition, ...]:
        chain: list[Definition] = []
        index = visit.definition
        while index >= 0 and len(chain) < _MAX_STATEMENTS:
            chain.append(self.found.definitions[index])
            index = chain[-1].parent
        return tuple(reversed(chain))

    def _statements(self, body: Node) -> Iterator[str]:
        block = body if body.type in self.syntax.blocks else None
        if block is None:  # a wrapper around the block, or one expression
            block = next((c for c in body.named_children if c.type in self.syntax.blocks), None)
        children: Sequence[Node] = [body] if block is None else block.named_children
        for child in children[:_MAX_STATEMENTS]:
            if text := self.tree.text(child):
                yield text

    def _own_markers(self, node: Node) -> list[Marker]:
        wanted = self.syntax.markers | self.syntax.marker_lists
        return [
            marker
            for child in node.named_children[:20]
            if child.type in wanted
            for marker in self._markers(child)
        ]

    def _markers(self, node: Node) -> list[Marker]:
        if node.type in self.syntax.marker_lists:
            return [
                marker
                for child in node.named_children
                if child.type in self.syntax.markers or child.type in self.syntax.marker_lists
                for marker in self._markers(child)
            ]
        name, arguments = calls.marker_parts(node, self.tree, self.syntax)
        marker = Marker(name=name, text=self.tree.text(node), arguments=arguments, **place(node))
        self.found.markers.append(marker)
        return [marker]

    def _branch(self, node: Node, shape: BranchShape) -> None:
        condition, body = part(node, shape.condition), part(node, shape.body)
        if condition is None:
            return
        span = (0, 0) if body is None else (body.start_byte, body.end_byte)
        returns, leaves = calls.outcome(body, self.tree, self.syntax)
        self.found.branches.append(
            Branch(
                condition=self.tree.text(condition),
                comparisons=tuple(self._comparisons_in(condition)),
                body=span,
                returns=returns,
                leaves=leaves,
                **place(node),
            )
        )
        truth = calls.truth(condition, self.tree, self.syntax)
        otherwise = part(node, shape.otherwise) if shape.otherwise else None
        if truth is False and body is not None:
            self.found.dead.append(span)
        elif truth is True and otherwise is not None:
            self.found.dead.append((otherwise.start_byte, otherwise.end_byte))

    def _comparisons_in(self, condition: Node) -> Iterator[Comparison]:
        pending = [condition]
        for _ in range(50):
            if not pending:
                return
            node = pending.pop()
            if (comparison := self.comparison(node)) is not None:
                yield comparison
            pending += node.named_children

    def _handler(self, node: Node, visit: _Visit) -> None:
        body = part(node, self.syntax.handlers[node.type])
        guarded = self._guarded(node)
        span = (node.end_byte, node.end_byte) if body is None else (body.start_byte, body.end_byte)
        self.found.handlers.append(
            Handler(
                catches=self.tree.span((node.start_byte, span[0])),
                guarded=guarded,
                body=span,
                statements=tuple(self._statements(body)) if body is not None else (),
                raises=body is not None and calls.raises(body, self.syntax),
                **place(node),
            )
        )

    def _guarded(self, handler: Node) -> tuple[int, int]:
        """The span that a handler watches over."""
        node = handler.parent
        for _ in range(3):
            if node is None:
                break
            if (selector := self.syntax.tries.get(node.type)) is not None:
                body = part(node, selector)
                start = node.start_byte if body is None else body.start_byte
                return start, handler.start_byte if body is None else body.end_byte
            node = node.parent
        return 0, 0

    def _block(self, node: Node) -> None:
        """What follows a return or a raise in the same block can never run."""
        ended = False
        ends = self.syntax.returns | self.syntax.raises | self.syntax.leaves
        for child in node.named_children:
            if ended and child.type not in self.syntax.comments:
                self.found.dead.append((child.start_byte, node.end_byte))
                return
            ended = ended or calls.ends(child, ends)


def place(node: Node) -> dict[str, int]:
    """Where a node stands."""
    return {"at": node.start_byte, "end": node.end_byte, "line": node.start_point.row + 1}
