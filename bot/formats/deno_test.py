"""deno test: tests and steps that failed, and files that threw outside of them."""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.js_stack import best, is_same, name_pattern, place
from bot.core.pattern import pattern

NAME = "deno"
HINTS = (
    " => ./",
    " => file:",
    "ERRORS",
    "FAILURES",
    " [ERROR]: ",
    "(uncaught error)",
    "at file:///",
)
REACH = (4, 40)

MAX_DETAIL = 40
MAX_LINES = 200

_HEADING = pattern(r" ?(?P<what>ERRORS|FAILURES) ?$")
_NAMED = pattern(
    r"(?P<name>\S.{0,1000}?) => (?P<place>(?:\./|file://|[A-Za-z]:)\S{1,400}:\d{1,7}:\d{1,7})$"
)
_FILE = pattern(r"(?P<file>\S{1,400}) \(uncaught error\)$")


@dataclass(slots=True)
class _Block:
    """One entry of the list."""

    kind: str  # "test" or "file"
    name: str
    at: str
    start: int
    end: int
    lines: list[str] = field(default_factory=list)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a failing test or step, or uncaught error."""
    blocks: list[_Block] = []
    listing = failed = False
    for line in lines:
        text = line.text
        heading = _HEADING.match(text) if text.strip().isupper() else None
        if heading is not None:
            listing, failed = heading["what"] == "ERRORS", failed or heading["what"] == "FAILURES"
        elif listing and (opened := _open(line)) is not None:
            blocks.append(opened)
        elif listing and blocks and len(blocks[-1].lines) < MAX_LINES:
            blocks[-1].lines.append(text)
            blocks[-1].end = line.number if text.strip() else blocks[-1].end
    for block in blocks if failed else ():  # a test may print such a list
        if any(block.lines):
            yield _failure(block)


def _open(line: Line) -> _Block | None:
    text, number = line.text, line.number
    if " => " in text and (match := _NAMED.match(text)) is not None:
        return _Block("test", match["name"], match["place"], number, number)
    if (match := _FILE.match(text)) is not None:
        return _Block("file", "", f"{match['file']}:1:1", number, number)
    return None


def _failure(block: _Block) -> Failure:
    said = place(block.at)
    frame = best(block.lines, said.file if said else None) or (
        said if block.kind == "test" else None
    )
    file = frame.file if frame else said.file if said else None
    if file and said and is_same(file, said.file.removeprefix("./")):
        file = said.file
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=block.name if block.kind == "test" else None,
        message=_message(block.lines),
        file=file,
        line=frame.line if frame else None,
        column=frame.column if frame else None,
        command=_command(block, said.file if said else file),
        detail=tuple(block.lines[:MAX_DETAIL]),
        log=LogSpan(start=block.start, end=block.end),
    )


def _command(block: _Block, file: str | None) -> str | None:
    if not file:
        return None
    name = name_pattern(block.name.partition(" ... ")[0]).replace("/", "\\/")
    return f"deno test {shlex.quote(file)}" + (
        f" --filter {shlex.quote(f'/^{name}$/')}" if block.kind == "test" else ""
    )


def _message(lines: list[str]) -> str:
    """The first line, and the next where it only announces that."""
    told = [text.strip() for text in lines if text.strip()]
    first = told[0].removeprefix("error: ").removeprefix("(in promise) ")
    after = told[1] if len(told) > 1 else ""
    return (
        f"{first} {after}"
        if first.endswith(":") and not after.startswith(("- ", "+ ", "at "))
        else first
    )
