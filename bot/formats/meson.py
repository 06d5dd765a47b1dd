"""Meson: errors of `meson setup`, and the tests that `meson test` lists as failed."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern
from bot.core.test_words import FAILED, tells

NAME = "meson"
HINTS = (
    "meson.build:", "meson_options.txt:", "meson.options:", " a build file meson.build", " FAIL ", " TIMEOUT ",
    " ERROR ", "UNEXPECTEDPASS", " INTERRUPT ", "exit status ", "killed by signal ", "The Meson build system", "Summary of Failures:", *FAILED,
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
_OTHER = pattern(r"\s{0,12}\d{1,5}/\d{1,5} \S|Summary of Failures:")
_MISSING = pattern(
    r"Dependency |(?:C|C\+\+) (?:shared or static )?library .{1,100} not found|Program .{1,400} not found|.{1,100} header .{1,100} not found"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error of the build definition or a failed test."""
    open_: Failure | None = None
    for line in lines:
        match = _TEST.match(line.text)
        if match is not None or _OTHER.match(line.text) is not None:
            if open_ is not None:
                yield open_
            open_ = _of_test(match, line) if match is not None else None
        elif open_ is not None and tells(line.text):
            open_ = replace(open_, weak=True)  # its own output says more
        elif (failure := _setup(line)) is not None:
            yield failure
    if open_ is not None:
        yield open_


def _setup(line: Line) -> Failure | None:
    """An error of `meson setup`."""
    if (match := _PLACED.match(line.text)) is not None:
        return _of_setup(match, line)
    if (match := _BARE.match(line.text)) is None:
        return None
    span = LogSpan(start=line.number, end=line.number)
    return Failure(type=FailureType.CONFIG, tool=NAME, message=match["message"], log=span)


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
