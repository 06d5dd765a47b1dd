"""Swift's compiler and package manager, plain, by xcodebuild and behind xcbeautify or xcpretty; SwiftLint."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "swiftc"
HINTS = (
    ".swift:", "** BUILD FAILED **", "** TEST FAILED **", "** ARCHIVE FAILED **", "error: no such module",
    "Dependencies could not be resolved", "error: Could not find Package.swift", "error: Exited with unexpected signal",
    "nvalid manifest", "xcodebuild: error:", "error: unable to", "Fatal error: ", "error: Failed to clone repository",
    "error: fatalError", "error: 'swift", "' from project '", "error: No profiles for ", "error: Signing for ",
)  # fmt: skip
REACH = (0, 4)

_LINE = pattern(
    r"(?:##\[error\]|::error ::)?(?:❌ *|\[x\] *|⛔️? *)?(?P<file>(?:[A-Za-z]:)?[^\s:❌][^:]{0,400}\.swift):(?P<line>\d{1,7})(?::(?P<column>\d{1,5}))?: "
    r"(?P<severity>error: |fatal error: |)(?P<message>\S.{0,2000})$"
)
_LINT = pattern(r"(?P<message>.{1,800}) \((?P<rule>[a-z][a-z0-9_]{2,60})\)$")
_TITLE = pattern(r"(?P<title>[A-Z][\w /()-]{2,80} Violation): (?P<message>\S.{0,600})$")
_TEST = pattern(r"(?:-\[[\w.]{1,200} \w{1,200}\]|[\w.]{1,200}\.\w{1,200}) : ")
_CRASH = pattern(
    r"(?P<file>[^\s:][^:]{0,300}\.swift):(?P<line>\d{1,7}): (?P<message>(?:Fatal error|Precondition failed|Assertion failed)(?:: .{0,600})?)$"
)
_OLD_CRASH = pattern(
    r"Fatal error: (?P<message>.{0,600}): file (?P<file>.{1,300}\.swift), line (?P<line>\d{1,7})$"
)
_PACKAGE = pattern(
    r"(?:xcodebuild: )?error: (?P<message>Dependencies could not be resolved because.{0,800}|Failed to clone repository .{0,400}"
    r"|.{0,100}[Cc]ould not (?:resolve|find) package .{0,400}|Could not resolve package dependencies:.{0,400})$"
)
_CONFIG = pattern(
    r"(?:xcodebuild: )?error: (?P<message>Could not find Package\.swift.{0,200}|'[^']{1,100}': [Ii]nvalid manifest.{0,300}"
    r"|The (?:workspace|project|scheme) .{1,300}|Scheme .{1,200} is not .{1,200}|Unable to find a (?:destination|device) .{1,300}|'[^']{1,200}' is not a workspace file.{0,50})$"
)
_WEAK = pattern(
    r"\*\* (?P<message>(?:BUILD|TEST|ARCHIVE|TEST BUILD) FAILED) \*\*$|error: (?P<signal>Exited with unexpected signal code \d{1,3})$"
)
_SIGNING = (
    r"(?:No profiles? for |Signing for |No signing certificate |No certificate for |No [Aa]ccounts?\b|Provisioning profile "
    r"|Conflicting provisioning settings|.{1,200} requires a (?:provisioning profile|development team))"
)
_SIGN = pattern(
    rf"(?:/?[^\s:❌][^:❌]{{0,400}}: |❌ *|\[x\] *)?error: (?P<message>{_SIGNING}.{{1,900}})$"
)
_TARGET = pattern(
    r"(?:/?[^\s:❌][^:❌]{0,400}: |❌ *|\[x\] *)?error: (?P<message>\S.{1,1500} \(in target '[^']{1,200}' from project '[^']{1,200}'\))$"
)
_MACRO = pattern(r"(?:macro expansion @|<unknown>)")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error."""
    for line in lines:
        text = line.text
        if ".swift" in text and (failure := _placed(line)) is not None:
            yield failure
        elif (match := _PACKAGE.match(text)) is not None:
            yield _whole(FailureType.DEPENDENCY, match["message"], line)
        elif (match := _CONFIG.match(text) or _SIGN.match(text)) is not None:
            yield _whole(FailureType.CONFIG, match["message"], line)
        elif text.endswith("')") and (match := _TARGET.match(text)) is not None:
            yield _whole(FailureType.BUILD, match["message"], line)
        elif (match := _WEAK.match(text)) is not None:
            yield _whole(FailureType.BUILD, match["message"] or match["signal"], line, weak=True)


def _placed(line: Line) -> Failure | None:
    match = _CRASH.match(line.text) or _OLD_CRASH.match(line.text)
    if match is not None:
        failure = _whole(FailureType.RUNTIME, match["message"], line, weak=True)
        return _at(failure, match)
    match = _LINE.match(line.text)
    if match is None or _MACRO.match(match["file"]) or _TEST.match(match["message"]):
        return None
    # xcbeautify and xcpretty replace the word by a sign; without either it is no error.
    signs = ("❌", "[x]", "⛔")
    if not match["severity"] and not line.text.startswith(signs):
        return None
    return _at(_finding(match["message"], line), match)


def _finding(message: str, line: Line) -> Failure:
    """An error of the compiler, or one of SwiftLint, which names a rule at the end."""
    rule = None
    kind, tool = FailureType.BUILD, NAME
    if (title := _TITLE.match(message)) is not None:
        kind, tool, message = FailureType.LINT, "swiftlint", title["message"]
        if (named := _LINT.match(message)) is not None:
            message, rule = named["message"], named["rule"]
    return Failure(
        type=kind,
        tool=tool,
        rule=rule,
        message=message,
        log=LogSpan(start=line.number, end=line.number),
    )


def _at(failure: Failure, match: re.Match[str]) -> Failure:
    column = match.groupdict().get("column")
    lint = f"swiftlint lint {shlex.quote(match['file'])}"
    return replace(
        failure,
        file=match["file"],
        line=int(match["line"]),
        column=int(column) if column else None,
        command=lint if failure.tool == "swiftlint" else "swift build",
    )


def _whole(kind: FailureType, message: str, line: Line, *, weak: bool = False) -> Failure:
    return Failure(
        type=kind,
        tool="swift package" if kind is FailureType.DEPENDENCY else NAME,
        message=message,
        log=LogSpan(start=line.number, end=line.number),
        weak=weak,
    )
