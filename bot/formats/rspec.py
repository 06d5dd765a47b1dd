"""RSpec: failures with their reasons, errors outside of examples, and the commands to run again."""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "rspec"
HINTS = (
    "Failure/Error:", "An error occurred while loading", "An error occurred in a", " FIXED",
    "rspec ./", "rspec './", "Pending: (Failures", "Failures:", "Failed examples:", "Got ",
)  # fmt: skip
REACH = (4, 70)
MAX_BLOCK = 90
MAX_DETAIL = 40
MAX_MESSAGE_LINES = 4

_HEAD = pattern(r" {1,6}(?P<number>\d{1,5})\) (?P<name>\S.{0,500})$")
_OUTSIDE = pattern(
    r"An error occurred (?:while loading (?P<file>[^\n]{1,400}?\.rb)\.(?: |$)"
    r"|in an? .{1,80} hook)"
)
_SUMMARY = pattern(r"rspec (?P<select>'[^']{1,400}'|[^\s#]{1,400}) +# (?P<name>.{1,1000})$")
_FRAME = pattern(r" *# (?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}):(?P<line>\d{1,7})(?::in .*)?$")
_SPEC = pattern(r"(?:.{0,300}_spec\.rb$|(?:\./)?(?:.{0,200}/)?spec/)")
_GEM = pattern(r".{0,300}?/(?:gems|rubygems-integration|ruby/\d[^/]{0,20}|vendor/bundle)/|/usr/|<")
_SUB = pattern(r" *\d{1,5}\.\d{1,3}\) ")
_ERROR_CLASS = pattern(r"[A-Z]\w{0,80}(?:::\w{1,80}){0,8}:$")
_NUMBER = pattern(r"\d{1,7}$")
_END = pattern(
    r"(?:Finished in |Failed examples:|Failures:$|Pending: |rspec \S|Randomized with|##\[)"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an example that failed; examples that are pending are none."""
    reader = _Reader()
    for line in lines:
        reader.read(line)
    yield from reader.finish()


class _Reader:
    """Gathers blocks, and what the summary says about how to run each again."""

    def __init__(self) -> None:
        self._found: list[Failure] = []
        self._block: list[Line] = []
        self._pending = False
        self._commands: dict[str, tuple[str, Line]] = {}

    def read(self, line: Line) -> None:
        text = line.text
        if text.startswith(("Pending: ", "Failures:", "Finished in ")):
            self._close()
            self._pending = text.startswith("Pending: ")
        elif _HEAD.match(text) or _OUTSIDE.match(text):
            self._close()
            self._block = [line]
        elif text.startswith("rspec ") and (match := _SUMMARY.match(text)):
            self._close()
            select = match["select"].strip("'")
            self._commands.setdefault(match["name"].strip(), (select, line))
        elif self._block:
            self._extend(line)

    def _extend(self, line: Line) -> None:
        last = self._block[-1].number
        if _END.match(line.text) or line.number > last + 1 or len(self._block) > MAX_BLOCK:
            self._close()
        else:
            self._block.append(line)

    def _close(self) -> None:
        block, self._block = self._block, []
        if not block or self._pending:
            return
        failure = _outside(block) if _OUTSIDE.match(block[0].text) else _example(block)
        if failure is not None:
            self._found.append(failure)

    def finish(self) -> Iterator[Failure]:
        """Everything found; examples of which only the summary speaks come last."""
        self._close()
        for failure in self._found:
            known = self._commands.pop(failure.test or "", None)
            yield failure if known is None else _runnable(failure, *known)
        for name, (select, line) in self._commands.items():
            yield _only_named(name, select, line)


def _example(block: Sequence[Line]) -> Failure | None:
    """A numbered block, if it is one of RSpec's."""
    head = _HEAD.match(block[0].text)
    texts = [line.text for line in block[1:]]
    fixed = head is not None and head["name"].endswith(" FIXED")
    if head is None or not (fixed or any("Failure/Error:" in text for text in texts)):
        return None
    name = head["name"].removesuffix(" FIXED") if fixed else head["name"]
    return _failure(block, test=name, message=_message(texts) or name)


def _outside(block: Sequence[Line]) -> Failure | None:
    match = _OUTSIDE.match(block[0].text)
    texts = [line.text for line in block[1:]]
    if match is None:
        return None
    file = match["file"]
    return _failure(block, test=file, message=_message(texts) or block[0].text, file=file)


def _failure(
    block: Sequence[Line],
    *,
    test: str | None,
    message: str,
    file: str | None = None,
) -> Failure:
    while len(block) > 1 and not block[-1].text.strip():
        block = block[:-1]
    place = _place([line.text for line in block], file)
    path = place[0] if place else file
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=test,
        message=message,
        file=path,
        line=place[1] if place else None,
        command=f"rspec {shlex.quote(path)}" + (f":{place[1]}" if place else "") if path else None,
        detail=tuple(line.text for line in block[1 : MAX_DETAIL + 1]),
        log=LogSpan(start=block[0].number, end=block[-1].number),
        root=file is not None,
    )


def _place(texts: Sequence[str], file: str | None) -> tuple[str, int] | None:
    """The deepest frame in a spec, else in the repository; of `file` when that is known."""
    frames = [
        (match["file"], int(match["line"]))
        for text in texts
        if "# " in text and (match := _FRAME.match(text)) and not _GEM.match(match["file"])
    ]
    wanted = [frame for frame in frames if frame[0].lstrip("./") == (file or "").lstrip("./")]
    specs = [frame for frame in frames if _SPEC.match(frame[0])]
    return next(iter([*wanted, *specs, *frames]), None) if file is None or wanted else None


def _message(texts: Sequence[str]) -> str:
    """The first paragraph of the reason, after the source of the failed line."""
    prefix = ""
    rest = list(texts)
    if rest and rest[0].strip().startswith("Got "):
        prefix = rest[0].strip() + " "
    at = next((i for i, text in enumerate(rest) if "Failure/Error:" in text), None)
    if at is not None:
        code = rest[at].partition("Failure/Error:")[2].strip()
        rest = rest[at + 1 :]
        if not code:  # several lines of source, up to a blank line
            blank = next((i for i, text in enumerate(rest) if not text.strip()), 0)
            rest = rest[blank:]
    words = [text.strip() for text in _paragraph(rest)]
    return prefix + " ".join(words)


def _paragraph(texts: Sequence[str]) -> Iterator[str]:
    """Lines up to a blank one, a frame or another part; the name of an error and what follows it."""
    started = 0
    for text in texts:
        words = text.strip()
        if not words and not started:
            continue
        if not words or words.startswith("# ") or _SUB.match(text) or started >= MAX_MESSAGE_LINES:
            return
        if started and words.startswith("Shared Example Group:"):
            return
        started += 1
        yield text


def _runnable(failure: Failure, select: str, _line: Line) -> Failure:
    """With the command that RSpec itself proposes, and its place where no frame gave one."""
    file, _, number = select.partition(":")
    placed = failure.file is None and _NUMBER.match(number) is not None
    return replace(
        failure,
        command=f"rspec {shlex.quote(select)}",
        file=file if placed else failure.file,
        line=int(number) if placed else failure.line,
    )


def _only_named(name: str, select: str, line: Line) -> Failure:
    file, _, number = select.partition("[")[0].partition(":")
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=name,
        message=name,
        file=file,
        line=int(number) if _NUMBER.match(number) else None,
        command=f"rspec {shlex.quote(select)}",
        log=LogSpan(start=line.number, end=line.number),
    )
