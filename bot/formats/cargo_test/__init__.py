"""cargo test and cargo nextest: tests of Rust, doc tests, and test binaries that died."""

from collections.abc import Iterable, Iterator

from bot.core.failure import Failure
from bot.core.framing import Line
from bot.formats.cargo_test._libtest import TOOL, Libtest, event
from bot.formats.cargo_test._nextest import Nextest

NAME = TOOL
HINTS = (
    " stdout ----", " stderr ----", "panicked at ", "failures:", "test result: ", "FAILED", "FAIL", "TIMEOUT",
    "SIGABRT", "SIGSEGV", "SIGKILL", "TRY ", "FLAKY", "didn't exit successfully", '"event": "failed"', '"event":"failed"',
    "has overflowed its stack", "STDERR: ", "STDOUT: ",
)  # fmt: skip
REACH = (1, 60)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a failing test."""
    libtest, nextest = Libtest(), Nextest()
    for line in lines:
        if line.text.startswith("{"):
            yield from event(line)
        elif not nextest.read(line):
            yield from libtest.read(line)
    yield from libtest.finish()
    yield from nextest.finish()
