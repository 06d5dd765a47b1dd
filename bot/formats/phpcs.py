"""PHP_CodeSniffer: the full report's tables, the emacs, csv and code reports, and a missing standard."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "phpcs"
HINTS = (
    "FILE: ", "| ERROR", "| WARNING", "| \x1b[31mERROR", "| \x1b[33mWARNING", " error - ",
    " warning - ", ",error,", ",warning,", "coding standard is not installed", "Referenced sniff",
)  # fmt: skip
REACH = (0, 8)

_FILE = pattern(r"FILE: (?P<file>\S.{0,500})$")
_ROW = pattern(
    r" *(?P<line>\d{1,7}) +\| +(?P<severity>ERROR|WARNING) +\| +(?:\[[ x]\] )?(?P<message>\S.{0,1000})$"
)
_MORE = pattern(r" *\| +\| {1,10}(?P<message>\S.{0,1000})$")
_EMACS = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}\.\w{1,10}):(?P<line>\d{1,7}):(?P<column>\d{1,5}): "
    r"(?P<severity>error|warning) - (?P<message>\S.{0,1500})$"
)
_CSV = pattern(
    r"\"(?P<file>[^\"]{1,400})\",(?P<line>\d{1,7}),(?P<column>\d{1,5}),(?P<severity>error|warning),"
    r"\"(?P<message>.{1,1500})\",(?P<rule>[\w.]{1,200}),\d,[01]$"
)
_RULE = pattern(r"(?P<message>.{1,1500}?) \((?P<rule>\w{1,80}(?:\.\w{1,80}){2,4})\)$")
_CONFIG = pattern(
    r"ERROR: (?P<message>the \"[^\"]{1,200}\" coding standard is not installed\..{0,400}|Referenced sniff \"[^\"]{1,200}\" does not exist.{0,100})$"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """The errors of a run; the warnings only when there is no error, for phpcs fails for them too."""
    warnings: list[Failure] = []
    failed = False
    for failure, severity in _findings(lines):
        if severity.lower() == "warning":
            warnings.append(failure)
        else:
            failed = True
            yield failure
    if not failed:
        yield from warnings


def _findings(lines: Iterable[Line]) -> Iterator[tuple[Failure, str]]:
    file: str | None = None
    row: tuple[re.Match[str], str, Line] | None = None
    for line in lines:
        text = line.text
        if row is not None and (more := _MORE.match(text)) is not None:
            row = row[0], f"{row[1]} {more['message']}", row[2]
            continue
        if row is not None and file is not None:
            yield _failure(row[0], row[1], file, row[2]), row[0]["severity"]
        row = None
        if (match := _FILE.match(text)) is not None:
            file = match["file"]
        elif file is not None and (match := _ROW.match(text)) is not None:
            row = match, match["message"], line
        else:
            yield from _whole(line)
    if row is not None and file is not None:
        yield _failure(row[0], row[1], file, row[2]), row[0]["severity"]


def _whole(line: Line) -> Iterator[tuple[Failure, str]]:
    """A finding that stands on one line."""
    if (match := _EMACS.match(line.text) or _CSV.match(line.text)) is not None:
        yield _failure(match, match["message"], match["file"], line), match["severity"]
    elif (match := _CONFIG.match(line.text)) is not None:
        yield _config(match, line), "ERROR"


def _failure(match: re.Match[str], message: str, file: str, line: Line) -> Failure:
    groups = match.groupdict()
    rule = groups.get("rule")
    if rule is None and (named := _RULE.match(message)) is not None:
        message, rule = named["message"], named["rule"]
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        rule=rule,
        message=message.replace('\\"', '"') if groups.get("rule") else message,
        file=file,
        line=int(match["line"]),
        column=int(groups["column"]) if groups.get("column") else None,
        command=f"phpcs {shlex.quote(file)}",
        log=LogSpan(start=line.number, end=line.number),
    )


def _config(match: re.Match[str], line: Line) -> Failure:
    return Failure(
        type=FailureType.CONFIG,
        tool=NAME,
        message=match["message"],
        log=LogSpan(start=line.number, end=line.number),
    )
