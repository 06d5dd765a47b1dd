"""Read the hunks of a unified diff, strictly: what does not add up is an error, never skipped.

Own code on purpose. Diff readers are made for well-meaning input: they drop lines that follow a
complete hunk, take another file's header for content, or need minutes for one long line. Here
every line has exactly one meaning, and no line is read twice.
"""

import re
from dataclasses import dataclass
from typing import NoReturn

from guards.change import Line
from guards.errors import BadDiffError

_HUNK = re.compile(rb"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_NO_NEWLINE = b"\\"
MAX_LINES = 1_000_000  # each one that is kept takes some two hundred bytes, however short it is


@dataclass(frozen=True, slots=True, kw_only=True)
class RawLine:
    """A changed line as bytes, without its newline; `number` is 1-based."""

    number: int
    content: bytes

    def decoded(self) -> Line:
        """The line as text; bytes that are not UTF-8 are replaced."""
        return Line(number=self.number, text=self.content.decode(errors="replace"))


class DiffReader:
    """Walks over the lines of a diff, forward only. Lines end at "\\n" and nowhere else."""

    def __init__(self, diff: bytes) -> None:
        """Take a diff.

        Raises:
            BadDiffError: it has more than MAX_LINES lines.
        """
        if diff.count(b"\n") > MAX_LINES:
            msg = f"the diff has more than {MAX_LINES} lines"
            raise BadDiffError(msg)
        self._lines = diff.split(b"\n")
        if self._lines[-1] == b"":
            self._lines.pop()
        self._at = 0

    @property
    def line(self) -> bytes | None:
        """The line that is next; None at the end."""
        return self._lines[self._at] if self._at < len(self._lines) else None

    def advance(self) -> None:
        """Go to the next line."""
        self._at += 1

    def refuse(self, why: str) -> NoReturn:
        """Stop with an error that names the line where reading stopped.

        Raises:
            BadDiffError: always.
        """
        msg = f"line {self._at + 1} of the diff: {why}"
        raise BadDiffError(msg)

    def hunks(self) -> tuple[list[RawLine], list[RawLine]]:
        """Removed and added lines of all hunks that follow; stops at the first line that is none.

        Raises:
            BadDiffError: a hunk does not have the lines that its header announces, or hunks
                overlap or stand out of order.
        """
        removed: list[RawLine] = []
        added: list[RawLine] = []
        ends = (0, 0)
        while (line := self.line) is not None and line.startswith(b"@@"):
            ends = self._hunk(line, ends, removed, added)
        return removed, added

    def _hunk(
        self,
        header: bytes,
        ends: tuple[int, int],
        removed: list[RawLine],
        added: list[RawLine],
    ) -> tuple[int, int]:
        """Read one hunk; the first line numbers after it on both sides come back."""
        old, new, old_end, new_end = self._extent(header)
        if old < ends[0] or new < ends[1]:
            self.refuse("hunks overlap or stand out of order")
        self.advance()
        while old < old_end or new < new_end:
            sign, content = self._signed()
            if sign == b"-":
                removed.append(RawLine(number=old, content=content))
            if sign == b"+":
                added.append(RawLine(number=new, content=content))
            old += sign != b"+"
            new += sign != b"-"
        if (old, new) != (old_end, new_end):
            self.refuse("a hunk is longer than its header says")
        self._skip_no_newline()
        return old_end, new_end

    def _extent(self, header: bytes) -> tuple[int, int, int, int]:
        """First lines, old and new, and the first lines behind the hunk."""
        match = _HUNK.match(header)
        if match is None:
            self.refuse("not a hunk header")
        old, old_count, new, new_count = (
            1 if group is None else int(group) for group in match.groups()
        )
        # A side without lines names the line before the hunk.
        old += old_count == 0
        new += new_count == 0
        return old, new, old + old_count, new + new_count

    def _signed(self) -> tuple[bytes, bytes]:
        """The next line of a hunk: its sign and its content."""
        self._skip_no_newline()
        line = self.line
        if line is None:
            self.refuse("the diff ends inside a hunk")
        sign = line[:1] or b" "  # some writers strip the blank of an empty context line
        if sign not in b"+- ":
            self.refuse("a hunk is shorter than its header says")
        self.advance()
        return sign, line[1:]

    def _skip_no_newline(self) -> None:
        """Step over "\\ No newline at end of file"."""
        if (line := self.line) is not None and line.startswith(_NO_NEWLINE):
            self.advance()
