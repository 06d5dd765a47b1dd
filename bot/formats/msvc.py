"""Microsoft's compiler and linker, alone and under MSBuild; and nvcc and icc, which print alike."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "msvc"
HINTS = (
    "error C",
    "error LNK",
    "error RC",
    "error D8",
    "error CVT",
    "error MIDL",
    "): error: ",
    "): error #",
    "nvcc fatal",
    "ptxas ",
    "): catastrophic error",
)
REACH = (0, 6)

_SOURCE = r"(?P<file>(?:[A-Za-z]:)?[^:*?\"<>|(\n]{1,400}\.(?:c|cc|cpp|cxx|c\+\+|C|h|hh|hpp|hxx|inl|inc|ipp|tpp|ixx|cppm|cu|cuh|rc|rc2|idl|asm|i|m|mm|y|l))"
_PLACED = pattern(
    rf"\s{{0,12}}(?:\d{{1,4}}>)?\s{{0,8}}{_SOURCE}\((?P<line>\d{{1,7}})(?:,(?P<column>\d{{1,7}}))?[-,\d]{{0,20}}\)\s?: "
    r"(?:fatal |internal |catastrophic )?error(?: (?P<rule>(?:C|RC|MIDL|A)\d{4,5}|#\d{1,6}(?:-[A-Z])?))?\s?: (?P<message>.{1,3500})$"
)
_TOOL = pattern(
    r"\s{0,12}(?:\d{1,4}>)?\s{0,8}(?P<from>[^:\n]{1,400}?|[A-Za-z]:[^:\n]{1,400}?)\s?: (?:fatal |[Cc]ommand line )?error "
    r"(?P<rule>LNK\d{4}|CVT\d{4}|RC\d{4}|D8\d{3}|C\d{4,5}|MIDL\d{4})\s?: (?P<message>.{1,3500})$"
)
_NVIDIA = pattern(
    r"\s{0,12}(?P<tool>nvcc|ptxas|nvlink) {1,3}(?:fatal|error) {1,4}: (?P<message>.{1,2000})$"
)
_PROJECT = pattern(r" ?\[[^\[\]\n]{1,400}\.\w{0,8}proj(?:::[^\]\n]{1,200})?\]$")
_NOTE = pattern(r".{1,400}\): (?:note|message)\b|\s{2,}\S")
_WARNING = "): warning "
_REPEATS = ("LNK1120", "C1903", "C1026")
# How Edison's front end (nvcc, icc) words it.
_EDG = pattern(
    r"#\d{1,6}|identifier \"|expected an? |cannot open source file|no instance of|too (?:few|many) |a value of type|class \"|namespace \"|name "
)
_ARM = pattern(r"#\d{1,6}(?:-[A-Z])?: ")
MAX_DETAIL = 12


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error; the notes below it are the detail."""
    open_: Failure | None = None
    for line in lines:
        failure = _read(line)
        if failure is not None:
            if open_ is not None:
                yield open_
            open_ = failure
        elif open_ is not None and not _belongs(open_, line):
            yield open_
            open_ = None
        elif open_ is not None and open_.log is not None:
            open_ = replace(
                open_, detail=(*open_.detail, line.text), log=replace(open_.log, end=line.number)
            )
    if open_ is not None:
        yield open_


def _belongs(open_: Failure, line: Line) -> bool:
    if open_.log is None or line.number != open_.log.end + 1 or len(open_.detail) >= MAX_DETAIL:
        return False
    if open_.rule == "C2220" and not open_.detail:  # the warning that is treated as an error
        return _WARNING in line.text
    return _NOTE.match(line.text) is not None


def _read(line: Line) -> Failure | None:
    text = line.text
    if "error" not in text and "fatal" not in text:
        return None
    if (match := _PLACED.match(text)) is not None:
        return _placed(match, line)
    if (match := _TOOL.match(text)) is not None:
        return replace(_failure(match, line), weak=match["rule"] in _REPEATS)
    match = _NVIDIA.match(text)
    return replace(_failure(match, line), tool=match["tool"]) if match is not None else None


def _placed(match: re.Match[str], line: Line) -> Failure | None:
    rule, message, file = match["rule"], match["message"].strip(), match["file"].strip()
    known = match["column"] or file.endswith((".cu", ".cuh")) or _EDG.match(message) is not None
    if rule is None and (not known or _ARM.match(message)):
        return None  # a test framework or a compiler in the style of Visual Studio
    tool = NAME if rule is None or rule[0] != "#" else "icc"
    return replace(
        _failure(match, line),
        tool="nvcc" if file.endswith((".cu", ".cuh")) else tool,
        file=file,
        line=int(match["line"]),
        column=int(match["column"]) if match["column"] else None,
    )


def _failure(match: re.Match[str], line: Line) -> Failure:
    groups = match.groupdict()
    return Failure(
        type=FailureType.BUILD,
        tool=NAME,
        rule=groups.get("rule"),
        message=_PROJECT.sub("", match["message"][-4000:]).strip() or match["message"],
        log=LogSpan(start=line.number, end=line.number),
    )
