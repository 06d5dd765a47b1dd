"""minitest and test-unit: the numbered list, Rails' inline form, spec style and minitest-reporters."""

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "minitest"
HINTS = (
    "#test_", ") Failure:", ") Error:", "rails test ", "Failure: test", "Error: test",
    "Failure\x1b[0m", "Error\x1b[0m", "FAIL[", "ERROR[", "FAIL (", "ERROR (",
)  # fmt: skip
REACH = (2, 40)
MAX_BLOCK = 60
MAX_DETAIL = 40
MAX_MESSAGE_LINES = 5

_START = pattern(r"(?: {0,4}\d{1,5}\) )?(?:Failure|Error):$")
_HEAD = pattern(
    r"(?P<test>(?P<owner>[^#]{1,200})#(?P<name>test_[^\[]{1,300}?)|(?P<old>test_[^\s(]{1,200})\((?P<of>[\w:]{1,200})\))"
    r"(?: \[(?P<file>[^\]]{1,300}?):(?P<line>\d{1,7})\](?::|$)|:$)"
)
_UNIT = pattern(
    r"(?P<kind>Failure|Error): (?P<name>test[_:][^(]{0,300})\((?P<owner>[\w:]{1,200})\)(?::(?: (?P<message>.{0,1000}))?)?$"
)
_REPORTER = pattern(
    r"(?:[^|]{0,120}\|)? *(?:FAIL|ERROR)(?:\[\"(?P<quoted>[^\"]{1,300})\", .{1,300}\]"
    r"| (?P<owner>[\w:]{1,200})#(?P<name>test_\S.{0,300}?) \(\d[^)]{0,20}\))$"
)
_SPEC = pattern(r" {1,8}(?P<name>test_\S.{0,300}?) {1,200}(?:FAIL|ERROR) \(\d[^)]{0,20}\)$")
_OWNER = pattern(r" *test_\S.{0,300}?#(?P<owner>[\w:]{1,200}) \(\d[^)]{0,30}\)$")
_PREFIX = pattern(r"(?:Minitest|MiniTest)::(?:UnexpectedError|Assertion): *")
_GROUP = pattern(r"(?P<owner>[A-Z][\w:]{0,200})$")
_FRAME = pattern(r" *(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,300}\.rb):(?P<line>\d{1,7}):in [`'].*$")
_TRACE = pattern(r" *(?:[A-Za-z]:)?[^\s:][^:]{0,300}\.\w{1,8}:\d{1,7}(?::in [`'].*)?$")
_TEST_FILE = pattern(
    r".{0,300}(?:_test|_spec|/test_[^/]{1,80})\.rb$|(?:.{0,300}/)?(?:test|spec)s?/"
)
_GEM = pattern(r".{0,300}?/(?:gems|rubygems-integration|ruby/\d[^/]{0,20}|vendor/bundle)/|/usr/|<")
_RERUN = pattern(r"(?P<command>(?:bin/)?rails test (?P<file>[^\s:]{1,300}):(?P<line>\d{1,7}))$")
_SOURCE = pattern(r" *(?:=> +)?\d{1,7}: ")
_RULER = pattern(r"={20,}$")
_SUMMARY = pattern(r"\d+ (?:runs|tests), \d+ assertions|Finished in ")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a test; what was skipped, omitted or is pending is none."""
    reader = _Reader()
    for line in lines:
        yield from reader.read(line)
    yield from reader.flush()


class _Reader:
    """Keeps the block of the test whose lines are still coming."""

    def __init__(self) -> None:
        self._started = False
        self._head: re.Match[str] | None = None
        self._block: list[Line] = []
        self._group: str | None = None

    def read(self, line: Line) -> Iterator[Failure]:
        text = line.text
        head = self._heading(text)
        if head is not None:
            yield from self.flush()
            self._head, self._block = head, [line]
        elif self._ends(line):
            yield from self.flush()
        elif self._head is not None:
            self._block.append(line)
        self._started = _START.match(text) is not None
        if (match := _GROUP.match(text)) is not None:
            self._group = match["owner"]

    def _heading(self, text: str) -> re.Match[str] | None:
        if self._started:
            return _HEAD.match(text)
        return _UNIT.match(text) or _REPORTER.match(text) or _SPEC.match(text)

    def _ends(self, line: Line) -> bool:
        if self._head is None:
            return False
        text, last = line.text, self._block[-1].number
        too_far = line.number > last + 1 or len(self._block) > MAX_BLOCK
        return too_far or any(each.match(text) for each in (_START, _RULER, _SUMMARY))

    def flush(self) -> Iterator[Failure]:
        """The failure that is still open."""
        head, self._head = self._head, None
        if head is not None:
            yield _failure(head, self._block, self._group)


def _failure(head: re.Match[str], block: Sequence[Line], group: str | None) -> Failure:
    groups = head.groupdict()
    name = groups.get("name") or groups.get("quoted") or groups.get("old") or ""
    owner = groups.get("owner") or groups.get("of") or group
    texts = [_PREFIX.sub("", line.text) for line in block[1:]]
    if texts and (under := _OWNER.match(texts[0])) is not None:
        owner, texts = under["owner"], texts[1:]
    place = _place(groups, texts)
    command = next((m["command"] for text in texts if (m := _RERUN.match(text))), None)
    if command is None and place is not None:
        command = f"ruby -Ilib -Itest {shlex.quote(place[0])} -n {shlex.quote(name.strip())}"
    while len(block) > 1 and not block[-1].text.strip():
        block = block[:-1]
    return Failure(
        type=FailureType.TEST,
        tool="test-unit" if groups.get("kind") else NAME,
        test=f"{owner}#{name.strip()}" if owner else name.strip(),
        message=_message(groups, texts) or name.strip(),
        file=place[0] if place else None,
        line=place[1] if place else None,
        command=command,
        detail=tuple(line.text for line in block[1 : MAX_DETAIL + 1]),
        log=LogSpan(start=block[0].number, end=block[-1].number),
    )


def _place(groups: dict[str, str | None], texts: Sequence[str]) -> tuple[str, int] | None:
    """The deepest frame in a test; what the head says; the deepest frame of the repository."""
    frames = [
        (match["file"], int(match["line"]))
        for text in texts
        if ":in " in text and (match := _FRAME.match(text)) and not _GEM.match(match["file"])
    ]
    if groups.get("file") and groups.get("line"):
        frames.insert(0, (str(groups["file"]), int(str(groups["line"]))))
    tests = [frame for frame in frames if _TEST_FILE.match(frame[0])]
    rerun = [(m["file"], int(m["line"])) for text in texts if (m := _RERUN.match(text))]
    return next(iter([*tests, *frames, *rerun]), None)


def _message(groups: dict[str, str | None], texts: Sequence[str]) -> str:
    """The first paragraph that is neither a frame nor source; test-unit puts it after those."""
    words = [str(groups["message"])] if groups.get("message") else []
    for text in texts:
        stripped = text.strip()
        if _SOURCE.match(text) and groups.get("kind"):
            continue
        if _TRACE.match(text) or stripped.startswith(("--- expected", "diff:", "+ ", "Diff:")):
            if words:
                break
            continue
        if not stripped and (words or (groups.get("kind") is None and not words)):
            if words:
                break
            continue
        words.append(stripped)
        if len(words) >= MAX_MESSAGE_LINES:
            break
    return " ".join(words)
