"""zizmor: what is dangerous in workflows of GitHub Actions."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "zizmor"
HINTS = ("zizmor.sh/audits/",)
REACH = (45, 0)

_HEAD = pattern(
    r"(?:error|warning|info|help|note)\[(?P<rule>[a-z][a-z-]{2,60})\]: (?P<message>\S.{0,400})$"
)
_PLACE = pattern(r" *--> (?P<file>[^\n]{1,400}?):(?P<line>\d{1,7}):(?P<column>\d{1,5})$")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a finding: zizmor fails for each that it shows."""
    head: tuple[re.Match[str], Line] | None = None
    place: re.Match[str] | None = None
    for line in lines:
        if (match := _HEAD.match(line.text)) is not None:
            head, place = (match, line), None
        elif head is not None and place is None and (match := _PLACE.match(line.text)) is not None:
            place = match
        elif head is not None and place is not None and "zizmor.sh/audits/" in line.text:
            yield Failure(
                type=FailureType.LINT,
                tool=NAME,
                rule=head[0]["rule"],
                message=head[0]["message"],
                file=place["file"],
                line=int(place["line"]),
                column=int(place["column"]),
                command=f"zizmor {shlex.quote(place['file'])}",
                log=LogSpan(start=head[1].number, end=line.number),
            )
            head = None
