"""The kept lines of a log as formats see them, and what the log says of the failures in them.

Runners of many tasks put the task before each line and mix the lines of several: a format sees the
lines of one task after those of another, without what stood before them.
"""

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.core.failure import Failure
from bot.core.framing import SCRIPT_MARK, Line
from bot.core.prefilter import Excerpt, Want
from bot.core.tasks import HINTS, REACH, Task, Tasks

TASK_WANT = Want(tuple(hint.encode() for hint in HINTS), *REACH)
_ERROR_MARK = "##[error]"
_ABSOLUTE = re.compile(r"/|[A-Za-z]:[\\/]|file:|<")


class Reading:
    """One log.

    Args:
        kept: what was kept of it.
        want: index of `TASK_WANT` among the wants of the excerpt.
        roots: folders that were the repository root where the job ran.
    """

    def __init__(self, kept: Excerpt, want: int, roots: Sequence[str] = ()) -> None:
        self._kept = kept
        self._tasks = Tasks(roots)
        self._task_of: dict[int, Task] = {}
        for line in kept.lines(want):
            self._tasks.learn(line)

    def lines(self, want: int, *, marked: bool) -> Iterator[Line]:
        """The lines for one want.

        Args:
            want: its index.
            marked: keep the marks of the runner ("##[error]", "##[script]"), as a format asks that
                reads them; else they come off, and scripts that are only shown are left out.
        """
        by_task: dict[str, list[Line]] = {}
        for line in self._kept.lines(want):
            bare, task = self._tasks.strip(line)
            if not marked:
                if bare.text.startswith(SCRIPT_MARK):
                    continue
                bare = Line(bare.number, bare.text.removeprefix(_ERROR_MARK))
            if task is not None:
                self._task_of[line.number] = task
            by_task.setdefault(task.name if task else "", []).append(bare)
        for lines in by_task.values():
            yield from lines

    def placed(self, failure: Failure) -> Failure:
        """The failure with its task, and with its file from the root where the task says its folder."""
        task = self._task_of.get(failure.log.start) if failure.log else None
        if task is None:
            return failure
        named = replace(failure, task=failure.task or task.name)
        if not task.folder or not failure.file or _ABSOLUTE.match(failure.file):
            return named
        file = failure.file.replace("\\", "/").removeprefix("./")
        if file.startswith((f"{task.folder}/", "../")):
            return named
        command = f"cd {shlex.quote(task.folder)} && {failure.command}" if failure.command else None
        return replace(named, file=f"{task.folder}/{file}", command=command)
