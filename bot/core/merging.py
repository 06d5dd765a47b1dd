"""Many parsers saw one log: what is one failure becomes one, and causes come first."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.core.failure import MAX_MESSAGE, Failure, FailureType
from bot.core.framing import plain
from bot.core.log_paths import relative

MAX_FAILURES = 200
MAX_DETAIL = 60
MAX_DETAIL_CHARS = 300
MIN_WORDS = 3

# What breaks the rest stands before what is broken by it.
_RANK = {
    FailureType.CONFLICT: 0,
    FailureType.GIT: 0,
    FailureType.DEPENDENCY: 1,
    FailureType.CONFIG: 1,
    FailureType.BUILD: 2,
    FailureType.TEST: 3,
    FailureType.RUNTIME: 3,
    FailureType.LINT: 4,
    FailureType.FORMAT: 4,
    FailureType.TIMEOUT: 5,
    FailureType.INFRA: 5,
    FailureType.UNKNOWN: 6,
}
_WORD = re.compile(r"\w+")


def merge(
    found: Iterable[Failure],
    echoes: Iterable[Failure] = (),
    *,
    job: str | None = None,
    roots: Sequence[str] = (),
) -> tuple[Failure, ...]:
    """One failure a fault, likely causes first, then in the order of the log; at most 200.

    Args:
        found: what tools printed themselves.
        echoes: what others said of it (annotations): kept only when no tool said it.
        job: name of the CI job.
        roots: folders that were the repository root where the job ran.
    """
    once = _deduplicate(_clean(failure, job, roots) for failure in found)
    said = _deduplicate(_clean(failure, job, roots) for failure in echoes if not failure.weak)
    kept = once + [failure for failure in said if not _is_echo(failure, once)]
    kept.sort(key=_order)
    return tuple(kept[:MAX_FAILURES])


def _order(failure: Failure) -> tuple[bool, int, int]:
    return not failure.root, _RANK[failure.type], failure.log.start if failure.log else 0


def _clean(failure: Failure, job: str | None, roots: Sequence[str]) -> Failure:
    """Within the promises of the document: relative paths, one line, bounded."""
    file = relative(failure.file, roots) if failure.file else None
    line = failure.line if failure.line and failure.line > 0 else None
    command = failure.command
    if command and file and failure.file and file != failure.file:
        command = command.replace(failure.file, file)
    message = " ".join(plain(failure.message).split())
    return replace(
        failure,
        message=(message or failure.type.value)[:MAX_MESSAGE],
        file=file,
        line=line if file else None,
        column=failure.column if file and line and failure.column else None,
        command=command,
        detail=tuple(each[:MAX_DETAIL_CHARS] for each in failure.detail[:MAX_DETAIL]),
        job=job or failure.job,
    )


def _deduplicate(failures: Iterable[Failure]) -> list[Failure]:
    kept: dict[object, Failure] = {}
    for failure in failures:
        kept.setdefault(_identity(failure), failure)
    return list(kept.values())


def _identity(failure: Failure) -> object:
    """Equal for two reports of one fault by one tool."""
    if failure.test is not None and failure.tool is not None:
        return failure.tool, failure.test
    where = (failure.file, failure.line, failure.column)
    return failure.type, failure.tool, failure.rule, where, failure.message


def _is_echo(echo: Failure, known: Sequence[Failure]) -> bool:
    """Whether a tool's own output said the same: at the same place, or in the same words."""
    words = set(_WORD.findall(echo.message))
    for failure in known[:MAX_FAILURES]:
        if echo.file and (echo.file, echo.line) == (failure.file, failure.line):
            if failure.message in echo.message or (failure.rule or "\0") in echo.message:
                return True
            if failure.test and failure.test.rpartition("::")[2] in echo.message:
                return True
        if len(words) >= MIN_WORDS and words <= set(_WORD.findall(failure.message)):
            return True
    return False
