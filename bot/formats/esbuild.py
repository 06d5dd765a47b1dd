"""esbuild and what reports through it: tsup, the Angular builder, wrangler; blocks and the lines of its API."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "esbuild"
HINTS = (
    "✘", "X [ERROR]", ": ERROR: ", ": error: Could not resolve", ": error: Expected",
    ": error: Unexpected", ": error: No matching export",
)  # fmt: skip
REACH = (3, 14)

_HEAD = pattern(
    r"\s{0,40}(?:##\[error\])?[✘X] \[ERROR\] (?:(?P<rule>(?:TS|NG)-?\d{1,9}): )?(?P<message>\S.{0,2000}?)"
    r"(?: \[plugin (?P<plugin>[^\]]{1,100})\])?$"
)
_PLACE = pattern(
    r"\s{2,20}(?:[\w-]{1,30}:(?=[^\s\d\\/]))?(?P<file>(?:[A-Za-z]:)?[^\s:│╵][^:│╵]{0,400}\.\w{1,10})"
    r":(?P<line>\d{1,7}):(?P<column>\d{1,7}):$"
)
_LINE = pattern(
    r"(?: > |\s{0,40}(?:Error: )?)(?P<file>(?:[A-Za-z]:)?[^\s:>][^:]{0,400}\.(?:[cm]?[jt]sx?|vue|svelte|css|json|html))"
    r":(?P<line>\d{1,7}):(?P<column>\d{1,7}): (?P<mark>ERROR|error): (?P<message>\S.{0,2000})$"
)
_REPEATS = pattern(
    r"(?:Build|Transform) failed with \d{1,7} errors?:?|.{0,100}Failed to load config"
)
# A test runner that transforms with esbuild says so of its suite.
_SUITE = pattern(r"\s{0,10}(?:FAIL|\u276f) ")
MAX_DETAIL = 20


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a block `✘ [ERROR]`, or a line `a.ts:1:2: ERROR: …`."""
    open_: Failure | None = None
    suite_at = -REACH[0]
    for line in lines:
        text = line.text
        if _SUITE.match(text):
            suite_at = line.number
        if "[ERROR]" in text and (match := _HEAD.match(text)) is not None:
            if open_ is not None:
                yield open_
            open_ = None if _REPEATS.match(match["message"]) else _head(match, line.number)
        elif line.number > suite_at + REACH[0] and (match := _LINE.match(text)) is not None:
            yield _line(match, line.number)
        elif open_ is not None:
            open_ = _more(open_, line)
    if open_ is not None:
        yield open_


def _head(match: re.Match[str], number: int) -> Failure:
    angular = (match["plugin"] or "").startswith("angular") or match["rule"] is not None
    return Failure(
        type=FailureType.BUILD,
        tool="angular" if angular else NAME,
        rule=match["rule"],
        message=match["message"].removesuffix(":"),
        log=LogSpan(start=number, end=number),
    )


def _line(match: re.Match[str], number: int) -> Failure:
    return Failure(
        type=FailureType.BUILD,
        tool=NAME,
        message=match["message"],
        file=match["file"],
        line=int(match["line"]),
        column=int(match["column"]) + 1,
        log=LogSpan(start=number, end=number),
    )


def _more(open_: Failure, line: Line) -> Failure | None:
    """The block with one more line: the first place counts from column 0, later ones are notes."""
    if open_.log is None or line.number > open_.log.end + 1 or len(open_.detail) >= MAX_DETAIL:
        return open_
    match = _PLACE.match(line.text) if open_.file is None else None
    span = replace(open_.log, end=line.number)
    failure = replace(open_, detail=(*open_.detail, line.text), log=span)
    if match is None:
        return failure
    return replace(
        failure, file=match["file"], line=int(match["line"]), column=int(match["column"]) + 1
    )
