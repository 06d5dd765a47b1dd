"""rustfmt and cargo fmt with `--check`: files that would be formatted otherwise."""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "rustfmt"
HINTS = ("Diff in ", "Incorrect newline style in ")
REACH = (0, 20)

_DIFF = pattern(r"Diff in (?P<file>[^\n]{1,500}?\.rs)(?: at line |:)(?P<line>\d{1,7}):?$")
_NEWLINE = pattern(r"(?P<message>Incorrect newline style in (?P<file>[^\n]{1,500}?\.rs))$")
MAX_DETAIL = 20


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a file, at its first change."""
    found: dict[str, Failure] = {}
    open_: Failure | None = None
    file = ""
    for line in lines:
        match = _DIFF.match(line.text) or _NEWLINE.match(line.text)
        if match is not None:
            file = match["file"]
            open_ = None
            if file not in found:
                row = match.groupdict().get("line")
                open_ = found[file] = _failure(file, int(row) if row else None, line.number)
        elif open_ is not None:
            if not line.text.startswith((" ", "+", "-")) and line.text.strip():
                open_ = None
                continue
            open_ = found[file] = _longer(open_, line)
    yield from found.values()


def _failure(file: str, line: int | None, number: int) -> Failure:
    quoted = shlex.quote(file)
    return Failure(
        type=FailureType.FORMAT,
        tool=NAME,
        message=f"Diff in {file.replace(chr(92), '/').rpartition('/')[2]}: rustfmt would change it",
        file=file,
        line=line,
        command=f"rustfmt --check {quoted}",
        suggestion="cargo fmt",
        log=LogSpan(start=number, end=number),
    )


def _longer(failure: Failure, line: Line) -> Failure:
    log = replace(failure.log, end=line.number) if failure.log else None
    return replace(failure, detail=(*failure.detail, line.text)[:MAX_DETAIL], log=log)
