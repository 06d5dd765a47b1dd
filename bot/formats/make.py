"""make, nmake and their kin: missing rules and broken makefiles; a failed recipe only repeats."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core import make_folders
from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.make_folders import Folders
from bot.core.pattern import pattern

NAME = "make"
HINTS = (
    "*** ",
    "No such file or directory",
    "NMAKE : fatal error",
    "don't know how to make",
    *make_folders.HINTS,
)
REACH = (0, 0)

_MAKE = r"\s{0,12}(?P<make>[\w./\\:+-]{0,200}make(?:\.exe)?)(?:\[(?P<depth>\d{1,3})\])?: "
_STOP = pattern(rf"{_MAKE}\*\*\* (?P<message>[^\[\n].{{1,3000}}?\.?)(?:  Stop\.)?$")
_RECIPE = pattern(
    rf"{_MAKE}\*\*\* \[(?:(?P<file>[^\s:\]]{{1,400}}):(?P<line>\d{{1,7}}): )?(?P<target>[^\]\n]{{1,1000}})\] "
    r"(?P<reason>Error -?\d{1,12}|Killed|Terminated|Segmentation fault|Aborted|Bus error|Illegal instruction|Interrupt|Hangup"
    r"|Floating point exception|Broken pipe|Quit|Trace/breakpoint trap)(?P<end> \(core dumped\)| \(ignored\))?$"
)
_FILE = pattern(
    r"\s{0,12}(?P<file>[^\s:*]{1,400}):(?P<line>\d{1,7}): \*\*\* (?P<message>.{1,3000}?)\.?(?:  Stop\.)?$"
)
_MISSING = pattern(
    rf"{_MAKE}(?P<message>(?P<program>[^\s:]{{1,300}}): (?:No such file or directory|Permission denied|Command not found))$"
)
_NMAKE = pattern(r"\s{0,12}NMAKE : fatal error (?P<rule>U\d{4}): (?P<message>.{1,3000})$")
_UNKNOWN = pattern(
    r"\s{0,12}(?:b?make|nbmake|fmake)(?:\[\d{1,3}\])?: (?P<message>don't know how to make .{1,500}?)(?:\. Stop)?$"
)
_QUIET = ("Waiting for unfinished jobs", "Deleting ", "wait", "Archive ", "jobserver")
_SIGNALS = (
    "Segmentation fault",
    "Aborted",
    "Bus error",
    "Illegal instruction",
    "Floating point exception",
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """What make says itself; of a chain of failed recipes only the innermost."""
    folders = Folders()
    deepest = -1
    missing: Failure | None = None
    for line in lines:
        if folders.read(line):
            continue
        if missing is not None and not _again(missing, line):
            yield missing
        missing = _missing(line)
        recipe = _RECIPE.match(line.text) if "*** [" in line.text else None
        if recipe is not None:
            depth = int(recipe["depth"] or 0)
            if depth >= deepest and recipe["end"] != " (ignored)":
                yield _in(folders, _of_recipe(recipe, line))
            deepest = depth
        elif (failure := _own(line)) is not None:
            deepest = -1
            yield _in(folders, failure)
    if missing is not None:
        yield missing


def _missing(line: Line) -> Failure | None:
    """A program or a makefile that is not there."""
    match = _MISSING.match(line.text)
    return _failure(match["message"], line, FailureType.CONFIG) if match is not None else None


def _again(missing: Failure, line: Line) -> bool:
    """Whether a makefile that is not there is told again, as a target without a rule."""
    return f"No rule to make target '{missing.message.partition(':')[0]}'" in line.text


def _in(folders: Folders, failure: Failure) -> Failure:
    return replace(failure, file=folders.place(failure.file)) if failure.file else failure


def _own(line: Line) -> Failure | None:
    """What make found wrong itself."""
    text = line.text
    if "*** " in text:
        if (match := _STOP.match(text)) is not None:
            return None if match["message"].startswith(_QUIET) else _stopped(match, line)
        match = _FILE.match(text)
        return _at(match, line) if match is not None and _is_makefile(match) else None
    if (match := _NMAKE.match(text)) is not None:
        weak = match["rule"] == "U1077"
        return replace(_failure(match["message"], line), rule=match["rule"], weak=weak)
    match = _UNKNOWN.match(text)
    return _failure(match["message"], line) if match is not None else None


def _stopped(match: re.Match[str], line: Line) -> Failure:
    message = match["message"].strip()
    config = message.startswith("No targets specified")
    return _failure(
        message.removesuffix("."), line, FailureType.CONFIG if config else FailureType.BUILD
    )


def _is_makefile(match: re.Match[str]) -> bool:
    """Whether make stops here; other programs print stars too."""
    name = match["file"].rpartition("/")[2].lower()
    known = "make" in name or name.endswith((".mk", ".mak", ".am", ".in", "kbuild", ".rules"))
    return known or match[0].endswith("Stop.")


def _at(match: re.Match[str], line: Line) -> Failure:
    message = match["message"].strip()
    return replace(_failure(message, line), file=match["file"], line=int(match["line"]))


def _of_recipe(match: re.Match[str], line: Line) -> Failure:
    """A recipe that failed: what ran in it said why."""
    place = f"{match['file']}:{match['line']}: " if match["file"] else ""
    crashed = match["reason"].startswith(_SIGNALS)
    failure = _failure(
        f"[{place}{match['target']}] {match['reason']}{match['end'] or ''}",
        line,
        FailureType.RUNTIME if crashed else FailureType.BUILD,
    )
    generated = (
        match["file"] is None
        or "CMakeFiles" in match["file"]
        or match["file"].endswith("build.make")
    )
    return replace(
        failure,
        file=None if generated else match["file"],
        line=int(match["line"]) if match["line"] and not generated else None,
        weak=True,
    )


def _failure(message: str, line: Line, type_: FailureType = FailureType.BUILD) -> Failure:
    span = LogSpan(start=line.number, end=line.number)
    return Failure(type=type_, tool=NAME, message=message, log=span)
