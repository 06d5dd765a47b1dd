"""The kept lines of a log as formats see them, and what the log says of the failures in them.

Runners of many tasks put the task before each line and mix the lines of several: a format sees the
lines of one task after those of another, without what stood before them and what came between.
"""

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.core import hook_output, invocations, tasks, test_sessions
from bot.core.failure import Failure
from bot.core.framing import SCRIPT_MARK, Line
from bot.core.mixed_lines import MixedLines
from bot.core.prefilter import Excerpt, Want

# What a reading asks the excerpt for, in this order, behind what formats ask for.
WANTS = (
    Want(tuple(hint.encode() for hint in tasks.HINTS), *tasks.REACH),
    Want(tuple(hint.encode() for hint in invocations.HINTS), *invocations.REACH),
    Want(tuple(hint.encode() for hint in hook_output.HINTS), *hook_output.REACH),
    Want(tuple(hint.encode() for hint in test_sessions.HINTS), *test_sessions.REACH),
)
_ERROR_MARK = "##[error]"
_ABSOLUTE = re.compile(r"/|[A-Za-z]:[\\/]|file:|<")


class Reading:
    """One log.

    Args:
        kept: what was kept of it.
        first: index of the first of `WANTS` among the wants of the excerpt.
        roots: folders that were the repository root where the job ran.
    """

    def __init__(self, kept: Excerpt, first: int, roots: Sequence[str] = ()) -> None:
        self._kept = kept
        self._tasks = tasks.Tasks(roots)
        self._task_of: dict[int, tasks.Task] = {}
        self._mixed = MixedLines()
        for line in kept.lines(first):
            self._tasks.learn(line)
        self._ran = invocations.Invocations(
            self._tasks.strip(line)[0] for line in kept.lines(first + 1)
        )
        self._hooks = hook_output.HookOutput(kept.lines(first + 2))
        self._sessions = self._test_sessions(kept.lines(first + 3))

    def lines(self, want: int, *, marked: bool) -> Iterator[Line]:
        """The lines for one want.

        Args:
            want: its index.
            marked: keep the marks of the runner ("##[error]", "##[script]"), as a format asks that
                reads them; else they come off, and scripts that are only shown are left out.
        """
        yield from self._mixed.apart(self._bare(want, marked=marked))

    def _bare(self, want: int, *, marked: bool) -> Iterator[tuple[Line, str | None]]:
        """Each line without what runners put before it, and the task if that was one."""
        for line in self._hooks.dedent(self._kept.lines(want)):
            bare, task = self._tasks.strip(line)
            prefix = task.name if task is not None and bare is not line else None
            if not marked:
                if bare.text.startswith(SCRIPT_MARK):
                    continue
                bare = Line(bare.number, bare.text.removeprefix(_ERROR_MARK))
            if task is not None:
                self._task_of[line.number] = task
            yield bare, prefix

    def located(self, failure: Failure) -> Failure:
        """The failure as a format found it, with the line numbers of the log."""
        return self._mixed.located(failure)

    def _test_sessions(self, lines: Iterable[Line]) -> dict[str, test_sessions.TestSessions]:
        by_task: dict[str, list[Line]] = {}
        for line in lines:
            bare, task = self._tasks.strip(line)
            by_task.setdefault(task.name if task else "", []).append(bare)
        return {name: test_sessions.TestSessions(found) for name, found in by_task.items()}

    def is_output_of_a_test(self, failure: Failure) -> bool:
        """Whether a test only printed what looks like a failure of another tool."""
        task = self._task_of.get(failure.log.start) if failure.log else None
        sessions = self._sessions.get(task.name if task else "")
        return sessions is not None and sessions.hold(failure)

    def is_tolerated(self, failure: Failure) -> bool:
        """Whether the log shows that the tool was told to pass with it."""
        return failure.log is not None and self._ran.is_tolerated(failure.log.start, failure.tool)

    def placed(self, failure: Failure) -> Failure:
        """The failure with its task, its file from the root, and the command as it is run there."""
        if failure.log is None:
            return failure
        number = failure.log.start
        task = self._task_of.get(number)
        command = self._ran.command(number, failure.tool, failure.command)
        folder = (task.folder if task else self._ran.folder(number, failure.tool)) or ""
        if folder and failure.file and _is_below(folder, failure.file):
            file = f"{folder}/{failure.file}"
            command = f"cd {shlex.quote(folder)} && {command}" if command else None
            failure = replace(failure, file=file)
        return replace(failure, task=failure.task or (task.name if task else None), command=command)


def _is_below(folder: str, file: str) -> bool:
    """Whether a file is printed as from that folder, not from the root or from elsewhere."""
    path = file.replace("\\", "/").removeprefix("./")
    return not (_ABSOLUTE.match(path) or path.startswith(("../", f"{folder}/")))
