"""What a language is shown of a definition, and which lines of a file a change touches."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from guards.facts import Call, Definition, Kind, Marker


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """Which lines of a side a change touches.

    Attributes:
        lines: 1-based, ascending: changed ones, and those beside a gap.
        all_functions: the file serves tests, so that helpers matter though they did not change.
    """

    lines: Sequence[int]
    all_functions: bool = False

    def meets(self, node: Node) -> bool:
        """Whether a node has a line that the change touches."""
        first, last = node.start_point.row + 1, node.end_point.row + 1
        index = bisect_left(self.lines, first)
        return index < len(self.lines) and self.lines[index] <= last


KindOf = Callable[[Header], tuple[Kind, str] | None]
