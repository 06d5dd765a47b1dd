"""A job that failed and nothing recognised: its keyword lines and what stood before its end."""

import re
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line

NAME = "tail"
HINTS = (
    "rror", "ERROR", "FAIL", "Fail", "failed", "fatal", "Fatal", "FATAL", "xception", "panic",
    "Killed", "denied", "not found", "No such", "cannot ", "Cannot ", "timed out", "Timeout",
    "abort", "Abort",
)  # fmt: skip
REACH = (0, 0)

MAX_KEYWORDS = 60
_STRONG = re.compile(
    r"\b(?:error|fatal|panic|exception|failed|failure|killed|denied|aborted|timed out)\b", re.I
)
_HARMLESS = re.compile(
    r"\b0 (?:errors?|failures?|failed)\b|no errors?\b|warning|##\[group\]|##\[error\](?:Process completed|The process)"
    r"|continue-on-error|fail-fast|if-no-files-found|\berror_?(?:page|log|handler)",
    re.I,
)
# How a build tool names the reason, before those by which it only says that it gave up.
_REASON = re.compile(
    r"(?:\b(?:error|fatal|panic)(?:\[\w{1,20}\])?: |(?:Error|Exception): )\S", re.I
)
_GAVE_UP = re.compile(
    r"BUILD FAILED|Finished: FAILURE|\[Help 1\]|ommand failed with exit code|Failed tasks|mvn <args>"
    r"|exited with|exit (?:code|status) \d"
)
_FAILED = re.compile(
    r"##\[error\]|^BUILD FAILED|^FAILURE: |Finished: FAILURE|ELIFECYCLE|^npm ERR!|^make(?:\[\d+\])?: \*\*\*"
    r"|exited with (?:code|status) [1-9]|^(?:\S+: )?fatal: |^Traceback \(most recent call last\):"
)
_EXIT = re.compile(r"##\[error\]Process completed with exit code \d+")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure with the most telling line as message and the rest as detail; none for no lines.

    `lines` are the ending of the log and the keyword lines before it.
    """
    kept = [line for line in lines if line.text.strip()]
    if not kept:
        return
    cause = _cause(kept)
    yield Failure(
        type=FailureType.UNKNOWN,
        message=cause.text.strip().removeprefix("##[error]"),
        detail=tuple(line.text[:300] for line in _bounded(kept)),
        log=LogSpan(start=kept[0].number, end=kept[-1].number),
    )


def says_failed(lines: Iterable[Line]) -> bool:
    """Whether the end of a log says that its job failed, for logs of unknown outcome."""
    return any(_FAILED.search(line.text) for line in lines)


def _cause(lines: list[Line]) -> Line:
    """The last line that names an error, else the last line that says anything."""
    telling = [line for line in lines if not _EXIT.match(line.text)] or lines
    reasons = [
        line
        for line in telling
        if _REASON.search(line.text)
        and not _HARMLESS.search(line.text)
        and not _GAVE_UP.search(line.text)
    ]
    strong = reasons or [
        line for line in telling if _STRONG.search(line.text) and not _HARMLESS.search(line.text)
    ]
    return (strong or telling)[-1]


def _bounded(lines: list[Line]) -> list[Line]:
    return lines[-(MAX_KEYWORDS * 2) :]
