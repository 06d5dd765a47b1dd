"""ShellCheck: findings below the line they are about (tty), and one a line (gcc)."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "shellcheck"
HINTS = (" SC1", " SC2", " SC3", " SC4", "[SC1", "[SC2", "[SC3", "[SC4", "In ", "Did you mean: ")
REACH = (2, 4)

_IN = pattern(r"In (?P<file>\S[^\n]{0,400}?) line (?P<line>\d{1,7}):$")
_ARROW = pattern(
    r"(?P<indent> *)\^[-^]{0,300} (?P<rule>SC\d{4})(?: \((?P<severity>error|warning|info|style)\))?: (?P<message>\S.{0,1000})$"
)
_GCC = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}):(?P<line>\d{1,7}):(?P<column>\d{1,5}): "
    r"(?P<severity>error|warning|note|info|style): (?P<message>.{1,1000}) \[(?P<rule>SC\d{4})\]$"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """Every finding: ShellCheck fails for information and style too."""
    place: tuple[str, int] | None = None
    open_: list[Failure] = []
    proposes = False
    for line in lines:
        text = line.text
        if (match := _IN.match(text)) is not None:
            yield from open_
            open_, place = [], (match["file"], int(match["line"]))
        elif place is not None and (match := _ARROW.match(text)) is not None:
            open_.append(_failure(match, *place, len(match["indent"]) + 1, line))
        elif (match := _GCC.match(text)) is not None:
            yield _failure(match, match["file"], int(match["line"]), int(match["column"]), line)
        elif proposes and text.strip():
            open_ = [replace(each, suggestion=f"Did you mean: {text.strip()}") for each in open_]
        proposes = text.startswith("Did you mean:")
    yield from open_


def _failure(match: re.Match[str], file: str, row: int, column: int, line: Line) -> Failure:
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        rule=match["rule"],
        message=match["message"],
        file=file,
        line=row,
        column=column,
        command=f"shellcheck {shlex.quote(file)}",
        log=LogSpan(start=line.number, end=line.number),
    )
