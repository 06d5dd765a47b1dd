"""Lines of tasks that ran side by side, numbered as if each task had run alone.

Formats ask whether a line stands right behind another: between two lines of one task those of
others do not count. What a format finds gets the numbers of the log back.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, LogSpan
from bot.core.framing import Line

_STRIDE = 10**9  # more than the lines of any log: tells the numbers of one task from all others


class MixedLines:
    """The numbers given to the lines of one log."""

    def __init__(self) -> None:
        self._given: list[tuple[list[int], list[int]]] = []  # given and true numbers a task

    def apart(self, rows: Iterable[tuple[Line, str | None]]) -> Iterator[Line]:
        """The lines of one task after those of another.

        Args:
            rows: each line with its task; None for one that no task is printed before. Those keep
                their numbers, and come first.
        """
        groups: dict[str | None, list[tuple[int, Line]]] = {None: []}
        for index, (line, task) in enumerate(rows):
            groups.setdefault(task, []).append((index, line))
        for task, group in groups.items():
            lines = [line for _, line in group]
            yield from lines if task is None else self._alone(lines, [at for at, _ in group])

    def _alone(self, lines: list[Line], indices: list[int]) -> Iterable[Line]:
        """Without the steps that the lines of others made; the lines as they are if none did."""
        numbers = [lines[0].number]
        for at in range(1, len(lines)):
            step = lines[at].number - lines[at - 1].number
            others = indices[at] - indices[at - 1] - 1
            numbers.append(numbers[-1] + min(step, max(1, step - others)))
        if numbers[-1] == lines[-1].number:
            return lines
        self._given.append((numbers, [line.number for line in lines]))
        base = len(self._given) * _STRIDE
        return [Line(base + given, line.text) for given, line in zip(numbers, lines, strict=True)]

    def located(self, failure: Failure) -> Failure:
        """The failure with the numbers of the log."""
        if failure.log is None or failure.log.end < _STRIDE:
            return failure
        span = LogSpan(start=self._true(failure.log.start), end=self._true(failure.log.end))
        return replace(failure, log=span)

    def _true(self, number: int) -> int:
        task, given = divmod(number, _STRIDE)
        numbers, true = self._given[min(task, len(self._given)) - 1]
        return true[max(bisect_right(numbers, given) - 1, 0)]
