"""Conflicts of `git merge`, `rebase`, `cherry-pick`, `am`, `apply`, `stash`: one failure a file."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "merge-conflict"
HINTS = (
    "CONFLICT (", "patch failed: ", "does not match index", "patch does not apply",
    "Automatic merge failed", "could not apply ", "could not revert ", "Patch failed at ",
    "conflict string", "leftover conflict marker", "needs merge", "Resolve all conflicts manually",
    "Merge conflict in ", "not exist in index", "already exists in index",
    "already exists in working directory",
)  # fmt: skip
REACH = (0, 0)

_CONFLICT = pattern(
    r"(?:[\w#>| .:\[\]-]{0,60}?)(?P<message>CONFLICT \((?P<kind>[a-z/ ]{3,40})\): (?P<text>\S.{0,2000}))$"
)
_PLAIN = pattern(r"(?P<message>(?P<kind>)(?P<text>Merge conflict in \S.{0,500}))$")
# How the kinds name their file; the first that matches.
_FILES = (
    pattern(r"Merge conflict in (?P<file>\S.{0,500}?)(?: with conflict markers)?$"),
    pattern(r"(?P<file>\S.{0,300}?) (?:deleted|modified|added|renamed) (?:in|to|by|inside) "),
    pattern(r"Rename [\"']?(?P<file>[^\"'>]{1,300}?)[\"']?->"),
    pattern(r"(?:Rename|rename) (?P<file>\S{1,300}) "),
    pattern(r"[Dd]irectory in the way of (?P<file>\S.{0,300}?) from "),
    pattern(r"There is a directory with name (?P<file>\S{1,300}) in "),
    pattern(r"(?P<file>\S{1,300}) had different types"),
)
_PATCH = pattern(r"(?:error: )?(?P<message>patch failed: (?P<file>\S.{0,400}?):(?P<line>\d{1,7}))$")
_NEEDS = pattern(
    r"(?:error: )?(?P<message>(?P<file>\S{1,400}): (?:needs merge|does not (?:match|exist in) index|patch does not apply|already exists in (?:index|working directory)))$"
)
_MARKER = pattern(
    r"(?P<file>[^\s:][^:]{0,300}):(?P<line>\d{1,7}): "
    r"(?P<message>Merge conflict string .{1,40} found|leftover conflict marker)"
)
_EFFECT = pattern(
    r"(?:hint: )?(?P<message>Automatic merge failed; .{1,200}|(?:error: )?could not (?:apply|revert) \S.{1,300}"
    r"|Patch failed at \d{1,5} .{1,300}|Resolve all conflicts manually.{0,200})$"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a file in conflict; what only says that it failed is weak."""
    seen: set[str] = set()
    for line in lines:
        failure = _read(line)
        if failure is None:
            continue
        if failure.file is not None and not failure.weak:
            if failure.file in seen:
                continue
            seen.add(failure.file)
        yield failure


def _read(line: Line) -> Failure | None:
    text = line.text.strip().removeprefix("##[error]").removeprefix("stderr: ")
    if (match := _CONFLICT.match(text) or _PLAIN.match(text)) is not None:
        return _failure(match["message"], _file(match["text"]), None, line)
    for shape in (_PATCH, _MARKER):
        if (match := shape.match(text)) is not None:
            return _failure(match["message"], match["file"], int(match["line"]), line)
    if (match := _NEEDS.match(text)) is not None:
        return _failure(match["message"], match["file"], None, line)
    if (match := _EFFECT.match(text)) is not None:
        return _failure(match["message"].removeprefix("error: "), None, None, line, weak=True)
    return None


def _file(text: str) -> str | None:
    for shape in _FILES:
        match: re.Match[str] | None = shape.match(text)
        if match is not None:
            return match["file"].rstrip(".")
    return None


def _failure(
    message: str, file: str | None, place: int | None, line: Line, *, weak: bool = False
) -> Failure:
    return Failure(
        type=FailureType.CONFLICT,
        tool="git",
        message=message,
        file=file,
        line=place,
        command=f"git diff -- {shlex.quote(file)}" if file else None,
        log=LogSpan(start=line.number, end=line.number),
        weak=weak,
    )
