"""pnpm: its codes `ERR_PNPM_…`; weak where it only repeats that a script failed."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "pnpm"
HINTS = ("ERR_PNPM_", "ELIFECYCLE", "\u2009ERROR\u2009")
REACH = (0, 12)

_CODE = pattern(
    r"(?:##\[error\])?\s{0,40}\[?(?P<code>ERR_PNPM_[A-Z0-9_]{2,80}|ELIFECYCLE)\]?:?\s{1,4}(?P<message>\S.{0,3000})$"
)
_ERROR = pattern(
    r"\sERROR\s{1,4}(?P<message>(?:Expected |Unexpected |Command failed|Unknown option|This project|packages field|Your ).{0,1500})$"
)
_SCRIPT = pattern(r"ERR_PNPM_RECURSIVE_(?:RUN|EXEC)_FIRST_FAIL|ELIFECYCLE|ERR_PNPM_RECURSIVE_FAIL")
_NOT_FOUND = pattern(r"Command \"[^\"]{1,200}\" not found")
_INFRA = pattern(
    r"ERR_PNPM_(?:META_FETCH_FAIL|FETCH_(?:429|5\d\d)|NO_SPACE|REQUEST_TIMEOUT)|ERR_PNPM_(?:ECONN|ETIMEDOUT|EAI)"
)
_DEPENDENCY = pattern(
    r"ERR_PNPM_(?:OUTDATED_LOCKFILE|FROZEN_LOCKFILE\w{0,40}|LOCKFILE\w{0,60}|NO_LOCKFILE|BROKEN_LOCKFILE|NO_MATCHING_VERSION\w{0,30}|FETCH_4\d\d|PEER_DEP\w{0,20}"
    r"|TARBALL\w{0,40}|UNEXPECTED_PKG\w{0,60}|NO_VERSIONS|SPEC_NOT_SUPPORTED\w{0,40}|UNSUPPORTED_ENGINE|WORKSPACE_PKG\w{0,40}|IGNORED_BUILDS"
    r"|PREPARE\w{0,40}|PATCH\w{0,40}|UNUSED_PATCH|CATALOG\w{0,60}|NO_MATURE\w{0,40}|TRUST\w{0,30}|MISSING_TIME|GIT_\w{0,40}|LINKING_FAILED|OVERRIDE\w{0,40})$"
)
MAX_DETAIL = 12


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a code; the lines under it are the detail."""
    open_: Failure | None = None
    for line in lines:
        text = line.text
        found = (
            _read(line)
            if "ERR_PNPM_" in text or "ELIFECYCLE" in text or "ERROR\u2009" in text
            else None
        )
        if found is not None:
            if open_ is not None:
                yield open_
            open_ = found
        elif open_ is not None and open_.log is not None:
            near = line.number <= open_.log.end + 1 and len(open_.detail) < MAX_DETAIL
            if near and not text.startswith("##["):
                span = replace(open_.log, end=line.number)
                detail = (*open_.detail, text) if text.strip() else open_.detail
                open_ = replace(open_, detail=detail, log=span)
    if open_ is not None:
        yield open_


def _read(line: Line) -> Failure | None:
    span = LogSpan(start=line.number, end=line.number)
    if (match := _CODE.match(line.text)) is not None:
        code, message = match["code"], match["message"].strip()
        missing = _NOT_FOUND.match(message) is not None
        return Failure(
            type=FailureType.CONFIG if missing else _type(code),
            tool=NAME,
            rule=code,
            message=message,
            log=span,
            weak=_SCRIPT.match(code) is not None and not missing,
        )
    if (match := _ERROR.match(line.text)) is not None:
        message = match["message"]
        return Failure(
            type=FailureType.CONFIG,
            tool=NAME,
            message=message,
            log=span,
            weak=message.startswith("Command failed"),
        )
    return None


def _type(code: str) -> FailureType:
    if _SCRIPT.match(code) is not None:
        return FailureType.BUILD
    if _INFRA.match(code) is not None:
        return FailureType.INFRA
    return FailureType.DEPENDENCY if _DEPENDENCY.match(code) is not None else FailureType.CONFIG
