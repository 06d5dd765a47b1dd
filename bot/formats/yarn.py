"""Yarn, classic and berry: why it could not resolve or install, and scripts it does not know."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "yarn"
HINTS = (
    "Couldn't find ", "lockfile needs to be updated", "is incompatible with this module", "Command failed with exit code",
    'Command "', "An unexpected error occurred", "Integrity check failed", "YN00", "YN01", "Failed with errors", "package.json: ",
    ": Command failed.", "Usage Error",
    "This project's package.json", "Internal Error", "Found incompatible module",
)  # fmt: skip
REACH = (0, 2)

_ERROR = pattern(r"(?:##\[error\])?\s{0,40}error (?P<message>\S.{0,3000})$")
_DEPENDENCY = pattern(
    r"Couldn't find (?:package|any versions|match)|Your lockfile needs|\S{1,200}: The engine \"|Integrity check failed|\S{1,400}: Command failed\."
    r"|Failed to apply patch|Received (?:malformed|invalid)|Can't add|Couldn't find the binary"
)
_CONFIG = pattern(
    r"Command \"[^\"]{1,200}\" not found|SyntaxError: \S{1,400}package\.json: |Couldn't find a package\.json|This project's package\.json defines"
)
_INFRA = pattern(
    r"An unexpected error occurred: .{0,400}(?:ENOTFOUND|ECONN|ETIMEDOUT|ESOCKETTIMEDOUT|EAI_AGAIN|ENOSPC|Request failed \"(?:5\d\d|429)|socket hang up|tunneling)"
)
_WEAK = pattern(
    r"Command failed with (?:exit code|signal)|Found incompatible module|An unexpected error occurred"
)
_BERRY = pattern(
    r"(?:##\[error\])?\s{0,40}➤? ?(?P<code>YN\d{4}):(?: │| ·| ├| ┌| └)? ?(?P<message>\S.{0,2000})$"
)
_USAGE = pattern(r"(?:Usage Error|Internal Error): (?P<message>\S.{0,1500})$")
_SERVER = pattern(
    r".{0,600}(?:Response Code: (?:5\d\d|429)|ECONN|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|timed out|socket hang up)"
)
# The codes of berry that are errors; the rest inform or warn.
_FATAL = {
    "YN0001": FailureType.DEPENDENCY, "YN0009": FailureType.DEPENDENCY, "YN0010": FailureType.DEPENDENCY,
    "YN0016": FailureType.DEPENDENCY, "YN0018": FailureType.DEPENDENCY, "YN0020": FailureType.DEPENDENCY,
    "YN0022": FailureType.DEPENDENCY, "YN0027": FailureType.DEPENDENCY, "YN0028": FailureType.DEPENDENCY,
    "YN0035": FailureType.DEPENDENCY, "YN0041": FailureType.CONFIG, "YN0046": FailureType.CONFLICT,
    "YN0056": FailureType.DEPENDENCY, "YN0066": FailureType.DEPENDENCY, "YN0071": FailureType.DEPENDENCY,
    "YN0080": FailureType.INFRA, "YN0081": FailureType.INFRA, "YN0082": FailureType.DEPENDENCY,
    "YN0083": FailureType.DEPENDENCY, "YN0087": FailureType.DEPENDENCY, "YN0091": FailureType.CONFIG,
}  # fmt: skip
MAX_WAITING = 100
MAX_DETAIL = 20


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a complaint; those of berry once it says that the run failed, or at the end."""
    waiting: list[Failure] = []
    for line in lines:
        text = line.text
        if "error " in text and (match := _ERROR.match(text)) is not None:
            yield from _classic(match["message"], line.number)
        elif "YN" in text and (match := _BERRY.match(text)) is not None:
            if "Failed with errors" in text:
                yield from waiting
                waiting = []
            elif match["message"].startswith("Done"):
                waiting = []
            elif match["code"] in _FATAL:
                waiting = _add(waiting, match["code"], match["message"], line.number)
        elif (match := _USAGE.match(text)) is not None:
            yield _failure(FailureType.CONFIG, match["message"], line.number)
    yield from waiting


def _classic(message: str, number: int) -> Iterator[Failure]:
    if _WEAK.match(message) is not None and _INFRA.match(message) is None:
        weak = _failure(FailureType.BUILD, message, number)
        is_script = message.startswith("Command failed")
        yield replace(
            weak, type=FailureType.BUILD if is_script else FailureType.DEPENDENCY, weak=True
        )
    elif _INFRA.match(message) is not None:
        yield _failure(FailureType.INFRA, message, number)
    elif _CONFIG.match(message) is not None:
        about_manifest = message.startswith("SyntaxError: ")
        file = message.split(" ")[1].rstrip(":") if about_manifest else None
        yield replace(_failure(FailureType.CONFIG, message, number), file=file)
    elif _DEPENDENCY.match(message) is not None:
        yield _failure(FailureType.DEPENDENCY, message, number)


def _add(waiting: list[Failure], code: str, message: str, number: int) -> list[Failure]:
    """A line more: of the last failure when it has its code and stands under it."""
    last = waiting[-1] if waiting else None
    if (
        last is not None
        and last.log is not None
        and last.rule == code
        and number == last.log.end + 1
    ):
        kind = FailureType.INFRA if _SERVER.match(message) else last.type
        detail = (*last.detail, message)[:MAX_DETAIL]
        span = replace(last.log, end=number)
        same = code in ("YN0028", "YN0035", "YN0001", "YN0018")
        if same:
            words = message if message.startswith("The lockfile would") else last.message
            joined = replace(last, message=words, type=kind, detail=detail, log=span)
            return [*waiting[:-1], joined]
    kind = FailureType.INFRA if _SERVER.match(message) else _FATAL[code]
    failure = replace(_failure(kind, message, number), rule=code)
    return [*waiting, failure][:MAX_WAITING]


def _failure(kind: FailureType, message: str, number: int) -> Failure:
    return Failure(type=kind, tool=NAME, message=message, log=LogSpan(start=number, end=number))
