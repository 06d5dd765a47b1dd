"""Look for a secret from wherever this runs, and print where it was found, as JSON.

Started with where to start looking for files, and with JSON, reversed, so that the secret itself
never stands in our own command line: `{"secret", "files", "socket", "abstract", "port", "pid"}`.
Started at "/", it also looks at every process; else only at its own and at the bot's.
"""

import json
import os
import socket
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

AF_VSOCK = getattr(socket, "AF_VSOCK", 40)
SKIPPED = ("/proc", "/sys", "/usr")
MAX_READ = 1 << 20


def main(top: str, argument: str) -> None:
    """Print `{"found": [[kind, where]…], "looked": {kind: how many}}`."""
    known = json.loads(argument[::-1])
    secret = known["secret"].encode()
    looked: dict[str, int] = {}
    found = []
    for kind, where, content in everything(top, known):
        looked[kind] = looked.get(kind, 0) + 1
        if secret in content:
            found.append((kind, where))
    sys.stdout.write(json.dumps({"found": found, "looked": looked}))


def everything(top: str, known: dict[str, Any]) -> Iterator[tuple[str, str, bytes]]:
    """Kind, place and content of all that can be looked at; a door that opens is its own proof."""
    yield from environment()
    own = [Path("/proc/self"), Path(f"/proc/{known['pid']}")]
    yield from processes([*own, *Path("/proc").glob("[0-9]*")] if top == "/" else own)
    yield from descriptors()
    yield from files(top, known["files"])
    yield from doors(known)


def environment() -> Iterator[tuple[str, str, bytes]]:
    """Our own variables and arguments."""
    yield "environment", "own", repr(dict(os.environb)).encode()
    yield "arguments", "own", " ".join(sys.argv).encode()


def processes(folders: list[Path]) -> Iterator[tuple[str, str, bytes]]:
    """All that /proc tells about everybody, and about the network."""
    for folder in folders:
        for name in ("environ", "cmdline", "maps", "status", "comm", "mountinfo", "cgroup"):
            yield f"proc {name}", str(folder), read(folder / name)
        for link in [folder / "cwd", folder / "root", folder / "exe", *listed(folder / "fd")]:
            yield "proc link", str(link), target(link)
            yield "proc link content", str(link), read(link)
    for name in ("unix", "tcp", "tcp6", "udp"):
        yield "proc net", name, read(Path("/proc/net") / name)
    for name in ("cmdline", "keys", "mounts", "sysvipc/shm"):
        yield "proc", name, read(Path("/proc") / name)


def descriptors() -> Iterator[tuple[str, str, bytes]]:
    """Open files that somebody left us."""
    for number in range(3, 256):
        try:
            if stat.S_ISREG(os.fstat(number).st_mode):
                yield "descriptor", str(number), os.pread(number, MAX_READ, 0)
        except OSError:
            continue


def files(top: str, known: list[str]) -> Iterator[tuple[str, str, bytes]]:
    """Every file that can be seen, its name and its beginning; and some that should not be."""
    for place in known:
        yield "known file", place, read(Path(place))
    prefixes = (*SKIPPED, sys.prefix, sys.base_prefix)
    for folder, below, names in os.walk(top):
        below[:] = [name for name in below if str(Path(folder, name)) not in prefixes]
        yield "folder", folder, os.fsencode(" ".join(below))
        for name in names:
            path = Path(folder, name)
            yield "file name", str(path), os.fsencode(path)
            yield "file", str(path), read(path)


def doors(known: dict[str, Any]) -> Iterator[tuple[str, str, bytes]]:
    """Sockets of the bot and of the world; whoever lets us in answers with the secret."""
    inet, unix = socket.AF_INET, socket.AF_UNIX
    yield "unix socket", "path", answer(unix, known["socket"])
    yield "abstract socket", "name", answer(unix, f"\0{known['abstract']}")
    for host in ("127.0.0.1", "0.0.0.0", "127.0.0.2"):
        yield "tcp", host, answer(inet, (host, known["port"]))
    yield "tcp", "::1", answer(socket.AF_INET6, ("::1", known["port"]))
    yield "vsock", "host", answer(AF_VSOCK, (2, known["port"]))


def answer(family: int, address: Any) -> bytes:
    """What a listener says first."""
    try:
        with socket.socket(family, socket.SOCK_STREAM) as door:
            door.settimeout(1)
            door.connect(address)
            return door.recv(1000)
    except OSError:
        return b""


def read(path: Path) -> bytes:
    """The beginning of a regular file; b"" when it cannot be read."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return b""
        with path.open("rb") as file:
            return file.read(MAX_READ)
    except OSError:
        return b""


def listed(folder: Path) -> list[Path]:
    """Entries of a folder; none when it cannot be listed."""
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def target(link: Path) -> bytes:
    """Where a link points to."""
    try:
        return os.fsencode(link.readlink())
    except OSError:
        return b""


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
