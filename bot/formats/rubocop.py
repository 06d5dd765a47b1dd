"""RuboCop and its kin (standard, erb_lint): offences in every text formatter, and broken configuration."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "rubocop"
HINTS = (
    ": C: ", ": W: ", ": E: ", ": F: ", ": R: ", "Style/", "Layout/", "Lint/", "Metrics/", "Naming/",
    "Rails/", "RSpec/", "Performance/", "Bundler/", "Security/", "Gemspec/", "Minitest/", "Capybara/",
    "FactoryBot/", "Migration/", "Rake/", "== ", "nrecognized cop", "An error occurred while ",
    " of cop ", "Inspecting ", "rubocop", "RuboCop found", "Configuration file not found",
)  # fmt: skip
REACH = (1, 3)

_COP = r"(?P<rule>[A-Z]\w{1,60}(?:/[A-Z]\w{1,60}){1,3})"
_WORDS = r"(?:\[(?:Correctable|Corrected|Todo)\] )?" + _COP + r": (?P<message>.{0,2000})$"
_LINE = pattern(
    r"(?:# )?(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,300}):(?P<line>\d{1,7}):(?P<column>\d{1,5}): "
    r"(?P<severity>[CWEFR]): " + _WORDS
)
# Standard and its kin name no severity.
_STANDARD = pattern(
    r" {2}(?P<file>[^\s:][^:]{0,300}\.\w{1,8}):(?P<line>\d{1,7}):(?P<column>\d{1,5}): " + _WORDS
)
# Before 1.0 the clang and emacs formatters named no cop.
_NAMELESS = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,300}):(?P<line>\d{1,7}):(?P<column>\d{1,5}): "
    r"[CWEFR]: (?:\[(?:Correctable|Todo)\] )?(?P<message>[^\s\[].{0,2000})$"
)
_RUBY_FILE = pattern(
    r"(?:.{0,300}[/\\])?(?:[^./\\]{1,80}|.{1,120}\.(?:rb|rake|gemspec|ru|jbuilder|podspec|thor|erb|rabl|cap|builder))$"
)
_GROUP = pattern(r"== (?P<file>\S[^=]{0,300}) ==$")
_GROUPED = pattern(r"(?P<severity>[CWEFR]): *(?P<line>\d{1,7}): *(?P<column>\d{1,5}): " + _WORDS)
_COMMAND = pattern(
    r"::error file=(?P<file>[^,]{1,300}),line=(?P<line>\d{1,7}),col=(?P<column>\d{1,5})::"
    + _COP
    + r": (?P<message>.{1,2000})$"
)
_CORRECTED = pattern(r".{0,400}: \[Corrected\] ")
_CRASH = pattern(
    r"An error occurred while (?P<rule>[A-Z]\w{1,60}(?:/[A-Z]\w{1,60}){1,3}) cop was inspecting "
    r"(?P<file>(?:[A-Za-z]:)?[^:]{1,300}):(?P<line>\d{1,7})(?::(?P<column>\d{1,5}))?\.$"
)
_CONFIG = pattern(
    r"(?P<message>Unrecognized cop or department: .{1,300}"
    r"|Error: (?:(?:unrecognized cop or department |Property \w{1,80} of cop |The `?[A-Z]\w{1,60}/\w{1,60}`? cop ).{1,400}"
    r"|(?:RuboCop found unknown Ruby version|Unknown Ruby version|Configuration file not found|Unable to find gem) .{1,400})"
    r"|invalid option: --.{1,100})$"
)
_FOUND_IN = pattern(r" found in (?P<file>[^\s,]{1,300})")
_HEADING = pattern(r"(?:Inspecting \d+ files?|Usage: rubocop|.{0,40}\brubocop\b)")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an offence that was not corrected."""
    group: str | None = None
    seen = False
    for line in lines:
        text = line.text
        seen = seen or _HEADING.match(text) is not None
        if (match := _GROUP.match(text)) is not None:
            group = match["file"]
        elif "[Corrected]" in text and _CORRECTED.match(text):
            continue
        elif (
            match := _LINE.match(text) or _COMMAND.match(text) or _STANDARD.match(text)
        ) is not None:
            yield _offence(match, match["file"], line)
        elif group is not None and (match := _GROUPED.match(text)) is not None:
            yield _offence(match, group, line)
        elif (match := _NAMELESS.match(text)) is not None and (
            seen or _RUBY_FILE.match(match["file"])
        ):
            yield _offence(match, match["file"], line)
        elif (failure := _broken(line, seen=seen)) is not None:
            yield failure


def _offence(match: re.Match[str], file: str, line: Line) -> Failure:
    rule = match.groupdict().get("rule")
    message = match["message"].partition("%0A")[0].strip()
    only = f"--only {shlex.quote(rule)} " if rule else ""
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        rule=rule,
        message=message or rule or "",
        file=file,
        line=int(match["line"]),
        column=int(match["column"]),
        command=f"rubocop {only}{shlex.quote(file)}",
        log=LogSpan(start=line.number, end=line.number),
    )


def _broken(line: Line, *, seen: bool) -> Failure | None:
    """A cop that crashed, or a configuration that RuboCop refuses."""
    span = LogSpan(start=line.number, end=line.number)
    if (match := _CRASH.match(line.text)) is not None:
        return Failure(
            type=FailureType.RUNTIME,
            tool=NAME,
            rule=match["rule"],
            message=f"{line.text.partition(' was inspecting')[0]} was inspecting",
            file=match["file"],
            line=int(match["line"]),
            log=span,
            weak=True,
        )
    if (match := _CONFIG.match(line.text)) is None:
        return None
    message = match["message"]
    if message.startswith("invalid option") and not seen:
        return None
    place = _FOUND_IN.search(message)
    return Failure(
        type=FailureType.CONFIG,
        tool=NAME,
        message=message.removeprefix("Error: "),
        file=place["file"] if place else None,
        log=span,
    )
