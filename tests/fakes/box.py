"""A box in memory: files are a dict, and commands are what a test says they are."""

import re
from collections.abc import Callable, Mapping

from bot.ports import EditedFile, RunResult

ROOT = "/workspace"
_REPORTED = re.compile(r"\((.*?) --junitxml=\S+ -o junit_family=xunit1\n\); code=.*", re.DOTALL)
Command = Callable[["MemoryBox"], tuple[int | None, str]]


class MemoryBox:
    """`Box` over a dict; a command that nobody taught it fails the test."""

    def __init__(
        self, files: Mapping[str, str], commands: Mapping[str, Command] | None = None
    ) -> None:
        self.files = {path: text.encode() for path, text in files.items()}
        self._before = dict(self.files)
        self._commands = {"pwd": lambda _: (0, f"{ROOT}\n"), **(commands or {})}
        self.ran: list[tuple[str, float]] = []

    async def run(self, command: str, timeout_s: float) -> RunResult:
        """Do what the test said for this command."""
        if reported := _REPORTED.fullmatch(command):
            command = reported[1]  # what was asked; how its report is taken out is not its matter
        self.ran.append((command, timeout_s))
        if command not in self._commands:
            msg = f"no test taught the box {command!r}"
            raise AssertionError(msg)
        exit_code, output = self._commands[command](self)
        killed = "timeout" if exit_code is None else None
        return RunResult(exit_code=exit_code, output=output.encode(), seconds=0.5, killed=killed)

    async def read(self, path: str) -> bytes:
        """A file's content."""
        if path not in self.files:
            raise FileNotFoundError(2, "No such file", path)
        return self.files[path]

    async def write(self, path: str, content: bytes) -> None:
        """Keep a file."""
        if ".." in path.split("/"):
            raise PermissionError(1, "leaves the checkout", path)
        self.files[path] = content

    async def listing(self, path: str) -> tuple[str, ...]:
        """Entries of a folder."""
        prefix = "" if path == "." else f"{path}/"
        below = [each[len(prefix) :] for each in self.files if each.startswith(prefix)]
        if not below:
            raise NotADirectoryError(20, "No such folder", path)
        names = (name.partition("/") for name in below)
        return tuple(sorted({first + slash for first, slash, _ in names}))

    async def changes(self) -> tuple[EditedFile, ...]:
        """What differs from the start."""
        paths = sorted(self.files.keys() | self._before.keys())
        return tuple(
            EditedFile(path=path, content=self.files.get(path))
            for path in paths
            if self.files.get(path) != self._before.get(path)
        )
