"""One command in its sandbox: spawn, watch, bound, and leave nothing behind."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bot.core.errors import TransientError
from bot.edges.sandbox_bwrap.limits import Limits
from bot.edges.sandbox_bwrap.output import BoundedOutput
from bot.edges.sandbox_bwrap.profile import Profile, rlimits
from bot.edges.sandbox_bwrap.watch import Usage, disk_excess, process_excess
from bot.ports import RunResult

_SERVICE = "sandbox"
_START_S = 30.0
_END_S = 20.0
_WATCH_S = 0.1
_DISK_S = 0.5
_CHUNK = 1 << 16
MAX_COMMAND = 100_000  # bytes; the kernel takes 128 KiB for one argument


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where commands run.

    Attributes:
        tree: the checkout.
        base: what the checkout held at first.
        user: uid and gid to drop to; None = our own.
    """

    tree: Path
    base: Usage
    user: int | None = None


async def run(profile: Profile, place: Place, command: str, timeout_s: float) -> RunResult:
    """Run `sh -c command` in the tree.

    Must be awaited on the event loop's own thread: the kernel ties the child's life to it.

    Raises:
        TransientError: the sandbox itself did not start.
    """
    started = time.monotonic()
    line = command.encode(errors="replace")
    if b"\0" in line or len(line) > MAX_COMMAND:
        return RunResult(exit_code=126, output=b"the command is too long or holds a NUL", seconds=0)
    try:
        running = await _start(profile, place, line)
    except OSError as exc:
        raise TransientError(_SERVICE, f"cannot be started: {exc.strerror}") from exc
    killed = None
    try:
        await running.find_init()
        killed = await running.watch(place, profile.limits, timeout_s)
    except TimeoutError as exc:
        raise TransientError(_SERVICE, f"did not start within {_START_S:g} s") from exc
    finally:
        await asyncio.shield(running.end())
    seconds = time.monotonic() - started
    output = running.output.value()
    if killed is None and not running.reported_exit:
        message = output.decode(errors="replace")[-300:].strip()
        raise TransientError(_SERVICE, f"did not start: {message}")
    code = None if killed else running.process.returncode
    return RunResult(exit_code=code, output=output, seconds=seconds, killed=killed)


class Running:
    """A spawned sandbox, from its first process to its last."""

    def __init__(self, process: asyncio.subprocess.Process, status: "Status", budget: int) -> None:
        self.process = process
        self.output = BoundedOutput(budget)
        self.reported_exit = False
        self._status = status
        self._init: int | None = None  # pidfd of the first process inside
        self._pump = asyncio.create_task(self._read_output())

    async def find_init(self) -> None:
        """Learn which process is the first inside: when it is gone, so is everything."""
        line = await asyncio.wait_for(self._status.reader.readline(), _START_S)
        with suppress(ValueError, KeyError, TypeError, OSError):
            pid = int(json.loads(line)["child-pid"])
            # Opened before we trust the number: a pid may have been given away since.
            self._init = os.pidfd_open(pid)
            if _parent(pid) != self.process.pid:
                os.close(self._init)
                self._init = None

    async def watch(self, place: Place, limits: Limits, timeout_s: float) -> str | None:
        """Why the command must be killed; None when it ended by itself."""
        ended = asyncio.create_task(self.process.wait())
        excess = asyncio.create_task(self._excess(place, limits))
        try:
            await asyncio.wait(
                {ended, excess}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED
            )
            if ended.done():
                return None
            return excess.result() if excess.done() else f"timeout after {timeout_s:g} s"
        finally:
            ended.cancel()
            excess.cancel()

    async def end(self) -> None:
        """Kill what still lives and wait until nothing does.

        Raises:
            TransientError: a process does not die.
        """
        if self._init is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._init, signal.SIGKILL)
        if self.process.returncode is None:
            with suppress(ProcessLookupError):
                self.process.kill()
        try:
            async with asyncio.timeout(_END_S):
                await self.process.wait()
                await self._emptied()
                await self._pump
                self.reported_exit = b'"exit-code"' in await self._status.reader.read()
        except TimeoutError as exc:
            raise TransientError(_SERVICE, "a process does not die") from exc
        finally:
            self._pump.cancel()
            self._status.close()
            if self._init is not None:
                os.close(self._init)

    async def _emptied(self) -> None:
        """Wait for the end of the first process: the kernel lets it end last."""
        if self._init is None:
            return
        loop = asyncio.get_running_loop()
        gone = asyncio.Event()
        loop.add_reader(self._init, gone.set)
        try:
            await gone.wait()
        finally:
            loop.remove_reader(self._init)

    async def _read_output(self) -> None:
        stream = self.process.stdout
        while stream is not None and (chunk := await stream.read(_CHUNK)):
            self.output.add(chunk)

    async def _excess(self, place: Place, limits: Limits) -> str:
        """Wait for a limit to be passed; which one comes back."""
        next_disk = time.monotonic() + _DISK_S
        while True:
            await asyncio.sleep(_WATCH_S)
            found = process_excess(self.process.pid, limits)
            if found is None and time.monotonic() >= next_disk:
                began = time.monotonic()
                found = await asyncio.to_thread(disk_excess, place.tree, place.base, limits)
                # A big tree takes long to count: spend a tenth of the time on it at most.
                took = time.monotonic() - began
                next_disk = time.monotonic() + max(_DISK_S, 10 * took)
            if found is not None:
                return found


async def _start(profile: Profile, place: Place, command: bytes) -> Running:
    """Spawn. No option stands in argv and none in the environment: both show in /proc/1 inside."""
    status, write_end = await _status_pipe()
    try:
        with _in_memory([profile.seccomp, b""]) as (seccomp, arguments):
            options = [
                *profile.options(place.tree),
                *("--seccomp", str(seccomp), "--json-status-fd", str(write_end)),
            ]
            os.write(arguments, b"".join(os.fsencode(option) + b"\0" for option in options))
            os.lseek(arguments, 0, os.SEEK_SET)
            process = await asyncio.create_subprocess_exec(
                profile.programs.prlimit,
                *rlimits(profile.limits),
                *(profile.programs.bwrap, "--args", str(arguments)),
                *("--", "/bin/sh", "-c", command),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                pass_fds=(seccomp, arguments, write_end),
                env={},
                start_new_session=True,
                user=place.user,
                group=place.user,
                extra_groups=None if place.user is None else [],
            )
    except BaseException:
        status.close()
        raise
    finally:
        os.close(write_end)
    return Running(process, status, profile.limits.output_bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Our end of the pipe on which bubblewrap tells how the sandbox fares."""

    reader: asyncio.StreamReader
    transport: asyncio.ReadTransport

    def close(self) -> None:
        """Stop listening."""
        self.transport.close()


async def _status_pipe() -> tuple[Status, int]:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    read_end, write_end = os.pipe()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read_end, "rb", buffering=0)
    )
    return Status(reader=reader, transport=transport), write_end


@contextmanager
def _in_memory(contents: Sequence[bytes]) -> Iterator[list[int]]:
    """Descriptors of unnamed files with these contents, for as long as the context."""
    descriptors: list[int] = []
    try:
        for content in contents:
            descriptors.append(os.memfd_create("options"))
            os.write(descriptors[-1], content)
            os.lseek(descriptors[-1], 0, os.SEEK_SET)
        yield descriptors
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def _parent(pid: int) -> int:
    """The parent of a process, now."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
