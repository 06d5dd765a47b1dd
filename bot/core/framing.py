"""What CI wraps around the output of tools, taken off: time stamps, colours, progress, broken text.

A raw line becomes zero or more `Line`s with its own number in the raw log. Nothing here knows a
tool; nothing here keeps more than one block of the log.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

BLOCK_BYTES = 1 << 20
MAX_ROW_BYTES = 1 << 23  # of one raw line: a report may stand on one; the rest is never looked at
MAX_RAW_BYTES = 1 << 16  # of one raw line that is read as a line
MAX_TEXT = 4096  # characters kept of one line
MAX_SEGMENTS = 8  # a progress bar may redraw one line ten thousand times

# What runners put before a line. GitHub and Azure write seven digits; `gh run view --log` puts
# "job<TAB>step<TAB>" before them; GitLab says the stream behind them; Jenkins has brackets or the
# time alone; containers name the stream; Buildkite's mark loses its escape in downloads.
_ISO = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)"
_STAMP = re.compile(
    r"(?:[^\t\n]{1,200}\t[^\t\n]{1,200}\t)?\ufeff?"
    rf"(?:{_ISO} (?:std(?:out|err) [FP] |[0-9a-f][0-9a-f][OE][ +]?)|{_ISO}(?: |$)|\[{_ISO}\](?: |$)"
    r"|\[\d\d:\d\d:\d\d\](?:(?:[WEFi]| )?:)?[ \t]{1,3}(?:\[Step \d{1,3}/\d{1,3}\] )?|\d\d:\d\d:\d\d(?:\.\d{3})? (?: (?! ))?"
    r"|\x1b_bk;t=\d{1,20}\x07|_bk;t=\d{10,16}\x07?)"
)
# How GitHub shows the script of a step before it runs: not what the script said.
_SCRIPT = re.compile(r"(?:\x1b|\^\[)\[36;1m(?P<text>.*?)(?:\x1b|\^\[)\[0m$")
SCRIPT_MARK = "##[script]"
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
    """Whole lines, about a megabyte at a time; an endless line is cut at `MAX_ROW_BYTES`."""
    carry = bytearray()
    for piece in _pieces(raw):
        end = piece.rfind(b"\n") + 1
        if end:
            yield bytes(carry) + piece[:end]
            carry.clear()
        carry += piece[end : end + MAX_ROW_BYTES - len(carry)]
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
    """The raw lines of a block, without their line ends."""
    found = block.split(b"\n")
    if not found[-1]:
        found.pop()
    return found


def unframe(row: bytes) -> Iterator[str]:
    """What a terminal would have shown for a raw line: one text, or one a redraw of the line."""
    text = whole(row[:MAX_RAW_BYTES])
    if "\r" not in text:
        yield text[: MAX_RAW_BYTES if text.startswith('{"') else MAX_TEXT].rstrip()
        return
    segments = [segment for segment in text.split("\r") if segment.strip()]
    for segment in segments[-MAX_SEGMENTS:]:
        yield segment[:MAX_TEXT].rstrip()


def whole(row: bytes) -> str:
    """All of a raw line without framing, however long, with what a terminal would have redrawn."""
    text = row.decode("utf-8", "replace")
    if text.startswith("\ufeff"):
        text = text[1:]
    text = text.rstrip("\r")
    if (match := _STAMP.match(text)) is not None:
        text = text[match.end() :]
        if "[36;1m" in text[:10] and (script := _SCRIPT.match(text)) is not None:
            text = SCRIPT_MARK + script["text"]
    return plain(text)


def plain(text: str) -> str:
    """Text without colours and control characters; tabs and carriage returns stay."""
    if "\x1b" in text:
        text = _ESCAPE.sub("", text)
    if "^[" in text:
        text = _CARET.sub("", text)
    return _CONTROL.sub("", text)


def _pieces(raw: bytes | Iterable[bytes]) -> Iterator[bytes]:
    for chunk in _utf8((raw,) if isinstance(raw, bytes) else raw):
        for start in range(0, len(chunk), BLOCK_BYTES):
            yield bytes(chunk[start : start + BLOCK_BYTES])


def _utf8(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same in UTF-8 when it begins as UTF-16, as what PowerShell writes into files."""
    decoder: codecs.IncrementalDecoder | None = None
    first = True
    for chunk in chunks:
        if first and chunk:
            first = False
            if chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                decoder = codecs.getincrementaldecoder("utf-16")("replace")
        yield chunk if decoder is None else decoder.decode(chunk).encode("utf-8", "replace")
