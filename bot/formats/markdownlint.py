"""markdownlint-cli and markdownlint-cli2, before and after they named the severity."""

import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "markdownlint"
HINTS = (" MD0", "\x1b[31mMD0")
REACH = (0, 0)

_LINE = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}):(?P<line>\d{1,7})(?::(?P<column>\d{1,5}))?:? "
    r"(?:(?P<severity>error|warning) )?(?P<rule>MD\d{3})(?:/[\w/-]{1,120})? (?P<message>\S.{0,1500})$"
)
# The older Ruby tool of the same name: no column, and only what is wrong.
_RUBY = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}):(?P<line>\d{1,7}): (?P<rule>MD\d{3}) (?P<message>\S.{0,500})$"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a finding, except those which the configuration calls a warning."""
    for line in lines:
        match = _RUBY.match(line.text) or _LINE.match(line.text)
        if match is None or match.groupdict().get("severity") == "warning":
            continue
        column = match.groupdict().get("column")
        yield Failure(
            type=FailureType.LINT,
            tool=NAME,
            rule=match["rule"],
            message=match["message"],
            file=match["file"],
            line=int(match["line"]),
            column=int(column) if column else None,
            command=f"markdownlint {shlex.quote(match['file'])}",
            log=LogSpan(start=line.number, end=line.number),
        )
