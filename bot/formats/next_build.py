"""Next.js and Create React App: what stands under "Failed to compile.", with webpack and Turbopack, and their lint rows."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "next"
HINTS = (
    "Failed to compile", "Turbopack build failed with", "Type error: ", "  Error: ", "  Warning: ", "  Line ",
    "Error occurred prerendering page", "Treating warnings as errors",
)  # fmt: skip
REACH = (3, 40)

_BANNER = pattern(
    r"\s{0,20}(?:Error: )?(?:Failed to compile\.?|Turbopack build failed with \d{1,7} errors?:)$"
)
_EXTENSION = r"\.(?:[cm]?[jt]sx?|mdx?|css|scss|sass|json|vue|html)"
_PLACE = pattern(
    r"(?:\[eslint\] ?)?(?P<file>(?:[A-Za-z]:)?\.{0,2}/?[\w@.()\[\]+~$-][^:\n]{0,400}"
    + _EXTENSION
    + r")"
    r"(?::(?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?)?$"
)
_SAID = pattern(
    r"(?P<kind>Type error|Module not found|(?:\w{1,40})?Error|Syntax error|TS\d{1,6}|Parsing error|Line \d{1,7}|Ecmascript file had an error"
    r"|Parsing \w{1,20} source code failed|Import trace|Attempted import error)\b:? *(?P<rest>.*)"
)
_MARKED = pattern(r"\s{1,10}[x\xd7] (?P<message>\S.{0,2000})$")
_BOX = pattern(
    r"\s{1,10}(?:,-|╭─)\[(?P<file>[^\]:]{1,400}):(?P<line>\d{1,7}):(?P<column>\d{1,7})\]"
)
_ROW = pattern(
    r"(?P<line>\d{1,7}):(?P<column>\d{1,7})  (?P<severity>Error|Warning): (?P<rest>\S.{0,2000})$"
)
_REACT_ROW = pattern(
    r"\s{1,6}Line (?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?:  +(?P<rest>\S.{0,2000})$"
)
_RULE = pattern(r"@?[a-z][\w./@-]{0,100}$")
_IN_WORDS = pattern(r".{1,1500} \((?P<line>\d{1,7}):(?P<column>\d{1,7})\)$")
_PRERENDER = pattern(
    r"\s{0,20}(?P<message>Error occurred prerendering page \"(?P<page>[^\"]{1,300})\"\.?.{0,300})$"
)
_THROWN = pattern(r"\s{0,20}(?P<message>(?:\[?\w{0,60}Error)(?: \[\w{1,40}\])?: .{1,1500})$")
MAX_DETAIL = 20


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a place under the banner, one a lint row."""
    reader = _Reader()
    for line in lines:
        yield from reader.read(line)
    yield from reader.flush()


class _Reader:
    def __init__(self) -> None:
        self._active = False
        self._strict = False  # warnings were said to be errors
        self._place: re.Match[str] | None = None
        self._open: Failure | None = None

    def read(self, line: Line) -> Iterator[Failure]:
        text = line.text
        if _BANNER.match(text) is not None:
            yield from self.flush()
            self._active, self._place = True, None
        elif "Treating warnings as errors" in text:
            self._strict = True
        elif (match := _PRERENDER.match(text)) is not None:
            yield from self.flush()
            self._open = _failure(FailureType.RUNTIME, match["message"], line.number)
        elif (match := _PLACE.match(text)) is not None:
            yield from self.flush()
            self._place = match
        elif (match := _ROW.match(text) or _REACT_ROW.match(text)) is not None:
            yield from self._row(match, line.number)
        elif self._open is not None:
            self._more(self._open, line)
        elif self._active and self._place is not None and text.strip():
            self._said(self._place, line)

    def flush(self) -> Iterator[Failure]:
        """The failure that is still open."""
        failure, self._open = self._open, None
        if failure is not None and failure.message:
            yield failure

    def _row(self, match: re.Match[str], number: int) -> Iterator[Failure]:
        yield from self.flush()
        if self._place is None:
            return
        named = "severity" in match.groupdict()
        if named and match["severity"] == "Warning" and not self._strict:
            return
        if not named and not self._active:
            return
        message, _, last = match["rest"].rpartition("  ")
        rule = last if message and _RULE.match(last) else None
        file = self._place["file"]
        yield Failure(
            type=FailureType.LINT,
            tool="eslint",
            rule=rule,
            message=(message if rule else match["rest"]).strip(),
            file=file,
            line=int(match["line"]),
            column=int(match["column"]) if match["column"] else None,
            command=f"npx eslint {shlex.quote(file)}",
            log=LogSpan(start=number, end=number),
        )

    def _said(self, place: re.Match[str], line: Line) -> None:
        """The line under a place."""
        match = _SAID.match(line.text)
        self._place = None if match is None else place
        if match is None:
            return
        kind, rest = match["kind"], match["rest"].strip()
        if (marked := _MARKED.match(f"  {rest}")) is not None:
            rest = marked["message"]
        is_code = kind.startswith("TS")
        plain = kind in ("Type error", "Error") or is_code
        failure = _failure(FailureType.BUILD, rest if plain else line.text.strip(), line.number)
        self._open = replace(
            failure,
            rule=kind if is_code else None,
            file=place["file"],
            line=int(place["line"]) if place["line"] else None,
            column=int(place["column"]) if place["column"] else None,
        )
        self._in_words(line.text)

    def _in_words(self, text: str) -> None:
        match = _IN_WORDS.match(text)
        if match is not None and self._open is not None and self._open.line is None:
            self._open = replace(
                self._open, line=int(match["line"]), column=int(match["column"]) + 1
            )

    def _more(self, failure: Failure, line: Line) -> None:
        text = line.text
        if failure.log is None or line.number > failure.log.end + 2:
            return
        if failure.type is FailureType.RUNTIME and not failure.detail:
            thrown = _THROWN.match(text)
            if thrown is not None:
                failure = replace(failure, message=f"{failure.message} {thrown['message']}")
        elif not failure.message and (match := _MARKED.match(text)) is not None:
            failure = replace(failure, message=match["message"])
        elif failure.line is None and (match := _BOX.match(text)) is not None:
            failure = replace(failure, line=int(match["line"]), column=int(match["column"]))
        if len(failure.detail) < MAX_DETAIL:
            span = replace(failure.log, end=line.number) if failure.log else None
            failure = replace(failure, detail=(*failure.detail, text), log=span)
        self._open = failure


def _failure(kind: FailureType, message: str, number: int) -> Failure:
    return Failure(
        type=kind,
        tool=NAME,
        message=message,
        command="npx next build",
        log=LogSpan(start=number, end=number),
    )
