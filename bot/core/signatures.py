"""Failures that are one known sentence: tables of literals, read by one loop.

Runners, git, registries and clouds say what went wrong in a fixed sentence, often three times in a
row and in three wordings. A format of that kind is a table of `Signature`; the sentences that stand
close together are one incident, told by the most telling of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import Pattern, pattern

NEAR = 8  # lines between two sentences about one thing
MAX_DETAIL = 20

_PREFIX = pattern(
    r"(?:\s{1,40}|##\[error\]|::error::|ERROR: (?=error:|fatal:|Error:)|[Ee]rror: |ERROR: ERROR: "
    r"|stderr: '?|stdout: |remote: |#\d{1,5} (?:\d{1,6}\.\d{1,4} )?|\d{1,5}\.\d{1,4} (?=\S))"
)
# Source and shell traces that only hold the words.
_QUOTED = pattern(
    r"(?:##\[(?:warning|debug|notice|command|group|script|section)\]|\[command\]|::(?:warning|notice|debug|group)"
    r"|\s{0,80}(?:\+{1,4} |echo |printf |grep |if |elif |else|# |//|\* |> |throw |raise |return |logger\.))"
    r"|\s{0,40}(?:\[?WARN(?:ING)?\b|[Ww]arning:|\[?(?:DEBUG|debug)\b)"
)


class Signature(NamedTuple):
    """One sentence.

    Attributes:
        hint: a literal of the line.
        type: what it means.
        tool: who says it.
        rank: 0 names the cause, 1 its effect, 2 only that it failed; the lowest of an incident is told.
        strong: whether no green log holds it; else it counts only where the log says that it failed.
        shape: what must match in the line, too; its group `message` is the message, when it has one.
    """

    hint: str
    type: FailureType
    tool: str
    rank: int = 0
    strong: bool = False
    shape: Pattern | None = None


def hints(table: Iterable[Signature]) -> tuple[str, ...]:
    """The literals of a table, each once."""
    return tuple(dict.fromkeys(each.hint for each in table))


def incidents(lines: Iterable[Line], table: Sequence[Signature]) -> Iterator[Failure]:
    """One failure an incident, in order."""
    best: tuple[Failure, int] | None = None
    for line in lines:
        found = _read(line, table)
        if found is None:
            continue
        if best is not None and _apart(best[0], line.number):
            yield best[0]
            best = None
        best = found if best is None else _joined(best, found)
    if best is not None:
        yield best[0]


def sentence(text: str) -> str:
    """The line without what CI and wrappers put before a message."""
    for _ in range(6):
        match = _PREFIX.match(text)
        if match is None or match.end() == len(text):
            break
        text = text[match.end() :]
    return text.strip()


def _read(line: Line, table: Sequence[Signature]) -> tuple[Failure, int] | None:
    text = line.text
    if _QUOTED.match(text) is not None:
        return None
    for each in table:
        if each.hint not in text:
            continue
        message = sentence(text)
        if each.shape is not None:
            match = each.shape.search(text)
            if match is None:
                continue
            message = match.groupdict().get("message") or message
        failure = Failure(
            type=each.type,
            tool=each.tool,
            message=message,
            log=LogSpan(start=line.number, end=line.number),
            weak=not each.strong,
        )
        return failure, each.rank
    return None


def _apart(failure: Failure, number: int) -> bool:
    return failure.log is not None and number > failure.log.end + NEAR


def _joined(best: tuple[Failure, int], found: tuple[Failure, int]) -> tuple[Failure, int]:
    """The more telling of two sentences of one incident, with the other as its detail."""
    (first, rank), (second, other) = best, found
    kept, told = (second, first) if other < rank else (first, second)
    start = first.log.start if first.log else 1
    end = second.log.end if second.log else start
    detail = kept.detail
    if told.message != kept.message and told.message not in detail:
        detail = (*first.detail, told.message)[:MAX_DETAIL]
    joined = Failure(
        type=kept.type,
        tool=kept.tool,
        message=kept.message,
        detail=detail,
        log=LogSpan(start=start, end=end),
        weak=first.weak and second.weak,
    )
    return joined, min(rank, other)
