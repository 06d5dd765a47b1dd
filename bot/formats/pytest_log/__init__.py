"""pytest: tests, fixtures and collections that failed, and sessions that broke down.

The short summary names the tests, the tracebacks say where and why; either may be missing.
"""

from collections.abc import Iterable, Iterator

from bot.core.failure import Failure
from bot.core.framing import Line
from bot.formats.pytest_log.judging import failures
from bot.formats.pytest_log.session import Session

NAME = "pytest"
HINTS = (
    "test session starts", "rootdir: ", "short test summary", "= FAILURES =", "= ERRORS =", "____", "\u2015\u2015\u2015\u2015",
    "E   ", 'File "', "FAILED", "ERROR", "DocTestFailure", "Captured ", "XPASS(strict)",
    " failed in ", " passed in ", " failed, ", " passed, ", " error in ", " errors in ",
    "Fatal Python error", "+ Timeout +", "while loading conftest", "INTERNALERROR>",
    ": error: ", "Required test coverage", *(f".py:{digit}" for digit in range(1, 10)),
)  # fmt: skip
REACH = (10, 30)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a test that failed, a module that could not be collected, or a broken session."""
    session = Session()
    for line in lines:
        if session.is_over(line.text):
            session.read(line)
            yield from failures(session)
            session = Session(rootdir=session.rootdir)
        else:
            session.read(line)
    yield from failures(session)
