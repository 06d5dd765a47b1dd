"""docker: builds with BuildKit and without, pulls, the daemon, compose."""

import shlex
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "docker"
HINTS = (
    "failed to solve", " | >>> ", "returned a non-zero code", "COPY failed", "ADD failed",
    "Error response from daemon", "Cannot connect to the Docker daemon", "unable to prepare context",
    "dockerfile parse error", "Dockerfile parse error", "dependency failed to start", "toomanyrequests",
    "failed to read dockerfile", "validating ", "no matching manifest", "denied: ", "no configuration file provided",
    "unauthorized: ", "docker: ", "Status: Downloaded newer image", "Status: Image is up to date",
)  # fmt: skip
REACH = (40, 1)

_PLACE = pattern(r"(?P<file>[\w./@+\\-]{1,300}):(?P<line>\d{1,7})$")
_MARKED = pattern(r" {0,6}\d{1,6} \| >>> ")
_SOLVE = pattern(
    r"(?:[A-Za-z#\d. ]{0,60}[Ee]rror: |ERROR: |#\d{1,4} ERROR: |target [\w./-]{1,80}: |buildx (?:bake )?failed with: ERROR: ){0,3}"
    r"(?P<message>(?:failed to build: )?failed to solve(?: with frontend [\w.]{1,40})?: \S.{0,3000})$"
)
_LEGACY = pattern(
    r"(?:ERROR: Service '(?P<service>[\w.-]{1,80})' failed to build ?:? ?(?:Build failed)?)?"
    r"(?P<message>The command '.{1,2000}' returned a non-zero code: (?P<code>\d{1,3}))$"
)
_COPY = pattern(r"(?P<message>(?:COPY|ADD) failed: .{1,600})$")
_PARSE = pattern(
    r"(?:Error response from daemon: )?(?P<message>[Dd]ockerfile parse error (?:on )?line (?P<line>\d{1,6}): .{1,500})$"
)
_PARSE_PART = pattern(r"dockerfile parse error (?:on )?line (?P<line>\d{1,6})")
_DAEMON = pattern(
    r"(?:docker: |[Ee]rror: |ERROR: )?(?P<message>(?:Error response from daemon: |Cannot connect to the Docker daemon|unable to prepare context: "
    r"|ERROR: Cannot connect to the Docker daemon|dependency failed to start: |toomanyrequests: |no matching manifest for "
    r"|no configuration file provided|unauthorized: |denied: (?:requested access|permission|installation)).{0,700})$"
)
_COMPOSE = pattern(r"(?P<message>validating (?P<file>\S{1,300}\.ya?ml): .{1,400})$")
_NOTHING = pattern(
    r".{0,80}(?:No such container|No such object|No such image|network \S{1,120} not found|already in progress|is not running)"
)
_PULLED = ("Status: Downloaded newer image for ", "Status: Image is up to date for ")
_FETCH = (
    "not found",
    "manifest unknown",
    "pull access denied",
    "no match for platform",
    "no matching manifest",
)
_NETWORK = (
    "toomanyrequests", "i/o timeout", "TLS handshake", "connection refused", "connection reset", "no such host",
    "EOF", "503", "502", "500 Internal", "429", "unauthorized", "denied: ", "Cannot connect to the Docker daemon",
    "no space left", "context deadline exceeded",
)  # fmt: skip
_START = (
    "unable to prepare context",
    "failed to start",
    "no configuration file",
    "OCI runtime",
    "driver failed",
    "port is already allocated",
    "mount",
    "failed to create",
)
_PROGRAM = ("did not complete successfully", "executor failed running", "returned a non-zero code")
MAX_DETAIL = 40


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a build, at the instruction BuildKit points to; what a `RUN` printed is its detail.

    A `RUN` that fails says only that its program failed: weak, like a daemon that may be asked again;
    what it answered before an image came is not told.
    """
    answers: list[Failure] = []
    before: deque[Line] = deque(maxlen=MAX_DETAIL)
    place: tuple[str, int, Line] | None = None
    named: tuple[str, int, Line] | None = None
    last = 0
    for line in lines:
        if line.number > last + MAX_DETAIL:
            named = place = None
        last = line.number
        if (match := _PLACE.match(line.text)) is not None:
            named = match["file"], int(match["line"]), line
        elif named is not None and _MARKED.match(line.text) is not None:
            place, named = named, None
        if line.text.startswith(_PULLED):
            answers = []
        failure = _read(line)
        if failure is not None and failure.weak and failure.type is FailureType.INFRA:
            answers.append(failure)
        elif failure is not None:
            yield _placed(failure, place, before)
            place = None
        before.append(line)
    yield from answers


def _read(line: Line) -> Failure | None:
    text = line.text.strip()
    if text.startswith(("time=", "+ ", "echo ")):
        return None
    if (match := _SOLVE.match(text) or _LEGACY.match(text)) is not None:
        return _failure(match["message"], line, weak=any(each in text for each in _PROGRAM))
    if (match := _PARSE.match(text)) is not None:
        return replace(_failure(match["message"], line), file="Dockerfile", line=int(match["line"]))
    if (match := _COMPOSE.match(text)) is not None:
        failure = _failure(match["message"], line)
        return replace(failure, type=FailureType.CONFIG, file=match["file"], command=None)
    if (match := _COPY.match(text)) is not None:
        return _failure(match["message"], line)
    return _daemon(text, line)


def _daemon(text: str, line: Line) -> Failure | None:
    """What the daemon answers; most of it scripts expect."""
    match = _DAEMON.match(text)
    if match is None or not any(each in text for each in (*_FETCH, *_NETWORK, *_START)):
        return None
    if _NOTHING.match(text) is not None:
        return None
    return replace(_failure(match["message"], line, weak=True), command=None)


def _failure(message: str, line: Line, *, weak: bool = False) -> Failure:
    return Failure(
        type=_type(message),
        tool=NAME,
        message=message,
        command="docker build .",
        log=LogSpan(start=line.number, end=line.number),
        weak=weak,
    )


def _type(message: str) -> FailureType:
    if any(each in message for each in _PROGRAM):
        return FailureType.BUILD
    if (
        "checksum" in message
        or "cache key" in message
        or "COPY failed" in message
        or "ADD failed" in message
    ):
        return FailureType.BUILD
    if any(each in message for each in _NETWORK):
        return FailureType.INFRA
    if "parse error" not in message and any(each in message for each in _FETCH):
        return FailureType.DEPENDENCY
    if "no configuration file" in message or "prepare context" in message:
        return FailureType.CONFIG
    return (
        FailureType.INFRA if message.startswith("Error response from daemon") else FailureType.BUILD
    )


def _placed(
    failure: Failure, place: tuple[str, int, Line] | None, before: Iterable[Line]
) -> Failure:
    """With the place of the excerpt above it, and what stands between as detail."""
    detail = tuple(
        line.text
        for line in before
        if line.number >= (failure.log.start if failure.log else 0) - MAX_DETAIL
    )
    if place is not None:
        file, number, _ = place
        failure = replace(
            failure, file=file, line=number, command=f"docker build -f {shlex.quote(file)} ."
        )
    elif (match := _PARSE_PART.search(failure.message)) is not None:
        failure = replace(failure, file="Dockerfile", line=int(match["line"]))
    return replace(failure, detail=detail) if failure.message.startswith("failed to ") else failure
