"""golangci-lint 1 and 2, staticcheck, errcheck and gosec: findings, as text and as JSON lines."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.json_line import json_object
from bot.core.pattern import pattern

NAME = "golangci-lint"
HINTS = (
    ".go:", "level=error", '"FromLinter":', "can't load config", "go.mod:", ".go\t", '"code":"S', ".go",
    "The command is terminated", "Failed executing command",
)  # fmt: skip
REACH = (0, 6)

_PLACE = r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:\t]{0,400}(?:\.go|go\.mod)):(?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?"
_FINDING = pattern(
    _PLACE + r": (?P<message>\S.{0,3000}) \((?P<linter>[a-z][a-z0-9_-]{1,40}|[A-Z]{1,4}\d{3,5})\)$"
)
_TAB = pattern(_PLACE + r" {2,}(?P<linter>[a-z][a-z0-9_-]{1,40}) {2,}(?P<message>\S.{0,3000})$")
_ERRCHECK = pattern(_PLACE + r":\t(?P<message>\S.{0,1000})$")
_GOSEC = pattern(
    r"\[(?P<file>[^\]\s:]{1,400}\.go):(?P<line>\d{1,7})(?:-\d{1,7})?\] - (?P<linter>G\d{3})(?: \(CWE-\d{1,5}\))?: "
    r"(?P<message>.{1,1000}?) \(Confidence: \w{1,10}, Severity: \w{1,10}\)"
)
_STYLISH = pattern(
    r"\s{1,8}\((?P<line>\d{1,7}), (?P<column>\d{1,7})\)\s{1,8}(?P<linter>[A-Z]{1,4}\d{3,5})\s{1,8}(?P<message>\S.{0,1000})$"
)
_GROUP = pattern(r"(?P<file>[^\s:]{1,400}\.go)$")
_BROKEN = pattern(r'(?:.{0,80}\s)?level=error msg="(?P<message>(?:[^"\\]|\\.){1,3000})"')
_FATAL = pattern(
    r"(?:Error: |The command is terminated due to an error: |Failed executing command with error: )(?P<message>.{1,1000})$"
)
_CODE = pattern(r"(?P<code>[A-Z]{1,4}\d{3,5})(?=[: ])")
_CHECK = pattern(r"[A-Z]{1,4}\d{3,5}$")
_NOT_LINTERS = frozenset({"compile", "fatal", "error", "warning", "cached", "default"})
MAX_DETAIL = 6
MAX_ISSUES = 500


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a finding; the source that stands below it is the detail."""
    open_: Failure | None = None
    group: str | None = None
    for line in lines:
        if open_ is not None and (more := _excerpted(open_, line)) is not None:
            open_ = more
            continue
        if open_ is not None:
            yield open_
            open_ = None
        if line.text.startswith("{"):
            yield from _documents(line)
        elif (match := _GROUP.match(line.text)) is not None:
            group = match["file"]
        elif group is not None and (match := _STYLISH.match(line.text)) is not None:
            yield _failure(match, line.number, file=group)
        else:
            open_ = _read(line)
    if open_ is not None:
        yield open_


def _read(line: Line) -> Failure | None:
    text = line.text
    if "level=error" in text or text.startswith(("The command is", "Failed executing")):
        return _broken(line)
    if ".go" not in text:
        return None
    match = _FINDING.match(text) or _TAB.match(text) or _GOSEC.match(text)
    if match is not None and match["linter"] not in _NOT_LINTERS:
        return _failure(match, line.number)
    if (match := _ERRCHECK.match(text)) is not None:
        return Failure(
            type=FailureType.LINT,
            tool="errcheck",
            rule="errcheck",
            message=match["message"],
            file=match["file"],
            line=int(match["line"]),
            column=int(match["column"]) if match["column"] else None,
            log=LogSpan(start=line.number, end=line.number),
        )
    return None


def _failure(match: re.Match[str], number: int, file: str | None = None) -> Failure:
    linter, message = match["linter"], match["message"]
    code = _CODE.match(message)
    path = file or match["file"]
    own = _CHECK.match(linter) is not None  # staticcheck and gosec end with the check itself
    tool = ("gosec" if linter.startswith("G") else "staticcheck") if own else NAME
    column = match.groupdict().get("column")
    folder = path.rpartition("/")[0]
    where = f"./{folder}" if folder and not folder.startswith((".", "/")) else folder or "."
    command = "golangci-lint run" if tool == NAME else tool
    return Failure(
        type=FailureType.LINT,
        tool=tool,
        rule=code["code"] if code else linter,
        message=message,
        file=path,
        line=int(match["line"]),
        column=int(column) if column else None,
        command=f"{command} {shlex.quote(where)}",
        log=LogSpan(start=number, end=number),
    )


def _broken(line: Line) -> Failure | None:
    match = _BROKEN.match(line.text) or _FATAL.match(line.text)
    if match is None:
        return None
    message = match["message"].replace('\\"', '"')
    if "level=error" in line.text and not _is_ours(message):
        return None
    kind = FailureType.TIMEOUT if message.startswith("Timeout exceeded") else FailureType.CONFIG
    if "typechecking error" in message:
        kind = FailureType.BUILD
    return Failure(
        type=kind, tool=NAME, message=message, log=LogSpan(start=line.number, end=line.number)
    )


def _is_ours(message: str) -> bool:
    """Many programs log like this."""
    ours = (
        "Running error: ", "Timeout exceeded", "[linters", "Can't ", "can't ", "can not ", "unknown linters",
        "context loading failed", "unsupported version",
    )  # fmt: skip
    return message.startswith(ours)


def _excerpted(failure: Failure, line: Line) -> Failure | None:
    """The failure with the source or the caret below it; None when the line is neither."""
    log = failure.log
    if log is None or line.number > log.end + 1 or not line.text.startswith(("\t", " ")):
        return None
    if len(failure.detail) >= MAX_DETAIL or _STYLISH.match(line.text) is not None:
        return None
    return replace(failure, detail=(*failure.detail, line.text), log=replace(log, end=line.number))


def _documents(line: Line) -> Iterator[Failure]:
    """golangci-lint's whole report on one line, or staticcheck's one finding a line."""
    if '"FromLinter"' not in line.text and '"location"' not in line.text:
        return
    data = json_object(line.text)
    if data is None:
        return
    issues = data.get("Issues")
    for issue in issues[:MAX_ISSUES] if isinstance(issues, list) else ():
        if isinstance(issue, dict) and isinstance(place := issue.get("Pos"), dict):
            fields = place.get("Filename"), place.get("Line"), place.get("Column")
            yield from _built(NAME, issue.get("FromLinter"), issue.get("Text"), fields, line)
    if isinstance(place := data.get("location"), dict) and data.get("severity") == "error":
        fields = place.get("file"), place.get("line"), place.get("column")
        yield from _built("staticcheck", data.get("code"), data.get("message"), fields, line)


def _built(
    tool: str, linter: Any, message: Any, fields: tuple[Any, Any, Any], line: Line
) -> Iterator[Failure]:
    file, row, column = fields
    if not (isinstance(linter, str) and isinstance(message, str) and isinstance(file, str)):
        return
    code = _CODE.match(message)
    yield Failure(
        type=FailureType.LINT,
        tool=tool,
        rule=code["code"] if code else linter,
        message=message,
        file=file,
        line=row if isinstance(row, int) and row > 0 else None,
        column=column if isinstance(column, int) and column > 0 else None,
        log=LogSpan(start=line.number, end=line.number),
    )
