"""pyflakes, pydocstyle, vulture and autoflake: findings without a code on their line."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "pyflakes"
HINTS = (
    "imported but unused", "undefined name '", "is assigned to but never used", "redefinition of unused ",
    "unable to detect undefined names", "f-string is missing placeholders", "defined from star imports",
    "confidence)", ": Unused imports/variables detected", "        D1", "        D2", "        D3", "        D4",
    "shadowed by loop variable", "repeated with different values",
    ": invalid syntax", ": unexpected indent", ": expected an indented block", ": unterminated string",
)  # fmt: skip
REACH = (1, 0)

_FILE = r"(?P<file>(?:[A-Za-z]:)?[^:\s][^:]{0,400}\.pyi?)"
_FINDING = pattern(
    _FILE
    + r":(?P<line>\d{1,7}):(?:(?P<column>\d{1,7}):?)? (?P<message>(?:'[^']{1,200}' imported but unused"
    r"|undefined name '|local variable '[^']{1,200}' is assigned|redefinition of unused|redefinition of function"
    r"|f-string is missing|import '[^']{1,200}' from line \d{1,7} shadowed"
    r"|'[^']{1,200}' may be undefined|'from \S{1,200} import \*' used|dictionary key .{1,200} repeated"
    r"|(?:invalid syntax|unexpected indent|expected an indented block|unterminated string literal)).{0,300})$"
)
_UNUSED = pattern(
    _FILE
    + r":(?P<line>\d{1,7}): (?P<message>(?:unused|unreachable|redundant|unsatisfiable) .{1,200}) \(\d{1,3}% confidence.{0,40}\)$"
)
_AUTOFLAKE = pattern(_FILE + r": (?P<message>Unused imports/variables detected)\.?$")
_KNOWN = ((NAME, _FINDING), ("vulture", _UNUSED), ("autoflake", _AUTOFLAKE))
_AT = pattern(_FILE + r":(?P<line>\d{1,7}) (?:at module level|in (?:public|private) .{1,300}):$")
_DOCSTRING = pattern(r"        (?P<rule>D\d{3}): (?P<message>\S.{0,400})$")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a finding."""
    place = None
    for line in lines:
        text = line.text.removeprefix("##[error]")
        span = LogSpan(start=line.number, end=line.number)
        if place is not None and (match := _DOCSTRING.match(text)) is not None:
            yield _failure("pydocstyle", place, match, span)
        place = _AT.match(text)
        for tool, known in _KNOWN:
            if (match := known.match(text)) is not None:
                yield _failure(tool, match, match, span)
                break


def _failure(tool: str, place: re.Match[str], said: re.Match[str], span: LogSpan) -> Failure:
    at, words = place.groupdict(), said.groupdict()
    return Failure(
        type=FailureType.LINT,
        tool=tool,
        rule=words.get("rule"),
        message=said["message"],
        file=place["file"],
        line=int(at["line"]) if at.get("line") else None,
        column=int(at["column"]) if at.get("column") else None,
        command=f"{tool} {shlex.quote(place['file'])}",
        log=span,
    )
