"""`jest --json` and `vitest --reporter=json`."""

import shlex
from collections.abc import Iterator, Sequence
from typing import Any

from bot.core.failure import Failure, FailureType
from bot.core.fields import at, items, number, text
from bot.core.framing import plain
from bot.core.pattern import pattern
from bot.core.stack_frames import frames

NAME = "jest"
KEYS = ('"numFailedTests"', '"testResults"')

MAX_DETAIL = 40
MAX_SAID = 4

_MARKED = pattern(r"> {1,4}(?P<line>\d{1,7}) \|")
_PLACED = pattern(r".{0,600}\((?P<line>\d{1,7}):(?P<column>\d{1,7})\)$")


def parse(document: Any) -> Iterator[Failure]:
    """One failure a failing test, and one a file that did not run."""
    tool = NAME if at(document, "numRuntimeErrorTestSuites") is not None else "vitest"
    for suite in items(document, "testResults"):
        file = text(suite, "name") or text(suite, "testFilePath")
        tests = list(items(suite, "assertionResults")) or list(items(suite, "testResults"))
        failing = [test for test in tests if text(test, "status") == "failed"]
        for test in failing:
            yield _failure(test, file, tool)
        if not failing and text(suite, "status") == "failed":
            yield _broken(suite, file, tool)


def _failure(test: Any, file: str | None, tool: str) -> Failure:
    titles = at(test, "ancestorTitles")
    parts = [str(each) for each in titles if each] if isinstance(titles, list) else []
    messages = at(test, "failureMessages")
    trace = plain(str(messages[0])) if isinstance(messages, list) and messages else ""
    said = [each.strip() for each in trace.splitlines() if each.strip()]
    head = [each for each in said if not each.startswith("at ")]
    line, column = _place(trace, file)
    title = text(test, "title") or text(test, "fullName") or ""
    return Failure(
        type=FailureType.TEST,
        tool=tool,
        test=" \u203a ".join([*parts, title]),
        message=" ".join(head[:MAX_SAID]) or "failed",
        file=file,
        line=line or number(test, "location.line"),
        column=column,
        command=f"npx {tool} {shlex.quote(file)} -t {shlex.quote(title)}" if file else None,
        detail=tuple(said[:MAX_DETAIL]),
    )


def _broken(suite: Any, file: str | None, tool: str) -> Failure:
    """A file that could not be loaded: its tests failed, all at once."""
    trace = plain(text(suite, "message") or "")
    said = [each.strip() for each in trace.splitlines() if each.strip()]
    telling = [each for each in said if not each.startswith("●")] or said
    syntax = [each for each in telling if each.startswith("SyntaxError: ")]
    if telling and telling[0].startswith("Jest encountered an unexpected token"):
        telling = syntax or telling
    line, column = _place(trace, file)
    return Failure(
        type=FailureType.TEST,
        tool=tool,
        rule="suite",
        message=telling[0] if telling else "Test suite failed to run",
        file=file,
        line=line or _marked(said, telling[:1], file),
        column=column,
        command=f"npx {tool} {shlex.quote(file)}" if file else None,
        detail=tuple(said[:MAX_DETAIL]),
    )


def _marked(said: Sequence[str], head: Sequence[str], file: str | None) -> int | None:
    """The line that a code frame points at, or that a parser names behind the file."""
    for each in said:
        if (match := _MARKED.match(each)) is not None:
            return int(match["line"])
    for each in head:
        if file and file in each and (match := _PLACED.match(each)) is not None:
            return int(match["line"])
    return None


def _place(trace: str, file: str | None) -> tuple[int | None, int | None]:
    for frame in frames(trace):
        if file and frame.file.removeprefix("file://").endswith(file.rpartition("/")[2]):
            return frame.line, frame.column
    return None, None
