"""The output of hooks under prek, which indents it: formats shall see it as the tools printed it."""

import re
from bisect import bisect_right
from collections.abc import Iterable

from bot.core.framing import Line
from bot.core.pattern import pattern

HINTS = ("- hook id: ",)
REACH = (0, 8)

_FACT = pattern(r"- (?:hook id: |exit code: |duration: |files were modified by this hook)")
_INDENT = "  "
_OUTPUT = re.compile(r"  \S")


class HookOutput:
    """Where indented output begins in one log."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._starts: list[int] = []
        below = 0
        for line in lines:
            if _FACT.match(line.text) is not None:
                below = line.number
            elif below and line.text:
                if line.number <= below + REACH[1] and _OUTPUT.match(line.text):
                    self._starts.append(below)
                below = 0

    def dedent(self, lines: Iterable[Line]) -> Iterable[Line]:
        """The lines, those of an indented output without what prek put before them."""
        return self._dedent(lines) if self._starts else lines

    def _dedent(self, lines: Iterable[Line]) -> Iterable[Line]:
        ended = 0  # the section whose end was seen
        for line in lines:
            section = bisect_right(self._starts, line.number - 1)
            if section > ended and line.text.startswith(_INDENT):
                yield Line(line.number, line.text[len(_INDENT) :])
                continue
            if section > ended and line.text and _FACT.match(line.text) is None:
                ended = section
            yield line
