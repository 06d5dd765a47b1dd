"""Which lines of a block hold any of many literals, and whose literals they are.

google-re2 looks for all of them in one linear pass; where it cannot be imported, and for a log so
small that building its automaton would take longer, `bytes.find` gives the same answers.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Protocol

from bot.core.framing import MAX_RAW_BYTES

Groups = tuple[tuple[bytes, ...], ...]
MAX_AUTOMATON_BYTES = 48 << 20
_HEAD = 3  # bytes by which literals are told apart first
SMALL_BYTES = 100_000  # until so much was seen, finding is faster than building


class Scanner(Protocol):
    """Looks for groups of literals."""

    def hits(self, block: bytes) -> Iterator[tuple[int, Sequence[int]]]:
        """Every line with any literal: an offset in it, and the groups of its literals.

        Offsets ascend, one a line; a group is its index, in any order, once.
        """
        ...


MakeScanner = Callable[[Groups], Scanner]


class FindScanner:
    """By `bytes.find` alone."""

    def __init__(self, groups: Groups) -> None:
        self._index = _Index(groups)
        self._literals = self._index.shortest()

    def hits(self, block: bytes) -> Iterator[tuple[int, Sequence[int]]]:
        """One pass a literal, one more over the lines that hold one."""
        starts: set[int] = set()
        for literal in self._literals:
            at = block.find(literal)
            while at >= 0:
                starts.add(block.rfind(b"\n", 0, at) + 1)
                end = block.find(b"\n", at)
                at = block.find(literal, end) if end >= 0 else -1
        for start in sorted(starts):
            end = block.find(b"\n", start)
            yield start, tuple(self._index.groups(block[start : end if end >= 0 else None]))


class Re2Scanner:
    """By google-re2: one automaton over the block; the lines that it found are looked at closely."""

    def __init__(self, re2: Any, groups: Groups) -> None:
        self._index = _Index(groups)
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.max_mem = MAX_AUTOMATON_BYTES
        options.log_errors = False
        literals = b"|".join(map(re2.escape, self._index.shortest()))
        self._line = re2.compile(b"(?:" + literals + b")[^\n]*", options)

    def hits(self, block: bytes) -> Iterator[tuple[int, Sequence[int]]]:
        """One pass over all lines, one more over those that hold a literal."""
        for match in self._line.finditer(block):
            start = block.rfind(b"\n", 0, match.start()) + 1
            yield match.start(), tuple(self._index.groups(block[start : match.end()]))


class _Index:
    """Literals by how they begin."""

    def __init__(self, groups: Groups) -> None:
        self._wanted: dict[bytes, list[int]] = {}
        for index, literals in enumerate(groups):
            for literal in dict.fromkeys(literals):
                self._wanted.setdefault(literal, []).append(index)
        self._short = [literal for literal in self._wanted if len(literal) < _HEAD]
        self._by_head: dict[bytes, list[bytes]] = {}
        for literal in self._wanted:
            if len(literal) >= _HEAD:
                self._by_head.setdefault(literal[:_HEAD], []).append(literal)

    def groups(self, row: bytes) -> set[int]:
        """The groups of the literals in a row."""
        return {group for literal in self._inside(row) for group in self._wanted[literal]}

    def shortest(self) -> list[bytes]:
        """Without those that hold another: every row with them is found by the shorter."""
        return [
            literal
            for literal in self._wanted
            if not any(inside != literal for inside in self._inside(literal))
        ]

    def _inside(self, row: bytes) -> Iterator[bytes]:
        by_head = self._by_head
        row = row[:MAX_RAW_BYTES]  # no more of a line is read as a line
        for at in range(len(row) - _HEAD + 1):
            for literal in by_head.get(row[at : at + _HEAD], ()):
                if row.startswith(literal, at):
                    yield literal
        for literal in self._short:
            if literal in row:
                yield literal


class _Growing:
    """Finds in what comes first, and builds an automaton only for a log that is worth it."""

    def __init__(self, re2: Any, groups: Groups) -> None:
        self._re2 = re2
        self._groups = groups
        self._scanner: Scanner = FindScanner(groups)
        self._seen = 0

    def hits(self, block: bytes) -> Iterator[tuple[int, Sequence[int]]]:
        """As the scanner of the time."""
        self._seen += len(block)
        if self._seen > SMALL_BYTES and isinstance(self._scanner, FindScanner):
            self._scanner = Re2Scanner(self._re2, self._groups)
        return self._scanner.hits(block)


@lru_cache(maxsize=8)
def fastest(groups: Groups) -> Scanner:
    """The fastest scanner on this machine; kept, as the next log will need it too."""
    try:
        # Optional: not every platform has the wheel; it ships no types.
        import re2  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError:
        return FindScanner(groups)
    return _Growing(re2, groups)
