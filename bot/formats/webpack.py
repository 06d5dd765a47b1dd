"""webpack 4 and 5: `ERROR in …` blocks of the bundler, its loaders and the TypeScript checkers inside it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "webpack"
HINTS = (
    "ERROR in ",
    "Invalid configuration object",
    "[webpack-cli] ",
    "97mERROR",
    "31mERROR",
    "was not found:",
    "were not found:",
    "ERROR\x1b",
)
REACH = (0, 30)

_HEAD = pattern(r"(?:##\[error\])?\s{0,20}ERROR in (?P<where>\S.{0,2000})$")
_FILE = r"(?P<file>(?:[A-Za-z]:)?[^\s:()!?]{1,400}?)"
_SAYS = pattern(r".{0,300}(?:Error: |not found|Can't resolve|failed|Cannot )")
_PLACED = pattern(
    r"(?:\[[\w-]{1,30}\] )?(?:multi )?" + _FILE + r"(?:\?[^\s]{0,400})?"
    r"(?: (?P<line>\d{1,7}):(?P<column>\d{1,7})(?:-[\d:]{1,15})?|:(?P<line2>\d{1,7}):(?P<column2>\d{1,7})"
    r"|\((?P<line3>\d{1,7}),(?P<column3>\d{1,7})\))?:?(?: \([^)]{0,1500}\)?)?$"
)
_ANGULAR = pattern(r".{1,500}(?:\): | - )error (?:TS|NG)-?\d")
_TSL = pattern(
    r"\s{0,20}\[tsl\] ERROR in (?P<file>(?:[A-Za-z]:)?[^:(]{1,400})\((?P<line>\d{1,7}),(?P<column>\d{1,7})\)"
)
_CODE = pattern(r"\s{0,20}(?P<rule>TS\d{1,6}): (?P<message>.{1,2000})$")
_AT = pattern(r" @ (?P<file>\.?[^\s:]{1,400}) (?P<line>\d{1,7}):(?P<column>\d{1,7})")
_AGAIN = pattern(r"\./[^\s:]{1,400} \d{1,7}:\d{1,7}(?:-[\d:]{1,15})?$")
_IN_WORDS = pattern(r".{1,1500} \((?P<line>\d{1,7}):(?P<column>\d{1,7})\)$")
_PREFACE = pattern(
    r"Module (?:build|Error|Warning|parse)[^:]{0,40}(?: failed)? ?\(from [^)]{1,400}\):?$"
)
_ENDS = pattern(
    r"(?:ERROR|WARNING) in |webpack \d|Child |Found \d|(?:npm|yarn|error|info)\b|\d{1,7} errors? "
)
_OPTIONS = pattern(
    r"\s{0,20}\[webpack-cli\] (?P<message>(?:Invalid (?:configuration|options) object|Failed to load|Unable to load|Error:|Unknown|Cannot).{0,1500})$"
)
# The list under "This relative module was not found:".
_ABSENT = pattern(r"\* (?P<name>\S{1,200}) in (?P<file>\.{1,2}/[^\s,!]{1,300})(?:, .{1,600})?$")
MAX_DETAIL = 20


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a block, with the words of the loader that failed."""
    open_: Failure | None = None
    for line in lines:
        text = line.text
        if open_ is not None and _is_over(open_, line):
            yield from _told(open_)
            open_ = None
        if (match := _HEAD.match(text)) is not None and not _ANGULAR.match(match["where"]):
            open_ = _head(match["where"], line.number)
        elif (match := _OPTIONS.match(text)) is not None:
            yield Failure(
                type=FailureType.CONFIG,
                tool=NAME,
                message=match["message"],
                log=LogSpan(start=line.number, end=line.number),
            )
        elif (match := _ABSENT.match(text)) is not None:
            yield _absent(match, line.number)
        elif open_ is not None:
            open_ = _more(open_, line)
    if open_ is not None:
        yield from _told(open_)


def _absent(match: re.Match[str], number: int) -> Failure:
    return Failure(
        type=FailureType.BUILD,
        tool=NAME,
        message=f"{match['name']} was not found in {match['file']}",
        file=match["file"],
        detail=(match[0],),
        log=LogSpan(start=number, end=number),
    )


def _is_over(open_: Failure, line: Line) -> bool:
    far = open_.log is not None and line.number > open_.log.end + 1
    return far or _ENDS.match(line.text) is not None


def _told(failure: Failure) -> Iterator[Failure]:
    """The failure, if its block said anything."""
    if failure.message:
        yield failure


def _head(where: str, number: int) -> Failure | None:
    """A block whose message is still to come, unless the heading says it; ESLint speaks for itself."""
    if where.startswith("[eslint]"):
        return None
    span = LogSpan(start=number, end=number)
    told = where.partition(" (")[0]
    last = told if told.startswith(("[", "./")) else told.rpartition("!")[2]
    match = _PLACED.match(last)
    if (match is None or ": " in where) and _SAYS.match(where) is None:
        return None
    if match is None or ": " in where:
        return Failure(type=FailureType.BUILD, tool=NAME, message=where, log=span)
    file = match["file"]
    line = match["line"] or match["line2"] or match["line3"]
    column = match["column"] or match["column2"] or match["column3"]
    is_file = "/" in file or "\\" in file or "." in file
    from_zero = 1 if match["column"] else 0
    return Failure(
        type=FailureType.BUILD,
        tool=NAME,
        message="",
        file=file if is_file else None,
        line=int(line) if line else None,
        column=int(column) + from_zero if column else None,
        log=span,
    )


def _more(open_: Failure, line: Line) -> Failure:
    """The block with one more line."""
    text = line.text
    start = open_.log.start if open_.log else line.number
    failure = replace(open_, log=LogSpan(start=start, end=line.number))
    if len(failure.detail) < MAX_DETAIL:
        failure = replace(failure, detail=(*failure.detail, text))
    if (match := _TSL.match(text)) is not None:
        return _at(failure, match, 0)
    if (match := _AT.match(text)) is not None and failure.line is None:
        same = failure.file is not None and failure.file.endswith(match["file"].lstrip("./"))
        return _at(failure, match, 1) if same else failure
    if failure.message and not _PREFACE.match(failure.message):
        return failure
    return _worded(failure, text)


def _worded(failure: Failure, text: str) -> Failure:
    """The first line that says something is the message; it may name the line, and the code."""
    words = text.strip()
    if not words or _AGAIN.match(words) or words.startswith("[tsl]"):
        return failure
    if (match := _CODE.match(text)) is not None:
        return replace(failure, rule=match["rule"], message=match["message"])
    match = _IN_WORDS.match(words)
    if match is not None and failure.line is None:
        failure = replace(failure, line=int(match["line"]), column=int(match["column"]) + 1)
    kind = FailureType.DEPENDENCY if words.startswith("Error: Cannot find module") else failure.type
    return replace(failure, message=words, type=kind)


def _at(failure: Failure, match: re.Match[str], from_zero: int) -> Failure:
    return replace(
        failure,
        file=match["file"],
        line=int(match["line"]),
        column=int(match["column"]) + from_zero,
    )
