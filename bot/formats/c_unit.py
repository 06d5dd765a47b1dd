"""Small test frameworks for C and C++: Check, CppUTest, Unity, cmocka, Qt Test, and automake's runner."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "c_unit"
HINTS = (
    "error: Failure in ", ":F:", ":E:", ":FAIL", "[  ERROR   ]", "[   LINE   ]", "[  FAILED  ]", "FAIL!  : ", "   Loc: [", "FAIL: ", "# FAIL: ",
)  # fmt: skip
REACH = (0, 4)

_PLACE = r"(?P<file>(?:[A-Za-z]:)?[^\s:()]{1,400}\.(?:c|cc|cpp|cxx|h|hpp|C|ino)):(?P<line>\d{1,7})"
_CHECK = pattern(
    rf"\s{{0,12}}{_PLACE}:[FE]:(?P<suite>[^:\n]{{1,200}}):(?P<test>[^:\n]{{1,200}}):-?\d{{1,6}}: (?P<message>.{{1,2000}})$"
)
_UNITY = pattern(rf"\s{{0,12}}{_PLACE}:(?P<test>\w{{1,200}}):FAIL(?:: ?(?P<message>.{{1,2000}}))?$")
_CPPUTEST = pattern(
    rf"\s{{0,12}}{_PLACE}: error: Failure in (?:TEST|IGNORE_TEST)\((?P<suite>[^,)\n]{{1,200}}), (?P<test>[^)\n]{{1,200}})\)$"
)
_CMOCKA = pattern(r"\[  ERROR   \] --- (?P<message>.{1,2000})$")
_CMOCKA_PLACE = pattern(rf"\[   LINE   \] --- {_PLACE}: error: Failure!$")
_CMOCKA_FAILED = pattern(r"\[  FAILED  \] (?P<test>\w{1,300})$")
_QT = pattern(r"FAIL!  : (?P<test>[\w:<>~]{1,300}\([^)\n]{0,300}\)) (?P<message>.{1,2000})$")
_QT_PLACE = pattern(r"\s{1,8}Loc: \[(?P<file>[^\]\n]{1,400}?)\((?P<line>\d{1,7})\)\]$")
_AUTOMAKE = pattern(r"(?:FAIL|ERROR|XPASS): (?P<test>[\w./+-]{1,300})$")
_AUTOMAKE_END = pattern(r"# (?:FAIL|ERROR|XPASS):\s{1,8}[1-9]")
MAX_WORDS = 4
MAX_HELD = 500


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a failing test."""
    held: dict[str, Line] = {}
    open_: Failure | None = None
    cmocka: Failure | None = None
    for line in lines:
        if open_ is not None:
            if (grown := _grown(open_, line)) is not None:
                open_ = grown
                continue
            yield open_
        open_ = _start(line)
        cmocka, done = _cmocka(cmocka, line)
        if done is not None:
            yield done
        if (match := _AUTOMAKE.match(line.text)) is not None and len(held) < MAX_HELD:
            held.setdefault(match["test"], line)
        elif held and _AUTOMAKE_END.match(line.text) is not None:
            yield from (_automake(test, at) for test, at in held.items())
            held = {}
    if open_ is not None:
        yield open_


def _start(line: Line) -> Failure | None:
    """A failing test that is told on one line, or begins on it."""
    text = line.text
    if (match := _CPPUTEST.match(text)) is not None:
        return _failure("cpputest", match, line, f"{match['suite']}.{match['test']}")
    if (match := _QT.match(text)) is not None:
        return _failure("qtest", match, line, match["test"].partition("(")[0])
    if (match := _CHECK.match(text)) is not None:
        return _failure("check", match, line, f"{match['suite']}:{match['test']}")
    if (match := _UNITY.match(text)) is not None:
        return _failure("unity", match, line, match["test"])
    return None


def _failure(tool: str, match: re.Match[str], line: Line, test: str) -> Failure:
    groups = match.groupdict()
    return Failure(
        type=FailureType.TEST,
        tool=tool,
        test=test,
        message=groups.get("message") or "",
        file=groups.get("file"),
        line=int(groups["line"]) if groups.get("line") else None,
        log=LogSpan(start=line.number, end=line.number),
    )


def _grown(open_: Failure, line: Line) -> Failure | None:
    """The open failure with the line; None when the line is not its own."""
    if open_.tool not in ("cpputest", "qtest") or open_.log is None:
        return None
    if line.number != open_.log.end + 1 or not line.text.startswith((" ", "\t")):
        return None
    span = replace(open_.log, end=line.number)
    if (match := _QT_PLACE.match(line.text)) is not None:
        return replace(open_, file=match["file"], line=int(match["line"]), log=span)
    if len(open_.detail) >= MAX_WORDS:
        return None
    return replace(
        open_,
        message=f"{open_.message} {line.text.strip()}".strip(),
        detail=(*open_.detail, line.text),
        log=span,
    )


def _cmocka(open_: Failure | None, line: Line) -> tuple[Failure | None, Failure | None]:
    """The error, its place, then the name of the test: three lines of one failure."""
    if (match := _CMOCKA.match(line.text)) is not None:
        return (open_ or _failure("cmocka", match, line, "")), None
    if open_ is None:
        return None, None
    if (match := _CMOCKA_PLACE.match(line.text)) is not None:
        return replace(open_, file=match["file"], line=int(match["line"])), None
    if (match := _CMOCKA_FAILED.match(line.text)) is not None:
        return None, replace(open_, test=match["test"])
    return open_, None


def _automake(test: str, line: Line) -> Failure:
    return Failure(
        type=FailureType.TEST,
        tool="automake",
        test=test,
        message=f"FAIL: {test}",
        command=f"make check TESTS={test}",
        log=LogSpan(start=line.number, end=line.number),
    )
