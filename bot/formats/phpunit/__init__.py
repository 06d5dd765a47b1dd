"""PHPUnit, Pest, Codeception and Laravel's `artisan test`: numbered lists, trees and TeamCity messages."""

from collections.abc import Iterable, Iterator

from bot.core.failure import Failure
from bot.core.framing import Line
from bot.formats.phpunit import listed, teamcity, tree

NAME = "phpunit"
HINTS = (
    "There was ", "There were ", "Test::", "::test", "Failed asserting", " triggered ", "FAILURES!",
    "ERRORS!", "FAILED", " ✘ ", "##teamcity[test", "Premature end of PHP process", "• ",
)  # fmt: skip
REACH = (6, 45)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a test; risky, skipped and incomplete tests are none."""
    readers = (listed.Reader(), tree.PestReader(), teamcity.Reader(), tree.TestdoxReader())
    found: list[list[Failure]] = [[] for _ in readers]
    for line in lines:
        for reader, into in zip(readers, found, strict=True):
            into.extend(reader.read(line))
    for reader, into in zip(readers, found, strict=True):
        into.extend(reader.flush())
    # The tree and the list tell of the same tests under other names: one of them is enough.
    yield from next((each for each in found if each), [])
