"""What shells complain of counts only where a job failed and no tool said more."""

import pytest

from bot.core.failure import FailureType
from bot.formats import find_failures

ENDED = b"##[error]Process completed with exit code 127.\n"


@pytest.mark.parametrize(
    ("line", "message", "place"),
    [
        (b"/bin/sh: 1: pnpm: not found", "pnpm: not found", (None, None)),
        (b"bash: line 1: nosuch: command not found", "nosuch: command not found", (None, None)),
        (b"/home/runner/work/_temp/1b.sh: line 2: x: command not found", "x: command not found", (None, None)),
        (b"ci/build.sh: line 12: cargo: command not found", "cargo: command not found", ("ci/build.sh", 12)),
        (b"zsh:1: command not found: nope", "command not found: nope", (None, None)),
        (b"bash: line 1: ./run.sh: Permission denied", "./run.sh: Permission denied", (None, None)),
        (b"ci/build.sh: line 3: TOKEN: unbound variable", "TOKEN: unbound variable", ("ci/build.sh", 3)),
    ],
)  # fmt: skip
def test_a_shell_names_what_is_missing(
    line: bytes, message: str, place: tuple[str | None, int | None]
) -> None:
    (failure,) = find_failures(line + b"\n" + ENDED, failed=None)
    assert (failure.type, failure.tool) == (FailureType.CONFIG, "shell")
    assert failure.message == message
    assert (failure.file, failure.line) == place
    assert find_failures(line + b"\ngoing on\n", failed=False) == ()
