"""`selfheal sandbox`: look at what the agent's commands can reach, with any command of your own."""

import asyncio
import shlex
import shutil
import stat
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.core.errors import EdgeError, UserError
from bot.core.ids import Sha

if TYPE_CHECKING:
    from bot.ports import EditedFile, RunResult

KILLED = 124  # as timeout(1) says it
_NOWHERE = Sha("0" * 40)  # a folder is no commit


def command(
    words: Annotated[list[str], typer.Argument(metavar="-- CMD…", show_default=False)],
    work: Annotated[
        Path | None, typer.Option(help="folder that CMD gets a copy of [default: an empty one]")
    ] = None,
    allow_network: Annotated[
        bool, typer.Option("--allow-network", help="with the host's network; the agent has none")
    ] = False,
    timeout_s: Annotated[float, typer.Option("--timeout", min=0.1, help="seconds")] = 600.0,
) -> None:
    """Run CMD exactly as the agent's commands run, and end with its exit code.

    It works on a copy: your folder stays as it is. What it changed there is named on stderr.
    Several words are one command; a single word is a line for `sh -c`.
    """
    line = words[0] if len(words) == 1 else shlex.join(words)
    if work is not None and not work.is_dir():
        msg = f"{work} is no folder"
        raise UserError(msg)
    try:
        result, changed = asyncio.run(_run(line, work, timeout_s, network=allow_network))
    except EdgeError as exc:
        raise UserError(str(exc)) from exc
    sys.stdout.buffer.write(result.output)
    sys.stdout.buffer.flush()
    for edit in changed:
        typer.echo(f"{'deleted' if edit.content is None else 'changed'}: {edit.path}", err=True)
    if result.killed is not None:
        typer.echo(f"killed: {result.killed}", err=True)
    raise typer.Exit(KILLED if result.exit_code is None else result.exit_code)


async def _run(
    line: str, work: Path | None, timeout_s: float, *, network: bool
) -> "tuple[RunResult, tuple[EditedFile, ...]]":
    from bot.app import make_sandbox, own_toolchain
    from bot.settings import read

    settings = read()
    if not settings.toolchain:
        settings = settings.model_copy(update={"toolchain": own_toolchain()})
    sandbox = await make_sandbox(settings, Folder(work), network=network)
    async with sandbox.open("local/folder", _NOWHERE) as box:
        result = await box.run(line, timeout_s)
        return result, await box.changes()


class Folder:
    """`Trees` of one folder of this machine, without its git directories; None = an empty one."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    async def export(self, repo: str, commit: Sha, into: Path) -> None:
        """Copy the folder; links stay links, sockets and devices stay behind."""
        if self._folder is not None:
            await asyncio.to_thread(
                shutil.copytree,
                self._folder,
                into,
                symlinks=True,
                ignore=_left_behind,
                dirs_exist_ok=True,
            )

    async def ignored(self, repo: str, commit: Sha, paths: Sequence[str]) -> frozenset[str]:
        """None of them: whatever changed is worth seeing."""
        return frozenset()


def _left_behind(folder: str, names: Iterable[str]) -> set[str]:
    return {name for name in names if name == ".git" or not _copied(Path(folder, name))}


def _copied(path: Path) -> bool:
    kind = stat.S_IFMT(path.lstat().st_mode)
    return kind in {stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK}
