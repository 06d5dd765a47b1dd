"""gcc, clang and what prints like them: clang-tidy, clang-format, nasm, gas; one failure an error."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core import build_probes, make_folders
from bot.core.build_probes import Probes
from bot.core.failure import Failure
from bot.core.framing import Line
from bot.core.make_folders import Folders
from bot.core.pattern import pattern
from bot.formats.gcc_clang.diagnostic import read

NAME = "gcc"
HINTS = (
    "error: ", "Error: ", "errors generated", "error generated", "compilation terminated",
    " being treated as errors", "In function ", *make_folders.HINTS, *build_probes.HINTS,
)  # fmt: skip
REACH = (0, 10)

_CLANG_END = pattern(r"\s{0,12}(?:\d{1,6} warnings? and )?\d{1,6} errors? generated\.?$")
_GCC_END = pattern(r"\s{0,12}compilation terminated|\s{0,12}cc1|.{1,400}: (?:In |At global scope)")
_NOTE = pattern(
    r"\s{0,12}\d{0,7}\s{0,12}\||\s+\S|.{1,400}: note: |In file included from |\s*from .{1,300}:\d+[,:]"
)
MAX_DETAIL = 20
MAX_PENDING = 200


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error; the source and the notes below it are the detail."""
    reader = _Reader()
    for line in lines:
        yield from reader.read(line)
    yield from reader.flush()


class _Reader:
    """Holds errors until a line tells which compiler printed them."""

    def __init__(self) -> None:
        self._folders = Folders()
        self._probes = Probes()
        self._pending: list[Failure] = []
        self._open = False
        self._compiler = "gcc"

    def read(self, line: Line) -> Iterator[Failure]:
        """The errors that are complete now."""
        if self._folders.read(line) or self._probes.read(line):
            return
        if (failure := read(line)) is not None:
            self._add(failure)
            if len(self._pending) > MAX_PENDING:
                yield from self.flush()
        elif _CLANG_END.match(line.text) is not None:
            self._compiler = "clang"
            yield from self.flush()
        elif _GCC_END.match(line.text) is not None:
            self._compiler, self._open = "gcc", False
        else:
            self._extend(line)

    def flush(self) -> Iterator[Failure]:
        """The errors held, with the compiler that was told last."""
        for failure in self._pending:
            yield failure if failure.tool else replace(failure, tool=self._compiler)
        self._pending, self._open = [], False

    def _add(self, failure: Failure) -> None:
        if failure.file is not None:
            failure = replace(failure, file=self._folders.place(failure.file))
        if failure.tool in ("gcc", "clang"):
            self._compiler = failure.tool
        self._pending.append(failure)
        self._open = True

    def _extend(self, line: Line) -> None:
        """Keep what stands right below an error."""
        last = self._pending[-1] if self._open and self._pending else None
        if last is None or last.log is None:
            return
        beside = line.number == last.log.end + 1 and len(last.detail) < MAX_DETAIL
        # Older clang prints the source as it is, right below.
        source = last.column is not None and not last.detail and ": warning: " not in line.text
        if not beside or not (source or _NOTE.match(line.text) is not None):
            self._open = False
            return
        self._pending[-1] = replace(
            last, detail=(*last.detail, line.text), log=replace(last.log, end=line.number)
        )
