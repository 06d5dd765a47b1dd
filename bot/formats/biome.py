"""Biome, 1 and 2: lint, format, parse and import diagnostics, settings that are wrong, and its GitHub reporter."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "biome"
HINTS = ("━", "::error title=")
REACH = (0, 16)

_CATEGORY = (
    r"(?P<rule>(?:lint|assist|syntax|suppressions|internalError|css|json|graphql|flags|project|fs|reporter|semantic|plugin)"
    r"(?:/[\w/-]{1,80})?|format|parse|organizeImports|deserialize|configuration|plugin|check|ci|migrate|args|invalid-value)"
)
_HEAD = pattern(
    r"(?P<indent>\s{0,40})(?:(?P<file>(?:[A-Za-z]:)?[^\s:━][^:━]{0,400}?)(?::(?P<line>\d{1,7}):(?P<column>\d{1,7}))? )?"
    + _CATEGORY
    + r"(?: +(?:FIXABLE|DEPRECATED|INTERNAL|VERBOSE|FATAL))* +━{3}"
)
_MARK = pattern(r"\s{1,40}(?P<mark>[\xd7✖x!⚠i\u2139]) (?P<message>\S.{0,2000})$")
_COMMAND = pattern(
    r"\s{0,20}::error title=(?P<rule>(?:lint|assist|suppressions|syntax)/[\w/-]{1,80}|format|parse|organizeImports),"
    r"file=(?P<file>[^,]{1,400}),line=(?P<line>\d{1,7}),endLine=\d{1,7},col=(?P<column>\d{1,7}),endColumn=\d{1,7}"
    r"::(?P<message>.{1,2000})$"
)
_ITEM = pattern(r"\s{1,20}- (?P<file>[^\s(]{1,400})(?: \((?P<errors>\d{1,7}) errors?)?")
_OF_THE_RUN = {"check", "ci", "lint", "format", "configuration", "migrate", "args", "flags"}
NEAR = 3  # lines between a heading and its words
MAX_WARNINGS = 500
MAX_DETAIL = 30


@dataclass(frozen=True, slots=True)
class _Open:
    """A heading whose message is still to come."""

    head: re.Match[str]
    number: int
    seen: int = 0


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a diagnostic that is an error; warnings when they made it fail."""
    reader = _Reader()
    for line in lines:
        yield from reader.read(line)
    yield from reader.flush()


class _Reader:
    def __init__(self) -> None:
        self._open: _Open | None = None
        self._last: Failure | None = None
        self._is_error = False
        self._warnings: list[Failure] = []
        self._listing: str | None = None

    def read(self, line: Line) -> Iterator[Failure]:
        text = line.text
        if "━━━" in text and (head := _HEAD.match(text)) is not None:
            yield from self.flush()
            self._open = _Open(head, line.number)
            self._listing = head["rule"] if head["rule"].startswith("reporter/") else None
        elif "::error title=" in text and (match := _COMMAND.match(text)) is not None:
            yield _failure(match, match["message"], LogSpan(start=line.number, end=line.number))
        elif self._listing is not None and (item := _ITEM.match(text)) is not None:
            yield from _listed(self._listing, item, line.number)
        elif self._open is not None:
            yield from self._message(self._open, line)
        else:
            self._more(line)

    def flush(self) -> Iterator[Failure]:
        """The diagnostic that is still open."""
        failure, self._last, self._open = self._last, None, None
        if failure is None or failure.message.startswith("Code formatting aborted"):
            return
        if self._is_error:
            yield failure
        elif len(self._warnings) < MAX_WARNINGS:
            self._warnings.append(failure)

    def _message(self, open_: _Open, line: Line) -> Iterator[Failure]:
        """The first line with a mark says what is wrong and how bad."""
        match = _MARK.match(line.text)
        if match is None:
            far = open_.seen >= NEAR or line.number > open_.number + NEAR + 1
            self._open = None if far else replace(open_, seen=open_.seen + 1)
            return
        self._open = None
        head, message = open_.head, match["message"]
        if head["file"] is None and head["rule"] in _OF_THE_RUN:
            yield from self._run(head, message, line.number)
            return
        if match["mark"] not in "i\u2139":
            span = LogSpan(start=open_.number, end=line.number)
            self._last = _failure(head, message, span)
            self._is_error = match["mark"] in "\xd7✖x"

    def _run(self, head: re.Match[str], message: str, number: int) -> Iterator[Failure]:
        """How the whole run ended: it repeats, unless warnings or settings were the reason."""
        if "warnings were emitted" in message:
            yield from self._warnings
        self._warnings = []
        failure = _failure(head, message, LogSpan(start=number, end=number))
        yield replace(
            failure,
            type=FailureType.CONFIG
            if head["rule"] in ("configuration", "flags", "args")
            else failure.type,
            rule=None,
            weak=True,
        )

    def _more(self, line: Line) -> None:
        failure = self._last
        if failure is None or failure.log is None or line.number > failure.log.end + 1:
            return
        if len(failure.detail) < MAX_DETAIL:
            span = replace(failure.log, end=line.number)
            self._last = replace(failure, detail=(*failure.detail, line.text), log=span)


def _failure(head: re.Match[str], message: str, span: LogSpan) -> Failure:
    rule, file = head["rule"], head["file"]
    return Failure(
        type=_type(rule),
        tool=NAME,
        rule=rule,
        message=message.strip(),
        file=file,
        line=int(head["line"]) if head["line"] and rule != "format" else None,
        column=int(head["column"]) if head["column"] and rule != "format" else None,
        command=f"npx biome check {shlex.quote(file)}" if file else None,
        log=span,
    )


def _type(rule: str) -> FailureType:
    if rule == "format":
        return FailureType.FORMAT
    if rule in ("deserialize", "configuration", "flags", "args") or rule.startswith(
        ("fs/", "project")
    ):
        return FailureType.CONFIG
    return FailureType.LINT


def _listed(listing: str, item: re.Match[str], number: int) -> Iterator[Failure]:
    """A file in the list of the summary reporter."""
    kind = listing.removeprefix("reporter/")
    if kind not in ("format", "parse", "violations", "organizeImports", "assists", "linter"):
        return
    if kind in ("violations", "linter") and item["errors"] is None:
        return
    words = {
        "format": "needs to be formatted",
        "parse": "has parsing errors",
        "organizeImports": "needs its imports sorted",
    }
    message = f"{item['file']} {words.get(kind, 'has violations')}"
    yield Failure(
        type=FailureType.FORMAT if kind == "format" else FailureType.LINT,
        tool=NAME,
        rule=kind if kind in words else None,
        message=message,
        file=item["file"],
        command=f"npx biome check {shlex.quote(item['file'])}",
        log=LogSpan(start=number, end=number),
    )
