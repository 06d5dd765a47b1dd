"""One call of git: no prompt, no hook, no configuration but ours, bounded time and output."""

import asyncio
import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.core.errors import PermanentError, TransientError
from bot.edges.git.faults import SERVICE, fault
from guards.parse import GIT_ENV, GIT_FLAGS

_CHUNK = 1 << 16
_MAX_STDERR = 64 << 10
MAX_OUTPUT = 64 << 20
TIMEOUT_S = 120.0
_FLAGS = (
    *GIT_FLAGS,
    *("-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "protocol.version=2"),
    *("-c", "core.protectHFS=true", "-c", "core.protectNTFS=true"),
    *("-c", "core.excludesFile=/dev/null", "-c", "core.symlinks=true"),
    # A redirect would carry the token to another address.
    *("-c", "http.followRedirects=false", "-c", "credential.helper="),
)
# What an operator's network may need; nothing else of our environment reaches git.
_NETWORK = (
    "https_proxy", "http_proxy", "no_proxy", "all_proxy", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How a call ended. `truncated`: there was more output than allowed, git was stopped."""

    code: int
    out: bytes
    err: str
    truncated: bool = False

    @property
    def line(self) -> str:
        """The output as one line of text."""
        return self.out.decode(errors="replace").strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What to run.

    Attributes:
        arguments: from the subcommand on. flags: before it.
        environment: beside the fixed one.
        fine: exit codes that are answers; any other is an error.
        max_bytes: of output; `cut` says that more is cut off and no error.
        cwd: where relative paths start.
    """

    arguments: Sequence[str]
    flags: Sequence[str] = ()
    environment: Mapping[str, str] | None = None
    stdin: bytes = b""
    fine: frozenset[int] = frozenset({0})
    max_bytes: int = MAX_OUTPUT
    cut: bool = False
    timeout_s: float = TIMEOUT_S
    cwd: Path | None = None


@dataclass(frozen=True, slots=True)
class Bare:
    """A bare repository of ours."""

    folder: Path

    async def ask(self, *arguments: str, stdin: bytes = b"", fine: Sequence[int] = (0,)) -> Answer:
        """Run git in it."""
        return await self.run(Call(arguments=arguments, stdin=stdin, fine=frozenset(fine)))

    async def run(self, call: Call) -> Answer:
        """Run git in it.

        Raises:
            TransientError: it took too long, or a passing fault.
            PermanentError: any other exit code than the fine ones, or too much output.
        """
        answer = await run(call, ("--git-dir", str(self.folder)))
        what = f"git {call.arguments[0]}"
        if answer.truncated and not call.cut:
            raise fault(what, "wrote more than is allowed")
        if answer.code not in call.fine and not answer.truncated:
            raise fault(what, answer.err)
        return answer


async def run(call: Call, flags: Sequence[str] = ()) -> Answer:
    """Run git once; nothing is judged but the time.

    Raises:
        TransientError: it took too long.
    """
    process = await _start(call, flags)
    try:
        async with asyncio.timeout(call.timeout_s):
            return await _talk(process, call)
    except TimeoutError as exc:
        detail = f"{call.arguments[0]} took longer than {call.timeout_s:g} s"
        raise TransientError(SERVICE, detail) from exc
    finally:
        if process.returncode is None:
            # Its helpers (git-remote-https, index-pack) are in its session's group.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, 9)
            await asyncio.shield(process.wait())


async def _start(call: Call, flags: Sequence[str]) -> asyncio.subprocess.Process:
    program = shutil.which("git")
    if program is None:
        msg = f"{SERVICE}: it is not installed"
        raise PermanentError(msg)
    try:
        return await asyncio.create_subprocess_exec(
            program,
            *(*_FLAGS, *call.flags, *flags, *call.arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=_environment(call.environment or {}),
            cwd=call.cwd,
            start_new_session=True,
        )
    except OSError as exc:
        raise TransientError(SERVICE, f"cannot be started: {exc.strerror}") from exc


async def _talk(process: asyncio.subprocess.Process, call: Call) -> Answer:
    feeding = asyncio.create_task(_feed(process.stdin, call.stdin))
    listening = asyncio.create_task(_read(process.stderr, _MAX_STDERR, drain=True))
    try:
        out = await _read(process.stdout, call.max_bytes + 1, drain=False)
        if len(out) > call.max_bytes:
            return Answer(code=0, out=out[: call.max_bytes], err="", truncated=True)
        await feeding
        err = (await listening).decode(errors="replace")
        return Answer(code=await process.wait(), out=out, err=err)
    finally:
        feeding.cancel()
        listening.cancel()


async def _feed(stream: asyncio.StreamWriter | None, content: bytes) -> None:
    if stream is None:
        return
    with suppress(BrokenPipeError, ConnectionResetError):
        stream.write(content)
        await stream.drain()
        stream.close()
        await stream.wait_closed()


async def _read(stream: asyncio.StreamReader | None, limit: int, *, drain: bool) -> bytes:
    """At most `limit` bytes; the rest is read and dropped, or left."""
    content = bytearray()
    while stream is not None and (drain or len(content) < limit):
        chunk = await stream.read(_CHUNK)
        if not chunk:
            break
        content += chunk[: limit - len(content)]
    return bytes(content)


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    network = {name: os.environ[name] for name in _NETWORK if name in os.environ}
    return {"PATH": os.environ.get("PATH", os.defpath), **network, **GIT_ENV, **extra}
