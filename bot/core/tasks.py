"""The tasks of monorepo runners: their prefixes come off lines, and are kept as the name of the task.

A prefix is taken off only when the log itself taught it (turborepo says `web:build: cache miss`
first, pnpm `packages/web build$ tsc`), or when nothing else looks like it (BuildKit, Ant): `web: x`
alone may be anything. Some runners print a header instead of prefixes; then what follows belongs to
the task, until the next one.

It is called twice over the kept lines of a log, in their order: `Tasks(roots)`; `learn(line)` for
each, since some runners name a prefix only at the end; then `strip(line)` for each, before a format
sees it. `HINTS` and `REACH` belong among the wants of the excerpt, so that teaching lines are kept.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from bot.core.framing import Line
from bot.core.pattern import pattern
from bot.core.task_lessons import HINTS, REACH, TEACHINGS, Lessons

__all__ = ["HINTS", "REACH", "Task", "Tasks"]

MAX_NESTED = 3
MAX_DUMP_LINES = 100
_ANT_COLUMN = 12

_BUILDKIT = pattern(r"#\d{1,4} \d{1,6}\.\d{1,3}(?: (?P<rest>.*)|$)")
_DUMPED = pattern(r"\d{1,6}\.\d{1,3}(?: (?P<rest>.*)|$)")
_ANT = pattern(
    r"(?P<before>(?:\[(?:INFO|WARNING|ERROR)\] )?)(?P<blank> {0,11})\[(?P<name>javac|java|junit|junitlauncher|testng|exec|apply"
    r"|groovyc|scalac|kotlinc|javadoc|checkstyle|wsimport|xjc)\](?: (?P<rest>.*)|$)"
)
_SCOPED = pattern(r"(?:➤ YN0000: )?\[(?P<name>@[\w.-]{1,100}/[\w.-]{1,100})\]:(?: (?P<rest>.*)|$)")
_SERVICE = pattern(r"(?P<name>[\w.-]{1,100}) {0,60}\|(?: (?P<rest>.*)|$)")
_STEP = pattern(r"\[(?P<name>[^\]:\s]{1,100}):(?:\d{1,7}|L\d{1,7}:\d{1,6}s)\](?: (?P<rest>.*)|$)")


class Task(NamedTuple):
    """A task of a runner; `folder` from the repository root, None when unknown or the root itself.

    A header gives no folder: what follows it, until something else does, is less sure to be the
    task's than a line with its prefix, and a wrong path is worse than a short one.
    """

    name: str
    folder: str | None = None


class Tasks:
    """The tasks of one log."""

    def __init__(self, roots: Sequence[str] = ()) -> None:
        self._known = Lessons(roots)

    def learn(self, line: Line) -> None:
        """Take the next line of the first pass."""
        text = line.text
        if text.startswith("#") and (match := _BUILDKIT.match(text)) is not None:
            text = match["rest"] or ""
        for literal, teaching, teach in TEACHINGS:
            if literal in text and (match := teaching.match(text)) is not None:
                teach(self._known, line, match)
                break
        self._known.before = Line(line.number, text)

    def strip(self, line: Line) -> tuple[Line, Task | None]:
        """The line without what a runner put before it, and its task."""
        text, name = line.text, None
        for _ in range(MAX_NESTED):
            peeled = self._peel(Line(line.number, text))
            if peeled is None:
                break
            text, inner = peeled
            name = inner or name
        stripped = line if text is line.text else Line(line.number, text)
        if name is not None:
            return stripped, Task(name, self._known.folders.get(name))
        meant = self._known.meant(line.number)
        folder = self._known.npm_folder(line.number) if meant else None
        return stripped, Task(meant, folder) if meant else None

    def _peel(self, line: Line) -> tuple[str, str | None] | None:
        """What stands behind the outermost prefix, and its task."""
        text = line.text
        for mark in (": ", "] "):
            head, found, rest = text.partition(mark)
            if found and (name := self._known.prefixes.get(head + mark[0])) is not None:
                return rest, name
        if (name := self._known.prefixes.get(text)) is not None:
            return "", name
        for sign, prefix in (("#", _BUILDKIT), ("[@", _SCOPED)):
            if sign in text and (match := prefix.match(text)) is not None:
                return match["rest"] or "", match.groupdict().get("name")
        return self._peel_rare(line)

    def _peel_rare(self, line: Line) -> tuple[str, str | None] | None:
        text = line.text
        if "[" in text and (match := _ANT.match(text)) is not None:
            width = len(match["blank"]) + len(match["name"]) + 3
            if width == _ANT_COLUMN or (width > _ANT_COLUMN and not match["blank"]):
                return match["rest"] or "", None
        match = _STEP.match(text) if self._known.steps else None
        if match is not None and match["name"] in self._known.steps:
            return match["rest"] or "", match["name"]
        match = _SERVICE.match(text) if self._known.services and "|" in text[:170] else None
        if match is not None and (name := self._known.service(match["name"])) is not None:
            return match["rest"] or "", name
        if self._known.dumps and (match := _DUMPED.match(text)) is not None:
            at = bisect_right(self._known.dumps, line.number)
            if at and line.number - self._known.dumps[at - 1] <= MAX_DUMP_LINES:
                return match["rest"] or "", None
        return None
