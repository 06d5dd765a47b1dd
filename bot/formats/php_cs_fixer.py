"""PHP CS Fixer and Laravel Pint: files that are not in the style."""

import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "php-cs-fixer"
HINTS = (".php", "can be fixed", "Fixed ", "PHP CS Fixer", "style issue")
REACH = (0, 0)

_ROW = pattern(
    r" {1,6}\d{1,6}\) (?P<file>\S[^\n()]{0,400}\.php)(?: \((?P<rules>[a-z_@, A-Z0-9/]{1,1500})\))?$"
)
_PINT = pattern(r" +\u2a2f (?P<file>\S[^\s]{0,400}\.php)(?: +(?P<rules>[a-z_…][a-z_, …]{0,500}))?$")
_FOUND = pattern(
    r"(?:Found|Checked all files).{0,60}can be fixed|Found \d{1,6} of \d{1,6} files that can be fixed"
)
_FIXED = pattern(r"Fixed (?:\d{1,6} of \d{1,6} files|all files)")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """The files of a dry run; a run that fixed them did not fail."""
    waiting: list[Failure] = []
    for line in lines:
        if (match := _ROW.match(line.text)) is not None:
            waiting.append(_failure(match["file"], match["rules"], NAME, line))
        elif (match := _PINT.match(line.text)) is not None:
            yield _failure(match["file"], match["rules"], "pint", line)
        elif _FIXED.match(line.text):
            waiting = []
        elif _FOUND.match(line.text):
            yield from waiting
            waiting = []
    yield from (each for each in waiting if each.rule)


def _failure(file: str, rules: str | None, tool: str, line: Line) -> Failure:
    name = rules.partition(",")[0].strip() if rules else None
    command = "vendor/bin/pint --test" if tool == "pint" else "vendor/bin/php-cs-fixer check"
    return Failure(
        type=FailureType.FORMAT,
        tool=tool,
        rule=name,
        message=f"can be fixed ({rules.strip()})" if rules else "can be fixed",
        file=file,
        command=f"{command} {shlex.quote(file)}",
        log=LogSpan(start=line.number, end=line.number),
    )
