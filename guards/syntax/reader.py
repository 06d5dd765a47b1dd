"""Walk a syntax tree once, without recursion, and note the facts of every node."""

from dataclasses import replace
from typing import Final

from tree_sitter import Node

from guards.facts import Call, Definition, Kind, Leave, Marker, Mention, Table
from guards.syntax import calls
from guards.syntax.found import MAX_FACTS, MAX_NAME, Found, Visit
from guards.syntax.header import Header, KindOf, Touched
from guards.syntax.notes import Notes
from guards.syntax.spec import FunctionShape, Syntax, part
from guards.syntax.tree import SourceTree

_MAX_PARENTS: Final = 300
_MAX_NODES: Final = 1_000_000
_MAX_NESTING: Final = 300
_MAX_DEPTH: Final = 4  # how deep to look for definitions in what the change left alone


class Reader:
    """Reads one file."""

    def __init__(
        self, tree: SourceTree, syntax: Syntax, kind_of: KindOf, touched: Touched | None = None
    ) -> None:
        self.tree = tree
        self.syntax = syntax
        self.notes = Notes(tree, syntax)
        self.found = self.notes.found
        self._kind_of = kind_of
        self._marking = syntax.markers | syntax.marker_lists
        self._defining = syntax.functions.keys() | syntax.classes.keys()
        self._chaining = syntax.calls.keys() | syntax.members.keys()
        self._touched = touched
        self._pending: list[Visit] = []
        self._trailing: dict[int, int | None] = {}  # blocks that follow a call: their definition

    def read(self) -> Found:
        """All facts of the file; of what the change left alone, definitions and imports."""
        self._pending = [Visit(self.tree.root, "", -1)]
        seen = 0
        while self._pending and seen < _MAX_NODES:
            visit = self._pending.pop()
            seen += 1
            if visit.untouched <= _MAX_DEPTH and (inside := self._note(visit)) is not None:
                self._descend(visit, inside)
        return self.found

    def _descend(self, visit: Visit, definition: int) -> None:
        """Visit the children next, in order; markers belong to the sibling that follows them."""
        if not visit.node.named_child_count:
            return
        if visit.depth >= _MAX_NESTING:  # asking a node for its parent costs its depth
            self.found.too_deep = True
            return
        syntax, kind = self.syntax, visit.node.type
        following: list[Visit] = []
        markers: list[Marker] = []
        awaited = (
            kind in syntax.awaits
            or kind in syntax.lambdas  # one expression is its result; a block begins anew
            or (visit.awaited and kind not in syntax.blocks)
        )
        inner = self._inner_part(visit.node) if kind in self._chaining else 0
        for child in visit.node.named_children:
            left_alone = visit.untouched + 1 if self._is_untouched(visit, child) else 0
            if child.type in self._marking:
                markers += self.notes.markers(child)
            elif syntax.annotations and child.type in syntax.comments:
                markers += self.notes.annotations(child)
            elif child.type not in syntax.comments:
                following.append(
                    Visit(
                        child,
                        kind,
                        definition,
                        tuple(markers),
                        child.id == inner,
                        awaited,
                        left_alone,
                        visit.depth + 1,
                    )
                )
                markers = []
                continue
            following.append(Visit(child, kind, definition, untouched=left_alone))
        if kind not in syntax.marker_lists:
            self.found.markers += [item for each in following for item in each.markers]
        self._pending += reversed(following)

    def _is_untouched(self, visit: Visit, child: Node) -> bool:
        """Whether the change left a node alone, so that only its definitions matter."""
        if self._touched is None or self._touched.all_functions:
            return False
        return visit.untouched > 0 or not self._touched.meets(child)

    def _inner_part(self, node: Node) -> int:
        """The id of the child through which a chain goes on; 0 when the node is no chain."""
        if (shape := self.syntax.calls.get(node.type)) is not None:
            found = part(node, shape.receiver) or part(node, shape.callee)
        elif (member := self.syntax.members.get(node.type)) is not None:
            found = part(node, member[0])
        else:
            return 0
        return 0 if found is None else found.id

    def _note(self, visit: Visit) -> int | None:
        """Note what a node is.

        Returns:
            The index of the definition that its children stand in; None when what is inside
            does not matter.
        """
        kind = visit.node.type
        if kind in self._defining:
            return self._definition(visit)
        if kind in self.syntax.calls:
            return self._call(visit)
        if visit.node.id in self._trailing:
            if (index := self._trailing[visit.node.id]) is None:
                return None
            visit = visit._replace(definition=index)
        if self.syntax.bare_calls and kind in self.syntax.names:
            self._bare(visit)
        if kind in self.notes.telling and (not visit.untouched or kind in self.syntax.imports):
            self.notes.note(visit)
        return None if kind in self.syntax.atoms else visit.definition

    def _call(self, visit: Visit) -> int | None:
        call = calls.call_of(visit.node, self.tree, self.syntax, inner=visit.inner)
        call = calls.with_context(
            call, self.notes.comparison, visit.node, self.syntax, visit.awaited
        )
        call = self._compared(call, visit)
        self._keep(call)
        if call.name in self.syntax.table_calls and len(call.arguments) > 1:
            rows = {"at": call.at, "end": call.end, "line": call.line}
            self.found.tables.append(Table(rows=call.arguments, **rows))
        around = self.syntax.calls.get(visit.parent) if visit.inner else None
        is_callee = around is not None and not around.receiver
        body = None if is_callee else calls.block_of(visit.node, self.syntax)
        if body is None or not call.callee:
            return visit.definition
        header = Header(
            name=call.callee, node_type=visit.node.type, parents=self._around(visit), call=call
        )
        kind = self._kind_of(header)
        if kind is None or kind[0] is Kind.FUNCTION:
            return visit.definition
        index = self._add(visit, kind, FunctionShape(name="", body=""), body)
        if body.start_byte >= visit.node.end_byte:
            self._trailing[body.id] = index
        return index

    def _keep(self, call: Call) -> None:
        """Note a call, and what it does by its name."""
        where = {"at": call.at, "end": call.end, "line": call.line}
        if len(self.found.calls) < MAX_FACTS:
            self.found.calls.append(call)
        if call.callee in self.syntax.import_calls:
            self.found.imports.append(Mention(text=call.text, **where))
        is_member = any(found for _, found in call.links[:-1])
        if call.name in self.syntax.raise_calls and not is_member:
            value = " , ".join(call.arguments)
            self.found.leaves.append(Leave(value=value, raises=True, constant=False, **where))

    def _compared(self, call: Call, visit: Visit) -> Call:
        """A call that asserts by an operator after it, with what it is compared with."""
        above = visit.node.parent
        if call.name not in self.syntax.compared_calls or above is None or call.arguments:
            return call
        comparison = self.notes.comparison(above)
        if comparison is None or above.start_byte != visit.node.start_byte:
            return call
        operand = f"{comparison.operator} {comparison.right}"
        return replace(call, text=self.tree.text(above), arguments=(operand,))

    def _bare(self, visit: Visit) -> None:
        """Note a name that is a call though nothing shows it: `skip` in Ruby."""
        node, syntax = visit.node, self.syntax
        if visit.parent not in syntax.blocks and visit.parent not in syntax.branches:
            return
        text = self.tree.text(node)
        if text in syntax.bare_calls:
            call = Call(
                callee=text,
                links=((text, ()),),
                text=text,
                awaited=visit.awaited,
                at=node.start_byte,
                end=node.end_byte,
                line=node.start_point.row + 1,
            )
            self._keep(call)

    def _definition(self, visit: Visit) -> int | None:
        node, syntax = visit.node, self.syntax
        is_class = node.type in syntax.classes
        shape = syntax.classes[node.type] if is_class else syntax.functions[node.type]
        name, body = part(node, shape.name), part(node, shape.body)
        if name is None or body is None:
            if node.type in syntax.assignments:
                self.notes.assignment(node)
            return visit.definition
        markers = (*visit.markers, *self._own_markers(node))
        visit = visit._replace(markers=markers)
        parameters = part(node, shape.parameters) if shape.parameters else None
        owner = part(node, shape.owner) if shape.owner else None
        prefix = "" if owner is None else f"{self.tree.text(owner)}."
        header = Header(
            name=f"{prefix}{self.tree.text(name)}"[:MAX_NAME],
            node_type=node.type,
            parameters="" if parameters is None else self.tree.text(parameters),
            bases=self.tree.span((name.end_byte, body.start_byte)) if is_class else "",
            markers=markers,
            parents=self._around(visit),
        )
        kind = self._kind_of(header)
        if kind is not None and syntax.macro_definitions and kind[0] is Kind.TEST:
            self._macro(header, kind[1], node, body)
        fallback = (Kind.CLASS if is_class else Kind.FUNCTION, header.name)
        return self._add(visit, kind or fallback, shape, body)

    def _macro(self, header: Header, name: str, node: Node, body: Node) -> None:
        """Note what looks like a function and is a macro before a block: TEST(A, b) { … }."""
        if name == header.name:
            return
        arguments = tuple(calls.split_tokens(header.parameters.split(" ")[1:-1]))
        self._keep(
            Call(
                callee=header.name,
                links=((header.name, arguments),),
                arguments=arguments,
                text=f"{header.name} {header.parameters}",
                has_block=True,
                at=node.start_byte,
                end=body.start_byte,
                line=node.start_point.row + 1,
            )
        )

    def _add(
        self, visit: Visit, kind: tuple[Kind, str], shape: FunctionShape, body: Node
    ) -> int | None:
        """Note a definition; its index, or None when the change left it alone."""
        node = visit.node
        around = self.found.definitions[visit.definition] if visit.definition >= 0 else None
        parameters = part(node, shape.parameters) if shape.parameters else None
        name = calls.qualified(around, kind[1], is_block=node.type in self.syntax.calls)
        left_alone = self._left_alone(visit, kind[0])
        is_empty = body.id == node.id
        span = (node.end_byte, node.end_byte) if is_empty else (body.start_byte, body.end_byte)
        self.found.definitions.append(
            Definition(
                kind=kind[0],
                name=name[:MAX_NAME],
                at=min([node.start_byte, *(marker.at for marker in visit.markers)]),
                end=max(node.end_byte, body.end_byte),
                line=node.start_point.row + 1,
                parameters="" if parameters is None else self.tree.text(parameters),
                body=""
                if is_empty
                else self.tree.raw(body)
                if left_alone
                else self.tree.text(body),
                body_span=span,
                statements=() if left_alone or is_empty else tuple(self.notes.statements(body)),
                markers=visit.markers,
                parent=visit.definition,
                untouched=left_alone,
            )
        )
        return None if left_alone else len(self.found.definitions) - 1

    def _left_alone(self, visit: Visit, kind: Kind) -> bool:
        """Whether a definition is of no interest; what tests share is, whatever happened."""
        if self._touched is None:
            return False
        if self._touched.all_functions:
            return kind in {Kind.TEST, Kind.SUITE} and not self._touched.meets(visit.node)
        return visit.untouched > 0

    def _around(self, visit: Visit) -> tuple[Definition, ...]:
        chain: list[Definition] = []
        index = visit.definition
        while index >= 0 and len(chain) < _MAX_PARENTS:
            chain.append(self.found.definitions[index])
            index = chain[-1].parent
        return tuple(reversed(chain))

    def _own_markers(self, node: Node) -> list[Marker]:
        return [
            marker
            for child in node.named_children[:20]
            if child.type in self._marking
            for marker in self.notes.markers(child)
        ]
