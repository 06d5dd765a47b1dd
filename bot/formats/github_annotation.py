"""GitHub's own annotations: the command `::error …::text`, and `##[error]text` in a log."""

import re
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line

NAME = "github-annotation"
HINTS = ("::error", "##[error]")
REACH = (0, 0)

_COMMAND = re.compile(r"\s{0,20}::error(?: (?P<properties>[^\n]{0,2000}?))?::(?P<message>.+)$")
_MARK = re.compile(r"##\[error\](?P<message>\S.{0,4000})$")
_PLACED = re.compile(
    r"(?P<file>[\w@./+\\-]{1,400}\.\w{1,8}):(?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?:? (?P<rest>\S.*)$"
)
_TITLE = re.compile(r"(?P<tool>[A-Za-z][\w.-]{0,40}) \((?P<rule>[\w/@.-]{1,60})\)$")
# What the runner says of every failed step: the reason stands above it.
_EMPTY = re.compile(
    r"(?:Error: )?(?:Process completed with exit code|The process '.{1,300}' failed with exit code"
    r"|.{0,80}(?:exited|failed) with (?:exit )?code \d+|Executing the custom container"
    r"|A task was canceled)"
)
_INFRA = re.compile(
    r"The runner has received a shutdown signal|The hosted runner|The self-hosted runner"
    r"|Failed to download (?:action|archive)|Action '.{1,300}' download has failed"
    r"|No space left on device|Docker pull failed|.{0,200}API rate limit"
)
_TIMEOUT = re.compile(
    r"The (?:action|job) .{0,300}(?:has timed out|exceeded the maximum execution time)"
)
_CANCELLED = re.compile(r"The (?:operation|run|job) was cancell?ed")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_ESCAPES = (("%0D", " "), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an annotation that says something of its own."""
    for line in lines:
        if (match := _COMMAND.match(line.text)) is not None:
            yield _command(match, line.number)
        elif (match := _MARK.match(line.text)) is not None and not _EMPTY.match(match["message"]):
            yield _mark(match["message"], line.number)


def _command(match: re.Match[str], number: int) -> Failure:
    pairs = (pair.partition("=") for pair in (match["properties"] or "").split(","))
    properties = {name.strip().lower(): _unescape(value) for name, _, value in pairs}
    title = _TITLE.match(properties.get("title", ""))
    text = _unescape(match["message"])
    message, _, rest = text.partition("\n")
    file = properties.get("file") or None
    return Failure(
        type=FailureType.LINT if file else FailureType.UNKNOWN,
        tool=title["tool"] if title else None,
        rule=title["rule"] if title else None,
        message=message or properties.get("title", "") or "error",
        file=file,
        line=_number(properties.get("line")),
        column=_number(properties.get("col") or properties.get("column")),
        detail=tuple(rest.splitlines()[:40]),
        log=LogSpan(start=number, end=number),
    )


def _mark(message: str, number: int) -> Failure:
    span = LogSpan(start=number, end=number)
    if (match := _PLACED.match(message)) is not None:
        return Failure(
            type=FailureType.LINT,
            message=match["rest"],
            file=match["file"],
            line=int(match["line"]),
            column=_number(match["column"]),
            log=span,
        )
    type_ = FailureType.UNKNOWN
    if _INFRA.match(message) or _CANCELLED.match(message):
        type_ = FailureType.INFRA
    elif _TIMEOUT.match(message):
        type_ = FailureType.TIMEOUT
    return Failure(type=type_, tool="github-actions", message=message, log=span)


def _number(text: str | None) -> int | None:
    return int(text) if text and _NUMBER.fullmatch(text) else None


def _unescape(text: str) -> str:
    for code, meaning in _ESCAPES:
        text = text.replace(code, meaning)
    return text
