"""detekt: findings of Kotlin, one a line or grouped by rule set."""

import re
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "detekt"
HINTS = (".kt:", ".kts:", "BUILD SUCCESSFUL", "BUILD FAILED")
REACH = (0, 2)

_LINE = pattern(
    r"(?:e: |w: )?(?:file://)?(?P<file>(?:[A-Za-z]:)?[^:\s()\[\]][^:()\[\]]{0,400}\.kts?):(?P<line>\d{1,7}):(?P<column>\d{1,7}):? "
    r"(?!error: |warning: )(?P<message>\S.{0,1500}?) \[(?P<rule>[A-Z][A-Za-z]{2,60})\]$"
)
_GROUPED = pattern(
    r"\s+(?P<rule>[A-Z][A-Za-z]{2,60}) - (?:(?P<metric>\d{1,7}/\d{1,7} - )|[\w= ]{0,80} - )?\[(?P<message>.{1,1500}?)\] at (?P<file>(?:[A-Za-z]:)?[^:\s]{1,400}\.kts?):(?P<line>\d{1,7}):(?P<column>\d{1,7})$"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a finding; a build that goes well although some were found has none."""
    found: list[Failure] = []
    for line in lines:
        text = line.text
        if text.startswith("BUILD "):
            yield from found if text.startswith("BUILD FAILED") else ()
            found.clear()
        if ".kt" not in text or not text.endswith(("]", *"0123456789")):
            continue
        match = _LINE.match(text) or (_GROUPED.match(text) if "] at " in text else None)
        if match is not None:
            found.append(_failure(match, line))
    yield from found


def _failure(match: re.Match[str], line: Line) -> Failure:
    metric = match["metric"] if "metric" in match.re.groupindex else None
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        rule=match["rule"],
        message=f"{metric}[{match['message']}]" if metric else match["message"],
        file=match["file"],
        line=int(match["line"]),
        column=int(match["column"]),
        log=LogSpan(start=line.number, end=line.number),
    )
