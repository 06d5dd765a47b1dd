"""`Sandbox` by bubblewrap."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bot.core.errors import NoSandboxError, TransientError
from bot.core.ids import Sha
from bot.edges.sandbox_bwrap import seccomp
from bot.edges.sandbox_bwrap.box import BwrapBox, Checkout
from bot.edges.sandbox_bwrap.folders import (
    fresh_folder,
    locked_folder,
    open_passage,
    sweep,
    traversable,
)
from bot.edges.sandbox_bwrap.limits import Limits
from bot.edges.sandbox_bwrap.manifest import Manifest, take
from bot.edges.sandbox_bwrap.profile import Profile, Programs
from bot.edges.sandbox_bwrap.runner import Place
from bot.edges.sandbox_bwrap.selftest import selftest
from bot.edges.sandbox_bwrap.system import build_etc
from bot.edges.sandbox_bwrap.watch import Usage
from bot.ports import Box, Sandbox, Trees

BOX_USER = 10_001  # uid and gid of commands when the bot is root and can give it up
_REMEDY = "install bubblewrap (`apt-get install bubblewrap`) and util-linux"


class BwrapSandbox(Sandbox):
    """Boxes by bubblewrap.

    Args:
        trees: where checkouts come from.
        work_root: the folder that boxes live in; made when it is not there.
        toolchain: folders that commands may read at their own path; their `bin` leads PATH.
        limits: of every command.
        network: the host's network; only for a person who looks around, never for the agent.
    """

    def __init__(
        self,
        trees: Trees,
        work_root: Path,
        toolchain: Sequence[Path] = (),
        limits: Limits | None = None,
        *,
        network: bool = False,
    ) -> None:
        self._trees = trees
        self._root = work_root.absolute()
        self._toolchain = _distinct(toolchain)
        self._limits = limits or Limits()
        self._network = network
        self._ready: tuple[Profile | None, str] | None = None
        self._testing = asyncio.Lock()
        self._etc_lock: int | None = None

    @property
    def name(self) -> str:
        """Its name in the settings."""
        return "bwrap"

    async def usable(self) -> str:
        """Why no box can be opened here, in one line; "" when all is well. Found out once."""
        return (await self._prepared())[1]

    @asynccontextmanager
    async def open(self, repo: str, commit: Sha) -> AsyncIterator[Box]:
        """A box on a clean checkout.

        Raises:
            NoSandboxError: the sandbox does not work on this machine.
            TransientError: the checkout could not be made this time.
        """
        profile, reason = await self._prepared()
        if profile is None:
            raise NoSandboxError(reason)
        user = self._user()
        async with fresh_folder(self._root, user) as tree:
            manifest = await self._fill(repo, commit, tree)
            place = Place(tree=tree, base=manifest.usage, user=user)
            checkout = Checkout(repo=repo, commit=commit, manifest=manifest)
            yield BwrapBox(profile, place, checkout, self._trees)

    async def _fill(self, repo: str, commit: Sha, tree: Path) -> Manifest:
        await self._trees.export(repo, commit, tree)
        try:
            return await asyncio.to_thread(take, tree, self._user())
        except OSError as exc:
            raise TransientError(self.name, f"the checkout is unreadable: {exc.strerror}") from exc

    async def _prepared(self) -> tuple[Profile | None, str]:
        """The profile and why it cannot be used; the self-test runs once, whoever asks first."""
        async with self._testing:
            if self._ready is None:
                profile, reason = await self._prepare()
                self._ready = (None if reason else profile, reason)
        return self._ready

    async def _prepare(self) -> tuple[Profile | None, str]:
        bwrap, prlimit = shutil.which("bwrap"), shutil.which("prlimit")
        if bwrap is None or prlimit is None:
            return None, f"no sandbox on this machine: {_REMEDY}"
        machine = os.uname().machine
        if machine not in seccomp.ARCHITECTURES:
            return None, f"no sandbox on {machine}: there is no system-call filter for it"
        for path in self._toolchain:
            if self._root.is_relative_to(path):
                return None, f"the toolchain {path} holds the bot's own data: name a smaller folder"
            if not path.is_dir():
                return None, f"the toolchain {path} is no folder"
        try:
            etc = await self._make_root()
        except OSError as exc:
            return None, f"{self._root} cannot be written: {exc.strerror}"
        profile = Profile(
            programs=Programs(bwrap=bwrap, prlimit=prlimit),
            etc=etc,
            seccomp=seccomp.program(machine),
            toolchain=self._toolchain,
            network=self._network,
            limits=self._limits,
        )
        user = self._user()
        async with fresh_folder(self._root, user) as tree:
            if user is not None:
                os.chown(tree, user, user)
            place = Place(tree=tree, base=Usage(bytes=0, files=0), user=user)
            return profile, await selftest(profile, place)

    async def _make_root(self) -> Path:
        """The private folder of all boxes, clean, with the /etc they share."""
        # Others may pass through to a box of their own, and see nothing on the way.
        if not self._root.parent.exists():  # `parents` below would make it for everybody
            self._root.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._root.mkdir(mode=0o711, exist_ok=True)
        if os.geteuid() == 0:
            open_passage(self._root)
        self._root.chmod(0o711 if self._user() else 0o700)
        await sweep(self._root)
        # Kept open for as long as the process lives: the next one sweeps it.
        folder, self._etc_lock = locked_folder(self._root)
        folder.chmod(0o711)
        return await asyncio.to_thread(build_etc, folder / "etc", network=self._network)

    def _user(self) -> int | None:
        """Whom commands run as: somebody without rights when we are root and it can be done."""
        if os.geteuid() != 0:
            return None
        above = (*self._toolchain, self._root.parent)
        return BOX_USER if all(traversable(path) for path in above) else None


def _distinct(toolchain: Sequence[Path]) -> tuple[Path, ...]:
    """Absolute folders, each once, without what every box has anyway."""
    system = Path("/usr")
    paths = (path.absolute() for path in toolchain)
    return tuple(dict.fromkeys(path for path in paths if not path.is_relative_to(system)))
