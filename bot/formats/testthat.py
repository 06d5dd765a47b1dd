"""R: testthat's failures in its reporters, and what `R CMD check` finds."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.lookahead import after, detail, span, until
from bot.core.pattern import pattern

NAME = "testthat"
HINTS = ("Failure (", "Error (", "Failure: ", "Error: ", "... ERROR", "ERROR: compilation failed for package", "── ")  # fmt: skip
REACH = (0, 12)

_TEST = pattern(
    r"(?:[─-]{2} )?(?:\d{1,5}\. )?(?P<kind>Failure|Error) \('?(?P<file>[^\s:'()]{1,200}\.[Rr])'?:(?P<line>\d{1,7})(?::(?P<column>\d{1,5}))?(?::\d{1,7}:\d{1,7})?'?\): "
    r"(?P<test>\S.{0,300}?)(?: [─-]{2,200})?$"
)
_OLD = pattern(
    r"(?:[─-]{2} )?(?:\d{1,5}\. )?(?P<kind>Failure|Error): (?P<test>\S.{0,300}?) \(@(?P<file>[^\s()#]{1,200}\.[Rr])#(?P<line>\d{1,7})\) ?[─-]{0,200}$"
)
_END = pattern(
    r"[─═]{2} |[─═-]{20,200}$|\[ FAIL \d|(?:\d{1,5}\. )?(?:Failure|Error|Skip|Warning) \(|Backtrace:"
)
_CHECK = pattern(r"\* (?P<message>checking .{1,200} \.\.\.(?: \[[^\]]{1,40}\])? ERROR)$")
_COMPILE = pattern(r"(?P<message>ERROR: compilation failed for package .{1,100})$")
MAX_LINES = 12


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a test that failed; what `R CMD check` says of it only repeats."""
    rows = list(lines)
    for index, line in enumerate(rows):
        if (match := _TEST.match(line.text) or _OLD.match(line.text)) is not None:
            said = until(after(rows, index, MAX_LINES), _END.match)
            yield _failure(match, line, said)
        elif (match := _CHECK.match(line.text)) is not None:
            yield _check(match["message"], FailureType.TEST, line)
        elif (match := _COMPILE.match(line.text)) is not None:
            yield _check(match["message"], FailureType.BUILD, line)


def _failure(match: re.Match[str], line: Line, said: list[Line]) -> Failure:
    words = [each.text.strip() for each in said if each.text.strip()]
    file = match["file"]
    column = match.groupdict().get("column")
    script = f'testthat::test_file("{file}")'
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        message=" ".join(words[:2]) if words[:1] == ["Error:"] else (words or [match["kind"]])[0],
        test=match["test"],
        file=file,
        line=int(match["line"]),
        column=int(column) if column else None,
        command=f"Rscript -e {shlex.quote(script)}",
        detail=detail(said),
        log=span(line, said),
    )


def _check(message: str, kind: FailureType, line: Line) -> Failure:
    span_ = LogSpan(start=line.number, end=line.number)
    return Failure(type=kind, tool="R CMD check", message=message, log=span_, weak=True)
