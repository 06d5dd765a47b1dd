"""Babel: a file it cannot parse, and plugins and presets it cannot find."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "babel"
HINTS = (
    "Failed to compile",
    "Module build failed",
    "SyntaxError: ",
    "Cannot find package '@babel/",
    "Cannot find module '@babel/",
    "Cannot find module 'babel-",
)
REACH = (2, 8)

_SYNTAX = pattern(
    r"(?:(?:\[BABEL\] )|Module build failed: )?(?:Babel)?SyntaxError: (?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}\.\w{1,10}): "
    r"(?P<message>\S.{0,1500}?) \((?P<line>\d{1,7}):(?P<column>\d{1,7})\)$"
)
_MISSING = pattern(
    r"Error: (?P<message>Cannot find (?:package|module) '(?:@babel/|babel-)[^']{1,200}'.{0,500})$"
)
_TOLD = pattern(r"\s{0,20}(?:Module build failed|ERROR in |Failed to compile)")
_FRAME = pattern(r"\s*(?:> )?\d{0,7} ?\|")
MAX_DETAIL = 10


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a file; what a bundler wraps is the bundler's."""
    open_: Failure | None = None
    told_at = -9
    for line in lines:
        text = line.text
        if _TOLD.match(text):
            told_at = line.number
        if line.number > told_at + 3 and (failure := _read(line)) is not None:
            if open_ is not None:
                yield open_
            open_ = failure
        elif open_ is not None and _FRAME.match(text) and len(open_.detail) < MAX_DETAIL:
            open_ = replace(open_, detail=(*open_.detail, text))
    if open_ is not None:
        yield open_


def _read(line: Line) -> Failure | None:
    span = LogSpan(start=line.number, end=line.number)
    if (match := _SYNTAX.match(line.text)) is not None:
        return _syntax(match, span)
    if (match := _MISSING.match(line.text)) is not None:
        return Failure(
            type=FailureType.DEPENDENCY, tool=NAME, message=match["message"], log=span, weak=True
        )
    return None


def _syntax(match: re.Match[str], span: LogSpan) -> Failure:
    return Failure(
        type=FailureType.BUILD,
        tool=NAME,
        message=f"SyntaxError: {match['message']}",
        file=match["file"],
        line=int(match["line"]),
        column=int(match["column"]) + 1,
        command=f"npx babel {shlex.quote(match['file'])}",
        log=span,
    )
