"""Perl: programs that do not compile or died, and tests of Test::More that failed."""

from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "perl"
HINTS = (
    "#   Failed ", "#   at ", " in @INC", "syntax error at ", "Execution of ", "had compilation errors",
    "Global symbol ", "aborted at ", "Failed test",
)  # fmt: skip
REACH = (1, 6)
MAX_DETAIL = 6

_FAILED = pattern(
    r"\s*#   Failed (?:\(TODO\) )?test(?: '(?P<name>.{1,300})')?(?: \((?P<old>[^\s()]{1,200}) at line (?P<row>\d{1,7})\))?(?P<end>\.|$)"
)
_PLACE = pattern(r"\s*#   (?:in|at) (?P<file>\S{1,300}) (?:at )?line (?P<line>\d{1,7})\.$")
_SAID = pattern(
    r"\s*#\s{1,40}(?P<text>(?:got|expected|Structures begin|'|doesn't match|not ok).{0,400})$"
)
_COMPILE = pattern(
    r"(?P<message>(?:syntax error|Global symbol \"[^\"]{1,100}\" requires explicit package name .{0,80}?|Can't locate \S{1,200} in @INC .{0,300}?"
    r"|Can't find string terminator .{1,60}?|Missing right curly .{0,60}?|Bareword \"[^\"]{1,100}\" not allowed .{0,60}?)) "
    r"at (?P<file>\S{1,300}) line (?P<line>\d{1,7})[.,]"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a test, one an error of the compiler."""
    open_: _Test | None = None
    for line in lines:
        if open_ is not None and open_.takes(line):
            continue
        if open_ is not None:
            yield from open_.failure()
        open_ = None
        if (match := _FAILED.match(line.text)) is not None:
            if "(TODO)" not in line.text:
                open_ = _Test(line, match["name"], match["old"], match["row"])
        elif (match := _COMPILE.match(line.text)) is not None:
            missing = match["message"].startswith("Can't locate")
            yield Failure(
                type=FailureType.DEPENDENCY if missing else FailureType.BUILD,
                tool=NAME,
                message=match["message"].partition(" (you may need")[0],
                file=match["file"] if match["file"] != "-e" else None,
                line=int(match["line"]),
                log=LogSpan(start=line.number, end=line.number),
                weak=missing,
            )
    if open_ is not None:
        yield from open_.failure()


class _Test:
    """A test that failed and the comments below it."""

    def __init__(self, line: Line, name: str | None, file: str | None, row: str | None) -> None:
        self._start = self._end = line.number
        self._name = name
        self._place = (file, row) if file and row else None
        self._said: list[str] = []

    def takes(self, line: Line) -> bool:
        """Whether the line belongs to it."""
        if line.number != self._end + 1 or self._end - self._start > MAX_DETAIL:
            return False
        if (match := _PLACE.match(line.text)) is not None and self._place is None:
            self._place = match["file"], match["line"]
        elif (match := _SAID.match(line.text)) is not None:
            self._said.append(match["text"].strip())
        else:
            return False
        self._end = line.number
        return True

    def failure(self) -> Iterator[Failure]:
        """The failure, if Perl said where."""
        if self._place is None:
            return
        file, row = self._place
        name = self._name or f"{file} line {row}"
        yield Failure(
            type=FailureType.TEST,
            tool="prove",
            test=name,
            message=" ".join(self._said[:3]) or f"Failed test '{name}'",
            file=file,
            line=int(row),
            command=None,
            log=LogSpan(start=self._start, end=self._end),
        )
