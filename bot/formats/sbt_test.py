"""Tests below sbt and Mill: ScalaTest, MUnit, specs2, uTest and JUnit."""

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence

from bot.core import jvm_log
from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.lookahead import after, detail, span, until
from bot.core.pattern import pattern

NAME = "sbt test"
HINTS = ("*** FAILED ***", "*** ABORTED ***", "==> X ", "[error] Test ", "[error]   x ", "[error]  x ", "[error]     x ", "[error]   ! ", "[error]     ! ", "ResolveException", "TestsFailedException", "[info] ", "info\x1b[0m] ")  # fmt: skip
REACH = (0, 30)

_LEVEL = pattern(r"\[(?:info|error|warn|success)\] ?")
_SUITE = pattern(
    r"(?P<suite>[A-Z][\w.$]{0,200})(?::| \*\*\* ABORTED \*\*\*| should .{0,200}| for .{0,200}|)$"
)
_SCALATEST = pattern(
    r"(?P<indent>\s*)(?:- |\+ )?(?P<name>\S.{0,600}?) \*\*\* (?:FAILED|ABORTED) \*\*\*(?: \(.{1,60}\))?$"
)
_PLACE = pattern(r".{0,3000}?\((?P<file>[\w$.-]{1,200}\.(?:scala|java|sc)):(?P<line>\d{1,7})\)")
_MUNIT = pattern(
    r"==> X (?P<test>\S.{0,600}?)(?:\s{1,4}\d[\d.]{0,8}m?s)?(?: (?P<thrown>[\w.$]{3,200}(?:Exception|Error))(?:: ?(?P<message>.{0,2000}))?)?$"
)
_MUNIT_PLACE = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:]{1,400}\.scala):(?P<line>\d{1,7})(?: (?P<rest>.{1,1000}))?$"
)
_JUNIT = pattern(
    r"Test (?P<suite>[\w.$]{1,300})\.(?P<name>[^.\s]{1,200}?(?:\[.{1,80}\])?) failed: (?P<message>.{0,3000}?)(?:, took [\d.]{1,12} s(?:ec)?)?$"
)
_SPECS = pattern(r"\s{1,12}(?P<mark>[x!]) (?P<name>\S.{0,400})$")
_RESOLVE = pattern(
    r"(?:\(.{1,100}\) )?(?:sbt\.librarymanagement\.|lmcoursier\.internal\.shaded\.coursier\.error\.|sbt\.)?ResolveException: (?P<message>.{1,2000})$"
)
_NEXT = pattern(
    r"\s*- \S|.{0,400}\*\*\* (?:FAILED|ABORTED)|Run completed|Total number of|Passed: |Failed: |ScalaTest$|==> |\s{1,12}[x!+] \S|Test run |Tests: |All tests|\*\*\* \d"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a test."""
    rows = list(lines)
    suite: str | None = None
    for index, line in enumerate(rows):
        text = _bare(line.text)
        if "***" in text and (match := _SCALATEST.match(text)) is not None:
            yield _scalatest(match, suite, rows, index)
        elif text[:1].isupper() and (match := _SUITE.match(text)) is not None:
            suite = (
                match["suite"] if line.text.endswith((":", "should")) else suite or match["suite"]
            )
        elif text.startswith("==> X ") and (match := _MUNIT.match(text)) is not None:
            yield _munit(match, rows, index)
        elif text.startswith("Test ") and (match := _JUNIT.match(text)) is not None:
            yield _junit(match, rows, index)
        elif line.text.startswith("[error]") and (match := _SPECS.match(text)) is not None:
            yield from _specs(match, suite, rows, index)
        elif "ResolveException" in text and (match := _RESOLVE.match(text)) is not None:
            yield Failure(
                type=FailureType.DEPENDENCY,
                tool="sbt",
                message=match["message"],
                log=LogSpan(start=line.number, end=line.number),
            )


def _only(suite: str) -> str:
    return f"sbt {shlex.quote(f'testOnly {suite}')}"


def _bare(text: str) -> str:
    match = _LEVEL.match(text)
    return text if match is None else text[match.end() :]


def _rest(rows: Sequence[Line], index: int) -> list[Line]:
    """The lines that belong to a test: those before the next."""
    return until(after(rows, index, REACH[1]), lambda text: _NEXT.match(_bare(text)))


def _deeper(rest: Sequence[Line], indent: int) -> list[Line]:
    """Lines that stand deeper than the name of the test."""

    def ends(text: str) -> bool:
        bare = _bare(text)
        return bool(bare.strip()) and len(bare) - len(bare.lstrip()) <= indent

    return until(rest, ends)


def _scalatest(
    match: re.Match[str], suite: str | None, rows: Sequence[Line], index: int
) -> Failure:
    rest = _deeper(_rest(rows, index), len(match["indent"]))
    said = until(rest, lambda text: _bare(text).strip().startswith(("at ", "...")))
    words = [_bare(line.text).strip() for line in said]
    place = next((each for text in words if (each := _PLACE.match(text)) is not None), None)
    message = " ".join(words[: _until_place(words)]) or "failed"
    if place is not None:
        message = message.replace(f" ({place['file']}:{place['line']})", "")
    frames = [one for line in rest if (one := jvm_log.frame(_bare(line.text))) is not None]
    own = jvm_log.own(frames, suite)
    aborted = suite is None or match["name"] == suite
    name = match["name"] if aborted else f"{suite} - {match['name']}"
    only = shlex.quote(f"testOnly *{suite}") if suite else "test"
    return Failure(
        type=FailureType.TEST,
        tool="scalatest",
        test=name,
        message=message,
        file=place["file"] if place else (own.file if own else None),
        line=int(place["line"]) if place else (own.line if own else None),
        command=f"sbt {only}",
        detail=detail(rest),
        log=span(rows[index], rest),
    )


def _until_place(texts: Sequence[str]) -> int:
    """How many lines the message has: it ends where its place stands."""
    for count, text in enumerate(texts[:6], 1):
        if _PLACE.match(text):
            return count
    return 1


def _munit(match: re.Match[str], rows: Sequence[Line], index: int) -> Failure:
    rest = _rest(rows, index)
    said = match["message"] or ""
    place = _MUNIT_PLACE.match(said)
    words = [said if place is None else (place["rest"] or "")]
    frames = [each for line in rest if (each := jvm_log.frame(_bare(line.text))) is not None]
    own = jvm_log.own(frames, match["test"].rpartition(".")[0])
    for line in rest:
        text = _bare(line.text).strip()
        if text.startswith("at "):
            break
        if text and not re.match(r"\d{1,7}:", text):
            words.append(text)
    message = " ".join(each for each in words[:5] if each)
    thrown = match["thrown"]
    return Failure(
        type=FailureType.TEST,
        tool="munit",
        test=match["test"],
        message=f"{thrown}: {message}" if thrown else message or "failed",
        file=place["file"] if place else (own.file if own else None),
        line=int(place["line"]) if place else (own.line if own else None),
        command=_only(match["test"].rpartition(".")[0]),
        detail=detail(rest),
        log=span(rows[index], rest),
    )


def _junit(match: re.Match[str], rows: Sequence[Line], index: int) -> Failure:
    rest = until(_rest(rows, index), lambda text: not _bare(text).startswith("    "))
    frames = [each for line in rest if (each := jvm_log.frame(_bare(line.text))) is not None]
    own = jvm_log.own(frames, match["suite"])
    return Failure(
        type=FailureType.TEST,
        tool="junit",
        test=f"{match['suite']}.{match['name']}",
        message=match["message"] or "failed",
        file=own.file if own else None,
        line=own.line if own else None,
        command=_only(match["suite"]),
        detail=detail(rest),
        log=span(rows[index], rest),
    )


def _specs(
    match: re.Match[str], suite: str | None, rows: Sequence[Line], index: int
) -> Iterator[Failure]:
    """specs2: the mark of a failure or an error, and its reason with a place below."""
    rest = _rest(rows, index)
    place = next((each for line in rest[:6] if (each := _PLACE.match(_bare(line.text)))), None)
    if place is None:
        return
    message = _bare(rest[0].text).strip().replace(f" ({place['file']}:{place['line']})", "")
    yield Failure(
        type=FailureType.TEST,
        tool="specs2",
        test=f"{suite} - {match['name']}" if suite else match["name"],
        message=message,
        file=place["file"],
        line=int(place["line"]),
        command=f"sbt {shlex.quote(f'testOnly *{suite}')}" if suite else "sbt test",
        detail=detail(rest),
        log=span(rows[index], rest),
    )
