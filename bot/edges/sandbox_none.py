"""The sandbox of a machine that has none: it refuses, so no foreign code is ever run bare."""

from contextlib import AbstractAsyncContextManager

from bot.core.errors import NoSandboxError
from bot.core.ids import Sha
from bot.ports import Box, Sandbox

REMEDY = "no sandbox on this machine: install bubblewrap (`apt-get install bubblewrap`)"


class NoSandbox(Sandbox):
    """`Sandbox` that opens no box."""

    def __init__(self, reason: str = REMEDY) -> None:
        self._reason = reason

    @property
    def name(self) -> str:
        """Its name in the settings."""
        return "none"

    @property
    def reason(self) -> str:
        """Why there is none, and what to install."""
        return self._reason

    def open(self, repo: str, commit: Sha) -> AbstractAsyncContextManager[Box]:
        """Nothing.

        Raises:
            NoSandboxError: always; says what to install.
        """
        raise NoSandboxError(self._reason)
