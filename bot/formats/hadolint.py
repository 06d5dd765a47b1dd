"""hadolint: findings in Dockerfiles, for the terminal and in gnu's form."""

import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "hadolint"
HINTS = (
    " DL1",
    " DL3",
    " DL4",
    "\x1b[1mDL",
    ":DL",
    "ockerfile:",
    "ontainerfile:",
    " SC1",
    " SC2",
    " SC3",
)
REACH = (0, 0)

_PLACE = r"(?:hadolint: ?)?(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}|-):(?P<line>\d{1,7})"
_TTY = pattern(
    _PLACE
    + r"(?::(?P<column>\d{1,5}))? (?P<rule>(?:DL|SC)\d{4}) (?:(?:error|warning|info|style): )?(?P<message>\S.{0,1000})$"
)
_GNU = pattern(
    _PLACE
    + r":(?P<column>\d{1,5}(?=:))?:? ?(?P<rule>(?:DL|SC)\d{4}) (?:error|warning|info|style): (?P<message>\S.{0,1000})$"
)
_SYNTAX = pattern(
    _PLACE + r":(?P<column>\d{1,5}) (?P<message>unexpected .{1,300}|expecting .{1,300})$"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """Every finding: hadolint fails for information too, unless it is told not to."""
    for line in lines:
        match = _TTY.match(line.text) or _GNU.match(line.text)
        if match is not None:
            file, rule = match["file"], match["rule"]
            column = match["column"]
        elif (match := _SYNTAX.match(line.text)) is not None and "ile" in match["file"]:
            file, rule, column = match["file"], None, match["column"]
        else:
            continue
        yield Failure(
            type=FailureType.LINT,
            tool=NAME,
            rule=rule,
            message=match["message"],
            file=None if file == "-" else file,
            line=int(match["line"]),
            column=int(column) if column else None,
            command=f"hadolint {shlex.quote(file)}",
            log=LogSpan(start=line.number, end=line.number),
        )
