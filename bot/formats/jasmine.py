"""jasmine: specs and suites that failed, as numbered failures with a message and a stack."""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.js_stack import best, name_pattern
from bot.core.pattern import pattern

NAME = "jasmine"
HINTS = (
    "Failures:",
    "  Message:",
    "  Stack:",
    "UserContext.",
    "<Jasmine>",
    "Suite error: ",
    " specs, ",
    " spec, ",
)
REACH = (4, 30)

MAX_DETAIL = 40
MAX_LINES = 200

_NUMBERED = pattern(r"(?P<number>\d{1,6})\) (?P<name>\S.{0,1000})$")
_SUITE = pattern(
    r"(?:Suite error: (?P<name>\S.{0,1000})|(?P<top>Suite error|Top level suite error|Error during loading))$"
)
_COUNTS = pattern(r"\d{1,7} specs?, \d{1,7} failures?\b")
_FOLLOWS = "Not run because a beforeAll function failed"


@dataclass(slots=True)
class _Spec:
    """One failure of the list."""

    name: str
    start: int
    end: int
    message: list[str] = field(default_factory=list)
    stack: list[str] = field(default_factory=list)
    part: str = ""


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a failing spec or suite; specs that did not run because of their suite are not."""
    reader = _Reader()
    for line in lines:
        yield from reader.read(line)
    yield from reader.flush()


class _Reader:
    """Keeps the failure whose lines are still coming."""

    def __init__(self) -> None:
        self._listing = False
        self._spec: _Spec | None = None

    def read(self, line: Line) -> Iterator[Failure]:
        """Take the next line."""
        text = line.text
        if text == "Failures:":
            self._listing = True
        elif text[:1].isdecimal() and _COUNTS.match(text):
            yield from self.flush()
            self._listing = False
        elif self._listing and not text.startswith(" ") and text:
            yield from self.flush()
            match = _NUMBERED.match(text) or _SUITE.match(text)
            if match is not None:
                name = match["name"] or match.groupdict().get("top") or ""
                self._spec = _Spec(name, line.number, line.number)
        elif self._spec is not None:
            _take(self._spec, line)

    def flush(self) -> Iterator[Failure]:
        """The failure that is still open."""
        spec, self._spec = self._spec, None
        if spec is not None and spec.message and not spec.message[0].startswith(_FOLLOWS):
            yield _failure(spec)


def _take(spec: _Spec, line: Line) -> None:
    """Of several messages in one spec the first counts, with its own stack."""
    text = line.text
    if text in ("  Message:", "  Stack:"):
        spec.part = "more" if spec.part in ("more", "  Stack:") and text == "  Message:" else text
        if spec.part == "more" and text == "  Stack:":
            spec.part = "more"
    elif text and len(spec.message) + len(spec.stack) < MAX_LINES:
        if spec.part == "  Message:":
            spec.message.append(text.strip())
            spec.end = line.number
        elif spec.part == "  Stack:":
            spec.stack.append(text)
            spec.end = line.number


def _failure(spec: _Spec) -> Failure:
    frame = best(spec.stack)
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=spec.name,
        message=spec.message[0],
        file=frame.file if frame else None,
        line=frame.line if frame else None,
        column=frame.column if frame else None,
        command=f"npx jasmine --filter={shlex.quote(name_pattern(spec.name))}",
        detail=(*spec.message, *spec.stack)[:MAX_DETAIL],
        log=LogSpan(start=spec.start, end=spec.end),
    )
