"""Bundler: gems that cannot be resolved, found, installed or reached, and lock files out of date."""

from collections.abc import Iterable, Iterator, Sequence

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.line_blocks import Kinds, blocks, kind_of, without_blank_end
from bot.core.pattern import pattern

NAME = "bundler"
HINTS = (
    "Could not find gem", "Could not find compatible", "could not find compatible", "Could not find ",
    "Your Ruby version is", "deployment mode", "frozen mode", "Bundler cannot continue",
    "bundler: command not found", "Could not locate Gemfile", "Your bundle ", "Could not fetch specs",
    "Could not reach host", "requires ruby version", "Your lockfile", "gemspecs for path gems",
    "Failed to build gem native extension", "There was an error parsing `", "Your Gemfile",
)  # fmt: skip
REACH = (1, 25)
MAX_DETAIL = 25

_DEPENDENCY = pattern(
    r"(?:.{0,300}?: )??(?P<message>Could not find gem ['`].{1,600}"
    r"|Could not find [\w.-]{2,120}(?:, [\w.-]{2,120}){0,40} in (?:locally installed gems|any of the sources|cached gems|rubygems repository).{0,200}"
    r"|Bundler could not find compatible versions for gem \".{1,200}"
    r"|Could not find compatible versions"
    r"|Your Ruby version is .{1,40}, but your Gemfile specified .{1,80}"
    r"|Your bundle is locked to .{1,300}"
    r"|Your bundle only supports platforms .{1,300}"
    r"|[^:]{1,120} requires ruby version [^:]{1,200}which is incompatible with the current version.{0,80}"
    r"|You are trying to install in deployment mode after changing.{0,100}"
    r"|The dependencies in your gemfile changed, but the lockfile can't be updated.{0,100}"
    r"|(?:The|Your) (?:lockfile|gemspecs|list of sources|dependencies) .{1,200}(?:frozen|deployment) mode.{0,100}"
    r"|Your lockfile (?:does not satisfy|is missing|has).{1,300}"
    r"|The gemspecs for path gems changed.{0,200})$"
)
_INSTALL = pattern(
    r"(?P<message>An error occurred while installing (?P<gem>[\w.-]{1,100}) \([^)]{1,60}\), and Bundler(?: cannot continue\.)?.{0,100})$"
)
_NETWORK = pattern(r"(?P<message>Could not (?:fetch specs from|reach host) .{1,300})$")
_CONFIG = pattern(
    r"(?:\[!\] )?(?P<message>Could not locate Gemfile(?: or \.bundle/ directory)?|bundler: command not found: \S{1,100}"
    r"|There was an error parsing `[^`]{1,200}`: .{0,400}|Your Gemfile (?:has no|lists the gem) .{1,200})$"
)
_KINDS: Kinds = (
    (_DEPENDENCY, FailureType.DEPENDENCY),
    (_INSTALL, FailureType.DEPENDENCY),
    (_NETWORK, FailureType.INFRA),
    (_CONFIG, FailureType.CONFIG),
)
_BARE = ("Could not find compatible versions", "You are trying to install in deployment mode after")
_TRACE = pattern(r"\s+from |\S{1,300}:\d+:in [`']| +\d+: from ")
_ERROR_CLASS = pattern(r" \((?:Bundler|Gem)::\w{1,60}\)$")
_GEMFILE = pattern(r"There was an error parsing `(?P<file>[^`]{1,200})`")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a complaint; the explanation that follows is its detail."""
    for block in blocks(lines, _begins, _follows):
        yield from _failure(block)


def _begins(text: str) -> bool:
    return kind_of(text, _KINDS) is not None


def _follows(block: Sequence[Line], line: Line) -> bool:
    beside = line.number == block[-1].number + 1 and len(block) <= MAX_DETAIL
    return beside and not _TRACE.match(line.text) and not line.text.startswith(("##[", "Error: "))


def _failure(block: Sequence[Line]) -> Iterator[Failure]:
    found = kind_of(block[0].text, _KINDS)
    if found is None:
        return
    message, kind = found
    message = _ERROR_CLASS.sub("", message)
    block = without_blank_end(block)
    if message.startswith(_BARE):  # the reason stands below
        after = [line.text.strip() for line in block[1:] if line.text.strip()]
        message = " ".join([message, *after[: 1 if message.startswith("You") else 3]])
    parsing = _GEMFILE.match(message)
    yield Failure(
        type=kind,
        tool=NAME,
        message=message,
        file=parsing["file"] if parsing else None,
        command="bundle install",
        detail=tuple(line.text for line in block[1:]),
        log=LogSpan(start=block[0].number, end=block[-1].number),
    )
