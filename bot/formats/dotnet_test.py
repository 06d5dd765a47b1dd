"""dotnet test: failing tests of xUnit, NUnit, MSTest and TUnit, by VSTest and by the newer platform."""

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.lookahead import after, detail, span, until
from bot.core.pattern import pattern

NAME = "dotnet test"
HINTS = (
    "  Failed ", "Failed   ", " [FAIL]", "  X ", "failed ", ") Failed : ", ") Error : ", "error TESTERROR",
    "The active test run was aborted", "Test Run Aborted", "Test host process crashed",
)  # fmt: skip
REACH = (0, 50)

_VSTEST = pattern(
    r"(?: {2}Failed|Failed {2,4}| {2}X|X) (?!asserting that |to |with )(?P<test>\S.{0,600}?)(?: \[(?:< ?)?[\d.,hms ]{1,30}\])?$"
)
_PLATFORM = pattern(
    r"failed (?P<test>[A-Za-z_]\S{0,400}?(?:\(.{0,300}\))?) \((?:\d[\d.,]{0,9} ?(?:ms|s|m|h) ?){1,4}\)$"
)
_NUNIT = pattern(r"\d{1,6}\) (?:Failed|Error) : (?P<test>\S.{0,600})$")
_XUNIT = pattern(
    r"(?:\[xUnit\.net \d\d:\d\d:\d\d\.\d{1,7}\])? {2,8}(?P<test>\S.{0,600}?) \[FAIL\]$"
)
_TERMINAL = pattern(
    r"\s{0,8}(?P<file>[^()\s][^()]{0,400}\.(?:cs|fs|vb))\((?P<line>\d{1,7})(?:,\d{1,7})?\): error TESTERROR:(?: (?P<inline>\S.{0,2000}))?$"
)
_NAMED = pattern(
    r"\s*(?P<test>\S.{0,600}?) \((?:\d[\d.,]{0,9} ?(?:ms|s|m|h) ?){1,4}\): (?:Error Message: )?(?P<message>.{0,2000})$"
)
_FRAME = pattern(
    r"\s*(?:\[xUnit\.net [\d:.]{8,20}\]\s*)?at (?P<name>[^\s(]{1,500})\(.{0,1000}?\)(?: \[0x[0-9a-f]{1,8}\])? in (?P<file>[^<>]{1,400}?):(?:line )?(?P<line>\d{1,7})\s*$"
)
_XUNIT_FRAME = pattern(
    r"\s*(?:\[xUnit\.net [\d:.]{8,20}\]\s*)?(?P<file>[^()\s][^()]{0,400}\.(?:cs|fs|vb))\((?P<line>\d{1,7}),\d{1,7}\): at (?P<name>[^\s(]{1,500})\("
)
_STACK = pattern(
    r"\s*(?:\[xUnit\.net [\d:.]{8,20}\]\s*)?(?:Stack Trace:|at \S|---- |--- End of|\S[^()]{0,400}\.(?:cs|fs|vb)\(\d{1,7},\d{1,7}\): at )"
)
_OUTPUT = pattern(
    r"\s*(?:Standard (?:Output|Error) Messages:|Debug Traces|Output:|Attachments:|Standard output|Error output)"
)
_LABEL = pattern(
    r"^\s{0,20}(?:\[xUnit\.net [\d:.]{8,20}\]\s{0,20})?(?:Error Message:\s*|from .{1,300}\.dll.{0,40}$)"
)
_ENDS = pattern(
    r" {2}(?:Passed|Failed|Skipped) |(?:Passed|Failed|Skipped|Test Run|Total tests|passed|failed|skipped) |Failed!|Passed!|Results File|\d{1,6}\) (?:Failed|Error|Ignored)"
    r"|.{0,40}\[(?:FAIL|SKIP|PASS)\]$| {2}[X√!] |##\[|Test Files|Attachments:|.{0,400}: error [A-Z]|.{0,300} failed with \d{1,6} error|Build (?:failed|succeeded)|Test summary|Run Settings|Overall result"
)
_CRASH = pattern(
    r"\s*(?P<message>The active (?:test run|Test Run) was aborted\. Reason: .{1,500}|Test host process crashed.{0,300})"
)
_XUNIT_HEAD = pattern(r"\[xUnit\.net [\d:.]{8,20}\]\s*")
MAX_WORDS = 6


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a test, from the fullest of what was printed about it."""
    rows = list(lines)
    found: dict[str, Failure] = {}
    for index, line in enumerate(rows):
        if (match := _CRASH.match(line.text)) is not None:
            found.setdefault("crash", _crash(match["message"], line))
        elif (failure := _read(rows, index)) is not None and failure.test is not None:
            known = found.get(failure.test)
            if (
                known is None
                or (known.file is None and failure.file is not None)
                or not known.detail
            ):
                found[failure.test] = failure
    yield from found.values()


def _read(rows: Sequence[Line], index: int) -> Failure | None:
    """What begins in this line."""
    line = rows[index]
    text = line.text
    if "TESTERROR" in text and (match := _TERMINAL.match(text)) is not None:
        return _terminal(match, rows, index)
    if text.endswith("[FAIL]"):
        match = _XUNIT.match(text)
    elif "ailed " in text or "X " in text or ") Error : " in text:
        match = _VSTEST.match(text) or _PLATFORM.match(text) or _NUNIT.match(text)
    else:
        match = None
    if match is None:
        return None
    rest = until(after(rows, index, REACH[1]), _ENDS.match)
    told = _tells(rest)
    if not told and "[FAIL]" not in text:
        return None
    return _failure(match["test"], line, rest if told else [])


def _tells(rest: Sequence[Line]) -> bool:
    """Whether lines below look like the report of a test: an error message or a stack."""
    return any(_LABEL.match(each.text) or _STACK.match(each.text) for each in rest)


def _failure(test: str, line: Line, rest: Sequence[Line], message: str = "") -> Failure:
    name = re.split(r"[(<]", test, maxsplit=1)[0].strip()
    place = _place(rest, name)
    words = [_LABEL.sub("", _XUNIT_HEAD.sub("", each.text)).strip() for each in until(rest, _over)]
    said = " ".join([message, *[each for each in words if each]][: MAX_WORDS + 1]).strip()
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=test.strip(),
        message=said or f"{test} failed",
        file=place["file"].strip() if place else None,
        line=int(place["line"]) if place else None,
        command=f"dotnet test --filter {shlex.quote(f'FullyQualifiedName~{name}')}",
        detail=detail(rest),
        log=span(line, rest),
    )


def _over(text: str) -> bool:
    return _STACK.match(text) is not None or _OUTPUT.match(text) is not None


def _place(rest: Sequence[Line], name: str) -> re.Match[str] | None:
    """The deepest frame in the class of the test, else the deepest with a file."""
    suite = name.rpartition(".")[0]
    frames = [
        match
        for line in rest
        if (match := _FRAME.match(line.text) or _XUNIT_FRAME.match(line.text)) is not None
    ]
    own = [each for each in frames if suite and each["name"].startswith(suite)]
    ours = [
        each for each in frames if not each["file"].startswith(("/_/", "/_1/", "C:\\projects\\"))
    ]
    return next(iter([*own, *ours]), None)


def _terminal(match: re.Match[str], rows: Sequence[Line], index: int) -> Failure | None:
    """The terminal logger of .NET 9: a place, and the test below or behind it."""
    rest = until(after(rows, index, REACH[1]), _ENDS.match)
    head = match["inline"] or (rest[0].text if rest else "")
    named = _NAMED.match(head)
    if named is None:
        return None
    body = rest if match["inline"] else rest[1:]
    failure = _failure(named["test"], rows[index], body, named["message"])
    return Failure(
        type=failure.type,
        tool=NAME,
        test=failure.test,
        message=failure.message,
        file=match["file"],
        line=int(match["line"]),
        command=failure.command,
        detail=failure.detail,
        log=failure.log,
    )


def _crash(message: str, line: Line) -> Failure:
    return Failure(
        type=FailureType.RUNTIME,
        tool=NAME,
        message=message,
        command="dotnet test --blame",
        log=LogSpan(start=line.number, end=line.number),
    )
