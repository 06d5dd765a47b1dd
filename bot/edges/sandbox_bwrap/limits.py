"""How much one box may use."""

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of every command in a box; the wall clock is given with each command.

    Attributes:
        cpu_s, memory_mb, file_mb, open_files: of one process, by the kernel.
        total_memory_mb, processes: of all processes (and threads) together, by a watchdog.
        disk_mb, files: what the tree may hold beyond the checkout, by a watchdog.
        tmp_mb: each of /tmp and the home folder, which live in memory and for one command.
        free_disk_mb, free_memory_mb: what must stay free on the host.
        output_bytes: of stdout and stderr together that are kept.
    """

    cpu_s: int = 1800
    memory_mb: int = 4096
    total_memory_mb: int = 8192
    processes: int = 512
    file_mb: int = 512
    open_files: int = 4096
    disk_mb: int = 2048
    files: int = 200_000
    tmp_mb: int = 512
    free_disk_mb: int = 1024
    free_memory_mb: int = 256
    output_bytes: int = MIB
