"""go test: plain and verbose, `-json`, gotestsum, gotestfmt; panics, races, timeouts, benchmarks, fuzzing."""

from collections.abc import Iterable, Iterator

from bot.core import command_end
from bot.core.failure import Failure
from bot.core.framing import Line
from bot.formats.go_test._events import Events
from bot.formats.go_test._results import TOOL, gather
from bot.formats.go_test._text import Text

NAME = TOOL
HINTS = (
    "--- FAIL: ", "=== RUN ", "=== CONT ", "=== NAME ", "=== FAIL: ", "FAIL\t", "ok  \t", ".go:",
    "panic: ", "fatal error: ", "goroutine ", "WARNING: DATA RACE", "exit status ", "Error Trace:",
    '"Action":"', "OOPS: ", "Specs in ", "❌ ", "📦 ", " [build failed]", " [setup failed]", "DONE ",
    *command_end.HINTS,
)  # fmt: skip
REACH = (3, 30)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a failing test that has no failing subtest, and one a package that broke."""
    text, events = Text(), Events()
    for line in lines:
        if line.text.startswith("{"):
            events.read(line)
        else:
            text.read(line)
    yield from gather([*text.finish(), *events.finish()], runs=text.runs)
