"""ExUnit: the numbered failures of `mix test`."""

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "exunit"
HINTS = (".exs:", "stacktrace:", "failure on setup_all callback")
REACH = (3, 30)
MAX_BLOCK = 60
MAX_DETAIL = 40
MAX_MESSAGE_LINES = 4

_HEAD = pattern(
    r" {1,4}\d{1,5}\) (?P<name>(?:test|doctest|property|feature|\S{1,40}) .{1,500}?) \((?P<module>[A-Z][\w.]{1,300})\)$"
)
_SETUP = pattern(
    r" {1,4}\d{1,5}\) (?P<module>[A-Z][\w.]{1,300}): failure on setup_all callback, .{1,80}$"
)
_PLACE = pattern(r" {5}(?P<file>[^\s:][^:]{0,300}\.exs?):(?P<line>\d{1,7})$")
_FRAME = pattern(
    r" +(?:\([\w ]{1,60} [^)]{1,40}\) )?(?P<file>(?:[A-Za-z]:)?[^\s:(][^:]{0,300}\.exs?):(?P<line>\d{1,7}): "
)
_DEPENDENCY = pattern(r" +\([\w ]{1,60} [^)]{1,40}\) (?:deps|lib)/")
_STOP = pattern(r" +(?:code|stacktrace|arguments|The following output was logged|hint):")
_SIDE = pattern(r" +(?P<side>(?:left|right): .{0,400})$")
_END = pattern(
    r"Finished in |\d+ (?:doctests?|tests?|properties), |Randomized with|  \* test |##\["
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a test."""
    head: re.Match[str] | None = None
    block: list[Line] = []
    for line in lines:
        found = _HEAD.match(line.text) or _SETUP.match(line.text)
        beside = bool(block) and line.number == block[-1].number + 1
        if found is not None or not beside or _END.match(line.text) or len(block) > MAX_BLOCK:
            yield from _failure(head, block)
            head, block = found, [line] if found is not None else []
        else:
            block.append(line)
    yield from _failure(head, block)


def _failure(head: re.Match[str] | None, block: Sequence[Line]) -> Iterator[Failure]:
    texts = [line.text for line in block[1:]]
    place = next((match for text in texts[:2] if (match := _PLACE.match(text))), None)
    if head is None or (place is None and not head[0].endswith("invalidated")):
        return
    while len(block) > 1 and not block[-1].text.strip():
        block = block[:-1]
    file, row = _deepest(texts, place)
    name = head.groupdict().get("name")
    again = f"{place['file']}:{place['line']}" if place else file
    yield Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=f"{name} ({head['module']})" if name else head["module"],
        message=_message(texts) or head[0].strip(),
        file=file,
        line=row,
        command=f"mix test {shlex.quote(again)}" if again else None,
        detail=tuple(line.text for line in block[1 : MAX_DETAIL + 1]),
        log=LogSpan(start=block[0].number, end=block[-1].number),
    )


def _deepest(texts: Sequence[str], place: re.Match[str] | None) -> tuple[str | None, int | None]:
    """The first frame in the test's own file, else in any test, else where the test stands."""
    frames = [
        (match["file"], int(match["line"]))
        for text in texts
        if ".ex" in text and not _DEPENDENCY.match(text) and (match := _FRAME.match(text))
    ]
    own = [frame for frame in frames if place is not None and frame[0] == place["file"]]
    tests = [frame for frame in frames if frame[0].endswith(".exs")]
    known = [(place["file"], int(place["line"]))] if place else frames
    return next(iter([*own, *tests, *known]), (None, None))


def _message(texts: Sequence[str]) -> str:
    """What failed, then both sides of a comparison."""
    words: list[str] = []
    stopped = False
    for text in texts:
        side = _SIDE.match(text)
        stopped = stopped or _STOP.match(text) is not None or (bool(words) and not text.strip())
        if side is not None:
            words.append(side["side"].strip())
        elif not stopped and text.strip() and not _PLACE.match(text):
            words.append(text.strip())
        if len(words) >= MAX_MESSAGE_LINES:
            break
    return " ".join(words)
