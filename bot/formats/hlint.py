"""HLint: every hint makes it fail, whatever it is called."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "hlint"
HINTS = ("Suggestion: ", ".hs:", ".lhs:", "Perhaps:", "Why not:")
REACH = (0, 12)

_HINT = pattern(
    r"\s{0,12}(?P<file>[^\s:]{1,400}\.l?hs):(?:(?P<line>\d{1,7})(?::(?P<column>\d{1,7})(?:-\d{1,7})?)?|\((?P<line2>\d{1,7}),(?P<column2>\d{1,7})\)-\(\d{1,7},\d{1,7}\)): "
    r"(?P<severity>Suggestion|Warning|Error|Ignore)(?: in \S{1,80}(?: in module \S{1,200})?)?: (?P<message>\S.{0,500})$"
)
_PROPOSAL = ("Perhaps:", "Why not:", "Perhaps you should remove it.")
MAX_DISTANCE = 12


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a hint, with what it proposes."""
    open_: tuple[Line, re.Match[str]] | None = None
    proposal: list[str] | None = None
    for line in lines:
        match = _HINT.match(line.text) if ".hs:" in line.text or ".lhs:" in line.text else None
        ended = open_ is not None and (
            not line.text.strip() or line.number > open_[0].number + MAX_DISTANCE
        )
        if open_ is not None and (match is not None or ended):
            yield _failure(open_, proposal or [])
            open_ = proposal = None
        if match is not None and match["severity"] != "Ignore":
            open_ = (line, match)
        elif line.text.startswith(_PROPOSAL):
            proposal = []
        elif proposal is not None:
            proposal.append(line.text.strip())
    if open_ is not None:
        yield _failure(open_, proposal or [])


def _failure(hint: tuple[Line, re.Match[str]], proposal: list[str]) -> Failure:
    line, match = hint
    column = match["column"] or match["column2"]
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        message=match["message"],
        suggestion=" ".join(proposal) or None,
        file=match["file"],
        line=int(match["line"] or match["line2"]),
        column=int(column) if column else None,
        command=f"hlint {shlex.quote(match['file'])}",
        log=LogSpan(start=line.number, end=line.number),
    )
