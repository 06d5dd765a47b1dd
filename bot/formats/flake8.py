"""flake8 and pycodestyle: findings in the default and the pylint layout, and runs that broke down."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern
from bot.core.python_lint import Wording, by_ruff

NAME = "flake8"
HINTS = (
    *(f".py:{digit}" for digit in range(1, 10)),
    ".pyi:",
    ".ipynb:",
    ".pyx:",
    "critical error during execution of Flake8",
)
REACH = (0, 3)

_FILE = r"(?P<file>(?:[A-Za-z]:)?[^:\s\[][^:]{0,400}\.(?:pyi?|ipynb|pyx|pxd))"
_DEFAULT = pattern(
    _FILE + r":(?P<line>\d{1,7}):(?P<column>\d{1,7}): (?P<rule>[A-Z]{1,6}\d{2,5})"
    r"(?P<fix> \[\*\])? (?P<message>\S.{0,1000})$"
)
_PYLINT = pattern(
    _FILE + r":(?P<line>\d{1,7}): \[(?P<rule>[A-Z]{1,6}\d{2,5})\](?P<fix> \[\*\])? "
    r"(?P<message>\S.{0,1000})$"
)
MAX_SOURCE = 2
_BROKEN = "There was a critical error during execution of Flake8:"


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a finding; the source that `--show-source` prints is its detail."""
    found: list[tuple[Failure, Wording]] = []
    broken = False
    for line in lines:
        text = line.text.removeprefix("##[error]")
        if broken and text:
            yield _broken(line)
        broken = text == _BROKEN
        if (match := _DEFAULT.match(text) or _PYLINT.match(text)) is not None:
            wording = Wording(match["rule"], match["message"], bool(match["fix"]))
            found.append((_failure(match, line.number), wording))
        elif found:
            found[-1] = (_with_source(found[-1][0], line), found[-1][1])
    foreign = by_ruff(wording for _, wording in found)
    yield from (failure for (failure, _), ruff in zip(found, foreign, strict=True) if not ruff)


def _failure(match: re.Match[str], number: int) -> Failure:
    groups = match.groupdict()
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        rule=match["rule"],
        message=match["message"],
        file=match["file"],
        line=int(match["line"]),
        column=int(groups["column"]) if groups.get("column") else None,
        command=f"flake8 {shlex.quote(match['file'])}",
        log=LogSpan(start=number, end=number),
    )


def _with_source(failure: Failure, line: Line) -> Failure:
    """`--show-source` prints the line and a caret below a finding."""
    if failure.log is None or line.number != failure.log.end + 1 or not line.text:
        return failure
    if len(failure.detail) >= MAX_SOURCE:
        return failure
    detail = (*failure.detail, line.text)
    return replace(failure, detail=detail, log=replace(failure.log, end=line.number))


def _broken(line: Line) -> Failure:
    return Failure(
        type=FailureType.CONFIG,
        tool=NAME,
        message=line.text,
        log=LogSpan(start=line.number - 1, end=line.number),
    )
