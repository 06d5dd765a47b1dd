"""What CI wraps around the output of tools, taken off: time stamps, colours, progress, broken text.

A raw line becomes zero or more `Line`s with its own number in the raw log. Nothing here knows a
tool; nothing here keeps more than one block of the log.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

BLOCK_BYTES = 1 << 20
MAX_RAW_BYTES = 1 << 16  # of one raw line; what stands behind it is never looked at
MAX_TEXT = 4096  # characters kept of one line
MAX_SEGMENTS = 8  # a progress bar may redraw one line ten thousand times

# GitHub writes seven digits; `gh run view --log` puts "job<TAB>step<TAB>" before them.
_STAMP = re.compile(
    r"(?:[^\t]{1,200}\t[^\t]{1,200}\t)?\ufeff?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z ?"
)
_ESCAPE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|_[^\x07\x1b]*(?:\x07|\x1b\\)?"
    r"|[ -/]+[0-~]|[0-~])"
)
_CARET = re.compile(r"\^\[(?:\[[0-9;?]{0,20}[A-Za-z]|[()][0-9AB])")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Line(NamedTuple):
    """One line as the tool printed it; `number` is 1-based in the raw log."""

    number: int
    text: str


def blocks(raw: bytes | Iterable[bytes]) -> Iterator[bytes]:
    """Whole lines, about a megabyte at a time; an endless line is cut at `MAX_RAW_BYTES`."""
    carry = bytearray()
    for piece in _pieces(raw):
        end = piece.rfind(b"\n") + 1
        if end:
            yield bytes(carry) + piece[:end]
            carry.clear()
        carry += piece[end : end + MAX_RAW_BYTES - len(carry)]
    if carry:
        yield bytes(carry)


def lines(raw: bytes | Iterable[bytes]) -> Iterator[Line]:
    """Every line of a log without its framing, in order."""
    number = 0
    for block in blocks(raw):
        for row in rows(block):
            number += 1
            for text in unframe(row):
                yield Line(number, text)


def rows(block: bytes) -> list[bytes]:
    """The raw lines of a block, without their line ends, each cut at `MAX_RAW_BYTES`."""
    found = block.split(b"\n")
    if not found[-1]:
        found.pop()
    if len(block) <= MAX_RAW_BYTES:
        return found
    return [row if len(row) <= MAX_RAW_BYTES else row[:MAX_RAW_BYTES] for row in found]


def unframe(row: bytes) -> Iterator[str]:
    """What a terminal would have shown for a raw line: one text, or one a redraw of the line."""
    text = row.decode("utf-8", "replace")
    if text.startswith("\ufeff"):
        text = text[1:]
    if (match := _STAMP.match(text)) is not None:
        text = text[match.end() :]
    text = plain(text.rstrip("\r"))
    if "\r" not in text:
        yield text[:MAX_TEXT].rstrip()
        return
    segments = [segment for segment in text.split("\r") if segment.strip()]
    for segment in segments[-MAX_SEGMENTS:]:
        yield segment[:MAX_TEXT].rstrip()


def plain(text: str) -> str:
    """Text without colours and control characters; tabs and carriage returns stay."""
    if "\x1b" in text:
        text = _ESCAPE.sub("", text)
    if "^[" in text:
        text = _CARET.sub("", text)
    return _CONTROL.sub("", text)


def _pieces(raw: bytes | Iterable[bytes]) -> Iterator[bytes]:
    for chunk in (raw,) if isinstance(raw, bytes) else raw:
        for start in range(0, len(chunk), BLOCK_BYTES):
            yield bytes(chunk[start : start + BLOCK_BYTES])
