"""What a build tries out before it starts: programs of a line, compiled to see whether they compile.

Logs of configure, CMake and Meson show the compiler's complaints about them; none is a failure.
"""

from bot.core.framing import Line
from bot.core.pattern import pattern

HINTS = ("Command line: `", "conftest", "CMakeTmp", "CMakeScratch", "TryCompile", "_configtest")

_START = pattern(
    r"Command line: .{0,2000}meson-private|.{0,2000}(?:CMakeTmp|CMakeScratch|TryCompile|_configtest|configure:\d{1,7}: .{1,1000}conftest)"
)
_END = pattern(
    r"\s{0,12}(?:-{11}|Source file was:|configure:\d{1,7}: \$\? = )|(?:Running|Compiler stdout)"
)
MAX_LINES = 30


class Probes:
    """Whether a line is the compiler's answer to such a trial."""

    def __init__(self) -> None:
        self._until = 0

    def read(self, line: Line) -> bool:
        """True inside a trial, whose lines are nobody's failures."""
        text = line.text
        if any(hint in text for hint in HINTS) and _START.match(text) is not None:
            self._until = line.number + MAX_LINES
            return True
        if line.number > self._until:
            return False
        if _END.match(text) is not None:
            self._until = 0
        return True
