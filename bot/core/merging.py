"""Many parsers saw one log: what is one failure becomes one, and causes come first."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from bot.core.failure import MAX_MESSAGE, Failure, FailureType, LogSpan
from bot.core.framing import plain
from bot.core.log_paths import relative, shown

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
# These are broken by what does not build or install; linters are not.
_BROKEN = (FailureType.TEST, FailureType.RUNTIME, FailureType.TIMEOUT, FailureType.UNKNOWN)
# Not tools but languages for what tools said.
_GENERIC = (None, "junit", "sarif", "checkstyle", "trx", "tap", "github-annotation", "rdjson")
# Titles alone, without the suites around them.
_LEAF_TITLES = ("node:test", "tap")
# Never part of the output of a failing test.
_OWN = (FailureType.TEST, FailureType.TIMEOUT, FailureType.CONFLICT, FailureType.LINT)
SAME_CHARS = 60
_WORD = re.compile(r"\w+")
Place = Callable[[str, Iterable[str]], str | None]


def merge(
    found: Iterable[Failure],
    echoes: Iterable[Failure] = (),
    *,
    job: str | None = None,
    roots: Sequence[str] = (),
    elsewhere: bool = False,
    limit: int = MAX_FAILURES,
) -> tuple[Failure, ...]:
    """One failure a fault, likely causes first, then in the order of the log.

    Args:
        found: what tools printed themselves.
        echoes: what others said of it (annotations): kept only when no tool said it.
        job: name of the CI job.
        roots: folders that were the repository root where the job ran.
        elsewhere: keep absolute paths that lie outside the repository; else they are unknown.
        limit: how many at most; of more the first are kept.
    """
    place = shown if elsewhere else relative
    clean = _deduplicate(_clean(each, job, roots, place) for each in found)
    once = _across_tools(_outside_tests(clean))
    said = _deduplicate(_clean(each, job, roots, place) for each in echoes if not each.weak)
    kept = once + [failure for failure in said if not _is_echo(failure, once)]
    kept.sort(key=_order)
    return tuple(_with_root(kept[:limit]))


def _with_root(ordered: list[Failure]) -> list[Failure]:
    """With the likely cause marked: what keeps a build from ending before the tests it broke."""
    if not ordered or ordered[0].root:
        return ordered
    first, last = _RANK[ordered[0].type], max(_RANK[failure.type] for failure in ordered)
    broke = any(failure.type in _BROKEN for failure in ordered)
    if first <= _RANK[FailureType.BUILD] and (broke or first < _RANK[FailureType.BUILD] <= last):
        return [replace(ordered[0], root=True), *ordered[1:]]
    return ordered


def _order(failure: Failure) -> tuple[bool, int, int]:
    return not failure.root, _RANK[failure.type], failure.log.start if failure.log else 0


def _clean(failure: Failure, job: str | None, roots: Sequence[str], place: Place) -> Failure:
    """Within the promises of the document: relative paths, one line, bounded."""
    file = place(failure.file, roots) if failure.file else None
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
    kept: list[Failure] = []
    known: dict[object, list[int]] = {}
    for failure in failures:
        alike = known.setdefault(_identity(failure), [])
        again = next((index for index in alike if _is_again(kept[index], failure)), None)
        if again is None:
            alike.append(len(kept))
            kept.append(failure)
        elif kept[again].line is None and failure.line is not None:
            kept[again] = failure  # the first only named it
    return kept


def _identity(failure: Failure) -> object:
    """Equal for two reports of one fault by one tool, which may still be of two tests."""
    if failure.test is not None and failure.tool is not None:
        return failure.tool, failure.test
    where = (failure.file, failure.line, failure.column)
    return failure.type, failure.tool, failure.rule, where, failure.message


def _is_again(one: Failure, other: Failure) -> bool:
    """Whether two tests of one name are one: titles may repeat from file to file."""
    if one.test is None:
        return True
    beside = one.tool in _LEAF_TITLES or one.task != other.task
    moved = one.line and other.line and one.line != other.line
    return _same_file(one.file, other.file) and not (beside and moved)


def _outside_tests(failures: Sequence[Failure]) -> list[Failure]:
    """Without what other tools said in the output of a failing test: it is the test's."""
    spans: dict[str | None, list[tuple[int, int]]] = {}
    for each in failures:
        if each.type is FailureType.TEST and each.test and each.log:
            spans.setdefault(each.task, []).append((each.log.start, each.log.end))
    for of_task in spans.values():  # tasks that run side by side mix their lines
        of_task.sort()
    return [
        each
        for each in failures
        if each.type in _OWN or not _is_within(each.log, spans.get(each.task, ()))
    ]


def _is_within(span: LogSpan | None, spans: Sequence[tuple[int, int]]) -> bool:
    if span is None:
        return False
    at = bisect_left(spans, (span.start, 0))
    return at > 0 and spans[at - 1][1] >= span.end


def _across_tools(failures: Sequence[Failure]) -> list[Failure]:
    """One failure where two tools tell of one fault, with what either knew."""
    kept: list[Failure] = []
    beside: dict[object, list[int]] = {}
    for failure in failures:
        keys = [key for key in (_place_key(failure), _test_key(failure)) if key]
        known = [index for key in keys for index in beside.get(key, ())]
        same = next((index for index in known if _same_fault(kept[index], failure)), None)
        if same is None:
            same = len(kept)
            kept.append(failure)
        else:
            kept[same] = _joined(kept[same], failure)
        for key in keys:
            beside.setdefault(key, []).append(same)
    return kept


def _place_key(failure: Failure) -> object:
    """Names the line; a base name will do, as not every tool prints the folder."""
    return (failure.file.rpartition("/")[2], failure.line) if failure.file else None


def _test_key(failure: Failure) -> object:
    return _test_name(failure.test) if failure.test else None


def _test_name(test: str) -> str:
    """The last part of a test's id, however its runner joins them."""
    words = _WORD.findall(re.split(r"::|[.#>\u203a/\u00bb]", test.rstrip("()"))[-1])
    return " ".join(words)


def _same_fault(one: Failure, other: Failure) -> bool:
    """Whether two tools speak of one fault: of one test, or of one line in the same words."""
    if one.tool == other.tool or not _same_file(one.file, other.file) or _are_linters(one, other):
        return False
    if one.test and other.test:
        return _test_key(one) == _test_key(other) and _alike(one.message, other.message)
    return bool(one.line) and one.line == other.line and _alike(one.message, other.message)


def _are_linters(one: Failure, other: Failure) -> bool:
    """Whether two linters were run one after the other: each fails for itself."""
    if one.type is not FailureType.LINT or other.type is not FailureType.LINT:
        return False
    if one.tool in _GENERIC or other.tool in _GENERIC or not (one.log and other.log):
        return False
    return one.log.end < other.log.start or other.log.end < one.log.start


def _same_file(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return True
    return one == other or one.endswith(f"/{other}") or other.endswith(f"/{one}")


def _alike(one: str, other: str) -> bool:
    """Whether one message holds the words of the other."""
    short, long = sorted((" ".join(_WORD.findall(one)), " ".join(_WORD.findall(other))), key=len)
    return short[:SAME_CHARS] in long


def _joined(one: Failure, other: Failure) -> Failure:
    """The one that knows its tool better, with what only the other knew."""
    if one.tool in _GENERIC and other.tool not in _GENERIC:
        one, other = other, one
    missing = {
        name: value
        for name in ("rule", "test", "line", "column", "suggestion", "command", "log")
        if getattr(one, name) is None and (value := getattr(other, name)) is not None
    }
    longer = max(one.file, other.file, key=len) if one.file and other.file else one.file
    return replace(one, **missing, file=longer or other.file, flaky=one.flaky or other.flaky)


def _is_echo(echo: Failure, known: Sequence[Failure]) -> bool:
    """Whether a tool's own output said the same: at the same place, or in the same words."""
    words = set(_WORD.findall(echo.message))
    for failure in known[:MAX_FAILURES]:
        if echo.file and (echo.file, echo.line) == (failure.file, failure.line):
            if failure.message in echo.message or (failure.rule or "\0") in echo.message:
                return True
            if failure.test:
                return True
        if len(words) >= MIN_WORDS and words <= set(_WORD.findall(failure.message)):
            return True
    return False
