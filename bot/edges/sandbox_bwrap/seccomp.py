"""The system-call filter of a box, as a classic BPF program.

Namespaces leave three things open that this filter closes: AF_VSOCK ignores network namespaces,
a set-user-id file written into the tree would be root's when the bot is root, and much of the
kernel's surface is reachable by anybody.
"""

import struct
from dataclasses import dataclass

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
_EPERM, _ENOSYS, _EAFNOSUPPORT = 1, 38, 97
_FAMILIES = (1, 2, 10, 16)  # unix, inet, inet6, netlink
_SETUID_BITS = 0o6000
_X32 = 0x40000000  # the x32 ABI of x86-64 numbers its calls from here


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """System-call numbers of one machine type.

    Attributes:
        audit: the kernel's AUDIT_ARCH_ constant.
        socket, openat2: their numbers.
        modes: (number, index of its mode argument) of every call that sets permission bits.
        denied: numbers that are refused whatever their arguments.
    """

    audit: int
    socket: int
    openat2: int
    modes: tuple[tuple[int, int], ...]
    denied: tuple[int, ...]


# New calls carry the same number everywhere: io_uring, pidfd_getfd, the new mount API, quotactl_fd.
_COMMON = (425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442, 443)

# In this order: ptrace, process_vm_readv, process_vm_writev, kcmp, keyctl, add_key, request_key,
# bpf, perf_event_open, userfaultfd, fanotify_init, syslog, kexec_load, kexec_file_load,
# init_module, finit_module, delete_module, mount, umount2, pivot_root, unshare, setns,
# open_by_handle_at, name_to_handle_at, swapon, swapoff, reboot, acct, quotactl.
_X86_64 = Architecture(
    audit=0xC000003E,
    socket=41,
    openat2=437,
    # chmod fchmod fchmodat fchmodat2 open creat openat mkdir mkdirat mknod mknodat
    modes=(
        (90, 1), (91, 1), (268, 2), (452, 2), (2, 2), (85, 1), (257, 3), (83, 1), (258, 2),
        (133, 1), (259, 2),
    ),
    denied=(
        101, 310, 311, 312, 250, 248, 249, 321, 298, 323, 300, 103, 246, 320, 175, 313, 176, 165,
        166, 155, 272, 308, 304, 303, 167, 168, 169, 163, 179, *_COMMON,
    ),
)  # fmt: skip
_AARCH64 = Architecture(
    audit=0xC00000B7,
    socket=198,
    openat2=437,
    # fchmod fchmodat fchmodat2 openat mkdirat mknodat
    modes=((52, 1), (53, 2), (452, 2), (56, 3), (34, 2), (33, 2)),
    denied=(
        117, 270, 271, 272, 219, 217, 218, 280, 241, 282, 262, 116, 104, 294, 105, 273, 106, 40,
        39, 41, 97, 268, 265, 264, 224, 225, 142, 89, 60, *_COMMON,
    ),
)  # fmt: skip
ARCHITECTURES = {"x86_64": _X86_64, "aarch64": _AARCH64}


def program(machine: str) -> bytes:
    """The filter for a machine, by its name in `os.uname()`.

    Raises:
        KeyError: no table for that machine.
    """
    table = ARCHITECTURES[machine]
    code = [
        _op(_LOAD, _ARCHITECTURE),
        _op(_EQUAL, table.audit, hit=1),
        _op(_RETURN, _KILL),
        _op(_LOAD, _NUMBER),
    ]
    if table is _X86_64:
        code += [_op(_AT_LEAST, _X32, miss=1), _refuse(_EPERM)]
    code += _only_families(table.socket)
    for number, argument in table.modes:
        code += _no_setuid(number, argument)
    # Its mode lies behind a pointer: libraries fall back to openat when it is missing.
    code += [_op(_EQUAL, table.openat2, miss=1), _refuse(_ENOSYS)]
    for number in table.denied:
        code += [_op(_EQUAL, number, miss=1), _refuse(_EPERM)]
    return b"".join([*code, _op(_RETURN, _ALLOW)])


def _op(code: int, operand: int, *, hit: int = 0, miss: int = 0) -> bytes:
    """One instruction; `hit` and `miss` say how many instructions a comparison skips."""
    return struct.pack("<HBBI", code, hit, miss, operand)


def _refuse(errno: int) -> bytes:
    return _op(_RETURN, 0x00050000 | errno)


def _only_families(socket: int) -> list[bytes]:
    count = len(_FAMILIES)
    checks = [_op(_EQUAL, family, hit=count - index) for index, family in enumerate(_FAMILIES)]
    body = [_op(_LOAD, _ARGUMENTS), *checks, _refuse(_EAFNOSUPPORT), _op(_RETURN, _ALLOW)]
    return [_op(_EQUAL, socket, miss=len(body)), *body]


def _no_setuid(number: int, argument: int) -> list[bytes]:
    body = [
        _op(_LOAD, _ARGUMENTS + 8 * argument),
        _op(_ANY_BIT, _SETUID_BITS, miss=1),
        _refuse(_EPERM),
        _op(_RETURN, _ALLOW),
    ]
    return [_op(_EQUAL, number, miss=len(body)), *body]
