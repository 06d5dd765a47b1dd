"""actionlint: faults in workflows of GitHub Actions."""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "actionlint"
HINTS = (".yml:", ".yaml:", ".yml\x1b", ".yaml\x1b", "\x1b[33m[")
REACH = (0, 4)
MAX_DETAIL = 4

_KINDS = (
    r"action|credentials|deprecated-commands|env-var|events|expression|glob|id|if-cond|job-needs"
    r"|matrix|permissions|pyflakes|rate-limit|runner-label|shell-name|shellcheck|syntax-check|workflow-call"
    r"|yaml-syntax|yaml-anchors"
)
_LINE = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}\.ya?ml):(?P<line>\d{1,7}):(?P<column>\d{1,5}): "
    r"(?P<message>\S.{0,3000}) \[(?P<rule>" + _KINDS + r")\]$"
)
_SNIPPET = pattern(r"\s{0,20}\d{0,7} {0,20}\|")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a fault."""
    open_: Failure | None = None
    for line in lines:
        match = _LINE.match(line.text) if line.text.endswith("]") else None
        if match is None:
            open_ = _continued(open_, line)
            continue
        if open_ is not None:
            yield open_
        open_ = Failure(
            type=FailureType.LINT,
            tool=NAME,
            rule=match["rule"],
            message=match["message"],
            file=match["file"],
            line=int(match["line"]),
            column=int(match["column"]),
            command=f"actionlint {shlex.quote(match['file'])}",
            log=LogSpan(start=line.number, end=line.number),
        )
    if open_ is not None:
        yield open_


def _continued(open_: Failure | None, line: Line) -> Failure | None:
    """The open failure with a line of the source it shows."""
    if open_ is None or open_.log is None or not _SNIPPET.match(line.text):
        return open_
    if line.number != open_.log.end + 1 or len(open_.detail) >= MAX_DETAIL:
        return open_
    span = replace(open_.log, end=line.number)
    return replace(open_, detail=(*open_.detail, line.text), log=span)
