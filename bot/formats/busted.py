"""busted, Lua's test runner: failures and errors of its own and of the gtest output."""

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence

from bot.core.failure import Failure, FailureType
from bot.core.framing import Line
from bot.core.lookahead import after, detail, span, until
from bot.core.pattern import pattern

NAME = "busted"
HINTS = ("Failure -> ", "Error -> ", ".lua @ ")
REACH = (0, 10)

_HEAD = pattern(
    r"(?P<kind>Failure|Error) (?:->|→) (?P<file>[^\s:]{1,300}\.\w{1,6}) @ (?P<line>\d{1,7})$"
)
_RUN = pattern(
    r"\[ RUN      \] (?P<file>[^\s:]{1,300}\.\w{1,6}) @ (?P<line>\d{1,7}): (?P<test>\S.{0,400})$"
)
_GTEST = pattern(r"\[(?:  FAILED  |  ERROR   )\] ")
_END = pattern(r"(?:Failure|Error|Pending) (?:->|→) |\[ ")
_PLACED = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:]{1,300}\.(?:lua|moon|tl)):(?P<line>\d{1,7}): (?P<message>\S.{0,600})$"
)
MAX_LINES = 12


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a test."""
    rows = list(lines)
    for index, line in enumerate(rows):
        following = after(rows, index, MAX_LINES)
        if (match := _HEAD.match(line.text)) is not None and following:
            yield _failure(match, following[0].text, line, until(following[1:], _END.match))
        elif (match := _RUN.match(line.text)) is not None:
            said = until(following, _END.match)
            if len(said) < len(following) and _GTEST.match(following[len(said)].text):
                yield _failure(match, match["test"], line, said)


def _failure(match: re.Match[str], test: str, line: Line, said: Sequence[Line]) -> Failure:
    words = [each.text.strip() for each in said if each.text.strip()]
    placed = _PLACED.match(words[0]) if words else None
    ours = placed is not None and placed["file"] == match["file"]
    message = placed["message"] if placed else (words[0] if words else test)
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        message=" ".join((message, *_compared(words))),
        test=test.strip(),
        file=match["file"],
        line=int(placed["line"]) if placed and ours else int(match["line"]),
        command=f"busted {shlex.quote(match['file'])}",
        detail=detail(said),
        log=span(line, said),
    )


def _compared(words: Sequence[str]) -> list[str]:
    """What was passed in and what was expected, if the assertion says so on one line each."""
    if "Passed in:" not in words[:3] or "Expected:" not in words:
        return []
    at, other = words.index("Passed in:"), words.index("Expected:")
    if other != at + 2 or other + 1 >= len(words):
        return []
    return [f"Passed in: {words[at + 1]}", f"Expected: {words[other + 1]}"]
