"""What a checkout held at first, to tell later what was changed."""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.edges.sandbox_bwrap.tree import Entry, scan_folder
from bot.edges.sandbox_bwrap.watch import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A file or link as it was.

    Attributes:
        digest: sha256 of the content (of the target, for a link).
        signature: changes with every write; equal = surely unchanged, without reading.
    """

    digest: str
    executable: bool
    link: bool
    signature: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A whole checkout: files and links by path, all folders, and what they take on disk."""

    files: Mapping[str, Original]
    folders: frozenset[str]
    usage: Usage


def signature(found: os.stat_result) -> tuple[int, ...]:
    """Numbers that change with every write; the change time cannot be set back by anybody inside."""
    return found.st_ino, found.st_size, found.st_mode, found.st_ctime_ns


def take(root: Path, owner: int | None = None) -> Manifest:
    """The manifest of a tree that nobody untrusted has touched; it is given to `owner` first."""
    files: dict[str, Original] = {}
    folders: set[str] = set()
    size = count = 0
    if owner is not None:
        os.chown(root, owner, owner)
    for entry in _walk(root):
        place = root / entry.path
        if owner is not None:
            os.chown(place, owner, owner, follow_symlinks=False)
        count += 1
        size += entry.stat.st_blocks * 512
        if entry.is_folder:
            folders.add(entry.path)
        else:
            files[entry.path] = _original(place)
    usage = Usage(bytes=size, files=count)
    return Manifest(files=files, folders=frozenset(folders), usage=usage)


def _walk(root: Path) -> Iterator[Entry]:
    pending = [""]
    while pending:
        for entry in scan_folder(root, pending.pop()):
            yield entry
            if entry.is_folder:
                pending.append(entry.path)


def _original(place: Path) -> Original:
    found = place.lstat()
    link = stat.S_ISLNK(found.st_mode)
    if link:
        digest = hashlib.sha256(os.fsencode(place.readlink())).hexdigest()
    else:
        with place.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Original(
        digest=digest,
        executable=bool(found.st_mode & stat.S_IXUSR),
        link=link,
        signature=signature(found),
    )
