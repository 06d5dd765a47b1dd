"""The system-call filter, run by a small interpreter of its own, and for real in a box."""

import shutil
import struct
from pathlib import Path

import pytest

from bot.core.ids import Sha
from bot.edges.sandbox_bwrap import BwrapSandbox
from bot.edges.sandbox_bwrap.seccomp import ARCHITECTURES, program
from tests.edges.test_sandbox_bwrap import TOOLCHAIN, Checkout

ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000


def verdict(code: bytes, audit: int, number: int, *arguments: int) -> int:
    """What the kernel would do: interpret the program over one `struct seccomp_data`."""
    padded = (*arguments, *[0] * (6 - len(arguments)))
    data = struct.pack("<IIQ6Q", number, audit, 0, *padded)
    steps = list(struct.iter_unpack("<HBBI", code))
    position, accumulator = 0, 0
    while True:
        operation, hit, miss, operand = steps[position]
        position += 1
        if operation == 0x06:
            return int(operand)
        if operation == 0x20:
            accumulator = struct.unpack_from("<I", data, operand)[0]
            continue
        tests = {
            0x15: accumulator == operand,
            0x35: accumulator >= operand,
            0x45: bool(accumulator & operand),
        }
        position += hit if tests[operation] else miss


@pytest.mark.parametrize("machine", list(ARCHITECTURES))
def test_a_filter_refuses_what_its_table_names_and_nothing_else(machine: str) -> None:
    table, code = ARCHITECTURES[machine], program(machine)

    assert all(verdict(code, table.audit, number) == ERRNO | 1 for number in table.denied)
    named = {*table.denied, table.socket, table.openat2}
    others = [number for number in range(500) if number not in named]
    assert all(verdict(code, table.audit, number) == ALLOW for number in others)
    assert verdict(code, table.audit, table.openat2) == ERRNO | 38


@pytest.mark.parametrize("machine", list(ARCHITECTURES))
def test_a_filter_lets_only_ordinary_sockets_be_made(machine: str) -> None:
    table, code = ARCHITECTURES[machine], program(machine)
    answers = {family: verdict(code, table.audit, table.socket, family) for family in range(46)}

    assert {family for family, answer in answers.items() if answer == ALLOW} == {1, 2, 10, 16}
    assert answers[40] == ERRNO | 97  # vsock


@pytest.mark.parametrize("machine", list(ARCHITECTURES))
def test_a_filter_refuses_set_user_id_bits(machine: str) -> None:
    table, code = ARCHITECTURES[machine], program(machine)

    for number, index in table.modes:
        before = [0] * index
        assert verdict(code, table.audit, number, *before, 0o755) == ALLOW
        assert verdict(code, table.audit, number, *before, 0o4755) == ERRNO | 1
        assert verdict(code, table.audit, number, *before, 0o2755) == ERRNO | 1


def test_a_filter_kills_calls_of_another_machine_and_refuses_x32() -> None:
    audit = ARCHITECTURES["x86_64"].audit

    assert verdict(program("x86_64"), ARCHITECTURES["aarch64"].audit, 0) == KILL
    assert verdict(program("aarch64"), audit, 0) == KILL
    assert verdict(program("x86_64"), audit, 0x40000000) == ERRNO | 1


PROBES = """
import ctypes, os, socket
libc = ctypes.CDLL(None, use_errno=True)

def refused(name, *arguments):
    if getattr(libc, name)(*arguments) != -1:
        print(name, "was allowed")

def fails(name, action):
    try:
        action()
    except OSError:
        return
    print(name, "was allowed")

refused("ptrace", 0, 0, 0, 0)
refused("unshare", 0x10000000)
refused("setns", 0, 0)
refused("mount", b"none", b"/tmp", b"tmpfs", 0, None)
refused("syscall", 321, 0, 0, 0)
refused("syscall", 425, 8, 0)
refused("keyctl", 0, -4, 1) if hasattr(libc, "keyctl") else None
open("x", "w").close()
fails("setuid", lambda: os.chmod("x", 0o4755))
fails("setgid", lambda: os.open("y", os.O_CREAT | os.O_WRONLY, 0o2755))
fails("vsock", lambda: socket.socket(40, 1))
fails("packet", lambda: socket.socket(17, 3))
fails("device", lambda: os.mknod("z", 0o60644, os.makedev(7, 0)))
fails("kill", lambda: os.kill(-1, 9) if os.getppid() == 0 else os.kill(2**22 - 1, 9))
socket.socket(1, 1); socket.socket(2, 1); socket.socketpair()
print("done")
"""


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not here")
async def test_the_kernel_refuses_for_real(tmp_path: Path) -> None:
    async with BwrapSandbox(Checkout(), tmp_path, TOOLCHAIN).open("o/r", Sha("1" * 40)) as box:
        await box.write("probes.py", PROBES.encode())
        result = await box.run("python probes.py", 30)

    assert result.text == "done\n"
