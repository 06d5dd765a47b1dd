"""Trees of tests: Pest and Laravel (`FAILED  Tests\\CartTest > it sums`), and PHPUnit's testdox."""

import re
from collections.abc import Iterator

from bot.core.failure import Failure, LogSpan
from bot.core.framing import Line
from bot.core.pattern import Pattern, pattern
from bot.formats.phpunit.frames import FRAME, failure

MAX_BLOCK = 60
MAX_MESSAGE_LINES = 4
_PEST = pattern(
    r" +(?:FAILED|•) +(?P<test>(?:P\\)?[\w\\]{1,300} (?:>|\u203a|->) \S.{0,500}?)(?: {2,200}(?P<error>[A-Z][\w\\]{1,200}))?$"
)
_RULE = pattern(r"\s{0,20}[─━-]{10,}$|  Tests: +\d|Tests: +\d")
_CASE = pattern(r" [✘⚠] (?P<test>\S.{0,400}?)(?: \[\d[\d.]{0,20} ms\])?$")
_GROUP = pattern(r"[^(\s][^(]{0,200} \((?P<group>[\w\\]{1,300})\)$")
_OTHER_CASE = pattern(r" [✔∅☢↩⚠] |\S")
_BAR = pattern(r"   [│┐├┊┴╵╷┌└|]")


class PestReader:
    """Blocks that begin with FAILED and a test."""

    head: Pattern = _PEST
    end: Pattern = _RULE
    tool = "pest"

    def __init__(self) -> None:
        self._head: re.Match[str] | None = None
        self._block: list[Line] = []

    def read(self, line: Line) -> Iterator[Failure]:
        """The failure that this line ends, if any."""
        if (head := self.head.match(line.text)) is not None:
            yield from self.flush()
            self._head, self._block = head, [line]
        elif self._head is not None:
            jumped = line.number > self._block[-1].number + 1
            if jumped or self.end.match(line.text) or len(self._block) > MAX_BLOCK:
                yield from self.flush()
            else:
                self._block.append(line)

    def flush(self) -> Iterator[Failure]:
        """The block that is still open."""
        head, self._head = self._head, None
        if head is None:
            return
        texts = [self.words(line.text) for line in self._block[1:]]
        if not any(self.known(line.text) for line in self._block[1:]):
            return
        message = _message(texts)
        if head.groupdict().get("error"):
            message = f"{head['error']}: {message}"
        span = LogSpan(start=self._block[0].number, end=self._block[-1].number)
        yield failure(self.name(head), message, texts, span, tool=self.tool)

    def known(self, text: str) -> bool:
        """Whether a line shows that this is a failure and no other output."""
        return FRAME.match(text) is not None

    def name(self, head: re.Match[str]) -> str:
        """The id of the test."""
        return head["test"]

    def words(self, text: str) -> str:
        """A line without the tree's own signs."""
        return text


class TestdoxReader(PestReader):
    """` ✘ Total` below `Cart (Shop\\Tests\\Cart)`."""

    head = _CASE
    end = _OTHER_CASE
    tool = "phpunit"

    def __init__(self) -> None:
        super().__init__()
        self._group: str | None = None

    def read(self, line: Line) -> Iterator[Failure]:
        """As above, and remembers the class."""
        yield from super().read(line)
        if (match := _GROUP.match(line.text)) is not None:
            self._group = match["group"]

    def known(self, text: str) -> bool:
        """Whether the bar of the tree stands at the left."""
        return _BAR.match(text) is not None

    def name(self, head: re.Match[str]) -> str:
        """The class and what is said of it."""
        return f"{self._group}::{head['test']}" if self._group else head["test"]

    def words(self, text: str) -> str:
        """Without the bar at the left."""
        return text[4:].lstrip() if _BAR.match(text) else text.strip()


def _message(texts: list[str]) -> str:
    words: list[str] = []
    for text in texts:
        stripped = text.strip()
        if not stripped and not words:
            continue
        done = not stripped or stripped.startswith(("--- Expected", "at ")) or FRAME.match(text)
        if done or len(words) >= MAX_MESSAGE_LINES:
            break
        words.append(stripped)
    return " ".join(words)
