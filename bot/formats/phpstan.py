"""PHPStan and Psalm: tables, raw lines, and their own words for a broken configuration."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "phpstan"
HINTS = (
    ".php:", ".phtml:", ".inc:", "  Line   ", " Line \x1b", "Line\x1b", "ERROR: ", "ERROR\x1b", "🪪", "💡",
)  # fmt: skip
REACH = (4, 60)

_RULER = pattern(r" [- ─]{6,}$")
_TABLE = pattern(
    r" {1,3}Line +(?P<file>\S[^\n]{0,400}\.(?:php|phtml|inc|module)(?: \(in context of .{1,200}\))?)$"
)
_ROW = pattern(r" {1,3}(?P<line>:?\d{1,7}|-) {2,8}(?P<message>\S.{0,1500})$")
_MORE = pattern(r" {8,16}(?P<message>\S.{0,1500})$")
_IDENTIFIER = pattern(r"🪪 +(?P<rule>[a-zA-Z][\w.]{1,80})")
_TIP = pattern(r"💡 +(?P<tip>\S.{0,400})")
_RAW = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:\"][^:\"]{0,400}\.(?:php|phtml|inc)):(?P<line>\d{1,7}):(?P<message>[^\s:\d].{0,1500})$"
)
_RAW_RULE = pattern(r"(?P<message>.{1,1400}) \[identifier=(?P<rule>[\w.]{1,80})\]$")
_PSALM = pattern(
    r"(?:✖ )?ERROR: (?P<rule>[A-Z]\w{2,80}) - (?P<file>[^\n]{1,400}?):(?P<line>\d{1,7}):(?P<column>\d{1,5}) - (?P<message>\S.{0,1500}?)(?: \(see https://psalm\.dev/\d+\))?$"
)
_PSALM_COMPACT = pattern(
    r"(?P<file>[^\s:]{1,300}\.php):(?P<line>\d{1,7}):(?P<column>\d{1,5}):error - (?P<rule>[A-Z]\w{2,80}): (?P<message>\S.{0,1500})$"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error; what Psalm calls information it lets pass."""
    table = _Table()
    for line in lines:
        yield from table.read(line)
        match = _PSALM.match(line.text) or _PSALM_COMPACT.match(line.text)
        if match is not None:
            yield _failure("psalm", match["file"], match["line"], match["message"], line, match)
        elif ".php:" in line.text or ".phtml:" in line.text or ".inc:" in line.text:
            yield from _raw(line)
    yield from table.flush()


class _Table:
    """Rows of `Line   src/Cart.php`, whose text is wrapped over several lines."""

    def __init__(self) -> None:
        self._file: str | None = None
        self._row: tuple[str | None, str, str | None, str | None, Line] | None = None

    def read(self, line: Line) -> Iterator[Failure]:
        """The row that ends with this line."""
        text = line.text
        if (match := _TABLE.match(text)) is not None:
            yield from self.flush()
            self._file = match["file"].partition(" (in context of ")[0]
        elif self._file is not None and (match := _ROW.match(text)) is not None:
            yield from self.flush()
            row = match["line"].lstrip(":")
            self._row = row if row.isdecimal() else None, match["message"], None, None, line
        elif self._row is not None and (match := _MORE.match(text)) is not None:
            self._extend(match["message"])
        elif not _RULER.match(text):
            yield from self.flush()
            self._file = None

    def _extend(self, text: str) -> None:
        if self._row is None:
            return
        row, message, rule, tip, line = self._row
        if (match := _IDENTIFIER.match(text)) is not None:
            rule = match["rule"]
        elif (match := _TIP.match(text)) is not None:
            tip = match["tip"]
        elif rule is None and tip is None:
            message = f"{message} {text}"
        self._row = row, message, rule, tip, line

    def flush(self) -> Iterator[Failure]:
        """The row that is still open."""
        found, self._row = self._row, None
        if found is not None and self._file is not None:
            row, message, rule, tip, line = found
            yield Failure(
                type=FailureType.LINT,
                tool=NAME,
                rule=rule,
                message=message,
                file=self._file,
                line=int(row) if row else None,
                command=f"vendor/bin/phpstan analyse {shlex.quote(self._file)}",
                suggestion=tip,
                log=LogSpan(start=line.number, end=line.number),
            )


def _raw(line: Line) -> Iterator[Failure]:
    match = _RAW.match(line.text)
    if match is None:
        return
    named = _RAW_RULE.match(match["message"])
    message = named["message"] if named else match["message"]
    yield _failure(NAME, match["file"], match["line"], message, line, named)


def _failure(
    tool: str, file: str, row: str, message: str, line: Line, named: re.Match[str] | None
) -> Failure:
    groups = named.groupdict() if named else {}
    arguments = "analyse " if tool == NAME else ""
    return Failure(
        type=FailureType.LINT,
        tool=tool,
        rule=groups.get("rule"),
        message=message,
        file=file,
        line=int(row),
        column=int(groups["column"]) if groups.get("column") else None,
        command=f"vendor/bin/{tool} {arguments}{shlex.quote(file)}",
        log=LogSpan(start=line.number, end=line.number),
    )
