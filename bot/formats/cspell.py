"""cspell: unknown and forbidden words."""

import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "cspell"
HINTS = ("Unknown word", "Forbidden word", "Misspelled word")
REACH = (0, 0)

_LINE = pattern(
    r"(?:\d{1,7}/\d{1,7} )?(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}):(?P<line>\d{1,7}):(?P<column>\d{1,5})(?: -|:)? "
    r"(?P<message>(?:Unknown|Forbidden|Misspelled) word[: ]{1,2}\(?(?P<word>[^\s()]{1,200})\)?)"
    r"(?: (?:fix|Suggestions?): ?[(\[](?P<fix>[^)\]]{1,300})[)\]])?"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a word and place."""
    for line in lines:
        if (match := _LINE.match(line.text)) is None:
            continue
        yield Failure(
            type=FailureType.LINT,
            tool=NAME,
            message=match["message"],
            file=match["file"],
            line=int(match["line"]),
            column=int(match["column"]),
            command=f"cspell {shlex.quote(match['file'])}",
            suggestion=match["fix"],
            log=LogSpan(start=line.number, end=line.number),
        )
