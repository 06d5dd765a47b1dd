"""ktlint: findings of its plain reporters, on the command line, below Gradle and Maven."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core import jvm_log
from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "ktlint"
HINTS = (".kt:", ".kts:", ".kt", "(standard:", "Lint error >")
REACH = (0, 12)

_LINE = pattern(
    r"(?:Lint error > )?(?:\[(?:KtLint|ktlint)\] )?(?P<file>(?:[A-Za-z]:)?[^:\s()\[\]][^:()\[\]]{0,400}\.kts?):(?P<line>\d{1,7}):(?P<column>\d{1,7}):? "
    r"(?!error: |warning: |exception: )(?P<message>\S.{0,1500}?) ?\((?P<rule>[a-z][a-z0-9-]{1,40}(?::[a-z][a-z0-9-]{1,60})?)\)$"
)
_LINTED = pattern(
    r"Lint error > (?:\[(?P<rule>[a-z][\w:-]{1,80})\] )?(?P<file>[^:]{1,400}\.kts?):(?P<line>\d{1,7}):(?P<column>\d{1,7}):? (?P<message>.{1,1500})$"
)
_KOTLINTER = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^:\s()\[\]][^:()\[\]]{0,400}\.kts?):(?P<line>\d{1,7}):(?P<column>\d{1,7}): Lint error > "
    r"(?:\[(?P<rule>[a-z][\w:-]{1,80})\] ?)?(?P<message>.{0,1500})$"
)
_GROUP = pattern(r"(?P<file>(?:[A-Za-z]:)?[^:\s()\[\]][^:()\[\]]{0,400}\.kts?)$")
_GROUPED = pattern(
    r"\s{1,8}(?P<line>\d{1,7}):(?P<column>\d{1,7}):? (?P<message>\S.{0,1500}?)(?: \((?P<rule>[a-z][a-z0-9-]{1,40}(?::[a-z][a-z0-9-]{1,60})?)\))?$"
)
_PLAIN = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^:\s()\[\]][^:()\[\]]{0,400}\.kts?):(?P<line>\d{1,7}):(?P<column>\d{1,7}): (?!error: |warning: |exception: )(?P<message>[A-Z].{1,1500})$"
)
_SOUND = pattern(
    r"(?:Unused import|Unexpected|Missing|Unnecessary|Needless|Trailing|Wildcard import|File must|Imports must|Newline|Expected|Exceeded max|Redundant|Argument should|Parameter should|Not a valid Kotlin|Lint has found|Class|Function name|Property name|Package name|Indentation|A |No )"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a finding."""
    file: str | None = None
    for line in lines:
        _, text = jvm_log.level(line.text)
        if ".kt" in text:
            match = (
                _KOTLINTER.match(text) or _LINE.match(text) or _LINTED.match(text) or _plain(text)
            )
            if match is not None:
                yield _failure(match, match["file"], line)
                continue
            group = _GROUP.match(text)
            file = group["file"] if group else file
        elif file is not None and (match := _GROUPED.match(text)) is not None:
            yield _failure(match, file, line)
        elif not text.startswith(" "):
            file = None


def _plain(text: str) -> re.Match[str] | None:
    """Before version 0.48 a finding did not always name its rule."""
    match = _PLAIN.match(text)
    return (
        match if match is not None and _SOUND.match(match["message"]) and "[" not in text else None
    )


def _failure(match: re.Match[str], file: str, line: Line) -> Failure:
    rule = match["rule"] if "rule" in match.re.groupindex else None
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        rule=rule,
        message=match["message"].rstrip() or str(rule),
        file=file,
        line=int(match["line"]),
        column=int(match["column"]),
        command=f"ktlint {shlex.quote(file)}",
        log=LogSpan(start=line.number, end=line.number),
    )
