"""tox and nox: environments that could not run; that a command in them failed is told by the command."""

from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import Pattern, pattern

NAME = "tox"
HINTS = (
    ": FAIL code ", "ROOT: HandledError", "use allowlist_externals", "Exception running subprocess [Errno",
    "ERROR: InvocationError for command", "InterpreterNotFound: ", "could not find python interpreter",
    "ERROR: unknown environment", ": commands failed", "nox > ", "conflicting with base python",
    "provided environments not found",
)  # fmt: skip
REACH = (0, 0)

_ENV = r"(?:[\w.,{}-]{1,80}: )"
_CONFIG: tuple[Pattern, ...] = (
    pattern(r"ROOT: HandledError\| (?P<message>\S.{0,300})$"),
    pattern(
        _ENV
        + r"failed with (?P<message>\S.{0,200} is not allowed, use allowlist_externals.{0,60})$"
    ),
    pattern(
        _ENV
        + r"(?:failed with )?(?P<message>env name .{1,200} conflicting with base python .{1,100})$"
    ),
    pattern(_ENV + r"Exception running subprocess (?P<message>\[Errno 2\] .{1,300})$"),
    pattern(_ENV + r"failed with (?P<message>could not find python interpreter .{1,200})$"),
    pattern(r"ERROR: InvocationError for command (?P<message>could not find executable .{1,200})$"),
    pattern(r"ERROR: {1,4}(?:[\w.-]{1,80}: )?(?P<message>InterpreterNotFound: .{1,100})$"),
    pattern(r"ERROR: (?P<message>unknown environment '.{1,100}')$"),
    pattern(r"ROOT: (?P<message>provided environments not found .{1,300})$"),
    pattern(r"nox > (?P<message>Sessions not found: .{1,200})$"),
    pattern(r"nox > (?P<message>Failed to load Noxfile .{1,300})$"),
)
_FAILED: tuple[Pattern, ...] = (
    pattern(r"\s{0,2}(?P<message>[\w.,-]{1,80}: FAIL code \d{1,10})\b"),
    pattern(r"ERROR: {1,4}(?P<message>[\w.-]{1,80}: commands failed)$"),
    pattern(
        r"ERROR: (?P<message>InvocationError for command .{1,600} \(exited with code \d{1,10}\).{0,60})$"
    ),
    pattern(r"nox > (?P<message>Command .{1,600} failed with exit code .{1,40})$"),
)
_ABORTED = pattern(r"nox > (?P<message>Session \S{1,100} (?:aborted|raised exception): .{1,400})$")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an environment that could not run; the rest only repeats what failed in it."""
    for line in lines:
        text = line.text.removeprefix("##[error]")
        span = LogSpan(start=line.number, end=line.number)
        tool = "nox" if text.startswith("nox > ") else NAME
        if (message := _first(_CONFIG, text)) is not None:
            yield Failure(type=FailureType.CONFIG, tool=tool, message=message, log=span)
        elif (match := _ABORTED.match(text)) is not None:
            yield Failure(type=FailureType.RUNTIME, tool=tool, message=match["message"], log=span)
        elif (message := _first(_FAILED, text)) is not None:
            type_ = FailureType.UNKNOWN
            yield Failure(type=type_, tool=tool, message=message, log=span, weak=True)


def _first(patterns: tuple[Pattern, ...], text: str) -> str | None:
    for each in patterns:
        if (match := each.match(text)) is not None:
            return match["message"]
    return None
