"""The logs that a file, a pipe or an archive holds: text, gzip, or a zip of the logs of many jobs."""

import gzip
import io
import re
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from bot.core.errors import UserError

CHUNK = 1 << 16
PIECE = 1 << 18
MAX_UNPACKED = 1 << 32  # bytes of one archive: a small file may unpack to any size
MAX_MEMBERS = 10_000
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_GZIP = b"\x1f\x8b"
# What no terminal is sent often: of random bytes a tenth, of a log the bells of Buildkite's marks.
_CONTROLS = bytes({*range(32)} - {*b"\a\b\t\n\f\r\x1b"})
MAX_CONTROLS = 20  # one byte in so many
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# GitHub's archive of a run has "3_build (linux).txt" for each job, and a folder of steps for each.
_JOB = re.compile(r"(?:-?\d{1,6}_)?(?P<job>[^/]{1,200})\.(?:txt|log)$")
_BROKEN = (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError)


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes:
        """At most that many; none at the end."""
        ...


@dataclass(slots=True)
class Source:
    """One log.

    Attributes:
        name: as a person would name it.
        job: the job whose log it is, where an archive says so.
        pieces: its bytes; what cannot be read any more ends them.
        fault: why they ended early, once they did.
    """

    name: str
    job: str | None = None
    pieces: Iterator[bytes] = field(default_factory=lambda: iter(()))
    fault: str | None = None


def sources(name: str) -> Iterator[Source]:
    """The logs in a file; "-" is stdin. Each must be read before the next is asked for.

    Raises:
        UserError: there is none, or it cannot be read at all.
    """
    with ExitStack() as stack:
        try:
            stream = sys.stdin.buffer if name == "-" else stack.enter_context(Path(name).open("rb"))
            first = stream.read(CHUNK)
        except OSError as exc:
            hint = "" if Path(name).suffix else "; a command to run comes behind --"
            msg = f"cannot read {name}: {exc.strerror or exc}{hint}"
            raise UserError(msg) from exc
        if first.startswith(_ZIP):
            yield from _members(name, _seekable(stream, first, stack))
        elif first.startswith(_GZIP):
            joined = io.BufferedReader(_Joined(first, stream))
            with gzip.GzipFile(fileobj=joined) as unpacked:
                yield _source(name, unpacked)
        else:
            _refuse_binary(name, first)
            yield _source(name, stream, first)


def _members(name: str, stream: IO[bytes]) -> Iterator[Source]:
    try:
        archive = zipfile.ZipFile(stream)
    except _BROKEN as exc:
        msg = f"{name} is cut short or no zip archive: {exc}"
        raise UserError(msg) from exc
    with archive:
        files = [each for each in archive.infolist()[:MAX_MEMBERS] if not each.is_dir()]
        jobs = [each for each in files if "/" not in each.filename and _JOB.match(each.filename)]
        if not files:
            msg = f"{name} holds no logs"
            raise UserError(msg)
        for member in jobs or files:
            label = f"{name}: {member.filename}"
            try:
                with archive.open(member) as unpacked:
                    source = _source(label, unpacked)
                    match = _JOB.match(member.filename)
                    source.job = match["job"] if match else None
                    yield source
            except _BROKEN as exc:
                yield Source(label, fault=f"cannot read {label}: {_reason(exc)}")


def _source(name: str, stream: Readable, first: bytes = b"") -> Source:
    source = Source(name)
    source.pieces = _pieces(source, stream, first)
    return source


def _pieces(source: Source, stream: Readable, first: bytes) -> Iterator[bytes]:
    size = len(first)
    if first:
        yield first
    try:
        while piece := stream.read(PIECE):
            if not size:
                _refuse_binary(source.name, piece)
            size += len(piece)
            if size > MAX_UNPACKED and not isinstance(stream, io.BufferedReader):
                source.fault = f"{source.name} unpacks to more than {MAX_UNPACKED >> 30} GiB"
                return
            yield piece
    except _BROKEN as exc:
        source.fault = f"cannot read {source.name} to its end: {_reason(exc)}"


def _refuse_binary(name: str, first: bytes) -> None:
    if first.startswith(_UTF16):
        return
    controls = len(first) - len(first.translate(None, _CONTROLS))
    if b"\0" in first[:CHUNK] or controls * MAX_CONTROLS > len(first):
        msg = f"{name} is binary, not a log"
        raise UserError(msg)


def _reason(exc: BaseException) -> str:
    if isinstance(exc, RuntimeError) and "encrypted" in str(exc):
        return "it is encrypted"
    return getattr(exc, "strerror", None) or str(exc) or type(exc).__name__


def _seekable(stream: IO[bytes], first: bytes, stack: ExitStack) -> IO[bytes]:
    """The same from its beginning; what comes through a pipe is kept on disk for that."""
    if stream.seekable():
        stream.seek(0)
        return stream
    kept = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
    kept.write(first)
    size = len(first)
    while (piece := stream.read(PIECE)) and size <= MAX_UNPACKED:
        size += kept.write(piece)
    kept.seek(0)
    return kept


class _Joined(io.RawIOBase):
    """What was read already, then the rest."""

    def __init__(self, first: bytes, rest: IO[bytes]) -> None:
        self._first = first
        self._rest = rest

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override] # narrower
        """Fill the buffer."""
        piece = self._first[: len(buffer)] or self._rest.read(len(buffer)) or b""
        self._first = self._first[len(piece) :] if self._first else b""
        buffer[: len(piece)] = piece
        return len(piece)
