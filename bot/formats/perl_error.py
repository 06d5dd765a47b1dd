"""Perl: programs that do not compile, and modules that are not there."""

from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "perl"
HINTS = (
    "syntax error at ", "Global symbol ", " in @INC", "Can't find string terminator", "Missing right curly",
    "Bareword ",
)  # fmt: skip
REACH = (0, 0)

_COMPILE = pattern(
    r"(?P<message>(?:syntax error|Global symbol \"[^\"]{1,100}\" requires explicit package name .{0,80}?|Can't locate \S{1,200} in @INC .{0,3000}?"
    r"|Can't find string terminator .{1,60}?|Missing right curly .{0,60}?|Bareword \"[^\"]{1,100}\" not allowed .{0,60}?)) "
    r"at (?P<file>\S{1,300}) line (?P<line>\d{1,7})[.,]"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error of the compiler; of a test file the harness tells too, so it is weak there."""
    for line in lines:
        if (match := _COMPILE.match(line.text)) is None:
            continue
        file = match["file"]
        missing = match["message"].startswith("Can't locate")
        yield Failure(
            type=FailureType.DEPENDENCY if missing else FailureType.BUILD,
            tool=NAME,
            message=match["message"].partition(" (you may need")[0],
            file=None if file == "-e" else file,
            line=int(match["line"]),
            log=LogSpan(start=line.number, end=line.number),
            weak=missing or file.endswith(".t"),
        )
