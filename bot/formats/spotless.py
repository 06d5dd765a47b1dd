"""Formatters of the JVM (Spotless, Spring Java Format, formatter and fmt plugins): files that differ."""

from collections.abc import Iterable, Iterator, Sequence

from bot.core import jvm_log
from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.lookahead import after
from bot.core.pattern import pattern

NAME = "spotless"
HINTS = ("had format violations:", "ormatting violations found in the following files:", "not formatted properly:", "not properly formatted:")  # fmt: skip
REACH = (0, 200)

_HEAD = pattern(
    r".{0,1500}?(?P<message>The following files had format violations:|Formatting violations found in the following files:"
    r"|.{0,100}files? (?:are|is) not (?:formatted properly|properly formatted):)"
)
_FILE = pattern(r"(?P<indent>[ \t]*)(?:[*-] )?(?P<file>[^\s:*|@+][^:*|]{0,400}\.[A-Za-z]{1,12})$")
_FIX = pattern(r".{0,40}?Run [`'\"](?P<command>[^`'\"]{1,200})[`'\"] to fix")
_MORE = pattern(r".{0,40}?Violations also present in:")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a file."""
    rows = list(lines)
    for index, line in enumerate(rows):
        match = _HEAD.match(line.text) if "ormat" in line.text else None
        if match is not None:
            spring = match["message"].startswith("Formatting")
            rest = after(rows, index, REACH[1])
            yield from _files(rest, match["message"].rstrip(":"), "spring-javaformat" if spring else NAME)  # fmt: skip


def _files(rows: Sequence[Line], message: str, tool: str) -> Iterator[Failure]:
    """The files below the head, between the differences of each."""
    rest, fix = _block(rows)
    indent: int | None = None
    for line in rest:
        text = jvm_log.level(line.text)[1]
        if _MORE.match(text):
            indent = None
        match = _FILE.match(text)
        if match is None or text.strip().startswith(("---", "+++", "> ")):
            continue
        indent = len(match["indent"]) if indent is None else indent
        if len(match["indent"]) <= indent:
            yield Failure(
                type=FailureType.FORMAT,
                tool=tool,
                message=message,
                file=match["file"],
                command=fix,
                suggestion=f"Run {fix} to fix" if fix else None,
                log=LogSpan(start=line.number, end=line.number),
            )


def _block(rows: Sequence[Line]) -> tuple[Sequence[Line], str | None]:
    """The lines up to the end of the list, and the command that mends it."""
    for count, line in enumerate(rows):
        text = jvm_log.level(line.text)[1]
        if (match := _FIX.match(text)) is not None:
            return rows[:count], match["command"]
        if text.startswith(("* Try", "BUILD ", "-> [Help")) or _HEAD.match(text):
            return rows[:count], None
    return rows, None
