"""Which lines of a block hold any of many literals, and whose literals they are.

google-re2 looks for all of them in one linear pass; where it cannot be imported, and for a log so
small that building its automaton would take longer, `bytes.find` gives the same answers.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Protocol

Groups = tuple[tuple[bytes, ...], ...]
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
        self._wanted: dict[bytes, list[int]] = {}
        for index, literals in enumerate(groups):
            for literal in dict.fromkeys(literals):
                self._wanted.setdefault(literal, []).append(index)

    def hits(self, block: bytes) -> Iterator[tuple[int, Sequence[int]]]:
        """One pass a literal."""
        lines: dict[int, set[int]] = {}
        for literal, groups in self._wanted.items():
            at = block.find(literal)
            while at >= 0:
                lines.setdefault(block.rfind(b"\n", 0, at) + 1, set()).update(groups)
                end = block.find(b"\n", at)
                at = block.find(literal, end) if end >= 0 else -1
        for start in sorted(lines):
            yield start, tuple(lines[start])


class Re2Scanner:
    """By google-re2: one automaton over the block, one over a line that it found."""

    def __init__(self, re2: Any, groups: Groups) -> None:
        def alternation(literals: Sequence[bytes]) -> bytes:
            return b"(?:" + b"|".join(map(re2.escape, literals)) + b")"

        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        every = tuple(dict.fromkeys(literal for literals in groups for literal in literals))
        self._line = re2.compile(alternation(every) + b"[^\n]*", options)
        self._set = re2.Set.SearchSet(options)
        for literals in groups:
            self._set.Add(alternation(literals) if literals else b"^\\b$")
        self._set.Compile()

    def hits(self, block: bytes) -> Iterator[tuple[int, Sequence[int]]]:
        """Two passes over a line that holds a literal, one over all others."""
        for match in self._line.finditer(block):
            start = block.rfind(b"\n", 0, match.start()) + 1
            yield match.start(), self._set.Match(block[start : match.end()]) or ()


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
