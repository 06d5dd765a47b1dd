"""Where a line of the old file stands in the new one."""

from bisect import bisect_left, bisect_right

from guards.change import FileChange


class LineMap:
    """Maps line numbers across the change of one file."""

    def __init__(self, file: FileChange) -> None:
        self._removed = [line.number for line in file.removed]
        self._gone = frozenset(self._removed)
        # Before the k-th added line (from 0) stand as many kept ones as this, plus one.
        self._added = [line.number - index for index, line in enumerate(file.added)]

    def new(self, old: int) -> int | None:
        """The number of an unchanged line in the new file; None when it was removed."""
        return None if old in self._gone else self.near(old)

    def near(self, old: int) -> int:
        """The number in the new file of a line, or of the place where it stood."""
        kept = old - bisect_left(self._removed, old)
        if old in self._gone:
            kept = max(kept - 1, 1)
        return kept + bisect_right(self._added, kept)
