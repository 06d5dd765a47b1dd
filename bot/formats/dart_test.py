"""`dart test` and `flutter test`: the compact, expanded and GitHub reporters."""

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "dart test"
HINTS = (
    " [E]", "❌ ", "EXCEPTION CAUGHT BY", "The test description was", "To run this test again:", "Failing tests:",
    "_test.dart",
)  # fmt: skip
REACH = (1, 30)
MAX_BLOCK = 70
MAX_DETAIL = 40
MAX_MESSAGE_LINES = 4

_HEAD = pattern(
    r"\d\d:\d\d (?:\+\d{1,6} )?(?:~\d{1,6} )?(?:-\d{1,6})?: (?P<name>\S.{0,800}?) \[E\]$"
)
_GITHUB = pattern(
    r"(?:##\[group\]|::group::)?❌ (?P<name>\S.{0,800}?) \(failed(?: after .{1,40})?\)$"
)
_PREFIX = pattern(r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}\.dart): (?P<name>.{1,600})$")
_LOADING = pattern(r"loading (?P<file>[^\n]{1,400}\.dart)$")
_FRAME = pattern(
    r"\s*(?:#\d{1,4} .{1,300}?\((?:file://)?)?(?P<file>(?:[A-Za-z]:)?[^\s:(][^:()]{0,400}\.dart)[ :](?P<line>\d{1,7})(?::(?P<column>\d{1,5}))?(?:\)|\s|:|$)"
)
_FOREIGN = pattern(
    r"(?:package:(?:matcher|test|test_api|flutter_test|flutter|stack_trace|async|mockito|mocktail|checks)/|dart:|.{0,300}/(?:\.pub-cache|flutter/packages|hostedtoolcache)/)"
)
_COMPILE = pattern(
    r" +(?P<file>[^\s:][^:]{0,300}\.dart):(?P<line>\d{1,7}):\d{1,5}: Error: (?P<message>.{1,400})$"
)
_PROGRESS = pattern(r"\d\d:\d\d [+~-]\d")
_END = pattern(
    r"(?:✅|❌|⏭|##\[endgroup\]|::(?:end)?group::|##\[group\])|\d{1,6} tests? (?:passed|failed)|To run this test again:|Some tests failed|Consider enabling"
)
_THROWN = pattern(r"The following (?P<what>.{1,120}) was thrown.{0,80}:$")
_AGAIN = pattern(r"To run this test again: (?P<command>.{1,600})$")
_OURS = "Test failed. See exception logs above."


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a test; the box that Flutter drew before is its reason."""
    head: re.Match[str] | None = None
    block: list[Line] = []
    box: list[Line] = []
    drawing = False
    for line in lines:
        text = line.text
        found = _HEAD.match(text) or _GITHUB.match(text)
        if found is not None or _ends(block, line):
            yield from _failure(head, block, box)
            box = [] if head is not None else box
            head, block = found, [line] if found is not None else []
        elif head is not None:
            block.append(line)
        if "EXCEPTION CAUGHT BY" in text and not text.startswith(" "):
            drawing, box = True, []
        drawing = drawing and not text.startswith("═" * 60)
        if drawing and len(box) < MAX_BLOCK:
            box.append(line)
    yield from _failure(head, block, box)


def _ends(block: Sequence[Line], line: Line) -> bool:
    if not block:
        return False
    far = line.number > block[-1].number + 1 or len(block) > MAX_BLOCK
    return far or bool(_PROGRESS.match(line.text) or _END.match(line.text))


def _failure(
    head: re.Match[str] | None, block: Sequence[Line], box: Sequence[Line]
) -> Iterator[Failure]:
    if head is None:
        return
    texts = [line.text for line in block[1:]]
    name, file = head["name"], None
    if (loading := _LOADING.match(name)) is not None:
        file = loading["file"]
    elif (prefix := _PREFIX.match(name)) is not None:
        name, file = prefix["name"], prefix["file"]
    reason = [line.text for line in box] if any(_OURS in text for text in texts) else texts
    place = _place(reason, file) or _place(texts, file)
    path = place[0] if place else file
    command = f"dart test {shlex.quote(path)}" if path else "dart test"
    if loading is None:
        command += f" --plain-name {shlex.quote(name)}"
    start = box[0].number if box and reason is not texts else block[0].number
    yield Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=name,
        message=_message(reason) or name,
        file=path,
        line=place[1] if place else None,
        command=command,
        detail=tuple(reason[:MAX_DETAIL]),
        log=LogSpan(start=start, end=block[-1].number),
        root=loading is not None,
    )


def _place(texts: Sequence[str], file: str | None) -> tuple[str, int] | None:
    """The deepest frame in a test, else in the package; of a file that did not load, its error."""
    frames = [
        (match["file"], int(match["line"]))
        for text in texts
        if ".dart" in text
        and (match := _COMPILE.match(text) or _FRAME.match(text))
        and not _FOREIGN.match(match["file"])
    ]
    own = [frame for frame in frames if file is not None and file.endswith(frame[0])]
    tests = [frame for frame in frames if frame[0].endswith("_test.dart")]
    local = [frame for frame in frames if not frame[0].startswith("package:")]
    return next(iter([*own, *tests, *local]), None)


def _message(texts: Sequence[str]) -> str:
    """The first paragraph: what was expected, or what was thrown."""
    words: list[str] = []
    for text in texts:
        stripped = text.strip()
        if (match := _COMPILE.match(text)) is not None:
            return match["message"]
        if (match := _THROWN.match(stripped)) is not None or stripped.startswith("══╡"):
            continue
        if not stripped and not words:
            continue
        done = (
            not stripped
            or _FRAME.match(text)
            or stripped.startswith(("package:", "dart:", "When the exception"))
        )
        if done or len(words) >= MAX_MESSAGE_LINES:
            break
        words.append(stripped)
    return " ".join(words)
