"""Criterion for C and C++: one failure a test, at the first of its assertions that failed."""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "criterion"
HINTS = ("[FAIL] ", "31mFAIL\x1b[0m] ", ": Assertion ", ": Unexpected signal caught below")
REACH = (0, 6)

_SAID = pattern(
    r"\[----\] (?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}):(?P<line>\d{1,7}): "
    r"(?P<message>Assertion [Ff]ailed(?:: .{0,2000})?|Unexpected signal caught below this line!)$"
)
_WORDS = pattern(r"\[----\]\s+(?P<words>\S.{0,1000})$")
_FAILED = pattern(
    r"\[FAIL\] (?P<test>[\w<>:,]{1,300}::\w{1,300}): "
    r"(?P<how>CRASH!|Timed out\.)?(?: ?\(\d{1,9}\.\d{1,6}s\))?$"
)
_OTHERS = ("[PASS] ", "[SKIP] ", "[RUN ] ")
_WORDLESS = ("Assertion Failed", "Assertion failed")
MAX_SAID = 4
MAX_DETAIL = 20


@dataclass(slots=True)
class _Said:
    """What was printed at a place before the verdict on its test."""

    start: int
    end: int
    file: str
    line: int
    message: str
    words: list[str] = field(default_factory=list)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """Each test that failed, crashed, or took too long."""
    said: list[_Said] = []
    for line in lines:
        text = line.text
        if not text.startswith("["):
            continue
        if (match := _SAID.match(text)) is not None:
            row = int(match["line"])
            said.append(_Said(line.number, line.number, match["file"], row, match["message"]))
        elif said and line.number == said[-1].end + 1 and text.startswith("[----]"):
            said[-1].end = line.number
            if (more := _WORDS.match(text)) is not None and len(said[-1].words) < MAX_DETAIL:
                said[-1].words.append(more["words"])
        elif (failed := _FAILED.match(text)) is not None:
            yield _failure(failed["test"], failed["how"], line.number, said)
            said = []
        elif text.startswith(_OTHERS):
            said = []


def _failure(test: str, how: str | None, number: int, said: list[_Said]) -> Failure:
    first = said[0] if said else None
    timeout = how == "Timed out."
    message = how or f"FAIL: {test}"
    if first is not None and not timeout:
        bare = first.message in _WORDLESS and first.words
        message = " ".join(first.words[:MAX_SAID]) if bare else first.message
    return Failure(
        type=FailureType.TIMEOUT if timeout else FailureType.TEST,
        tool=NAME,
        test=test,
        message=message,
        file=first.file if first else None,
        line=first.line if first else None,
        command=f"--filter={shlex.quote(test.replace('::', '/'))}",
        detail=tuple(word for each in said for word in each.words)[:MAX_DETAIL],
        log=LogSpan(start=first.start if first else number, end=number),
    )
