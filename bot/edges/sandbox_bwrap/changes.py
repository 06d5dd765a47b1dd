"""What an untrusted process changed in a checkout, taken out with care."""

import asyncio
import hashlib
import re
import stat
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from bot.core.errors import PermanentError
from bot.edges.sandbox_bwrap.manifest import Manifest, Original, signature
from bot.edges.sandbox_bwrap.tree import MAX_FILE, Entry, read_file, scan_folder
from bot.ports import EditedFile

MAX_CHANGED = 500
MAX_BYTES = 20 << 20
_MAX_NEW = 50_000  # new names that git may be asked about
_MAX_DEPTH = 64
# Left behind by test runners and linters; never part of a fix unless the repository tracks it.
_DROPPINGS = (
    "__pycache__", "*.pyc", ".pytest_cache", ".ruff_cache", ".mypy_cache", ".coverage",
    ".coverage.*", ".hypothesis", ".selfheal", ".selfheal-*",
)  # fmt: skip
_ODD = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

Ignored = Callable[[Sequence[str]], Awaitable[frozenset[str]]]


@dataclass(slots=True, kw_only=True)
class _Seen:
    """What one walk over some folders met."""

    unchanged: set[str] = field(default_factory=set)
    touched: list[Entry] = field(default_factory=list)  # files that the checkout had
    new_files: list[Entry] = field(default_factory=list)
    new_folders: list[Entry] = field(default_factory=list)


async def collect(root: Path, manifest: Manifest, ignored: Ignored) -> tuple[EditedFile, ...]:
    """What differs from the manifest, in path order.

    Args:
        root: the tree.
        manifest: what the tree held at first.
        ignored: which of some new paths git would ignore; a folder's path ends with "/".

    Raises:
        PermanentError: something that must not be taken out.
    """
    kept: set[str] = set()
    candidates: list[Entry] = []
    pending, asked = [""], 0
    while pending:
        seen = await asyncio.to_thread(_walk, root, manifest, pending)
        kept |= seen.unchanged | {entry.path for entry in seen.touched}
        asked += len(seen.new_files) + len(seen.new_folders)
        if asked > _MAX_NEW:
            msg = f"the change holds more than {_MAX_NEW} new files"
            raise PermanentError(msg)
        names = [f"{entry.path}/" for entry in seen.new_folders]
        names += [entry.path for entry in seen.new_files]
        left_out = await ignored(names) if names else frozenset()
        candidates += seen.touched
        candidates += [entry for entry in seen.new_files if entry.path not in left_out]
        pending = [path for path in names if path.endswith("/") and path not in left_out]
    gone = sorted(manifest.files.keys() - kept)
    return await asyncio.to_thread(_edits, root, manifest, candidates, gone)


def _walk(root: Path, manifest: Manifest, folders: Sequence[str]) -> _Seen:
    """Sort the entries of these folders, and of all folders below that the checkout had."""
    seen = _Seen()
    pending = [folder.rstrip("/") for folder in folders]
    while pending:
        folder = pending.pop()
        try:
            entries = list(scan_folder(root, folder))
        except OSError as exc:
            msg = f"{folder!a} cannot be looked into"
            raise PermanentError(msg) from exc
        for entry in entries:
            if entry.is_folder and entry.path in manifest.folders:
                pending.append(entry.path)
            else:
                _sort(entry, manifest.files.get(entry.path), seen)
        if len(seen.new_files) + len(seen.new_folders) > _MAX_NEW:
            break
    return seen


def _sort(entry: Entry, original: Original | None, seen: _Seen) -> None:
    if original is not None and not entry.is_folder:
        if original.signature == signature(entry.stat):
            seen.unchanged.add(entry.path)
        else:
            seen.touched.append(entry)
        return
    name = entry.path.rpartition("/")[2]
    if any(fnmatchcase(name, pattern) for pattern in _DROPPINGS):
        return
    if name.lower() == ".git":
        msg = f"the change holds a git repository: {entry.path!a}"
        raise PermanentError(msg)
    # At once: every level below costs a call of git, and a box makes many thousand in a second.
    _refuse_depth(entry.path)
    (seen.new_folders if entry.is_folder else seen.new_files).append(entry)


def _refuse_name(path: str) -> None:
    if _ODD.search(path):
        msg = f"the change holds a file whose name is no plain text: {path!a}"
        raise PermanentError(msg)


def _refuse_depth(path: str) -> None:
    if path.count("/") > _MAX_DEPTH:
        msg = f"the change holds folders more than {_MAX_DEPTH} deep"
        raise PermanentError(msg)


def _edits(
    root: Path, manifest: Manifest, candidates: Sequence[Entry], gone: Sequence[str]
) -> tuple[EditedFile, ...]:
    edits = [EditedFile(path=path, content=None) for path in gone]
    size = 0
    for entry in candidates:
        edit = _edit(root, entry, manifest.files.get(entry.path))
        if edit is None:
            continue
        edits.append(edit)
        size += len(edit.content or b"")
        if len(edits) > MAX_CHANGED or size > MAX_BYTES:
            break
    if len(edits) > MAX_CHANGED:
        msg = f"the change touches more than {MAX_CHANGED} files"
        raise PermanentError(msg)
    for edit in edits:
        _refuse_name(edit.path)
    if size > MAX_BYTES:
        msg = f"the change holds more than {MAX_BYTES >> 20} MiB"
        raise PermanentError(msg)
    return tuple(sorted(edits, key=lambda edit: edit.path))


def _edit(root: Path, entry: Entry, original: Original | None) -> EditedFile | None:
    """The file as it is now; None when it is as it was."""
    if not stat.S_ISREG(entry.stat.st_mode) or (original is not None and original.link):
        msg = f"the change holds a link or a device: {entry.path!a}"
        raise PermanentError(msg)
    try:
        content = read_file(root, entry.path, MAX_FILE)
    except OSError as exc:
        msg = f"{entry.path!a}: {exc.strerror}"
        raise PermanentError(msg) from exc
    executable = bool(entry.stat.st_mode & stat.S_IXUSR)
    digest = hashlib.sha256(content).hexdigest()
    if original is not None and (original.digest, original.executable) == (digest, executable):
        return None
    return EditedFile(path=entry.path, content=content, executable=executable)
