"""pylint: messages as text, parseable, for Visual Studio, of old versions, and wrong options."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "pylint"
HINTS = (
    ": C0", ": R0", ": W0", ": E0", ": F0", ": C1", ": R1", ": W1", ": E1", ": C2", ": C3", ": C4",
    ": R5", ": R6", ": C9", ": W2", ": C8", ": E2", ": C5", ": W5", ": E5", ": W6", ": R9", ": W9",
    ": [C", ": [R", ": [W", ": [E", ": [F", "pylint: error: ", "************* Module",
)  # fmt: skip
REACH = (0, 30)

_SYMBOL = r"[a-z][a-z0-9-]{2,60}"
_TEXT = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^:\s][^:]{0,400}):(?P<line>\d{1,7}):(?P<column>\d{1,7}): "
    r"(?P<rule>[CRWEF]\d{4}): (?P<message>\S.{0,1000})$"
)
_PARSEABLE = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^:\s(][^:(]{0,400})(?::(?P<line>\d{1,7})|\((?P<row>\d{1,7})\)): "
    r"\[(?P<rule>[CRWEF]\d{4})(?:\([^)]{1,60}\))?(?:, ?|(?=[\w\]]))[^\]]{0,200}\] (?P<message>\S.{0,1000})$"
)
# Before version 2: `C:  1, 0: text (symbol)` below the name of the module.
_OLD = pattern(
    r"(?P<kind>[CRWEF]): {1,4}(?P<line>\d{1,7}), {0,3}(?P<column>\d{1,7}): (?P<message>\S.{0,1000}) "
    rf"\((?P<rule>{_SYMBOL})\)$"
)
_MODULE = pattern(r"\*{13} Module (?P<module>[\w.]{1,300})$")
_LAST = pattern(rf" \((?P<symbol>{_SYMBOL})\)$")
_USAGE = pattern(r"pylint: error: (?P<message>\S.{0,500})$")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a message: pylint exits non-zero for each of them but the informational."""
    module = None
    for line in lines:
        text = line.text.removeprefix("##[error]")
        span = LogSpan(start=line.number, end=line.number)
        if (match := _MODULE.match(text)) is not None:
            module = match["module"]
        elif (match := _USAGE.match(text)) is not None:
            yield Failure(type=FailureType.CONFIG, tool=NAME, message=match["message"], log=span)
        elif module and (match := _OLD.match(text)) is not None:
            file = module.replace(".", "/") + ".py"
            yield _failure(match, file, match["line"], match["column"], span)
        elif (match := _TEXT.match(text)) is not None:
            yield _failure(match, match["file"], match["line"], match["column"], span)
        elif "[" in text and (match := _PARSEABLE.match(text)) is not None:
            yield _failure(match, match["file"], match["line"] or match["row"], None, span)


def _failure(
    match: re.Match[str], file: str, line: str, column: str | None, span: LogSpan
) -> Failure:
    message = match["message"]
    if (symbol := _LAST.search(message[-80:])) is not None:
        message = message[: -len(symbol[0])]
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        rule=match["rule"],
        message=message,
        file=file,
        line=int(line),
        column=int(column) + 1 if column else None,  # pylint counts columns from 0
        command=f"pylint {shlex.quote(file)}",
        log=span,
    )
