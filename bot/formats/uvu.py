"""uvu: a test under its suite's name, the assertion's words, and the stack below them."""

from collections.abc import Iterable, Iterator, Sequence

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.js_stack import best
from bot.core.line_blocks import blocks
from bot.core.pattern import pattern

NAME = "uvu"
HINTS = (" FAIL ",)
REACH = (0, 60)

_FAIL = pattern(
    r" {2,4}FAIL {1,3}(?:(?P<suite>[^\s\"][^\"]{0,200}?) {1,3})?\"(?P<name>.{1,400})\"$"
)
_WORDS = pattern(r" {4}(?P<message>\S.{0,800}?)(?: {2}\([a-zA-Z.]{2,20}\))?$")
_SIDE = pattern(r" {6,10}[+-]{2}(?P<value>.{1,200}?) {2,8}\((?P<side>Expected|Actual)\)$")
MAX_BLOCK = 60


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a test that failed."""
    for block in blocks(lines, _begins, _belongs):
        yield from _failure(block)


def _begins(text: str) -> bool:
    return _FAIL.match(text) is not None


def _belongs(block: Sequence[Line], line: Line) -> bool:
    """Everything uvu says of a test is indented."""
    beside = line.number == block[-1].number + 1 and len(block) < MAX_BLOCK
    return beside and (not line.text or line.text.startswith("    "))


def _failure(block: Sequence[Line]) -> Iterator[Failure]:
    head = _FAIL.match(block[0].text)
    words = _WORDS.match(block[1].text) if len(block) > 1 else None
    if head is None or words is None:
        return
    detail = [line.text for line in block[1:]]
    sides = [match for text in detail if (match := _SIDE.match(text)) is not None]
    compared = ", ".join(f"{match['side']}: {match['value']}" for match in sides)
    at = best(detail)
    suite = f"{head['suite']} \u203a " if head["suite"] else ""
    yield Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=f"{suite}{head['name']}",
        message=f"{words['message']} {compared}".strip(),
        file=at.file if at else None,
        line=at.line if at else None,
        column=at.column if at else None,
        detail=tuple(text for text in detail if text),
        log=LogSpan(start=block[0].number, end=block[-1].number),
    )
