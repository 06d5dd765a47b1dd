"""JUnit's and TestNG's own runners: what they print without a build tool around them."""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.core import jvm_log
from bot.core.failure import Failure, FailureType
from bot.core.framing import Line
from bot.core.lookahead import after, detail, span, until
from bot.core.pattern import pattern

NAME = "junit"
HINTS = ("MethodSource [", "ClassSource [", "JUnit version ", "There was 1 failure:", " failures:", "FAILED: ", "FAILED CONFIGURATION: ")  # fmt: skip
REACH = (1, 60)

_SOURCE = pattern(
    r"\s+(?:Method|Class)Source \[className = '(?P<suite>[^']{1,300})'(?:, methodName = '(?P<method>[^']{1,300})')?"
)
_REASON = pattern(r"\s+=> (?P<message>\S.{0,3000})$")
_FRAME = pattern(
    r"\s+(?P<name>[^\s()/][^()/]{0,400})\((?P<file>[\w$.-]{1,200}\.(?:java|kt|groovy|scala)):(?P<line>\d{1,7})\)$"
)
_FAILURES = pattern(r"There (?:was|were) \d{1,6} (?:failures?|errors?):$")
_NUMBERED = pattern(
    r"\d{1,6}\) (?P<name>\S.{0,300}?)\((?P<suite>[\w.$]{1,300})\)(?P<said>\S.{0,300})?$"
)
_TESTNG = pattern(
    r"FAILED(?: CONFIGURATION)?: (?:@\w{1,30} )?(?P<name>[A-Za-z_][\w.$]{0,300}(?:\(.{0,300}\))?)$"
)
_THROWN = pattern(r"[\w.$]{1,200}(?:Error|Exception|Failure|Timeout)\w{0,40}\b")
_ENDS = pattern(
    r"(?:PASSED|FAILED|SKIPPED)(?: CONFIGURATION)?: |\d{1,6}\) \S|FAILURES!!!|={10,}|Tests run: |\s*$"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a test."""
    rows = list(lines)
    listed = False
    for index, line in enumerate(rows):
        text = line.text
        if (match := _SOURCE.match(text)) is not None:
            yield from _console(match, rows, index)
        elif _FAILURES.match(text):
            listed = True
        elif listed and (match := _NUMBERED.match(text)) is not None:
            yield from _traced(match["suite"], match["name"], rows, index)
        elif text.startswith("FAILED") and (match := _TESTNG.match(text)) is not None:
            suite, _, name = match["name"].rpartition(".") if "(" not in match["name"] else ("", "", match["name"])  # fmt: skip
            yield from _traced(suite or None, name, rows, index)


def _console(match: re.Match[str], rows: Sequence[Line], index: int) -> Iterator[Failure]:
    """The console launcher of JUnit 5: where the test is, why it failed, and a bare stack."""
    rest = until(after(rows, index, 30), lambda text: not text.strip() or _SOURCE.match(text))
    reason = _REASON.match(rest[0].text) if rest else None
    if reason is None:
        return
    frames = [
        jvm_log.Frame(each["name"], each["file"], int(each["line"]))
        for line in rest
        if (each := _FRAME.match(line.text)) is not None
    ]
    suite, method = match["suite"], match["method"]
    yield _failure(suite, method, reason["message"], jvm_log.own(frames, suite), rows[index], rest)


def _traced(suite: str | None, name: str, rows: Sequence[Line], index: int) -> Iterator[Failure]:
    """JUnit 4 and TestNG: the exception with its stack stands below the name."""
    rest = until(after(rows, index, 50), _ENDS.match)
    if not rest or not _THROWN.match(rest[0].text):
        return
    frames = [each for line in rest if (each := jvm_log.frame(line.text)) is not None]
    message = jvm_log.reason(
        line.text for line in until(rest, lambda text: text.lstrip().startswith("at "))
    )
    yield _failure(suite, name, message, jvm_log.own(frames, suite), rows[index], rest)


def _failure(
    suite: str | None,
    method: str | None,
    message: str,
    place: jvm_log.Frame | None,
    head: Line,
    rest: Sequence[Line],
) -> Failure:
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=".".join(filter(None, [suite, method])),
        message=message,
        file=place.file if place else None,
        line=place.line if place else None,
        detail=detail(rest),
        log=span(head, rest),
    )
