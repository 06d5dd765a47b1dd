"""djLint: findings in templates, below the name of their file."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "djlint"
HINTS = ("───────", "Linted ")
REACH = (2, 60)

_FILE = pattern(r"(?P<file>[^\s:][^:]{0,300}\.[\w.]{1,20})$")
_RULER = pattern(r"─{20,}$")
_ROW = pattern(
    r"(?P<rule>[A-Z]\d{3}) (?P<line>\d{1,7}):(?P<column>\d{1,5}) (?P<message>\S.{0,600})$"
)
_SUMMARY = pattern(r"Linted \d{1,6} files?, found \d{1,6} errors?\.")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a finding."""
    named: str | None = None
    file: str | None = None
    waiting: list[Failure] = []
    for line in lines:
        if (match := _ROW.match(line.text)) is not None and file is not None:
            waiting.append(_failure(match, file, line))
        elif _RULER.match(line.text):
            file = named
        elif _SUMMARY.match(line.text):
            yield from waiting
            waiting, file = [], None
        else:
            match = _FILE.match(line.text)
            named = match["file"] if match else None


def _failure(match: re.Match[str], file: str, line: Line) -> Failure:
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        rule=match["rule"],
        message=match["message"],
        file=file,
        line=int(match["line"]),
        column=int(match["column"]) + 1,
        command=f"djlint --lint {shlex.quote(file)}",
        log=LogSpan(start=line.number, end=line.number),
    )
