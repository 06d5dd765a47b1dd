"""Composer: dependencies that cannot be resolved, a lock file out of date, platforms and networks; PHP CS Fixer's list."""

from collections.abc import Iterable, Iterator, Sequence

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.line_blocks import Kinds, blocks, kind_of, without_blank_end
from bot.core.pattern import pattern

NAME = "composer"
HINTS = (
    "Your requirements could not be resolved", "  Problem ", "Your lock file does not contain a compatible set",
    "is not present in the lock file", "Your Composer dependencies require a PHP version",
    "Composer could not find", "could not be found in any version", " does not contain valid JSON", "is invalid, the following errors",
    "file could not be downloaded", "does not match the expected JSON schema",
    "The lock file is not up to date", "Could not find a matching version of package", "  - ",
)  # fmt: skip
REACH = (1, 8)
MAX_DETAIL = 25

_RESOLUTION = pattern(
    r"(?P<message>Your requirements could not be resolved to an installable set of packages\."
    r"|Your lock file does not contain a compatible set of packages\. Please run composer update\.)$"
)
_OTHER = pattern(
    r" *(?P<message>- Required package \"[^\"]{1,200}\" is (?:not present in the lock file|in the lock file as .{1,300})\.?"
    r"|Your Composer dependencies require a PHP version .{1,300}"
    r"|- The lock file is not up to date with the latest changes in composer\.json.{0,200}"
    r"|Could not find (?:a matching version of )?package .{1,300}|Could not find package .{1,300})$"
)
_CONFIG = pattern(
    r" *(?P<message>Composer could not find (?:a composer\.json file|the config file).{0,200}"
    r"|\"?(?:\./)?(?P<file>(?:[^\s:\"]{1,200}/)?composer\.(?:json|lock))\"? (?:does not (?:contain valid JSON|match the expected JSON schema).{0,200}"
    r"|is invalid, the following errors/warnings were found:))$"
)
_NETWORK = pattern(
    r" *(?P<message>The \"https?://[^\"]{1,400}\" file could not be downloaded.{0,300})$"
)
_KINDS: Kinds = (
    (_RESOLUTION, FailureType.DEPENDENCY),
    (_OTHER, FailureType.DEPENDENCY),
    (_CONFIG, FailureType.CONFIG),
    (_NETWORK, FailureType.INFRA),
)
_PARSE = pattern(r" *Parse error on line (?P<line>\d{1,7}):?")
_LISTED = pattern(r"(?:# General errors|- )")
_BLOCK = pattern(r"  Problem \d|    - |\s*$|Use the option|Potential causes|      ")
_REASON = pattern(r" *- (?P<reason>\S.{0,600})$")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a complaint; of a resolution the first reason is part of the message."""
    for block in blocks(lines, _begins, _follows):
        yield from _failure(block)


def _begins(text: str) -> bool:
    return kind_of(text, _KINDS) is not None


def _follows(block: Sequence[Line], line: Line) -> bool:
    beside = line.number == block[-1].number + 1 and len(block) <= MAX_DETAIL
    if not beside:
        return False
    if _RESOLUTION.match(block[0].text) is not None:
        return _BLOCK.match(line.text) is not None
    if block[0].text.endswith("were found:"):
        return _LISTED.match(line.text) is not None
    return _CONFIG.match(block[0].text) is not None and bool(line.text.strip())


def _failure(block: Sequence[Line]) -> Iterator[Failure]:
    found = kind_of(block[0].text, _KINDS)
    if found is None:
        return
    message, kind = found
    config = _CONFIG.match(block[0].text)
    parsed = next((match for line in block[1:3] if (match := _PARSE.match(line.text))), None)
    block = without_blank_end(block)
    reason = next(
        (match["reason"] for line in block[1:] if (match := _REASON.match(line.text))), None
    )
    message = message.removeprefix("- ")
    yield Failure(
        type=kind,
        tool=NAME,
        message=f"{message} {reason}" if reason else message,
        file=config["file"] if config is not None else None,
        line=int(parsed["line"]) if parsed is not None else None,
        command="composer install" if config is None else "composer validate",
        detail=tuple(line.text for line in block[1:]),
        log=LogSpan(start=block[0].number, end=block[-1].number),
        weak=kind is FailureType.INFRA,
    )
