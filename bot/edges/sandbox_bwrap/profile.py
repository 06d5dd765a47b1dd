"""What a box can see and do, as options of bubblewrap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.edges.sandbox_bwrap.limits import MIB, Limits
from bot.edges.sandbox_bwrap.system import NOTHING

WORKSPACE = "/workspace"
HOME = "/home/agent"
_SYSTEM = ("bin", "sbin", "lib", "lib64", "lib32")
# Files of /proc that tell about the kernel or the host's keys, or steer the machine when the bot
# is root: an empty file lies over each.
_MASKED = (
    "cmdline", "iomem", "ioports", "kallsyms", "kcore", "key-users", "keys", "kmsg", "kpagecgroup",
    "kpagecount", "kpageflags", "latency_stats", "mtrr", "pagetypeinfo", "sched_debug", "slabinfo",
    "sysrq-trigger", "timer_list", "timer_stats", "vmallocinfo",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """Where the host has the programs that make a box."""

    bwrap: str
    prlimit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The strict profile.

    Attributes:
        programs: what starts a box.
        etc: the made-up /etc.
        toolchain: folders that are read-only at their own path; their `bin` leads PATH.
        seccomp: the filter program.
        network: the host's network; only ever for a person who looks around.
    """

    programs: Programs
    etc: Path
    seccomp: bytes
    toolchain: tuple[Path, ...] = ()
    network: bool = False
    limits: Limits = field(default_factory=Limits)

    def options(self, tree: Path) -> list[str]:
        """All options for a command that works on `tree`; the only folder it can write."""
        return [
            *self._isolation(),
            *_system_folders(),
            *("--ro-bind", str(self.etc), "/etc"),
            # The host's own /proc/sys, read-only: writable core_pattern is code on the host.
            *("--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys", "--dev", "/dev"),
            *self._masks(),
            *_tmpfs("/dev/shm", 64 * MIB, "1777"),  # noqa: S108 - a path inside the box
            *_tmpfs("/tmp", self.limits.tmp_mb * MIB, "1777"),  # noqa: S108
            *_tmpfs(HOME, self.limits.tmp_mb * MIB, "0700"),
            *(part for path in self.toolchain for part in ("--ro-bind", str(path), str(path))),
            *("--bind", str(tree), WORKSPACE, "--chdir", WORKSPACE, "--remount-ro", "/"),
            *(part for pair in self.environment().items() for part in ("--setenv", *pair)),
        ]

    def environment(self) -> Mapping[str, str]:
        """The whole environment of a command."""
        bins = [f"{path}/bin" for path in self.toolchain]
        return {
            "PATH": ":".join([*bins, "/usr/local/bin", "/usr/bin", "/bin"]),
            "HOME": HOME,
            "USER": "agent",
            "LOGNAME": "agent",
            "SHELL": "/bin/sh",
            "LANG": "C.UTF-8",
            "TMPDIR": "/tmp",  # noqa: S108
            "TERM": "dumb",
            "CI": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONNOUSERSITE": "1",
            "PIP_CACHE_DIR": "/tmp/pip",  # noqa: S108
        }

    def _isolation(self) -> Sequence[str]:
        options = [
            *("--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-uts"),
            *("--unshare-cgroup-try", "--disable-userns", "--die-with-parent", "--new-session"),
            *("--cap-drop", "ALL", "--uid", "1000", "--gid", "1000"),
            *("--hostname", "sandbox", "--clearenv"),
        ]
        return options if self.network else [*options, "--unshare-net"]

    def _masks(self) -> list[str]:
        nothing = str(self.etc / NOTHING)
        found = (path for name in _MASKED if (path := Path("/proc") / name).exists())
        return [part for path in found for part in ("--ro-bind", nothing, str(path))]


def rlimits(limits: Limits) -> list[str]:
    """Arguments of `prlimit` for the limits that the kernel keeps.

    The number of processes is counted over all boxes of a user, and not at all for root: the
    watchdog keeps the real limit, this one only stops what is faster.
    """
    return [
        f"--cpu={limits.cpu_s}",
        f"--fsize={limits.file_mb * MIB}",
        f"--nofile={limits.open_files}",
        f"--nproc={limits.processes * 4}",
        f"--data={limits.memory_mb * MIB}",
        "--core=0",
        "--memlock=0",
    ]


def _system_folders() -> list[str]:
    options = ["--ro-bind", "/usr", "/usr"]
    for name in _SYSTEM:
        path = Path("/") / name
        if path.is_symlink():
            options += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            options += ["--ro-bind", str(path), str(path)]
    return options


def _tmpfs(path: str, size: int, mode: str) -> tuple[str, ...]:
    return "--size", str(size), "--perms", mode, "--tmpfs", path
