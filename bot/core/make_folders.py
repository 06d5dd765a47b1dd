"""Where a build works now: make and ninja say which folder they enter, compilers print paths from there."""

import posixpath
from collections.abc import Sequence

from bot.core.framing import Line
from bot.core.log_paths import subfolder
from bot.core.pattern import pattern

HINTS = (": Entering directory ", ": Leaving directory ")

_MOVE = pattern(
    r"\s{0,12}(?:[\w./+-]{0,200}make|ninja)(?:\.exe)?(?:\[\d{1,3}\])?: "
    r"(?P<move>Entering|Leaving) directory [`'\u2018\"](?P<folder>[^`'\u2019\"\n]{1,500})['\u2019\"`]?$"
)
MAX_DEPTH = 50


class Folders:
    """The folders that were entered and not left yet; the last is where paths start."""

    def __init__(self) -> None:
        self._entered: list[str] = []

    def read(self, line: Line) -> bool:
        """Whether the line says that a folder is entered or left."""
        if " directory " not in line.text or (match := _MOVE.match(line.text)) is None:
            return False
        folder = _from_root(match["folder"])
        if match["move"] == "Entering":
            self._entered = [*self._entered, folder][-MAX_DEPTH:]
        elif folder in self._entered:
            last = len(self._entered) - 1 - self._entered[::-1].index(folder)
            del self._entered[last]
        return True

    def place(self, path: str) -> str:
        """A printed path, from the root of the repository when the folder is known."""
        folder = self._entered[-1] if self._entered else ""
        if not folder or path.startswith(("/", "<", "\\")) or ":" in path[:3]:
            return path
        joined = posixpath.normpath(posixpath.join(folder, path.replace("\\", "/")))
        return path if joined.startswith("..") else joined


def _from_root(folder: str, roots: Sequence[str] = ()) -> str:
    if not folder.startswith("/") and ":" not in folder[:3]:
        return folder
    return subfolder(folder, roots)
