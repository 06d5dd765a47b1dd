"""GHC, alone and under cabal and stack; hspec's failures; and plans that cabal cannot make."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "ghc"
HINTS = (
    ".hs:",
    ".lhs:",
    ".hsc:",
    ".hs-boot:",
    "Could not resolve dependencies",
    ".cabal:",
    "rerun using: --match",
    "error: [Cabal-",
)
REACH = (0, 14)

_ERROR = pattern(
    r"\s{0,12}(?:[\w.-]{1,80}\s{0,4}> )?(?P<file>(?:[A-Za-z]:)?[^\s:]{1,400}\.(?:hs|lhs|hsc|hs-boot|y|x|cabal)):"
    r"(?:(?P<line>\d{1,7}):(?P<column>\d{1,7})(?:-\d{1,7})?|\((?P<line2>\d{1,7}),(?P<column2>\d{1,7})\)-\(\d{1,7},\d{1,7}\)): "
    r"error:(?P<rules>(?: \[[^\]\n]{1,200}\]){0,3}) ?(?P<message>.{0,3000})$"
)
_PLAN = pattern(
    r"\s{0,12}(?:(?:Error: )?(?:\[Cabal-\d{1,6}\]|cabal(?:-\d[\d.]{0,10})?:) ?)?(?P<message>Could not resolve dependencies:)$"
)
_GUTTER = pattern(r"\s*\d*\s{0,3}\|(?: |$)")
_CODE = pattern(r"\[(?P<code>GHC-\d{1,6}|-W[\w-]{1,80}|-Werror=[\w-]{1,80})")
_SPEC = pattern(r"\s{2}(?P<file>[^\s:]{1,400}\.l?hs):(?P<line>\d{1,7}):(?P<column>\d{1,7}):?$")
_NUMBERED = pattern(r"\s{2}\d{1,5}\) (?P<name>\S.{0,500}?)(?: FAILED.{0,60})?$")
_MISSING = ("Could not find module", "Could not load module")
MAX_MESSAGE_LINES = 5
MAX_DETAIL = 14
SPEC_DISTANCE = 2


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error or a failing example."""
    open_: _Open | None = None
    place: tuple[Line, re.Match[str]] | None = None
    for line in lines:
        if open_ is not None and open_.takes(line):
            continue
        if open_ is not None:
            yield open_.failure()
        open_ = _start(line, place)
        if (match := _SPEC.match(line.text)) is not None:
            place = (line, match)
    if open_ is not None:
        yield open_.failure()


def _start(line: Line, place: "tuple[Line, re.Match[str]] | None") -> "_Open | None":
    """An error that begins here; the place of a failing example stands above its name."""
    if (match := _ERROR.match(line.text)) is not None:
        return _Open(_compiled(match, line), match["message"])
    if _PLAN.match(line.text) is not None:
        return _Open(_plan(line), "Could not resolve dependencies:", plan=True)
    if place is None or not 0 < line.number - place[0].number <= SPEC_DISTANCE:
        return None
    spec = _NUMBERED.match(line.text)
    return _Open(_example(place, spec, line), "", example=True) if spec is not None else None


class _Open:
    """An error whose message goes on below its place."""

    def __init__(
        self, failure: Failure, first: str, *, plan: bool = False, example: bool = False
    ) -> None:
        self._failure = failure
        self._words = [first.strip()] if first.strip() else []
        self._detail: list[str] = []
        self._closed = bool(first.strip()) and not plan
        self._gap = example
        self._indent = 0
        self._last = failure.log.end if failure.log else 0

    def takes(self, line: Line) -> bool:
        """Whether the line belongs to it."""
        text = line.text
        if line.number != self._last + 1 or len(self._detail) >= MAX_DETAIL:
            return False
        inside = text.startswith(("    ", "\t")) or _GUTTER.match(text) is not None
        if not inside and not text.startswith("[__") and not (self._gap and not text.strip()):
            return False
        self._last = line.number
        self._detail.append(text)
        self._say(text)
        return True

    def _say(self, text: str) -> None:
        word = text.strip()
        indent = len(text) - len(text.lstrip())
        again = bool(self._words) and indent <= self._indent
        if self._closed or again or not word or _GUTTER.match(text) is not None:
            self._closed = self._closed or bool(self._words)
        elif len(self._words) < MAX_MESSAGE_LINES:
            self._indent = self._indent or indent
            self._words.append(word.removeprefix("•").removeprefix("* ").strip())

    def failure(self) -> Failure:
        """What was read."""
        failure, message = self._failure, " ".join(self._words)
        missing = message.startswith(_MISSING)
        return replace(
            failure,
            message=message or failure.message,
            type=FailureType.BUILD if missing else failure.type,
            detail=tuple(self._detail),
            log=LogSpan(start=failure.log.start, end=self._last) if failure.log else None,
        )


def _compiled(match: re.Match[str], line: Line) -> Failure:
    code = _CODE.search(match["rules"] or "")
    column = match["column"] or match["column2"]
    return Failure(
        type=FailureType.BUILD,
        tool=NAME,
        rule=code["code"] if code else None,
        message="error",
        file=match["file"],
        line=int(match["line"] or match["line2"]),
        column=int(column),
        log=LogSpan(start=line.number, end=line.number),
    )


def _plan(line: Line) -> Failure:
    span = LogSpan(start=line.number, end=line.number)
    return Failure(type=FailureType.DEPENDENCY, tool="cabal", message="", log=span)


def _example(place: tuple[Line, re.Match[str]], spec: re.Match[str], line: Line) -> Failure:
    """A failing example of hspec: its place stands above its name."""
    name = spec["name"].strip()
    return Failure(
        type=FailureType.TEST,
        tool="hspec",
        test=name,
        message=name,
        file=place[1]["file"],
        line=int(place[1]["line"]),
        column=int(place[1]["column"]),
        command=f"cabal test --test-options={shlex.quote(f'--match {shlex.quote(name)}')}",
        log=LogSpan(start=place[0].number, end=line.number),
    )
