"""The numbered list at the end: `1) Shop\\CartTest::testTotal`."""

import re
from collections.abc import Iterator, Sequence

from bot.core.failure import Failure, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern
from bot.formats.phpunit.frames import FRAME, failure

MAX_BLOCK = 80
MAX_MESSAGE_LINES = 4

_SECTION = pattern(
    r"(?:There (?:was|were) \d{1,6} |\d{1,6} tests? triggered \d{1,6} )(?P<kind>[\w ()-]{1,60}):$"
)
_COUNTED = frozenset({"failure", "failures", "error", "errors", "PHPUnit error", "PHPUnit errors"})
_HEAD = pattern(r"\d{1,5}\) (?P<test>(?P<owner>[\w\\@\x7f-\uffff]{1,300})(?:::|: )\S.{0,1000})$")
_ARGUMENTS = pattern(
    r"(?P<name>.{1,500}?(?: with data set (?:#\d{1,7}|\".{0,300}?\")|[#@][^(]{1,200}?)) ?(?:with data )?\("
)
_CODECEPTION = pattern(r" Test +(?P<file>[^\s:]{1,300}):(?P<name>\S.{0,300})$")
_END = pattern(
    r"--$|FAILURES!|ERRORS!|WARNINGS!|OK[ ,(]|Tests: \d|Time: \d|##\[|Generating code coverage"
)
_PREMATURE = pattern(
    r"(?:PHP )?(?:Fatal error: )?(?P<message>Premature end of PHP process when running (?P<test>[\w\\:]{1,300}).{0,100})$"
)


class Reader:
    """Reads blocks of the sections that make a run fail."""

    def __init__(self) -> None:
        self._skipped = False
        self._head: re.Match[str] | None = None
        self._block: list[Line] = []

    def read(self, line: Line) -> Iterator[Failure]:
        """The failure that this line ends, if any."""
        text = line.text
        if (section := _SECTION.match(text)) is not None:
            yield from self.flush()
            self._skipped = section["kind"] not in _COUNTED
        elif (head := _HEAD.match(text)) is not None:
            yield from self.flush()
            if not self._skipped:
                self._head, self._block = head, [line]
        elif (match := _PREMATURE.match(text)) is not None:
            span = LogSpan(start=line.number, end=line.number)
            yield failure(match["test"], match["message"], [], span)
        elif self._head is not None:
            yield from self._extend(line)

    def _extend(self, line: Line) -> Iterator[Failure]:
        jumped = line.number > self._block[-1].number + 1
        if jumped or _END.match(line.text) or len(self._block) > MAX_BLOCK:
            yield from self.flush()
        else:
            self._block.append(line)

    def flush(self) -> Iterator[Failure]:
        """The block that is still open."""
        head, self._head = self._head, None
        if head is None:
            return
        texts = [line.text for line in self._block[1:]]
        codeception = next((m for text in texts[:2] if (m := _CODECEPTION.match(text))), None)
        if codeception is None and "::" not in head["test"]:
            return
        known = codeception is not None or any(FRAME.match(text) for text in texts)
        if not known and not any(text.strip() for text in texts):
            return
        name = head["test"]
        if name.endswith(")") and (arguments := _ARGUMENTS.match(name)) is not None:
            name = arguments["name"]
        span = LogSpan(start=self._block[0].number, end=self._block[-1].number)
        yield failure(
            name, _message(texts), texts, span, file=codeception["file"] if codeception else None
        )


def _message(texts: Sequence[str]) -> str:
    """The first paragraph, without the comparison that follows it."""
    words: list[str] = []
    for text in texts:
        stripped = text.strip()
        if _CODECEPTION.match(text) or (not stripped and not words):
            continue
        done = not stripped or text.startswith("--- Expected") or FRAME.match(text)
        if done or len(words) >= MAX_MESSAGE_LINES:
            break
        words.append(stripped)
    return " ".join(words)
