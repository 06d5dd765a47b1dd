"""What the kernel does not limit for us: processes, memory and disk of a whole box.

Everything is read from /proc and from the tree; nothing here stops anything.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from bot.edges.sandbox_bwrap.limits import MIB, Limits

_PAGE = os.sysconf("SC_PAGE_SIZE")


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
    tasks = pages = 0
    processes = [root]
    while processes:
        process = processes.pop()
        try:
            threads = list(Path(f"/proc/{process}/task").iterdir())
            resident, shared = Path(f"/proc/{process}/statm").read_text().split()[1:3]
            for thread in threads:
                children = (thread / "children").read_text()
                processes += map(int, children.split())
        except (OSError, ValueError):  # it has ended
            continue
        tasks += len(threads)
        pages += int(resident) - int(shared)
        if tasks > limits.processes:
            return f"more than {limits.processes} processes"
    if pages * _PAGE > limits.total_memory_mb * MIB:
        return f"used more than {limits.total_memory_mb} MiB of memory"
    return None
