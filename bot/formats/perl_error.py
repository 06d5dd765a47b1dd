"""Perl: programs that do not compile, modules that are not there, and programs that died."""

from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "perl"
HINTS = (
    "syntax error at ", "Global symbol ", " in @INC", "Can't find string terminator", "Missing right curly",
    "Bareword ", ".pl line ", ".pm line ", ".PL line ", ".cgi line ", "Can't call method ", "Can't locate object method ",
    "Undefined subroutine ", "Died at ",
)  # fmt: skip
REACH = (0, 0)

_COMPILE = pattern(
    r"(?P<message>(?:syntax error|Global symbol \"[^\"]{1,100}\" requires explicit package name .{0,80}?|Can't locate \S{1,200} in @INC .{0,3000}?"
    r"|Can't find string terminator .{1,60}?|Missing right curly .{0,60}?|Bareword \"[^\"]{1,100}\" not allowed .{0,60}?)) "
    r"at (?P<file>\S{1,300}) line (?P<line>\d{1,7})[.,]"
)
_DIED = pattern(
    r"(?P<message>[^\s#].{0,800}?) at (?P<file>[^\s:]{1,300}) line (?P<line>\d{1,7})(?:, <\w{0,40}> (?:line|chunk) \d{1,12})?\.$"
)
# What perl goes on after, and what only repeats an error.
_WARNING = (
    "Use of ", "Argument ", "Odd number of ", "Useless use of ", "Name \"", "Subroutine ", "Scalar value ", "Deep recursion ",
    "Wide character ", "Unquoted string ", "Possible ", "Found = in ", "readline() ", "print() ", "substr outside ",
    "Redundant argument ", "Exiting ", "splice() ", "Reference found ", "Constant subroutine ", "Prototype mismatch",
    "\"my\" variable", "\"our\" variable", "Statement unlikely ", "Negative repeat ", "Variable \"", "Hexadecimal number ",
    "Unrecognized escape ", "Missing argument ", "Invalid conversion ", "isn't numeric", "Smartmatch ", "given is ", "when is ",
    "Applying ", "Filehandle ", "close() ", "BEGIN failed--", "Compilation failed in require", "Execution of ", "Warning:",
    "warning:", "WARNING", "WARN", "[", "(in cleanup) ", "Parentheses missing ", "Bareword found ", "String found ",
)  # fmt: skip


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error of the compiler; of a test file the harness tells too, so it is weak there."""
    for line in lines:
        if (match := _COMPILE.match(line.text)) is None:
            yield from _died(line)
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


def _died(line: Line) -> Iterator[Failure]:
    """An error that nothing caught, or that something did: so it is weak."""
    if " line " not in line.text or line.text.startswith(_WARNING):
        return
    if (match := _DIED.match(line.text)) is not None:
        yield Failure(
            type=FailureType.RUNTIME,
            tool=NAME,
            message=match["message"],
            file=None if match["file"] == "-e" else match["file"],
            line=int(match["line"]),
            log=LogSpan(start=line.number, end=line.number),
            weak=True,
        )
