"""Only what may matter of a log: the lines around literals that formats ask for.

Logs are noise: of a hundred megabytes a few hundred lines matter. One linear pass looks for all
literals of all formats at once, and only the surroundings of a hit are decoded and shown to the
formats that asked for it. What is kept has an upper bound, whatever the log.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.core.documents import Documents
from bot.core.framing import Line, blocks, rows, unframe
from bot.core.hints import MakeScanner, Scanner, fastest

HEAD_CHARS = 4_000_000
TAIL_CHARS = 12_000_000
ENDING_LINES = 60
_LINE_OVERHEAD = 120  # what a line costs beside its characters
_ERROR = b"##[error]"


class Want(NamedTuple):
    """What one format asks for: literals, and how many lines around them."""

    hints: tuple[bytes, ...]
    before: int = 0
    after: int = 0


@dataclass(slots=True)
class Excerpt:
    """What was kept of a log.

    Attributes:
        total: number of raw lines of the log.
        ending: the lines before the last `##[error]`, or the last lines when there is none.
        marked: whether there is one.
    """

    head: list[tuple[Line, int]] = field(default_factory=list)
    tail: deque[tuple[Line, int]] = field(default_factory=deque)
    ending: tuple[Line, ...] = ()
    marked: bool = False
    total: int = 0
    seen: int = 0  # bit set of the wants that had a hit

    def asked(self, want: int) -> bool:
        """Whether the want of that index had a hit."""
        return bool(self.seen & 1 << want)

    def lines(self, want: int) -> Iterator[Line]:
        """The lines for the want of that index, in order; none when it had no hit."""
        bit = 1 << want
        if not self.seen & bit:
            return
        for kept in (self.head, self.tail):
            for line, mask in kept:
                if mask & bit:
                    yield line


def excerpt(
    raw: bytes | Iterable[bytes],
    wants: Sequence[Want],
    *,
    documents: Documents | None = None,
    scanner: MakeScanner | None = None,
) -> Excerpt:
    """Read a log once and keep what the wants ask for.

    Args:
        raw: the log, whole or in pieces.
        wants: one a format; their order is that of `Excerpt.lines`.
        documents: reads the documents in it.
        scanner: how literals are found; None = the fastest way here.
    """
    documents = documents or Documents((), ())
    groups = ((_ERROR,), *(want.hints for want in wants), documents.hints())
    collector = _Collector(wants, (scanner or fastest)(groups), documents)
    for block in blocks(raw):
        collector.read(block)
    return collector.finish()


class _Collector:
    """The one pass: `rows` are the raw lines not yet given away, `masks` who wants them."""

    def __init__(self, wants: Sequence[Want], scanner: Scanner, documents: Documents) -> None:
        self._wants = tuple(wants)
        self._documents = documents
        self._starts: list[int] = []
        self._scanner = scanner
        self._reach = max([ENDING_LINES, *(want.before for want in wants)])
        self._rows: list[bytes] = []
        self._masks: list[int] = []
        self._first = 1  # line number of _rows[0]
        self._until = [0] * len(wants)  # the last line number each want has been given
        self._ending: tuple[int, list[bytes]] | None = None
        self._kept = Excerpt()
        self._head_chars = 0
        self._tail_chars = 0

    def read(self, block: bytes) -> None:
        """Take a block of whole lines."""
        old = len(self._rows)
        fresh = rows(block)
        self._rows += fresh
        self._masks += [0] * len(fresh)
        for want, until in enumerate(self._until):
            self._mark(want, old, until - self._first)
        index, position = old, 0
        for offset, groups in self._scanner.hits(block):
            index += block.count(b"\n", position, offset)
            position = offset
            self._hit(index, groups)
        self._read_documents(block, old, fresh)
        self._give(len(self._rows) - self._reach)

    def _read_documents(self, block: bytes, old: int, fresh: Sequence[bytes]) -> None:
        if not self._documents.json_wants and not self._documents.xml_wants:
            return
        starts = [index - old for index in self._starts]
        self._starts.clear()
        position = line = 0
        for offset in sorted(_lone_brackets(block)):
            line += block.count(b"\n", position, offset)
            position = offset
            starts.append(line)
        self._documents.read(self._first + old, fresh, starts)

    def finish(self) -> Excerpt:
        """All that was kept."""
        at, ending = self._ending or (
            self._first + max(0, len(self._rows) - ENDING_LINES),
            self._rows[-ENDING_LINES:],
        )
        self._give(len(self._rows))
        self._kept.marked = self._ending is not None
        self._kept.total = self._first - 1
        self._documents.finish(self._kept.total)
        self._kept.ending = tuple(
            Line(number, text) for number, row in enumerate(ending, at) for text in unframe(row)
        )
        return self._kept

    def _hit(self, index: int, groups: Sequence[int]) -> None:
        for group in groups:
            if group == 0:
                start = max(0, index - ENDING_LINES)
                self._ending = (self._first + start, self._rows[start : index + 1])
                continue
            want = group - 1
            if want == len(self._wants):
                self._starts.append(index)
                continue
            self._kept.seen |= 1 << want
            until, number = self._until[want], self._first + index
            start = max(index - self._wants[want].before, until - self._first + 1, 0)
            end = number + self._wants[want].after
            self._mark(want, start, end - self._first)
            self._until[want] = max(until, end)

    def _mark(self, want: int, start: int, end: int) -> None:
        bit = 1 << want
        for index in range(start, min(end + 1, len(self._masks))):
            self._masks[index] |= bit

    def _give(self, count: int) -> None:
        if count <= 0:
            return
        for index, mask in enumerate(self._masks[:count]):
            if mask:
                for text in unframe(self._rows[index]):
                    self._keep(Line(self._first + index, text), mask)
        del self._rows[:count], self._masks[:count]
        self._first += count

    def _keep(self, line: Line, mask: int) -> None:
        size = len(line.text) + _LINE_OVERHEAD
        if self._head_chars < HEAD_CHARS:
            self._head_chars += size
            self._kept.head.append((line, mask))
            return
        self._tail_chars += size
        self._kept.tail.append((line, mask))
        while self._tail_chars > TAIL_CHARS:
            dropped, _ = self._kept.tail.popleft()
            self._tail_chars -= len(dropped.text) + _LINE_OVERHEAD


def _lone_brackets(block: bytes) -> Iterator[int]:
    """Where a row may end in the bracket with which a document of many lines begins."""
    first = block.find(b"\n")
    end = b"\r\n" if block[first - 1 : first] == b"\r" else b"\n"
    for literal in (b"{" + end, b"[" + end):
        at = block.find(literal)
        while at >= 0:
            yield at
            at = block.find(literal, at + 1)
