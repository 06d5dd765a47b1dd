"""rstcheck: what docutils says of a document, and of the code inside it."""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "rstcheck"
HINTS = (
    ": (INFO/1) ", ": (WARNING/2) ", ": (ERROR/3) ", ": (SEVERE/4) ", "Error! Issues detected.", "rstcheck",
)  # fmt: skip
REACH = (0, 0)

_FINDING = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:<][^:]{0,400}):(?P<line>\d{1,7})?: \((?:INFO/1|WARNING/2|ERROR/3|SEVERE/4)\) (?P<message>\S.{0,800})$"
)
_ISSUES = "Error! Issues detected."


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a finding.

    Docutils prints the same lines in builds that pass: without a word of rstcheck they are weak.
    """
    found: list[Failure] = []
    named = False
    for line in lines:
        text = line.text
        if text == _ISSUES:
            yield from found
            found = []
        elif (match := _FINDING.match(text)) is not None:
            failure = Failure(
                type=FailureType.LINT,
                tool=NAME,
                message=match["message"],
                file=match["file"],
                line=int(match["line"]) if match["line"] else None,
                command=f"rstcheck {shlex.quote(match['file'])}",
                log=LogSpan(start=line.number, end=line.number),
            )
            found.append(failure)
        named = named or "rstcheck" in text
    yield from (replace(failure, weak=not named) for failure in found)
