"""Annotations: the command `::error …::text`, `##[error]text` in a log, and Azure's `##vso[task.logissue]`."""

import re
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "github-annotation"
HINTS = ("::error", "##[error]", "##vso[task.logissue", "##vso[task.complete")
REACH = (0, 0)

_COMMAND = pattern(r"\s{0,20}::error(?: (?P<properties>[^\n]{0,2000}?))?::(?P<message>.+)")
_AZURE = pattern(
    r"\s{0,20}##vso\[task\.(?:logissue|complete) (?P<properties>[^\]\n]{0,2000})\](?P<message>.*)$"
)
_MARK = pattern(r"##\[error\](?P<message>\S.{0,4000})$")
_PLACED = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[\w@./+\\-]{1,400}\.\w{1,8})(?::(?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?"
    r"|\((?P<line2>\d{1,7})(?:,(?P<column2>\d{1,7}))?[^)]{0,40}\)):? (?P<rest>\S.*)$"
)
_SEVERITY = pattern(r"(?:[Ff]atal )?[Ee]rror(?: (?P<rule>[A-Z]{1,10}\d{1,6}))?: (?=\S)")
_TITLE = pattern(r"(?P<tool>[A-Za-z][\w.-]{0,40}) \((?P<rule>[\w/@.-]{1,60})\)$")
# What the runner says of every failed step: the reason stands above it.
_EMPTY = pattern(
    r"(?:Error: )?(?:Process completed with exit code|The process '.{1,300}' failed with exit code"
    r"|.{0,200}(?:exited|failed|returned)(?: with)? (?:exit |error )?(?:code|status):? -?\d+|Executing the custom container"
    r"|A task was canceled|Docker (?:pull|build|run) failed|Bash exited with code|PowerShell exited"
    r"|\[OSDC\]|Script failed|Command failed|Final attempt failed|The operation was cancell?ed\.?$|[Ee]rror:?$"
    r"|\S{1,60} (?:failed|step failed)\.?$|Unhandled error: Error: The process)"
)
_NUMBER = pattern(r"[1-9][0-9]{0,8}")
_ESCAPES = (("%0D", " "), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
_AZURE_ESCAPES = (("%3B", ";"), ("%5D", "]"), ("%AZP25", "%"))


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an annotation that says something of its own; weak when it has no place."""
    for line in lines:
        if (match := _COMMAND.match(line.text)) is not None:
            yield _command(match, line.number)
        elif (match := _AZURE.match(line.text)) is not None:
            yield from _azure(match, line.number)
        elif (match := _MARK.match(line.text)) is not None and not _EMPTY.match(match["message"]):
            yield _mark(match["message"], line.number)


def _command(match: re.Match[str], number: int) -> Failure:
    properties = _properties(match["properties"] or "", ",")
    title = _TITLE.match(properties.get("title", ""))
    message, _, rest = _unescape(match["message"]).partition("\n")
    file = properties.get("file") or None
    return Failure(
        type=FailureType.LINT if file else FailureType.CONFIG,
        tool=title["tool"] if title else None,
        rule=title["rule"] if title else None,
        message=message or properties.get("title", "") or "error",
        file=file,
        line=_number(properties.get("line")),
        column=_number(properties.get("col") or properties.get("column")),
        detail=tuple(rest.splitlines()[:40]),
        log=LogSpan(start=number, end=number),
        weak=file is None,
    )


def _azure(match: re.Match[str], number: int) -> Iterator[Failure]:
    """An issue of severity error, or the result of a task that failed with a word about it."""
    properties = _properties(match["properties"], ";")
    if properties.get("type") != "error" and properties.get("result", "").lower() != "failed":
        return
    message = _unescape(match["message"]).strip()
    file = properties.get("sourcepath") or None
    if message and not _EMPTY.match(message):
        yield Failure(
            type=FailureType.LINT if file else FailureType.CONFIG,
            rule=properties.get("code") or None,
            message=message.partition("\n")[0],
            file=file,
            line=_number(properties.get("linenumber")),
            column=_number(properties.get("columnnumber")),
            log=LogSpan(start=number, end=number),
            weak=file is None,
        )


def _mark(message: str, number: int) -> Failure:
    span = LogSpan(start=number, end=number)
    if (match := _PLACED.match(message)) is not None:
        rest = match["rest"]
        severity = _SEVERITY.match(rest)
        return Failure(
            type=FailureType.LINT,
            message=rest[severity.end() :] if severity else rest,
            rule=severity["rule"] if severity else None,
            file=match["file"],
            line=_number(match["line"] or match["line2"]),
            column=_number(match["column"] or match["column2"]),
            log=span,
        )
    return Failure(
        type=FailureType.CONFIG,
        tool="github-actions",
        message=message.removeprefix("Error: "),
        log=span,
        weak=True,
    )


def _properties(text: str, separator: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in text.split(separator))
    return {name.strip().lower(): _unescape(value) for name, _, value in pairs}


def _number(text: str | None) -> int | None:
    return int(text) if text and _NUMBER.fullmatch(text) else None


def _unescape(text: str) -> str:
    for code, meaning in (*_AZURE_ESCAPES, *_ESCAPES):
        text = text.replace(code, meaning)
    return text
