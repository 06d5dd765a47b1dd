"""Settings that are no document: lines of build scripts and option files that appear or go."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from guards.change import Change, FileChange, Line, Status
from guards.lines import LineMap
from guards.pattern import expression
from guards.verdict import Severity
from guards.watches import Observation

_MAX_LINE = 2000
_MAX_OBSERVATIONS = 60
_COMMENT = expression(r"\s*(?://|#(?!\[)|<!--|;|--\s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWatch:
    """Lines that decide how much a tool sees; patterns are searched in a line.

    Attributes:
        files: pattern of paths.
        appears, vanishes: what matters when it comes or goes; moved lines are nothing.
        lowered: pattern with a group `number` that matters when it gets smaller.
    """

    files: str
    what: str
    appears: str | None = None
    vanishes: str | None = None
    lowered: str | None = None
    severity: Severity = Severity.NEEDS_HUMAN
    remedy: str = "leave this setting as it was"


def lines_observed(change: Change, watches: Sequence[LineWatch]) -> Iterator[Observation]:
    """Watched lines that changed for the worse, watch by watch; the first watch takes a line."""
    taken: set[tuple[str, int | None]] = set()
    for watch in watches:
        files = [file for file in change.files if _compiled(watch.files).search(file.path)]
        for item in islice(_found(watch, files), _MAX_OBSERVATIONS):
            place = (item.file.path, item.line)
            if place not in taken or item.line is None:
                yield item
            taken.add(place)


def _found(watch: LineWatch, files: Sequence[FileChange]) -> Iterator[Observation]:
    if watch.appears:
        for file, line, text in _only(files, watch.appears, added=True):
            yield _observation(watch, f"now has {text}", file, line.number)
    if watch.vanishes:
        for file, line, text in _only(files, watch.vanishes, added=False):
            near = None if file.status is Status.DELETED else LineMap(file).near(line.number)
            yield _observation(watch, f"no longer has {text}", file, near)
    if watch.lowered:
        yield from _lowered(watch, watch.lowered, files)


def _only(
    files: Sequence[FileChange], pattern: str, *, added: bool
) -> Iterator[tuple[FileChange, Line, str]]:
    """What matches on one side of the change more often than on the other."""
    other = Counter(
        text
        for file in files
        for line in (file.removed if added else file.added)
        for text in _matches(pattern, line)
    )
    for file in files:
        for line in file.added if added else file.removed:
            for text in _matches(pattern, line):
                if other[text] > 0:
                    other[text] -= 1
                else:
                    yield file, line, text[:160]


def _lowered(watch: LineWatch, pattern: str, files: Sequence[FileChange]) -> Iterator[Observation]:
    for file in files:
        before, after = (_numbers(pattern, lines) for lines in (file.removed, file.added))
        for (was, _), (now, line) in zip(before, after, strict=False):
            if now < was:
                text = f"went from {was:g} to {now:g}"
                yield _observation(watch, text, file, line.number)


def _numbers(pattern: str, lines: Sequence[Line]) -> list[tuple[float, Line]]:
    found = ((_search(pattern, line), line) for line in lines)
    return [(float(match["number"]), line) for match, line in found if match]


def _matches(pattern: str, line: Line) -> Iterator[str]:
    if not _COMMENT.match(line.text[:_MAX_LINE]):
        for match in islice(_compiled(pattern).finditer(line.text[:_MAX_LINE]), 20):
            yield match[0].strip()


def _search(pattern: str, line: Line) -> re.Match[str] | None:
    text = line.text[:_MAX_LINE]
    return None if _COMMENT.match(text) else _compiled(pattern).search(text)


def _observation(watch: LineWatch, text: str, file: FileChange, line: int | None) -> Observation:
    return Observation(
        remedy=watch.remedy,
        severity=watch.severity,
        message=f"{watch.what}: {text}",
        file=file,
        line=line,
    )


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
