"""`selfheal log`: structured failures out of a command's output or out of raw logs.

A wrapped command must not notice: its bytes, its exit code and the signals it gets stay its own,
whatever happens to us (a full disk, a closed stdout, a bug in a parser).
"""

import os
import selectors
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from bot.core.errors import UserError

if TYPE_CHECKING:
    from bot.core.failure import Failure

DEFAULT = Path(".selfheal/failures.jsonl")
SHOWN = 5
CHUNK = 1 << 16
PARSED_AT_ONCE = 1 << 18
GRACE_S = 0.2  # silence after the command ended
MAX_AFTER = 1 << 23  # more than its pipes can still hold then
NOT_EXECUTABLE, NOT_FOUND, BY_SIGNAL = 126, 127, 128
_FORWARDED = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


class Format(StrEnum):
    """How failures are written."""

    JSONL = "jsonl"
    TEXT = "text"
    GITHUB = "github"
    SARIF = "sarif"


def command(
    ctx: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(metavar="FILE… | -- CMD…")] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="where failures are written [default: .selfheal/failures.jsonl]"),
    ] = None,
    format_: Annotated[
        Format, typer.Option("--format", help="how they are written")
    ] = Format.JSONL,
) -> None:
    """Run CMD and write down what failed, or read raw logs (or stdin) and print it.

    CMD's output passes through unchanged and its exit code is ours.
    """
    typed: Sequence[str] = ctx.obj or ()
    if "--" in typed:
        argv = list(typed[typed.index("--") + 1 :])
        if not argv or len(words or ()) != len(argv):
            msg = "give either files, or -- and one command"
            raise UserError(msg)
        raise typer.Exit(_wrap(argv, out, format_))
    _read(words or [], out, format_)


def _read(names: Sequence[str], out: Path | None, format_: Format) -> None:
    from bot.core.failure_output import RENDERERS
    from bot.formats import find_failures

    if not names and sys.stdin.isatty():
        msg = "give log files, pipe a log in, or put a command behind --"
        raise UserError(msg)
    render = RENDERERS[format_]
    found: list[Failure] = []
    for name in names or ["-"]:
        found += find_failures(_pieces(name), failed=None, elsewhere=True)
    text = render(found)
    if out is not None:
        try:
            _write(out, text)
        except OSError as exc:
            msg = f"cannot write {out}: {exc.strerror or exc}"
            raise UserError(msg) from exc
        return
    with suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
        return
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # a reader that had enough


def _pieces(name: str) -> Iterator[bytes]:
    """The bytes of a log; one clear error when there are none to read."""
    try:
        with sys.stdin.buffer if name == "-" else Path(name).open("rb") as stream:
            first = stream.read(CHUNK)
            if b"\0" in first:
                msg = f"{name} is binary, not a log"
                raise UserError(msg)
            yield first
            while piece := stream.read(PARSED_AT_ONCE):
                yield piece
    except OSError as exc:
        hint = "" if Path(name).suffix else "; a command to run comes behind --"
        msg = f"cannot read {name}: {exc.strerror or exc}{hint}"
        raise UserError(msg) from exc


def _wrap(argv: Sequence[str], out: Path | None, format_: Format) -> int:
    runner = _Runner(argv)
    try:
        runner.start()
    except FileNotFoundError:
        return _complain(f"{argv[0]}: command not found", NOT_FOUND)
    except OSError as exc:
        return _complain(f"{argv[0]}: {exc.strerror or exc}", NOT_EXECUTABLE)
    failures: tuple[Failure, ...] = ()
    try:
        failures = _found(runner, argv)
    except Exception as exc:  # noqa: BLE001 - whatever breaks here must not break the command
        _complain(f"its output could not be read: {exc!r}", 0)
    for _ in runner.output():
        pass
    code = runner.exit_code()
    try:
        _report(failures, code, out, format_)
    except OSError as exc:
        _complain(f"failures could not be written: {exc.strerror or exc}", 0)
    return code


def _found(runner: "_Runner", argv: Sequence[str]) -> "tuple[Failure, ...]":
    """What the command's output says, with paths from the repository root."""
    from bot.core.failure import Failure, FailureType
    from bot.formats import find_failures

    here = Path.cwd()
    root = next((each for each in (here, *here.parents) if (each / ".git").exists()), here)
    failures = find_failures(
        runner.output(),
        failed=lambda: runner.exit_code() != 0,
        roots=(str(root), str(here)),
        elsewhere=True,
    )
    if not failures and (code := runner.exit_code()) != 0:
        message = f"{argv[0]} ended with exit code {code} and said nothing"
        failures = (Failure(type=FailureType.UNKNOWN, message=message),)
    return tuple(
        replace(
            failure,
            command=failure.command or shlex.join(argv),
            file=_from_root(failure.file, root, here),
        )
        for failure in failures
    )


def _from_root(file: str | None, root: Path, here: Path) -> str | None:
    """Tools print paths from where they ran, which may be a folder of the repository."""
    if file is None or root == here or (root / file).exists() or not (here / file).exists():
        return file
    return (here.relative_to(root) / file).as_posix()


def _report(failures: Sequence["Failure"], code: int, out: Path | None, format_: Format) -> None:
    """Write the file first, then tell a person on stderr."""
    from bot.core.failure_output import RENDERERS, describe

    # Annotations are for the runner, which reads them from stderr; a file is for tools.
    written = RENDERERS[Format.JSONL if format_ is Format.GITHUB else format_](failures)
    place = out or (DEFAULT if format_ is not Format.SARIF else DEFAULT.with_suffix(".sarif"))
    _write(place, written)
    if format_ is Format.GITHUB:
        sys.stderr.write(RENDERERS[format_](failures))
    elif code != 0 and failures:
        count = f"{len(failures)} failure{'s' if len(failures) > 1 else ''}"
        lines = [line for failure in failures[:SHOWN] for line in describe(failure)]
        if len(failures) > SHOWN:
            lines.append(f"… and {len(failures) - SHOWN} more")
        sys.stderr.write(f"selfheal: {count}, written to {place}\n")
        sys.stderr.writelines(f"  {line}\n" for line in lines)
    sys.stderr.flush()


def _write(path: Path, text: str) -> None:
    """Replace the file in one move; our own folder ignores itself."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.parent.name == DEFAULT.parent.name:
        ignore = path.parent / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _complain(message: str, code: int) -> int:
    with suppress(OSError):
        sys.stderr.write(f"selfheal log: {message}\n")
        sys.stderr.flush()
    return code


class _Runner:
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
            return _complain(f"output lost: {exc.strerror or exc}", 1) == 1
        return True
