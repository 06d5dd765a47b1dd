"""black: files that it would reformat, and files that it cannot parse."""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "black"
HINTS = (
    "would reformat ", "error: cannot ", "Invalid value for 'SRC", "Usage: black [OPTIONS]",
    "Error reading configuration file: ",
)  # fmt: skip
REACH = (0, 4)

_WOULD = pattern(r"would reformat (?P<file>[^\s:].{0,400}\.(?:pyi?|ipynb))$")
_FORMAT = pattern(
    r"error: cannot (?:format|parse) (?P<file>[^\s:].{0,400}?\.(?:pyi?|ipynb)): (?P<message>\S.{0,500})$"
)
_AT = pattern(r".{0,200}?[Cc]annot parse[^:]{0,120}: (?P<line>\d{1,7}):(?P<column>\d{1,7})(?::|$)")
_PARSE = pattern(
    r"error: (?P<message>cannot parse): (?P<file>(?:[A-Za-z]:)?[^:]{1,400}):(?P<line>\d{1,7}):(?P<column>\d{1,7})$"
)
_REASON = pattern(r"(?P<message>[A-Z]\w{2,40}(?:Error|Exception|Input): \S.{0,300})$")
_USAGE = "Usage: black [OPTIONS]"
_WRONG = pattern(r"Error: (?P<message>\S.{0,500})$")
_CONFIG = pattern(
    r"Error: (?P<message>Could not open file '(?P<file>[^']{1,400})': Error reading configuration file: \S.{0,400}?"
    r"(?:\(at line (?P<line>\d{1,7}), column (?P<column>\d{1,7})\))?)$"
)
_SOURCE = pattern(r"Error: (?P<message>Invalid value for 'SRC \.\.\.': \S.{0,400})$")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a file."""
    open_: Failure | None = None
    usage = -REACH[1]
    for line in lines:
        text = line.text.removeprefix("##[error]")
        if text.startswith(_USAGE):
            usage = line.number
        elif (
            wrong := _misused(text, line.number, is_own=line.number < usage + REACH[1])
        ) is not None:
            yield wrong
            continue
        if open_ is not None and (match := _REASON.match(text)) is not None:
            open_ = replace(open_, message=f"{open_.message}: {match['message']}")
        found = _read(text, line.number)
        if found is not None:
            if open_ is not None:
                yield open_
            open_ = found
    if open_ is not None:
        yield open_


def _misused(text: str, number: int, *, is_own: bool) -> Failure | None:
    """A configuration or a command line that black does not understand."""
    config = _CONFIG.match(text)
    match = config or (_WRONG.match(text) if is_own else None)
    if match is None or _SOURCE.match(text) is not None:
        return None
    return Failure(
        type=FailureType.CONFIG,
        tool=NAME,
        message=match["message"],
        file=config["file"] if config else None,
        line=int(config["line"]) if config and config["line"] else None,
        column=int(config["column"]) if config and config["line"] else None,
        log=LogSpan(start=number, end=number),
    )


def _read(text: str, number: int) -> Failure | None:
    span = LogSpan(start=number, end=number)
    if (match := _WOULD.match(text)) is not None:
        return _failure(match["file"], "would reformat", span)
    if (match := _PARSE.match(text)) is not None:
        failure = _failure(match["file"], match["message"], span)
        line, column = int(match["line"]), int(match["column"])
        return replace(failure, rule="invalid-syntax", line=line, column=column)
    if (match := _FORMAT.match(text)) is not None:
        failure = _failure(match["file"], match["message"], span)
        if (at := _AT.match(match["message"])) is None:
            return failure
        # black counts columns from 0 here.
        line, column = int(at["line"]), int(at["column"]) + 1
        return replace(failure, rule="invalid-syntax", line=line, column=column)
    if (match := _SOURCE.match(text)) is not None:
        return Failure(type=FailureType.CONFIG, tool=NAME, message=match["message"], log=span)
    return None


def _failure(file: str, message: str, span: LogSpan) -> Failure:
    return Failure(
        type=FailureType.FORMAT,
        tool=NAME,
        message=message,
        file=file,
        command=f"black --check {shlex.quote(file)}",
        suggestion=f"black {shlex.quote(file)}" if message == "would reformat" else None,
        log=span,
    )
