"""groovyc: compile errors of Groovy, plain and below Gradle, Maven and Ant."""

from collections.abc import Iterable, Iterator

from bot.core import jvm_log
from bot.core.failure import Failure, FailureType
from bot.core.framing import Line
from bot.core.lookahead import after, detail, span, until
from bot.core.pattern import pattern

NAME = "groovyc"
HINTS = (".groovy: ",)
REACH = (0, 6)

_LINE = pattern(
    r"\s{0,8}(?:\[\w{1,12}\] )?(?:file:)?(?P<file>(?:[A-Za-z]:)?[^:\s][^:]{0,400}\.groovy): (?P<line>\d{1,7}): (?P<message>\S.{0,1000}?)"
    r"(?: @ line \d{1,7}, column (?P<column>\d{1,7})\.?)?$"
)
_PLACE = pattern(r"\s{0,40}(?:\[\w{1,12}\]\s{1,20})?@ line \d{1,7}, column (?P<column>\d{1,7})\.$")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error."""
    rows = list(lines)
    for index, line in enumerate(rows):
        text = jvm_log.level(line.text)[1]
        match = _LINE.match(text) if ".groovy: " in text else None
        if match is None:
            continue
        rest = until(after(rows, index, REACH[1]), lambda text: not text.strip())
        below = _PLACE.match(jvm_log.level(rest[0].text)[1]) if rest else None
        column = match["column"] or (below["column"] if below else None)
        if column is None:
            continue
        yield Failure(
            type=FailureType.BUILD,
            tool=NAME,
            message=match["message"],
            file=match["file"],
            line=int(match["line"]),
            column=int(column),
            detail=detail(rest),
            log=span(line, rest),
        )
