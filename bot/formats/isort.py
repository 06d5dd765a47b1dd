"""isort --check: files whose imports are not sorted."""

import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "isort"
HINTS = ("Imports are incorrectly sorted",)
REACH = (0, 0)

_FINDING = pattern(
    r"(?:ERROR: |error: )?(?P<file>[^\s:].{0,400}?\.\w{1,6}):? (?P<message>Imports are incorrectly sorted.{0,60})$"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a file."""
    for line in lines:
        match = _FINDING.match(line.text.removeprefix("##[error]"))
        if match is not None:
            file = match["file"]
            yield Failure(
                type=FailureType.FORMAT,
                tool=NAME,
                message=match["message"],
                file=file,
                command=f"isort --check --diff {shlex.quote(file)}",
                suggestion=f"isort {shlex.quote(file)}",
                log=LogSpan(start=line.number, end=line.number),
            )
