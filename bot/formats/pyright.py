"""pyright and basedpyright: type errors of all their layouts, and files that are not there."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "pyright"
HINTS = (
    " - error: ",
    " - error ",
    'File or directory "',
    "No source files found.",
    "No such file or directory, ",
)
REACH = (60, 8)

_FINDING = pattern(
    r"\s{1,4}(?:(?P<file>(?:[A-Za-z]:)?[^:\s][^:]{0,400}):)?(?P<line>\d{1,7}):(?P<column>\d{1,7}) - "
    r"(?P<severity>error|warning|information|note|hint)(?P<rule> report\w{3,60})?: (?P<message>\S.{0,2000})$"
)
_HEADER = pattern(r"(?P<file>(?:[A-Za-z]:)?[\w./\\~@+-][^:]{0,400}\.(?:pyi?|ipynb))$")
_RULE = pattern(r" ?\((?P<rule>report[A-Za-z]{3,60}|[a-z][A-Za-z]{3,60})\)$")
_MISSING = pattern(r"(?P<message>File or directory \".{1,400}\" does not exist)\.?$")
_NONE = pattern(r"(?P<message>No source files found\.)$")
MAX_WRAPPED = 12


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error; warnings and notes are none."""
    header: str | None = None
    open_: Failure | None = None
    for line in lines:
        if open_ is not None and _goes_on(open_, line):
            open_ = _joined(open_, line)
            continue
        if open_ is not None:
            yield _ruled(open_)
        open_ = _read(line, header)
        if (match := _HEADER.match(line.text)) is not None:
            header = match["file"]
    if open_ is not None:
        yield _ruled(open_)


def _read(line: Line, header: str | None) -> Failure | None:
    if (match := _FINDING.match(line.text)) is not None:
        file = match["file"] or header
        if match["severity"] == "error" and file is not None:
            return _failure(match, file, line.number)
    elif (match := _MISSING.match(line.text) or _NONE.match(line.text)) is not None:
        return _config(match["message"], line.number)
    return None


def _failure(match: re.Match[str], file: str, number: int) -> Failure:
    return Failure(
        type=FailureType.BUILD,
        tool=NAME,
        rule=match["rule"].strip() if match["rule"] else None,
        message=match["message"],
        file=file,
        line=int(match["line"]),
        column=int(match["column"]),
        command=f"pyright {shlex.quote(file)}",
        log=LogSpan(start=number, end=number),
    )


def _config(message: str, number: int) -> Failure:
    span = LogSpan(start=number, end=number)
    return Failure(type=FailureType.CONFIG, tool=NAME, message=message, log=span, weak=True)


def _goes_on(failure: Failure, line: Line) -> bool:
    """The lines of a message are indented deeper, with no-break spaces; an open one lacks its rule."""
    if failure.log is None or line.number != failure.log.end + 1 or not line.text.strip():
        return False
    if _FINDING.match(line.text):
        return False
    short = line.number - failure.log.start <= MAX_WRAPPED
    return short and line.text.startswith(("    ", "  \xa0")) and not _RULE.search(failure.message)


def _joined(failure: Failure, line: Line) -> Failure:
    text = " ".join(line.text.split())
    span = replace(failure.log, end=line.number) if failure.log else None
    detail = (*failure.detail, text)
    return replace(failure, message=f"{failure.message} {text}", detail=detail, log=span)


def _ruled(failure: Failure) -> Failure:
    """The rule stands at the end of the last line."""
    rule = _RULE.search(failure.message)
    if rule is None:
        return failure
    message = failure.message[: rule.start()]
    return replace(failure, rule=rule["rule"], message=message)
