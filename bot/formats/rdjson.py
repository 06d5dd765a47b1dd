"""reviewdog's diagnostic format in lines (rdjsonl): any linter, translated."""

import shlex
from collections.abc import Iterable, Iterator
from typing import Any

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.json_line import json_object

NAME = "reviewdog"
HINTS = ('"location":', '"location" :')
REACH = (0, 0)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a diagnostic of severity error, or of none."""
    for line in lines:
        if '"message"' in line.text and '"path"' in line.text:
            data = json_object(line.text)
            yield from _diagnostic(data, line.number)


def _diagnostic(data: Any, number: int) -> Iterator[Failure]:
    location = _mapping(data).get("location")
    file, message = _mapping(location).get("path"), _mapping(data).get("message")
    if not isinstance(file, str) or not isinstance(message, str):
        return
    if data.get("severity") not in (None, "ERROR", "UNKNOWN_SEVERITY", 0, 1):
        return
    start = _mapping(_mapping(_mapping(location).get("range")).get("start"))
    code, source = _mapping(data.get("code")).get("value"), _mapping(data.get("source")).get("name")
    yield Failure(
        type=FailureType.LINT,
        tool=source if isinstance(source, str) else NAME,
        rule=code if isinstance(code, str) else None,
        message=message,
        file=file,
        line=_positive(start.get("line")),
        column=_positive(start.get("column")),
        command=f"{source} {shlex.quote(file)}"
        if isinstance(source, str) and source.isalnum()
        else None,
        log=LogSpan(start=number, end=number),
    )


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _positive(value: Any) -> int | None:
    return value if isinstance(value, int) and 0 < value < 10**9 else None
