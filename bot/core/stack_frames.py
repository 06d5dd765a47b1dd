"""Places in stack traces of many languages, as reports keep them."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from bot.core.log_paths import is_foreign
from bot.core.pattern import pattern

MAX_LINES = 400
MAX_CHARS = 1000

_PYTHON = pattern(r'\s*File "(?P<file>[^"]{1,400})", line (?P<line>\d{1,7})')
_DOTNET = pattern(r".{0,600}? in (?P<file>.{1,400}):line (?P<line>\d{1,7})\s*$")
_JAVA = pattern(
    r"\s*at .{1,400}\((?P<file>[\w$-]{1,200}\.(?:java|kt|scala|groovy)):(?P<line>\d{1,7})\)"
)
_PLAIN = pattern(
    r"\s{0,200}(?:at |in |# |\u276f |[|>└-] ?|\d{1,3}\. ?|#\d{1,4} |\[\d+\] ){0,2}(?:[^()\n]{0,300}\()?"
    r"(?P<file>(?:file://|[A-Za-z]:)?[^\s:()'\"]{1,400}\.[A-Za-z]\w{0,8})(?::|\((?=\d{1,7}(?:,\d{1,7})?\):))"
    r"(?P<line>\d{1,7})(?:[:,](?P<column>\d{1,7}))?"
)
_BATS = pattern(
    r"\(?\s{0,4}(?:from function `[^']{1,200}' )?in (?:test )?file (?P<file>[^,]{1,400}), line (?P<line>\d{1,7})[,)]"
)
_SHAPES = (_BATS, _PYTHON, _DOTNET, _JAVA, _PLAIN)
_RUNTIME = ("node:internal", "internal/", "java/", "/rustc/", "vendor/", "/gems/", "<anonymous>")
# Their traces tell the most recent call last.
_LAST = (".py", ".pyx")


class Frame(NamedTuple):
    """One place of a trace, as printed."""

    file: str
    line: int
    column: int | None


def frames(trace: str) -> Iterator[Frame]:
    """Every place, in order."""
    for row in trace.splitlines()[:MAX_LINES]:
        short = row[:MAX_CHARS]
        for shape in _SHAPES:
            if (match := shape.match(short)) is not None:
                column = match.groupdict().get("column")
                yield Frame(match["file"], int(match["line"]), int(column) if column else None)
                break


def telling(trace: str, names: Collection[str] = ()) -> Frame | None:
    """The frame of the test itself, else the one nearest to the fault in the repository's code.

    Args:
        trace: the text of a failure, with its stack.
        names: what the file of the test may be called, without suffix.
    """
    own = [frame for frame in frames(trace) if not _is_library(frame.file)]
    in_test = [frame for frame in own if _stem(frame.file) in names]
    chosen = in_test or own
    if not chosen:
        return None
    return chosen[-1] if chosen[0].file.endswith(_LAST) else chosen[0]


def _is_library(file: str) -> bool:
    return is_foreign(file) or any(part in file for part in _RUNTIME)


def _stem(file: str) -> str:
    return file.replace("\\", "/").rpartition("/")[2].partition(".")[0]
