"""mypy: type errors, plain, with columns and ends, pretty, and as JSON lines."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.json_line import json_object
from bot.core.pattern import pattern

NAME = "mypy"
HINTS = ("error:", "note:", '"severity": "error"', "mypy: ")
REACH = (0, 4)

_LINE = pattern(
    r"(?:##\[error\])?(?P<file>(?:[A-Za-z]:)?[^:\s][^:]{0,400}\.(?:pyi?|ipynb)(?::cell_\d+)?)"
    r"(?::(?P<line>\d{1,7}))?(?::(?P<column>\d{1,7}))?(?::\d{1,7}:\d{1,7})?: "
    r"(?P<severity>error|note): (?!`)(?P<message>.{1,4000})$"
)
_RULE = pattern(r"\s{1,4}\[(?P<rule>[a-z][a-z0-9-]{1,60})\]$")
_LONE_RULE = pattern(r"\s{0,4}\[(?P<rule>[a-z][a-z0-9-]{1,60})\]$")
_MAYBE = pattern(r'; maybe (?P<names>"[^?]{1,300})\?')
_FATAL = pattern(
    r"mypy: (?:error: (?P<usage>\S.{0,400})|(?P<message>can't (?:read file|find module) .{1,400}))$"
    r"|.{0,200}(?P<missing>No module named '?mypy'?)$"
    r"|[^\s:]{1,300}: error: (?P<unread>Cannot read file: .{1,200})$"
    r"|[^\s:]{1,300}\.(?:ini|cfg|toml)(?::\d{1,7})?: error: (?P<plugin>Error importing plugin .{1,300}?)(?:  \[misc\])?$"
)
_FOREIGN = pattern(r"(?:^|/)(?:pyright|basedpyright)\b")
MAX_NOTES = 10
MAX_WRAPPED = 3


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error; its notes are the detail."""
    open_: Failure | None = None
    wrapped = 0
    for line in lines:
        found = _read(line)
        if found is None:
            wrapped += 1
            if open_ is not None and _follows(open_, line, wrapped):
                open_ = _unwrap(open_, line)
            continue
        wrapped = 0
        failure, is_note = found
        if is_note:
            open_ = _noted(open_, failure)
            continue
        if open_ is not None:
            yield open_
        open_ = failure
    if open_ is not None:
        yield open_


def _read(line: Line) -> tuple[Failure, bool] | None:
    """A diagnostic and whether it is only a note."""
    span = LogSpan(start=line.number, end=line.number)
    if line.text.startswith("{"):
        return _from_json(line.text, span)
    if (match := _LINE.match(line.text)) is not None:
        return _failure(match, span), match["severity"] == "note"
    if (match := _FATAL.match(line.text)) is not None:
        message = next(filter(None, match.groups()))
        return Failure(type=FailureType.CONFIG, tool=NAME, message=message, log=span), False
    return None


def _failure(match: re.Match[str], span: LogSpan) -> Failure:
    message = match["message"].rstrip()
    rule = _RULE.search(message[-80:])
    if rule is not None:
        message = message[: -len(rule[0])]
    maybe = _MAYBE.search(message)
    return Failure(
        type=FailureType.BUILD,
        tool=NAME,
        rule=rule["rule"] if rule else None,
        message=message,
        file=match["file"],
        line=int(match["line"]) if match["line"] else None,
        column=int(match["column"]) if match["column"] else None,
        command=f"mypy {shlex.quote(match['file'])}",
        suggestion=f"Did you mean {maybe['names']}?" if maybe else None,
        log=span,
    )


def _from_json(text: str, span: LogSpan) -> tuple[Failure, bool] | None:
    """`mypy -O json`: columns count from 0 there."""
    data = json_object(text)
    if (
        data is None
        or not {"file", "line", "column", "message", "hint", "code", "severity"} <= data.keys()
    ):
        return None
    file, line, column = data["file"], data["line"], data["column"]
    if not (isinstance(file, str) and isinstance(line, int) and isinstance(column, int)):
        return None
    failure = Failure(
        type=FailureType.BUILD,
        tool=NAME,
        rule=data["code"] if isinstance(data["code"], str) else None,
        message=str(data["message"]),
        file=file,
        line=line if line > 0 else None,
        column=column + 1 if column >= 0 else None,
        command=f"mypy {shlex.quote(file)}",
        suggestion=data["hint"] if isinstance(data["hint"], str) else None,
        log=span,
    )
    return failure, data["severity"] == "note"


def _noted(open_: Failure | None, note: Failure) -> Failure | None:
    """The open error with a note; a note about another file belongs to nobody."""
    if open_ is None or open_.log is None or open_.file != note.file:
        return open_
    if len(open_.detail) >= MAX_NOTES:
        return open_
    end = note.log.end if note.log else open_.log.end
    return replace(
        open_, detail=(*open_.detail, f"note: {note.message}"), log=replace(open_.log, end=end)
    )


def _follows(open_: Failure, line: Line, wrapped: int) -> bool:
    """Whether `--pretty` may have broken the message into this line."""
    beside = open_.log is not None and line.number == open_.log.end + wrapped
    unfinished = open_.rule is None and open_.line is not None and not open_.detail
    return beside and unfinished and wrapped <= MAX_WRAPPED and _is_text(line.text)


def _is_text(text: str) -> bool:
    return bool(text.strip()) and not text.startswith("    ") and not text.startswith("Found ")


def _is_unfinished(message: str) -> bool:
    """Whether a message without a rule was broken: something in it is still open."""
    opened = message.count("(") > message.count(")") or message.count('"') % 2 == 1
    return opened or message.endswith((";", ","))


def _unwrap(open_: Failure, line: Line) -> Failure:
    text = line.text
    rule = _LONE_RULE.search(text)
    if rule is None:
        if not _is_unfinished(open_.message):
            return open_
        return replace(open_, message=f"{open_.message} {text.strip()}")
    before = text[: rule.start()].strip()
    message = f"{open_.message} {before}".strip()
    return replace(open_, message=message, rule=rule["rule"])
