"""What the kernel does not limit for us: processes, memory and disk of a whole box.

Everything is read from /proc and from the tree; nothing here stops anything.
"""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.edges.sandbox_bwrap.limits import MIB, Limits

_KIB = 1024
_OWN = ("RssAnon:", "RssShmem:")  # of a process, without the files that it maps
_SHARE = ("Pss_Anon:", "Pss_Shmem:")  # the same, each page split among those who share it


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Bytes and entries of a tree."""

    bytes: int
    files: int


def usage(root: Path, *, max_bytes: int, max_files: int) -> Usage:
    """What a tree holds; counting ends where a bound is passed."""
    size = files = 0
    folders = [str(root)]
    while folders and size <= max_bytes and files <= max_files:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    files += 1
                    size += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
        except OSError:  # it is being changed while we look
            continue
    return Usage(bytes=size, files=files)


def disk_excess(tree: Path, base: Usage, limits: Limits) -> str | None:
    """Why a command must end for what it wrote; None when it need not."""
    if shutil.disk_usage(tree).free < limits.free_disk_mb * MIB:
        return "the host's disk is almost full"
    max_bytes = base.bytes + limits.disk_mb * MIB
    max_files = base.files + limits.files
    now = usage(tree, max_bytes=max_bytes, max_files=max_files)
    if now.bytes > max_bytes:
        return f"wrote more than {limits.disk_mb} MiB"
    if now.files > max_files:
        return f"made more than {limits.files} files"
    return None


def process_excess(root: int, limits: Limits) -> str | None:
    """Why a command must end for its processes; None when it need not.

    Args:
        root: the process whose descendants are counted, with all their threads.
        limits: what they may use together.
    """
    # The only bound for memory that no process maps: files without a name, in memory.
    if _kib(Path("/proc/meminfo"), ("MemAvailable:",)) < limits.free_memory_mb * _KIB:
        return "the host's memory is almost full"
    tasks = own = 0
    found: list[Path] = []
    processes = [root]
    while processes:
        process = Path(f"/proc/{processes.pop()}")
        try:
            threads = list((process / "task").iterdir())
            own += _kib(process / "status", _OWN)
            for thread in threads:
                children = (thread / "children").read_text()
                processes += map(int, children.split())
        except (OSError, ValueError):  # it has ended
            continue
        found.append(process)
        tasks += len(threads)
        if tasks > limits.processes:
            return f"more than {limits.processes} processes"
    most = limits.total_memory_mb * _KIB
    # That counts what is shared once for each who shares it: where it is too much, look closer.
    if own > most and _shares(found, own) > most:
        return f"used more than {limits.total_memory_mb} MiB of memory"
    return None


def _shares(processes: Sequence[Path], unknown: int) -> int:
    """What processes use together, in KiB; `unknown` where the kernel does not say."""
    size = 0
    for process in processes:
        try:
            size += _kib(process / "smaps_rollup", _SHARE)
        except (FileNotFoundError, ProcessLookupError):  # it has ended
            continue
        except OSError:
            return unknown
    return size


def _kib(table: Path, names: Sequence[str]) -> int:
    """The sum of some lines of a table of /proc, which are in KiB."""
    rows = (line.split() for line in table.read_text().splitlines())
    return sum(int(row[1]) for row in rows if len(row) > 1 and row[0] in names)
