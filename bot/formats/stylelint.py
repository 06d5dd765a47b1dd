"""Stylelint, XO and tsd, who share a look: a file, then rows with a cross; stylelint's other formats and its refusals.

HTMLHint's compact format is that of stylelint.
"""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "stylelint"
HINTS = ("✖", "\xd7  ", ", error - ", ") [error]", "ConfigurationError: ", "NoFilesFoundError: ")
REACH = (1, 0)

_STYLES = r"\.(?:css|scss|sass|less|styl|pcss|postcss|vue|svelte|html?|jsx?|tsx?|astro|md)"
_HEADER = pattern(
    r"\s{0,20}(?P<file>(?:[A-Za-z]:)?[^\s:✖⚠][^:]{0,400}\.\w{1,10})(?::\d{1,7}:\d{1,7})?$"
)
_ROW = pattern(
    r"(?P<indent>\s{1,20})(?:(?P<line>\d{1,7}):(?P<column>\d{1,7}) +[✖\xd7✘]|[✖\xd7✘] +(?P<line2>\d{1,7}):(?P<column2>\d{1,7})) +(?P<rest>\S.{0,2000})$"
)
_RULE = pattern(r"@?[\w][\w./@-]{0,100}$")
_COMPACT = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}"
    + _STYLES
    + r"): line (?P<line>\d{1,7}), col (?P<column>\d{1,7}), error - "
    r"(?P<message>\S.{0,1500}?) \((?P<rule>[\w/@-]{1,100})\)$"
)
_UNIX = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}"
    + _STYLES
    + r"):(?P<line>\d{1,7}):(?P<column>\d{1,7}): "
    r"(?P<message>\S.{0,1500}?) \((?P<rule>[\w/@-]{1,100})\) \[error\]$"
)
_HTMLHINT = pattern(
    r"(?:doctype|tagname|tag|attr|alt|id|inline|spec-char|src|title|head-script|href|style-disabled|script-disabled"
    r"|space-tab|html-lang|input|meta|h1|button|form|empty-tag|link-rel|main|frame)-?"
)
_REFUSAL = pattern(
    r"(?:Error: )?(?:ConfigurationError: (?=No configuration|Could not find|No rules found|Cannot resolve custom)|NoFilesFoundError: )(?P<message>\S.{0,1000})$"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error; a warning has another sign."""
    file: str | None = None
    for line in lines:
        text = line.text
        if (match := _ROW.match(text)) is not None and file is not None:
            yield _row(match, file, line.number)
        elif (match := _HEADER.match(text)) is not None:
            file = match["file"]
        elif (match := _COMPACT.match(text) or _UNIX.match(text)) is not None:
            of_html = match["file"].endswith((".html", ".htm")) and _HTMLHINT.match(match["rule"])
            tool = "htmlhint" if of_html else NAME
            said = match["message"], match["rule"]
            yield _failure(tool, match, said, match["file"], line.number)
        elif (match := _REFUSAL.match(text)) is not None:
            yield Failure(
                type=FailureType.CONFIG,
                tool=NAME,
                message=match["message"],
                log=LogSpan(start=line.number, end=line.number),
            )


def _row(match: re.Match[str], file: str, number: int) -> Failure:
    """A row: two blanks or more stand before the rule; XO puts the sign first, tsd names no rule."""
    message, _, last = match["rest"].rpartition("  ")
    rule = last if message and _RULE.match(last) else None
    words = (message if rule else match["rest"]).strip()
    tool = NAME
    if match["line2"]:
        tool = "tsd" if ".test-d." in file else "xo"
    return _failure(tool, match, (words, rule), file, number)


def _failure(
    tool: str, match: re.Match[str], said: tuple[str, str | None], file: str, number: int
) -> Failure:
    groups = match.groupdict()
    line = groups["line"] or groups.get("line2")
    column = groups["column"] or groups.get("column2")
    return Failure(
        type=FailureType.BUILD if tool == "tsd" else FailureType.LINT,
        tool=tool,
        rule=said[1],
        message=said[0],
        file=file,
        line=int(line or 0),
        column=int(column or 0),
        command=f"npx {tool}" + ("" if tool == "tsd" else f" {shlex.quote(file)}"),
        log=LogSpan(start=number, end=number),
    )
