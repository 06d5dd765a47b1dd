"""uv: requirements that cannot be met, builds and downloads that failed, stale lock files."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import MAX_MESSAGE, Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import Pattern, pattern

NAME = "uv"
HINTS = (
    "No solution found when resolving", "The lockfile at `", "Unable to find lockfile at `uv.lock`",
    "\u00d7 Failed to ", "error: Failed to ", "The build backend returned an error", "error: Request failed after",
    "error: No interpreter found", "error: Querying Python at", "error: No virtual environment found",
    "error: Distribution `", "error: Requirements contain conflicting", "error: Error while fetching",
    "error: Hash mismatch", "error: Could not connect", "error: The Python request", "error: Project virtual env",
    "error: No `pyproject.toml` found", "error: Because ", "error: Failed", "error: HTTP status",
    "error: File not found: ", "error: The requested interpreter",
)  # fmt: skip
REACH = (0, 14)

_D, _C, _I = FailureType.DEPENDENCY, FailureType.CONFIG, FailureType.INFRA
_SIGN = r" {0,3}(?:error: |\u00d7 )"
_KNOWN: tuple[tuple[FailureType, Pattern], ...] = (
    (_D, pattern(_SIGN + r"(No solution found when resolving \S.{0,300})$")),
    (_D, pattern(_SIGN + r"(The lockfile at `[^`]{1,200}` needs to be updated.{0,200})$")),
    (_D, pattern(_SIGN + r"(Unable to find lockfile at `uv\.lock`.{0,200})$")),
    (_D, pattern(_SIGN + r"(Failed to (?:build(?! installable wheels)|prepare|install|resolve|download and build|download|unzip)\b.{1,300})$")),
    (_D, pattern(_SIGN + r"(The build backend returned an error)$")),
    (_D, pattern(_SIGN + r"(Requirements contain conflicting .{1,300})$")),
    (_D, pattern(_SIGN + r"(Distribution `[^`]{1,200}` can't be installed .{0,300})$")),
    (_D, pattern(_SIGN + r"(Hash mismatch for .{1,300})$")),
    (_D, pattern(_SIGN + r"(Because .{1,300} unsatisfiable.{0,100})$")),
    (_I, pattern(_SIGN + r"(Failed to fetch: ?.{1,300}|Failed to download distributions.{0,300})$")),
    (_I, pattern(_SIGN + r"(Request failed after \d{1,4} retries.{0,100})$")),
    (_I, pattern(_SIGN + r"(Error while fetching \S.{0,300}|Could not connect.{1,300})$")),
    (_C, pattern(_SIGN + r"(Failed to (?:parse|read): ?`?[\w./\\-]{0,200}(?:pyproject|uv)\.toml`?)$")),
    (_C, pattern(_SIGN + r"(File not found: .{1,300}|Failed to parse metadata\b.{0,300}|Failed to spawn: .{1,200})$")),
    (_C, pattern(_SIGN + r"(No interpreter found .{1,200}|No virtual environment found.{0,200})$")),
    (_C, pattern(_SIGN + r"(No `pyproject\.toml` found .{1,200}|The requested interpreter .{1,300})$")),
    (_C, pattern(_SIGN + r"(Querying Python at .{1,300}|The Python request .{1,300})$")),
)  # fmt: skip
_CAUSE = pattern(r" {0,6}(?:cause: |Caused by: |├─▶ |╰─▶ )(?P<text>\S.{0,1000})$")
_NETWORK = pattern(
    r".{0,400}(?:dns error|error sending request|tcp connect error|timed out|Connection re|connection closed|HTTP status server error|\b50[234]\b)"
)
MAX_DETAIL = 20


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error of uv, with its causes as detail."""
    open_: Failure | None = None
    for line in lines:
        text = line.text.removeprefix("##[error]")
        found = _read(text, line.number)
        if found is None and open_ is not None and _follows(open_, text, line.number):
            open_ = _explained(open_, text, line.number)
            continue
        if open_ is not None:
            yield open_
        open_ = found
    if open_ is not None:
        yield open_


def _read(text: str, number: int) -> Failure | None:
    if "error: " not in text and "\u00d7 " not in text:
        return None
    for type_, known in _KNOWN:
        if (match := known.match(text)) is not None:
            message = match[1].removesuffix(":")
            span = LogSpan(start=number, end=number)
            return Failure(type=type_, tool=NAME, message=message, log=span)
    return None


def _follows(failure: Failure, text: str, number: int) -> bool:
    """Whether it is a cause of the error, or what a cause says on more lines."""
    beside = failure.log is not None and number == failure.log.end + 1
    room = len(failure.detail) < MAX_DETAIL
    return beside and room and (not text or text.startswith((" ", "hint: ")))


def _explained(failure: Failure, text: str, number: int) -> Failure:
    type_, message = failure.type, failure.message
    suggestion = failure.suggestion
    if (match := _CAUSE.match(text)) is not None:
        if not any(_CAUSE.match(each) for each in failure.detail):
            message = f"{message}: {match['text']}"
        if _NETWORK.match(match["text"]) and type_ is FailureType.DEPENDENCY:
            type_ = FailureType.INFRA
    elif message.startswith("No solution") and text.startswith(" ") and len(message) < MAX_MESSAGE:
        message = f"{message} {text.strip()}"  # wrapped to the width of a terminal
    elif text.startswith("hint: "):
        suggestion = text[6:]
    detail = (*failure.detail, text) if text.strip() else failure.detail
    span = replace(failure.log, end=number) if failure.log else None
    return replace(
        failure, type=type_, message=message, suggestion=suggestion, detail=detail, log=span
    )
