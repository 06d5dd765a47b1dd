"""PHP itself: syntax errors (`php -l`, parallel-lint) and fatal errors that ended a program."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "php"
HINTS = ("Parse error:", "Fatal error:", "PHP Parse", "PHP Fatal", "thrown in ", "Parse error\x1b")
REACH = (0, 25)
MAX_DETAIL = 25

_PARSE = pattern(
    r"(?:\[[^\]]{1,60}\] )?(?:PHP )?Parse error: +(?P<message>\S.{0,600}?) in (?P<file>[^\n]{1,400}?) on line (?P<line>\d{1,7})$"
)
_PARALLEL = pattern(r"Parse error: (?P<file>[^\s:]{1,400}\.\w{1,6}):(?P<line>\d{1,7})$")
_FATAL = pattern(
    r"(?:\[[^\]]{1,60}\] )?(?:PHP )?(?:Recoverable |Catchable )?[Ff]atal error: +(?P<message>\S.{0,2000})$"
)
_PLACE = pattern(
    r"(?P<message>.{1,1500}) in (?P<file>[^\s:][^:]{0,400}?)(?: on line |:)(?P<line>\d{1,7})$"
)
_THROWN = pattern(r"\s*thrown in (?P<file>.{1,400}?) on line (?P<line>\d{1,7})$")
_STACK = pattern(r"Stack trace:|#\d{1,4} |\s*thrown in |\s*$|Next [A-Z]")
_VENDOR = pattern(r".{0,400}?(?:^|/)vendor/")
_FRAME = pattern(r"#\d{1,4} (?P<file>[^(]{1,400})\((?P<line>\d{1,7})\): ")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """Each error once, however often PHP prints it: to the screen and to its log."""
    seen: set[tuple[str, str | None, int | None]] = set()
    open_: Failure | None = None
    for line in lines:
        if open_ is not None and _follows(open_, line):
            open_ = _with(open_, line)
            continue
        if open_ is not None:
            yield from _once(open_, seen)
        open_ = _read(line)
    if open_ is not None:
        yield from _once(open_, seen)


def _once(failure: Failure, seen: set[tuple[str, str | None, int | None]]) -> Iterator[Failure]:
    key = (failure.message, failure.file, failure.line)
    if key not in seen:
        seen.add(key)
        yield failure


def _read(line: Line) -> Failure | None:
    if "rror: " not in line.text:
        return None
    if (match := _PARSE.match(line.text)) is not None:
        return _syntax(match, match["message"], line)
    if (match := _PARALLEL.match(line.text)) is not None:
        return _syntax(match, "", line)
    match = _FATAL.match(line.text)
    if match is None:
        return None
    place = _PLACE.match(match["message"])
    message = place["message"] if place else match["message"]
    if not place and not message.startswith("Uncaught "):
        return None  # other tools say "fatal error:" too, but never with PHP's place
    return Failure(
        type=FailureType.RUNTIME,
        tool=NAME,
        message=message,
        file=place["file"] if place else None,
        line=int(place["line"]) if place else None,
        log=LogSpan(start=line.number, end=line.number),
    )


def _syntax(match: re.Match[str], message: str, line: Line) -> Failure:
    return Failure(
        type=FailureType.BUILD,
        tool=NAME,
        message=message,
        file=match["file"],
        line=int(match["line"]),
        command=f"php -l {shlex.quote(match['file'])}",
        log=LogSpan(start=line.number, end=line.number),
    )


def _follows(open_: Failure, line: Line) -> bool:
    if open_.log is None or line.number != open_.log.end + 1 or len(open_.detail) >= MAX_DETAIL:
        return False
    if open_.type is FailureType.BUILD:
        return not open_.message and _read(line) is None
    return _STACK.match(line.text) is not None


def _with(open_: Failure, line: Line) -> Failure:
    """The open error with one more line: of its trace, or what parallel-lint says last."""
    span = replace(open_.log, end=line.number) if open_.log else None
    text = line.text
    if open_.type is FailureType.BUILD:
        said = text.startswith(("Unexpected ", "syntax error", "Cannot ", "Unclosed "))
        message = text.partition(" in ")[0] if said else ""
        return replace(open_, message=message, detail=(*open_.detail, text), log=span)
    thrown = _THROWN.match(text)
    if thrown is not None and open_.file is None:
        open_ = replace(open_, file=thrown["file"], line=int(thrown["line"]))
    frame = _FRAME.match(text)
    if frame is not None and _VENDOR.match(open_.file or "") and not _VENDOR.match(frame["file"]):
        open_ = replace(open_, file=frame["file"], line=int(frame["line"]))
    return replace(open_, detail=(*open_.detail, text), log=span)
