"""Stands for the bot: a process full of one secret, that runs the probe bare and in a box.

`python -m tests.edges.secret_keeper FOLDER SECRET`, with the secret in the environment too. Prints
one JSON document: what the probe saw `outside` and what it saw `inside`.
"""

import asyncio
import json
import os
import socket
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bot.core.ids import Sha
from bot.edges.sandbox_bwrap import BwrapSandbox

PROBE = Path(__file__).with_name("secret_probe.py")


class OneFile:
    """Trees that hold the probe."""

    async def export(self, repo: str, commit: Sha, into: Path) -> None:
        (into / "probe.py").write_bytes(PROBE.read_bytes())

    async def ignored(self, repo: str, commit: Sha, paths: Sequence[str]) -> frozenset[str]:
        return frozenset()


async def look(folder: Path, secret: str) -> dict[str, Any]:
    """Hide the secret in every place a bot may have one, and send the probe."""
    with ExitStack() as stack:
        door = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        known, kept = hide(folder, secret, stack)
        known["port"] = door.getsockname()[1]
        argument = json.dumps(known)[::-1]
        listeners = [
            await asyncio.start_unix_server(greet(secret), sock=unix(f"{folder}/socket")),
            await asyncio.start_unix_server(greet(secret), sock=unix(f"\0{known['abstract']}")),
            await asyncio.start_server(greet(secret), sock=door),
        ]
        outside = await asyncio.create_subprocess_exec(
            sys.executable,
            str(PROBE),
            str(folder),
            argument,
            stdout=asyncio.subprocess.PIPE,
            pass_fds=[kept],
        )
        seen_outside, _ = await outside.communicate()
        box_of = BwrapSandbox(
            OneFile(), folder / "boxes", (Path(sys.prefix), Path(sys.base_prefix))
        )
        async with box_of.open("octo/sample", Sha("1" * 40)) as box:
            result = await box.run(f"python probe.py / '{argument}'", 60)
        for listener in listeners:
            listener.close()
    if not result.ok:
        raise SystemExit(result.text)
    return {"outside": json.loads(seen_outside), "inside": json.loads(result.output)}


def hide(folder: Path, secret: str, stack: ExitStack) -> tuple[dict[str, Any], int]:
    """Where the secret is, for the probe; and a descriptor that children inherit."""
    (folder / "key.pem").write_text(secret)
    kept = os.open(folder / "key.pem", os.O_RDONLY)
    stack.callback(os.close, kept)
    os.set_inheritable(kept, True)
    known = {
        "secret": secret,
        "files": [str(folder / "key.pem"), "/etc/shadow", f"/proc/{os.getpid()}/environ"],
        "socket": str(folder / "socket"),
        "abstract": f"abstract-{secret}",
        "pid": os.getpid(),
    }
    return known, kept


def unix(address: str) -> socket.socket:
    """A socket bound to a path, or to a name when it begins with NUL."""
    made = socket.socket(socket.AF_UNIX)
    made.bind(address)
    return made


def greet(secret: str) -> Any:
    """A server that tells the secret to everybody who gets in."""

    async def tell(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(secret.encode())
        await writer.drain()
        writer.close()

    return tell


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(look(Path(sys.argv[1]), sys.argv[2]))))
