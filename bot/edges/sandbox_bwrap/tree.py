"""Files in a tree that an untrusted process may write, reached without following a single link.

Every path is walked component by component from the tree's root, so no link, planted before or
during the walk, can lead out; only regular files with one name are read.
"""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from errno import EFBIG, EINVAL, ELOOP, EPERM
from pathlib import Path

MAX_FILE = 5 << 20
MAX_LISTED = 1000
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# O_NONBLOCK: opening a planted FIFO must not wait for a writer.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a folder, not followed; `path` is relative to the root of the tree."""

    path: str
    stat: os.stat_result

    @property
    def is_folder(self) -> bool:
        """A real folder, no link to one."""
        return stat.S_ISDIR(self.stat.st_mode)


def read_file(root: Path, path: str, max_bytes: int = MAX_FILE) -> bytes:
    """A regular file's content.

    Raises:
        OSError: it is not there, no regular file, behind a link, hard-linked or too large.
    """
    *folders, name = _parts(path)
    with _folder(root, folders) as folder:
        descriptor = os.open(name, _FILE, dir_fd=folder)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(EINVAL, "not a regular file", path)
        if found.st_nlink != 1:
            raise OSError(EPERM, "a hard link", path)
        content = bytearray()
        while chunk := file.read(min(1 << 20, max_bytes + 1 - len(content))):
            content += chunk
        if len(content) > max_bytes:
            raise OSError(EFBIG, f"larger than {max_bytes} bytes", path)
        return bytes(content)


def write_file(root: Path, path: str, content: bytes, owner: int | None = None) -> None:
    """Create or replace a regular file whole; parent folders are made, its mode is kept.

    Args:
        root: the tree; nobody untrusted can replace this folder itself.
        path: relative to it.
        content: at most 5 MiB.
        owner: uid and gid that new files and folders get; None = our own.

    Raises:
        OSError: the path leaves the tree, goes through a link, or names something else.
    """
    *folders, name = _parts(path)
    if any(part.lower() == ".git" for part in (*folders, name)):
        raise OSError(EPERM, "git's own files are not written", path)
    if len(content) > MAX_FILE:
        raise OSError(EFBIG, f"larger than {MAX_FILE} bytes", path)
    with _folder(root, folders, make=True, owner=owner) as folder:
        mode = _mode_now(folder, name)
        temporary = f".selfheal-{secrets.token_hex(8)}"
        descriptor = os.open(temporary, _NEW, 0o600, dir_fd=folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                _give(descriptor, owner)
                os.fchmod(descriptor, mode)
            os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary, dir_fd=folder)
            raise


def list_folder(root: Path, path: str) -> tuple[str, ...]:
    """Sorted names of a folder, folders with a trailing "/"; at most 1000.

    Raises:
        OSError: no such folder, or it lies behind a link.
    """
    names = []
    for entry in scan_folder(root, path):
        name = os.fsencode(entry.path.rpartition("/")[2]).decode(errors="replace")
        names.append(f"{name}/" if entry.is_folder else name)
    return tuple(sorted(names)[:MAX_LISTED])


def scan_folder(root: Path, path: str) -> Iterator[Entry]:
    """The entries of a folder; "" is the root.

    Raises:
        OSError: no such folder, or it lies behind a link.
    """
    parts = _parts(path, may_be_empty=True)
    prefix = "".join(f"{part}/" for part in parts)
    with _folder(root, parts) as folder, os.scandir(folder) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                yield Entry(prefix + entry.name, entry.stat(follow_symlinks=False))


def _parts(path: str, *, may_be_empty: bool = False) -> list[str]:
    """The components of a relative path that stays where it starts."""
    parts = [part for part in path.split("/") if part not in {"", "."}]
    if path.startswith("/") or ".." in parts or "\0" in path or not (parts or may_be_empty):
        raise OSError(EINVAL, "not a path inside the checkout", path)
    try:
        os.fsencode(path)
    except UnicodeEncodeError as exc:
        raise OSError(EINVAL, "not a path that can be named", ascii(path)) from exc
    return parts


@contextmanager
def _folder(
    root: Path, parts: list[str], *, make: bool = False, owner: int | None = None
) -> Iterator[int]:
    """A descriptor of a folder below the root."""
    descriptor = os.open(root, _FOLDER)
    try:
        for part in parts:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(part, 0o755, dir_fd=descriptor)
                    if owner is not None:
                        os.chown(part, owner, owner, dir_fd=descriptor, follow_symlinks=False)
            below = os.open(part, _FOLDER, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = below
        yield descriptor
    finally:
        os.close(descriptor)


def _mode_now(folder: int, name: str) -> int:
    """The permission bits a file of that name has, or a new file's."""
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return 0o644
    if not stat.S_ISREG(found.st_mode):
        raise OSError(ELOOP, "not a regular file", name)
    return 0o755 if found.st_mode & stat.S_IXUSR else 0o644


def _give(descriptor: int, owner: int | None) -> None:
    if owner is not None:
        os.fchown(descriptor, owner, owner)
