"""Checkstyle: violations on the command line, below Ant and below Gradle."""

import re
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "checkstyle"
HINTS = ("[ant:checkstyle]", "[checkstyle]", "[ERROR] ", "[WARN] ", "Checkstyle ends with", "BUILD SUCCESS", "BUILD FAIL", "Checkstyle rule violations", "Unable to create Root Module", "com.puppycrawl")  # fmt: skip
REACH = (0, 1)

_VIOLATION = pattern(
    r"\s*(?P<prefix>\[(?:ant:)?checkstyle\] )?\[(?P<level>ERROR|WARN|ant:checkstyle)\] "
    r"(?P<file>(?:[A-Za-z]:)?[^:\s\[\]][^:\[\]]{0,400}\.[A-Za-z]{1,12}):(?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?: "
    r"(?P<message>\S.{0,1500}?)(?: \[(?P<rule>[A-Za-z][\w-]{1,60})\])?$"
)
_OLD = pattern(
    r"\s*(?P<prefix>\[(?:ant:)?checkstyle\] )(?:\[ERROR\] )?(?P<file>(?:[A-Za-z]:)?[^:\s\[\]][^:\[\]]{0,400}\.[A-Za-z]{1,12}):(?P<line>\d{1,7})"
    r"(?::(?P<column>\d{1,7}))?: (?!warning: )(?P<message>\S.{0,1500}?)(?P<rule>(?!))?$"
)
_CONFIG = pattern(
    r"(?:\[ERROR\] |\S{0,60}CheckstyleException: )?(?P<message>(?:Unable to create Root Module|cannot initialize module"
    r"|Unable to find: ).{1,500})$"
)
_COUNT = pattern(
    r".{0,200}Checkstyle rule violations were found|.{0,200}Checkstyle violations by severity: \[.{0,20}warning"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a violation; warnings where they were too many."""
    warnings: list[Failure] = []
    found: list[Failure] = []
    for line in lines:
        text = line.text.removeprefix("[INFO] ")
        if (match := _read(line.text)) is not None:
            warned = "level" in match.re.groupindex and match["level"] == "WARN"
            (warnings if warned else found).append(_failure(match, line))
        elif text.startswith(("BUILD SUCCESS", "BUILD FAIL")):
            if text.startswith("BUILD FAIL"):
                yield from found
            found.clear()  # else it was told to ignore what it found
            warnings.clear()
        elif "violations" in text and _COUNT.match(text) is not None:
            found += [] if found else warnings
            warnings.clear()
        elif (match := _CONFIG.match(text)) is not None:
            found.append(_misconfigured(match["message"], line))
    yield from found


def _read(text: str) -> re.Match[str] | None:
    """A violation."""
    match = _VIOLATION.match(text) if "] " in text else None
    if match is None and "checkstyle] " in text:
        match = _OLD.match(text)
    return match if match is not None and _counts(match) else None


def _misconfigured(message: str, line: Line) -> Failure:
    return Failure(
        type=FailureType.CONFIG,
        tool=NAME,
        message=message,
        log=LogSpan(start=line.number, end=line.number),
    )


def _counts(match: re.Match[str]) -> bool:
    """Whether it is Checkstyle that speaks: a compiler below Maven names no rule."""
    return bool(match["prefix"] or match["rule"]) and not match["message"].startswith("error:")


def _failure(match: re.Match[str], line: Line) -> Failure:
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        rule=match["rule"],
        message=match["message"],
        file=match["file"],
        line=int(match["line"]),
        column=int(match["column"]) if match["column"] else None,
        log=LogSpan(start=line.number, end=line.number),
    )
