"""configure scripts and the tools that make them: a compiler, a library or a macro is missing."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "configure"
HINTS = (
    "configure: error: ", "No acceptable C", "not found using pkg-config", "configure.ac:", "configure.in:",
    "Makefile.am:", "acinclude.m4:", "aclocal.m4:", "failed with exit status:", "error: possibly undefined macro", "syntax error near unexpected token",
)  # fmt: skip
REACH = (0, 8)

_ERROR = pattern(r"\s{0,12}configure: error: (?P<message>.{1,3000})$")
_BARE = pattern(
    r"\s{0,12}ERROR: (?P<message>No acceptable C(?:\+\+)? compiler found.{0,200}|[^\s]{1,200}(?: \S{1,60}){0,3} not found using pkg-config.{0,200})$"
)
_PLACED = pattern(
    r"\s{0,12}(?P<file>(?:[^\s:]{0,300}/)?(?:configure\.(?:ac|in)|Makefile\.am|[\w.-]{1,80}\.m4)):(?P<line>\d{1,7}): "
    r"(?:error: (?P<message>.{1,2000})|(?P<plain>possibly undefined macro: .{1,200}))$"
)
_SCRIPT = pattern(
    r"\s{0,12}(?P<file>[^\s:]{0,300}configure): (?:line )?(?P<line>\d{1,7}): (?P<message>(?:syntax error|Syntax error).{1,300})$"
)
_TOOL = pattern(
    r"\s{0,12}(?:autoreconf|autoconf|aclocal|automake|autoheader)(?:-[\d.]{1,8})?: (?:error: )?(?P<message>(?:/?[\w./-]{1,200} )?failed with exit status: .{1,50})$"
)
_WHERE = pattern(r"in [`'\u2018].{1,400}['\u2019]:?$")
_MISSING = pattern(
    r".{0,300}(?:not found|not met|required|[Mm]issing|[Cc]ould not find|cannot find|can't find|[Uu]nable to find|[Nn]o package)"
)
MAX_DETAIL = 8


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error; the lines right below it are the detail."""
    open_: Failure | None = None
    for line in lines:
        failure = _read(line)
        if failure is None:
            open_ = _extended(open_, line)
            continue
        if open_ is not None:
            yield open_
        open_ = failure
    if open_ is not None:
        yield open_


def _read(line: Line) -> Failure | None:
    text = line.text
    if (match := _ERROR.match(text)) is not None:
        return (
            None if _WHERE.match(match["message"]) is not None else _failure(match["message"], line)
        )
    if (match := _BARE.match(text)) is not None:
        return _failure(match["message"], line)
    if (match := _PLACED.match(text) or _SCRIPT.match(text)) is not None:
        return _placed(match, line)
    if (match := _TOOL.match(text)) is not None:
        return replace(_failure(match["message"], line), weak=True)
    return None


def _failure(message: str, line: Line) -> Failure:
    missing = _MISSING.match(message) is not None and "compiler" not in message
    return Failure(
        type=FailureType.DEPENDENCY if missing else FailureType.BUILD,
        tool=NAME,
        message=message,
        log=LogSpan(start=line.number, end=line.number),
    )


def _placed(match: re.Match[str], line: Line) -> Failure:
    groups = match.groupdict()
    message = groups["message"] or groups["plain"] or ""
    failure = replace(_failure(message, line), type=FailureType.BUILD)
    return replace(failure, file=match["file"], line=int(match["line"]))


def _extended(open_: Failure | None, line: Line) -> Failure | None:
    if open_ is None or open_.log is None or len(open_.detail) >= MAX_DETAIL or open_.weak:
        return open_
    if line.number != open_.log.end + 1 or line.text.startswith(("make", "##[")):
        return open_
    return replace(
        open_, detail=(*open_.detail, line.text), log=replace(open_.log, end=line.number)
    )
