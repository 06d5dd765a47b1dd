"""conda and mamba: environments that cannot be solved, packages and channels that are not there."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import Pattern, pattern

NAME = "conda"
HINTS = (
    "PackagesNotFoundError:", "ResolvePackageNotFound:", "UnsatisfiableError:", "LibMambaUnsatisfiableError:",
    "Could not solve for environment specs", "CondaHTTPError:", "EnvironmentFileNotFound:", "CondaValueError:",
    "Encountered problems while solving", "CondaError:", "UnavailableInvalidChannel:", "EnvironmentLocationNotFound:",
    "CondaEnvException:", "ChecksumMismatchError:", "CondaVerificationError:",
)  # fmt: skip
REACH = (0, 12)

_D, _C, _I = FailureType.DEPENDENCY, FailureType.CONFIG, FailureType.INFRA
_KNOWN: tuple[tuple[FailureType, Pattern], ...] = (
    (_D, pattern(r"(?P<rule>PackagesNotFoundError|ResolvePackageNotFound|UnsatisfiableError|LibMambaUnsatisfiableError|CondaEnvException|ChecksumMismatchError|CondaVerificationError):(?P<message>.{0,400})$")),
    (_D, pattern(r"(?:error|critical) +(?P<rule>libmamba) (?P<message>(?:Could not solve for environment specs|Encountered problems while solving).{0,300})$")),
    (_I, pattern(r"(?P<rule>CondaHTTPError|UnavailableInvalidChannel):(?P<message>.{0,400})$")),
    (_C, pattern(r"(?P<rule>EnvironmentFileNotFound|EnvironmentLocationNotFound|CondaValueError|CondaError):(?P<message>.{0,400})$")),
)  # fmt: skip
_ITEM = pattern(r"\s{0,8}(?:- |└─ |├─ )(?P<message>\S.{0,300})$")
MAX_DETAIL = 12


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error; the packages it is about are its detail."""
    open_: Failure | None = None
    for line in lines:
        text = line.text.removeprefix("##[error]")
        found = _read(text, line.number)
        if found is None:
            open_ = _with_item(open_, text, line.number)
            continue
        if open_ is not None:
            yield open_
        open_ = found
    if open_ is not None:
        yield open_


def _read(text: str, number: int) -> Failure | None:
    for type_, known in _KNOWN:
        if (match := known.match(text)) is not None:
            said = match["message"].strip().rstrip(":")
            message = f"{match['rule']}: {said}" if said else match["rule"]
            span = LogSpan(start=number, end=number)
            return Failure(type=type_, tool=NAME, rule=match["rule"], message=message, log=span)
    return None


def _with_item(failure: Failure | None, text: str, number: int) -> Failure | None:
    """The first item tells what the error is about."""
    if failure is None or failure.log is None or len(failure.detail) >= MAX_DETAIL:
        return failure
    if number > failure.log.start + MAX_DETAIL or (match := _ITEM.match(text)) is None:
        return failure
    message = failure.message if failure.detail else f"{failure.message}: {match['message']}"
    detail = (*failure.detail, text.strip())
    return replace(failure, message=message, detail=detail, log=replace(failure.log, end=number))
