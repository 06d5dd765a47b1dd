"""A command whose two outputs pass through us, byte by byte, while their lines are kept for reading."""

import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import IO

CHUNK = 1 << 16
PARSED_AT_ONCE = 1 << 18
GRACE_S = 0.2  # silence after the command ended
MAX_AFTER = 1 << 23  # more than its pipes can still hold then
NOT_FOUND, BY_SIGNAL = 127, 128
_FORWARDED = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


def complain(message: str, code: int) -> int:
    """Say one line on stderr when it can still be said; gives the code back."""
    with suppress(OSError):
        sys.stderr.write(f"selfheal log: {message}\n")
        sys.stderr.flush()
    return code


def reopen_closed() -> set[int]:
    """Which of the three standard descriptors came closed; pipes of ours must not take their place."""
    closed = set()
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            closed.add(number)
            os.open(os.devnull, os.O_RDWR)  # the lowest that is free: this one
            os.set_inheritable(number, True)
            setattr(sys, name, os.fdopen(number, mode, closefd=False))
    return closed


class Runner:
    """A command whose two outputs pass through us."""

    def __init__(self, argv: Sequence[str]) -> None:
        self._argv = argv
        self._process: subprocess.Popen[bytes] | None = None
        self._chunks: Iterator[bytes] = iter(())

    def start(self) -> None:
        """Start it; signals to us are its signals from now on."""
        self._process = subprocess.Popen(  # noqa: S603 - the user's own command
            self._argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        # The terminal sends Ctrl-C to the whole group: the command decides what it means.
        signal.signal(signal.SIGINT, lambda _number, _frame: None)
        for number in _FORWARDED:
            signal.signal(number, self._forward)
        self._chunks = self._pump(self._process)

    def output(self) -> Iterator[bytes]:
        """What it prints, in whole lines, while it is passed through; empty when read before."""
        return self._chunks

    def exit_code(self) -> int:
        """As a shell gives it: 128 + n when it was killed by signal n."""
        if self._process is None:
            return NOT_FOUND
        code = self._process.wait()
        return BY_SIGNAL - code if code < 0 else code

    def _forward(self, number: int, _frame: object) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def _pump(self, process: subprocess.Popen[bytes]) -> Iterator[bytes]:
        streams = [_Stream(process.stdout, 1), _Stream(process.stderr, 2)]
        waiting: list[bytes] = []
        after = 0
        with selectors.DefaultSelector() as selector:
            for stream in streams:
                selector.register(stream.source, selectors.EVENT_READ, stream)
            while selector.get_map():
                ready = selector.select(GRACE_S)
                if process.poll() is not None and (not ready or after > MAX_AFTER):
                    break  # its children live on with our pipes: nobody waits for them
                after += CHUNK if process.returncode is not None else 0
                for key, _ in ready:
                    stream = key.data
                    if (lines := stream.pass_on()) is None:
                        selector.unregister(stream.source)
                    elif lines:
                        waiting.append(lines)
                if sum(map(len, waiting)) >= PARSED_AT_ONCE:
                    yield b"".join(waiting)
                    waiting.clear()
        yield b"".join([*waiting, *(stream.rest for stream in streams)])


class _Stream:
    """One output of the command: passed on byte by byte, given away in whole lines."""

    def __init__(self, source: IO[bytes] | None, target: int) -> None:
        if source is None:
            msg = "the command was started without a pipe"
            raise ValueError(msg)
        self.source = source
        self.rest = b""
        self._target = target

    def pass_on(self) -> bytes | None:
        """Read once and write it out; the lines that are complete now, None at the end."""
        piece = os.read(self.source.fileno(), CHUNK)
        if not piece or not self._write(piece):
            self.source.close()  # when our reader is gone, the command learns it as it would
            return None
        lines, newline, rest = (self.rest + piece).rpartition(b"\n")
        if len(rest) > CHUNK:
            lines, newline, rest = lines + newline + rest, b"", b""
        self.rest = rest
        return lines + newline

    def _write(self, piece: bytes) -> bool:
        view = memoryview(piece)
        try:
            while view:
                view = view[os.write(self._target, view) :]
        except BrokenPipeError:
            return False
        except OSError as exc:
            return complain(f"output lost: {exc.strerror or exc}", 1) == 1
        return True
