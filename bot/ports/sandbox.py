"""The door to the sandbox: boxes that nothing can escape from."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from bot.core.ids import Sha
from bot.ports.git import EditedFile


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What a command in the box did.

    Attributes:
        exit_code: None when it was killed (`killed` says why).
        output: stdout and stderr together, bounded: head and tail, with a line between that
            says how many bytes were left out.
    """

    exit_code: int | None
    output: bytes
    seconds: float
    killed: str | None = None

    @property
    def ok(self) -> bool:
        """Ended by itself with 0."""
        return self.exit_code == 0

    @property
    def text(self) -> str:
        """The output as text; bytes that are not UTF-8 are replaced."""
        return self.output.decode(errors="replace")


class Box(Protocol):
    """A fresh checkout that nothing can escape from. Paths are relative to its root."""

    async def run(self, command: str, timeout_s: float) -> RunResult:
        """Run one command by `sh -c` in the root of the checkout, without network or secrets."""
        ...

    async def read(self, path: str) -> bytes:
        """A regular file's content, at most 5 MiB.

        Raises:
            OSError: no such file, not a regular file, behind a link, or too large.
        """
        ...

    async def write(self, path: str, content: bytes) -> None:
        """Create or replace a regular file; parent folders are made.

        Raises:
            OSError: the path leaves the checkout, or goes through a link.
        """
        ...

    async def listing(self, path: str) -> tuple[str, ...]:
        """Sorted entries of a folder, folders with a trailing "/"; at most 1000.

        Raises:
            OSError: no such folder.
        """
        ...

    async def changes(self) -> tuple[EditedFile, ...]:
        """What differs from the checkout, without ignored files, in path order.

        Raises:
            PermanentError: something that must not be taken out: links, devices, a nested .git,
                more than 500 files or 20 MiB.
        """
        ...


class Sandbox(Protocol):
    """A maker of boxes."""

    @property
    def name(self) -> str:
        """Which backend, by its name in the settings: "bwrap", "none"."""
        ...

    def open(self, repo: str, commit: Sha) -> AbstractAsyncContextManager[Box]:
        """A box on a clean checkout that lives as long as the context.

        Raises:
            NoSandboxError: no usable sandbox here.
        """
        ...
