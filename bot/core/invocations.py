"""The commands that a log says it ran, and how a failing part of one is run again.

A format proposes the narrowest command by itself (`pytest tests/a.py::b`); the log knows how the tool
is started there (`poetry run pytest -q`, in a folder below the root). Together they are the command
that shows the failure again. It is told to people and to the model, and never run by us.
"""

import re
import shlex
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.core.framing import SCRIPT_MARK, Line
from bot.core.pattern import pattern

_STARTED = (
    "python", "pytest", "npm ", "npx ", "yarn", "pnpm", "node ", "go ", "cargo ", "make", "mvn", "./",
    "uv ", "poetry ", "tox", "nox", "ruff", "mypy", "eslint", "tsc", "jest", "vitest", "mocha", "bundle ",
    "dotnet ", "gradle", "ctest", "bazel", "docker ", "composer ", "vendor/", "phpunit", "rspec",
    "prettier", "biome", "vite", "webpack", "next ", "turbo", "nx ", "playwright", "cd ", "pylint", "flake8", "bandit",
)  # fmt: skip
HINTS = (
    "##[group]Run ", "[command]", "[36;1m",
    *(f"{mark} {word}" for mark in "$+>" for word in _STARTED),
)  # fmt: skip
REACH = (0, 0)

_SHOWN = pattern(
    r"(?:##\[group\]Run |\[command\]|##\[script\]|(?:[^\s$]{1,200} [^\s$]{1,100})?\$ |\+{1,4} |> (?!\S{1,200}@\d))"
    r"(?P<command>\S.{0,2000})$"
)
_FOLDER = pattern(r"cd (?:\./)?(?P<folder>[\w@][\w@./+-]{0,200}) && ")
_LONE_FOLDER = pattern(r"cd (?:\./)?(?P<folder>[\w@][\w@./+-]{0,200})$")
_TOLERANT = pattern(
    r"(?:[^|;&]{0,1000} --exit-zero(?: [^|;&]{0,1000})?|[^|;&]{1,1000}\|\| ?(?:true|:) ?)$"
)
_ASSIGNED = re.compile(r"[A-Za-z_]\w*=")
# Words that may stand before a tool without changing what it does.
_WRAPPERS = frozenset(
    ("npx", "pnpm", "yarn", "npm", "bunx", "bun", "exec", "run", "dlx", "--", "poetry", "uv", "pipenv",
     "hatch", "pdm", "rye", "bundle", "python", "python3", "py", "-m", "coverage", "time", "xvfb-run",
     "cross-env", "env", "-s", "--silent", "--no-install", "--yes", "-y", "php", "corepack", "mise", "x")
)  # fmt: skip
_OWN_WRAPPERS = ("npx ", "bundle exec ", "python -m ")
MAX_KEPT = 2000


@dataclass(frozen=True, slots=True)
class _Ran:
    number: int
    words: tuple[str, ...]
    text: str
    folder: str


class Invocations:
    """The commands of one log, in its order."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._ran: list[_Ran] = []
        folder = ""
        for line in lines:
            if not line.text.startswith(SCRIPT_MARK):
                folder = ""
            if (match := _SHOWN.match(line.text)) is None or len(self._ran) >= MAX_KEPT:
                continue
            text = match["command"].strip()
            if (lone := _LONE_FOLDER.match(text)) is not None:
                folder = lone["folder"].rstrip("/")
                continue
            self._ran.append(_read(line.number, text, folder))
        self._numbers = [ran.number for ran in self._ran]

    def folder(self, number: int, tool: str | None) -> str:
        """The folder in which the tool that printed a line was started; "" when unknown or the root."""
        ran = self._before(number, _program(tool or ""))
        return ran.folder if ran else ""

    def command(self, number: int, tool: str | None, proposed: str | None) -> str | None:
        """The command that shows again what a tool printed.

        Args:
            number: of the line it printed.
            tool: its name.
            proposed: the narrowest command by the tool's own name; None = not known.
        """
        program = _program(proposed or tool or "")
        ran = self._before(number, program)
        if ran is None:
            return proposed
        if proposed is None:
            return ran.text
        prefix = _wrapping(ran.words, program)
        if prefix is None:
            return proposed
        bare = proposed
        if prefix:
            for own in _OWN_WRAPPERS:
                bare = bare.removeprefix(own)
        return " ".join((*map(shlex.quote, prefix), bare)) if prefix else proposed

    def is_tolerated(self, number: int, tool: str | None) -> bool:
        """Whether the command that printed a line was told to pass whatever it finds."""
        ran = self._before(number, _program(tool or ""))
        return ran is not None and _TOLERANT.match(ran.text) is not None

    def _before(self, number: int, program: str) -> _Ran | None:
        """The last command before a line in which the program is named."""
        if not program:
            return None
        at = bisect_left(self._numbers, number)
        return next((ran for ran in reversed(self._ran[:at]) if program in _names(ran.words)), None)


def _read(number: int, text: str, folder: str) -> _Ran:
    if (match := _FOLDER.match(text)) is not None:
        folder, text = match["folder"].rstrip("/"), text[match.end() :].strip()
    try:
        words = tuple(shlex.split(text))
    except ValueError:
        words = tuple(text.split())
    return _Ran(number, words, text, "" if ".." in folder else folder)


def _names(words: Sequence[str]) -> set[str]:
    return {_base(word) for word in words}


def _base(word: str) -> str:
    return word.rpartition("/")[2].partition("@")[0]


def _program(command: str) -> str:
    """The name of what a command starts, behind what only wraps it."""
    for word in command.split():
        if _base(word) not in _WRAPPERS and not _ASSIGNED.match(word):
            return _base(word)
    return ""


def _wrapping(words: Sequence[str], program: str) -> tuple[str, ...] | None:
    """The words before the program when they only wrap it; else None."""
    for index, word in enumerate(words):
        if _base(word) == program:
            return tuple(words[:index])
        if _base(word) not in _WRAPPERS and not _ASSIGNED.match(word):
            return None
    return None
