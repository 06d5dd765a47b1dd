"""Characters that a reviewer does not see, or sees as something else than the machine does."""

from collections.abc import Iterator
from enum import StrEnum

from guards.pattern import expression


class Kind(StrEnum):
    """What a hidden character does."""

    BIDI = "characters that turn the reading direction"
    MARK = "marks of reading direction"
    INVISIBLE = "characters that cannot be seen"
    BLANK = "letters and hyphens that look like nothing"
    TAG = "text in characters that cannot be seen"
    BREAK = "characters that end a line for the machine alone"
    CONTROL = "control characters"


_ANY = expression(
    "[\x00-\x08\x0b-\x0d\x0e-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e01ef]"
)
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_MARKS = frozenset("\u061c\u200e\u200f")
_BLANKS = frozenset("\u00ad\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_BREAKS = frozenset("\x0b\r\x1c\x1d\x1e\x85\u2028\u2029")
_JOINERS = frozenset("\u200c\u200d")
_SELECTORS = range(0xFE00, 0xFE10)
_MORE_SELECTORS = range(0xE0100, 0xE01F0)
_FLAG = "\U0001f3f4"
_KEYCAPS = frozenset("0123456789#*")


def hidden(text: str, *, first: bool = False) -> Iterator[tuple[Kind, str]]:
    """Each hidden character of a line and what it does; `first` = the line begins its file.

    Joiners and selectors inside emoji and scripts that need them, and line ends, are plain text.
    """
    line = text.rstrip("\r")
    for match in _ANY.finditer(line):
        at, character = match.start(), match[0]
        kind = _kind(line, at, character)
        if kind is not None and not (first and at == 0 and character == "\ufeff"):
            yield kind, character


def _kind(line: str, at: int, character: str) -> Kind | None:
    if character in _BIDI:
        return Kind.BIDI
    if character in _MARKS:
        return Kind.MARK
    if character in _BREAKS:
        return Kind.BREAK
    if character in _BLANKS:
        return Kind.BLANK
    if ord(character) < 0xA0:  # noqa: PLR2004 - the end of the second block of controls
        return None if character == "\f" and not line.strip() else Kind.CONTROL
    return _unseen(line, at, character)


def _unseen(line: str, at: int, character: str) -> Kind | None:
    """Invisible ones, but for those that shape the letters or emoji around them."""
    previous, following = line[at - 1 : at], line[at + 1 : at + 2]
    if character in _JOINERS:
        inside = previous and following and not (previous.isascii() or following.isascii())
        return None if inside else Kind.INVISIBLE
    number = ord(character)
    if number in _SELECTORS or number in _MORE_SELECTORS:
        shapes = previous in _KEYCAPS or (previous and not previous.isascii())
        return None if shapes and not _ANY.match(previous) else Kind.TAG
    if number >= 0xE0000:  # noqa: PLR2004 - the plane of tags
        return None if _in_flag(line, at) else Kind.TAG
    return Kind.INVISIBLE


def _in_flag(line: str, at: int) -> bool:
    """Whether a tag belongs to the flag of a region: a black flag, then at most six tags."""
    start = line.rfind(_FLAG, max(at - 7, 0), at)
    return start >= 0 and all(ord(tag) >= 0xE0000 for tag in line[start + 1 : at])  # noqa: PLR2004
