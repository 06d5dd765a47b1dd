"""`selfheal log`: structured failures out of a command's output or out of raw logs.

A wrapped command must not notice: its bytes, its exit code and the signals it gets stay its own,
whatever happens to us (a full disk, a closed stdout, a bug in a parser).
"""

import os
import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.log.runner import NOT_FOUND, Runner, complain, reopen_closed
from bot.cli.log.sources import sources
from bot.core.errors import UserError

if TYPE_CHECKING:
    from bot.core.failure import Failure

DEFAULT = Path(".selfheal/failures.jsonl")
SHOWN = 5
NOT_EXECUTABLE = 126


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
    closed = reopen_closed()
    typed: Sequence[str] = ctx.obj or ()
    if "--" in typed:
        argv = list(typed[typed.index("--") + 1 :])
        if not argv or len(words or ()) != len(argv):
            msg = "give either files, or -- and one command"
            raise UserError(msg)
        raise typer.Exit(_wrap(argv, out, format_))
    if (1 in closed and out is None) or (0 in closed and (not words or "-" in words)):
        msg = "standard input or output is closed"
        raise UserError(msg)
    _read(words or [], out, format_)


def _read(names: Sequence[str], out: Path | None, format_: Format) -> None:
    if not names and sys.stdin.isatty():
        msg = "give log files, pipe a log in, or put a command behind --"
        raise UserError(msg)
    found: list[Failure] = []
    fault = ""
    try:
        for name in names or ["-"]:
            _collect(name, found)
    except UserError as exc:
        fault = str(exc)
    if found or not fault:  # what was found before something could not be read is not lost
        _give(found, out, format_)
    if fault:
        raise UserError(fault)


def _collect(name: str, found: "list[Failure]") -> None:
    from bot.formats import find_failures

    for source in sources(name):
        found += find_failures(source.pieces, failed=None, job=source.job, for_people=True)
        if source.fault is not None:
            raise UserError(source.fault)


def _give(found: "Sequence[Failure]", out: Path | None, format_: Format) -> None:
    from bot.core.failure_output import RENDERERS

    text = RENDERERS[format_](found)
    if out is not None:
        try:
            _write(out, text)
        except OSError as exc:
            msg = f"cannot write {out}: {exc.strerror or exc}"
            raise UserError(msg) from exc
        return
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # a reader that had enough
    except OSError as exc:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing more at the end
        msg = f"cannot write the failures: {exc.strerror or exc}"
        raise UserError(msg) from exc


def _wrap(argv: Sequence[str], out: Path | None, format_: Format) -> int:
    runner = Runner(argv)
    try:
        runner.start()
    except FileNotFoundError:
        return complain(f"{argv[0]}: command not found", NOT_FOUND)
    except OSError as exc:
        return complain(f"{argv[0]}: {exc.strerror or exc}", NOT_EXECUTABLE)
    failures: tuple[Failure, ...] = ()
    try:
        failures = _found(runner, argv)
    except Exception as exc:  # noqa: BLE001 - whatever breaks here must not break the command
        complain(f"its output could not be read: {exc!r}", 0)
    for _ in runner.output():
        pass
    code = runner.exit_code()
    try:
        _report(failures, code, out, format_)
    except OSError as exc:
        complain(f"failures could not be written: {exc.strerror or exc}", 0)
    except Exception as exc:  # noqa: BLE001 - the exit code is the command's, whatever breaks
        complain(f"failures could not be written: {exc!r}", 0)
    return code


def _found(runner: "Runner", argv: Sequence[str]) -> "tuple[Failure, ...]":
    """What the command's output says, with paths from the repository root."""
    from bot.core.failure import Failure, FailureType
    from bot.core.framing import Line
    from bot.core.invocations import Invocations
    from bot.formats import find_failures

    here = _here()
    words = [os.fsencode(word).decode("utf-8", "replace") for word in argv]
    root = next((each for each in (here, *here.parents) if (each / ".git").exists()), here)
    ran = Invocations([Line(1, f"$ {shlex.join(words)}")])
    failures = find_failures(
        runner.output(),
        failed=lambda: runner.exit_code() != 0,
        roots=(str(root), str(here)),
        for_people=True,
    )
    if not failures and (code := runner.exit_code()) != 0:
        message = " ".join(f"{words[0]} ended with exit code {code} and said nothing".split())
        failures = (Failure(type=FailureType.UNKNOWN, message=message),)
    return tuple(
        replace(
            failure,
            command=ran.command(2, failure.tool, failure.command) or shlex.join(words),
            file=_from_root(failure.file, root, here),
        )
        for failure in failures
    )


def _here() -> Path:
    """Where we are; a folder that is gone has no paths, and that must not cost the failures."""
    try:
        return Path.cwd()
    except OSError:
        return Path("/")


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
    """Replace the file in one move; our own folder ignores itself.

    What is no regular file (a device, a pipe) is written into: it must never be replaced.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path = path.resolve()  # the target of a link is written, the link stays
    if path.exists() and not path.is_file():
        with path.open("wb") as special:
            special.write(text.encode("utf-8", "replace"))
        return
    if path.parent.name == DEFAULT.parent.name:
        ignore = path.parent / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8", errors="replace")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
