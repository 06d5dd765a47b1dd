"""Where in a block of bytes any of many literals stands, and whose literals a line holds.

google-re2 looks for all of them in one linear pass; where it cannot be imported, `bytes.find` gives
the same answers, slower and linear too.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

Groups = Sequence[Sequence[bytes]]


class Scanner(Protocol):
    """Looks for groups of literals."""

    def hits(self, block: bytes) -> Iterator[int]:
        """Offsets in ascending order: in every line with any literal at least one."""
        ...

    def groups(self, row: bytes) -> Sequence[int]:
        """Indices of the groups of which a literal stands in the line, in any order."""
        ...


MakeScanner = Callable[[Groups], Scanner]


class FindScanner:
    """By `bytes.find` alone."""

    def __init__(self, groups: Groups) -> None:
        self._groups = groups
        self._literals = _shortest(groups)

    def hits(self, block: bytes) -> Iterator[int]:
        """One offset a literal and line."""
        found: set[int] = set()
        for literal in self._literals:
            at = block.find(literal)
            while at >= 0:
                found.add(at)
                end = block.find(b"\n", at)
                at = block.find(literal, end) if end >= 0 else -1
        yield from sorted(found)

    def groups(self, row: bytes) -> Sequence[int]:
        """Tries every literal."""
        return [
            index
            for index, literals in enumerate(self._groups)
            if any(literal in row for literal in literals)
        ]


class Re2Scanner:
    """By google-re2: one automaton over the block, one over a line."""

    def __init__(self, re2: Any, groups: Groups) -> None:
        def alternation(literals: Sequence[bytes]) -> bytes:
            return b"(?:" + b"|".join(map(re2.escape, literals)) + b")"

        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        self._line = re2.compile(alternation(_shortest(groups)) + b"[^\n]*", options)
        self._set = re2.Set.SearchSet(options)
        for literals in groups:
            self._set.Add(alternation(literals))
        self._set.Compile()

    def hits(self, block: bytes) -> Iterator[int]:
        """One offset a line."""
        for match in self._line.finditer(block):
            yield match.start()

    def groups(self, row: bytes) -> Sequence[int]:
        """One pass over the line."""
        return self._set.Match(row) or ()


def fastest(groups: Groups) -> Scanner:
    """The fastest scanner on this machine."""
    try:
        # Optional: not every platform has the wheel; it ships no types.
        import re2  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError:
        return FindScanner(groups)
    return Re2Scanner(re2, groups)


def _shortest(groups: Groups) -> tuple[bytes, ...]:
    """Without those that hold another: every line with them is found by the shorter."""
    once = dict.fromkeys(literal for literals in groups for literal in literals)
    return tuple(each for each in once if not any(o in each and o != each for o in once))
