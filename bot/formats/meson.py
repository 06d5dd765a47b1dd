"""Meson: errors of `meson setup`, and the tests that `meson test` lists as failed."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "meson"
HINTS = (
    "meson.build:", "meson_options.txt:", "meson.options:", "contain a build file meson.build", " FAIL ", " TIMEOUT ",
    " ERROR ", " UNEXPECTEDPASS", " INTERRUPT ", "The Meson build system",
)  # fmt: skip
REACH = (0, 1)

_PLACED = pattern(
    r"\s{0,12}(?P<file>(?:[^\s:]{0,400}[/\\])?(?:meson\.build|meson_options\.txt|meson\.options)):(?P<line>\d{1,7}):(?P<column>\d{1,7}): "
    r"ERROR: (?P<message>.{1,3000})$"
)
_BARE = pattern(
    r"\s{0,12}ERROR: (?P<message>(?:Neither (?:source )?directory .{1,400}contain a build file|Neither directory contains a build file) .{1,300})$"
)
_TEST = pattern(
    r"\s{0,12}\d{1,5}/\d{1,5} (?:(?P<suite>[^/]{1,200}) / )?(?P<name>\S.{0,300}?) {1,80}"
    r"(?P<result>FAIL|TIMEOUT|ERROR|UNEXPECTEDPASS|INTERRUPT) {1,40}(?P<seconds>\d{1,7}\.\d{1,4}) ?s(?: {2,10}(?P<why>.{1,300})| \(?(?P<old>[^)]{1,100})\)?)?$"
)
_MISSING = pattern(
    r"Dependency |(?:C|C\+\+) (?:shared or static )?library .{1,100} not found|Program .{1,400} not found|.{1,100} header .{1,100} not found"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error of the build definition or a failed test."""
    for line in lines:
        if (match := _PLACED.match(line.text)) is not None:
            yield _of_setup(match, line)
        elif (match := _BARE.match(line.text)) is not None:
            span = LogSpan(start=line.number, end=line.number)
            yield Failure(type=FailureType.CONFIG, tool=NAME, message=match["message"], log=span)
        elif (match := _TEST.match(line.text)) is not None:
            yield _of_test(match, line)


def _of_setup(match: re.Match[str], line: Line) -> Failure:
    missing = _MISSING.match(match["message"]) is not None
    column = int(match["column"])
    return Failure(
        type=FailureType.DEPENDENCY if missing else FailureType.BUILD,
        tool=NAME,
        message=match["message"],
        file=match["file"],
        line=int(match["line"]),
        column=column + 1,
        log=LogSpan(start=line.number, end=line.number),
    )


def _of_test(match: re.Match[str], line: Line) -> Failure:
    name = match["name"].strip()
    why = match["why"] or match["old"]
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=f"{match['suite'].strip()} / {name}" if match["suite"] else name,
        message=f"{name} {match['result']}" + (f": {why.strip()}" if why else ""),
        command=f"meson test {shlex.quote(name)}",
        log=LogSpan(start=line.number, end=line.number),
    )
