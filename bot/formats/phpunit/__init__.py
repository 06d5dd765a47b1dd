"""PHPUnit, Pest, Codeception and Laravel's `artisan test`: numbered lists, trees and TeamCity messages."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from bot.core.failure import Failure
from bot.core.framing import Line
from bot.formats.phpunit import listed, teamcity, tree

NAME = "phpunit"
HINTS = (
    "There was ", "There were ", "Test::", "Tests::", "TestCase::", "Cest:", "Failed asserting", " triggered ", "FAILURES!",
    "ERRORS!", "FAILED", " ✘ ", "##teamcity[test", "Premature end of PHP process", "• ",
)  # fmt: skip
REACH = (6, 45)


class _Reader(Protocol):
    """Reads one form of output, line by line."""

    def read(self, line: Line) -> Iterator[Failure]:
        """The failures that this line ends."""
        ...

    def flush(self) -> Iterator[Failure]:
        """What is still open after the last line."""
        ...


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a test; risky, skipped and incomplete tests are none."""
    readers: tuple[_Reader, ...] = (
        listed.Reader(),
        tree.PestReader(),
        teamcity.Reader(),
        tree.TestdoxReader(),
    )
    found: list[list[Failure]] = [[] for _ in readers]
    for line in lines:
        for reader, into in zip(readers, found, strict=True):
            into.extend(reader.read(line))
    for reader, into in zip(readers, found, strict=True):
        into.extend(reader.flush())
    # The tree and the list tell of the same tests under other names: one of them is enough.
    yield from next((each for each in found if each), [])
