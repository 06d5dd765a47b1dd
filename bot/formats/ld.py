"""Linkers: GNU ld and gold, lld, mold and Apple's ld; one failure a missing or doubled symbol."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core import build_probes
from bot.core.build_probes import Probes
from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "ld"
HINTS = (
    "undefined reference to", "multiple definition of", "/ld: ", "-ld: ", "ld: library", "ld: framework",
    "ld: file ", "ld: symbol", "ld: unknown", "ld: can", "ld.lld: ", "ld64.lld: ", "ld.gold: ", "ld.bfd: ",
    "lld-link: ", "wasm-ld: ", "mold: ", "Undefined symbols for", "duplicate symbol", "ld returned", "modpost: ",
    *build_probes.HINTS,
)  # fmt: skip
REACH = (1, 8)

_SOURCE = r"(?P<file>(?:[A-Za-z]:[\\/])?[^\s:()]{1,400})"
_LINKER = (
    r"\s{0,12}(?:[\w./+\\:-]{0,200}[/\\-])?(?:ld(?:\.(?:bfd|gold|lld|mold))?|ld64\.lld|lld-link|lld|wasm-ld|mold)"
    r"(?:-\d{1,3}|\.exe)?: "
)
_REFERENCE = pattern(
    rf"(?:{_LINKER})?\s{{0,12}}(?:[^\s:]{{1,300}}\.(?:o|a\([^)]{{1,200}}\)):)?(?:{_SOURCE}:)?"
    r"(?:(?P<line>\d{1,7})|\([.\w$+-]{1,300}\)|function [^:]{1,300}(?:::[^:]{1,300}){0,20}):(?: error:)? "
    r"(?P<message>(?:undefined reference to|multiple definition of) .{1,3000})$"
)
_SAID = pattern(rf"{_LINKER}(?:error: |fatal error: )?(?P<message>.{{1,3500}})$")
_GROUPED = pattern(
    r"\s{0,12}(?:ld: )?(?:Undefined symbols for architecture \w{1,20}:|(?P<double>duplicate symbol '?[^\n]{1,2000}? in:))$"
)
_NAMED = pattern(r"\s{1,12}\"?(?P<symbol>[^\"\n]{1,3000}?)\"?, referenced from:$")
_PLACE = pattern(
    r">>> (?:referenced by|defined at) (?P<short>[^\s(]{1,400}?)(?::(?P<line>\d{1,7}))?(?: \((?P<long>[^)\n]{1,400}?)(?::\d{1,7})?\))?$"
)
# What linkers call an error without the word.
_WORDS = pattern(
    r"cannot (?:find|open|use)|can't (?:find|open|link)|library (?:not found|'[^']{1,200}' not found)|framework (?:not found|'[^']{1,200}' not found)"
    r"|file not found|unknown (?:option|file type|target)|unrecognized|region .{1,200} overflowed"
    r"|.{1,400}(?: relocation .{1,400}recompile with|undefined reference to|multiple definition of|file not recognized|will not fit in region"
    r"|file format not recognized|DSO missing from|isn't defined|relocation truncated|hidden symbol|is incompatible with|overlaps section|: error: )"
)
_WEAK = pattern(
    r".{1,400}DSO missing from command line|final link failed|lto-wrapper failed|symbol\(s\) not found|\d{1,6} duplicate symbols? |ld returned \d|too many errors|linker command failed"
)
_MODPOST = pattern(r"\s{0,12}ERROR: modpost: (?P<message>.{1,400} undefined!)$")
_COLLECT = pattern(
    r"\s{0,12}(?:[\w./+-]{0,200})collect2(?:\.exe)?: (?:fatal )?(?:error: )?(?P<message>ld (?:returned|terminated) .{1,200})$"
)
_SOURCES = (
    ".c",
    ".cc",
    ".cpp",
    ".cxx",
    ".f90",
    ".h",
    ".hpp",
    ".C",
    ".m",
    ".mm",
    ".S",
    ".s",
    ".f",
    ".d",
    ".c++",
    ".adb",
    ".cu",
    ".rs",
    ".F90",
)
_OBJECT = pattern(r"^(?:/[^\s:]{1,300}/)?cc\w{6}\.o: ")
_QUIET = ("warning: ", "note: ", "skipping incompatible", "in function", "previous definition")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a symbol and place; `ld returned 1 exit status` only repeats them."""
    open_: Failure | None = None
    apple = False
    probes = Probes()
    for line in lines:
        if open_ is not None and line.text.startswith(">>> "):
            open_ = _with_place(open_, line)
            continue
        if open_ is not None:
            yield open_
            open_ = None
        if probes.read(line):
            continue
        named = _NAMED.match(line.text) if apple else None
        if named is not None:
            open_ = _failure(f"Undefined symbol: {named['symbol']}", line)
            continue
        group = _GROUPED.match(line.text)
        apple = (group is not None and group["double"] is None) or _inside(apple, line)
        open_ = _doubled(group, line) if group is not None else _read(line)
    if open_ is not None:
        yield open_


def _inside(apple: bool, line: Line) -> bool:
    """Whether the list of Apple's ld goes on: who refers to a symbol stands below it."""
    return apple and line.text.startswith("      ")


def _doubled(group: re.Match[str], line: Line) -> Failure | None:
    return _failure(group["double"].removesuffix(" in:"), line) if group["double"] else None


def _read(line: Line) -> Failure | None:
    text = line.text
    if "undefined reference" in text or "multiple definition" in text:
        match = _REFERENCE.match(text)
        if match is not None:
            return _placed(match, line)
    if (match := _MODPOST.match(text) or _COLLECT.match(text)) is not None:
        return replace(_failure(match["message"], line), weak="modpost" not in text)
    if "ld" not in text or (match := _SAID.match(text)) is None:
        return None
    message = match["message"]
    if message.startswith(_QUIET) or ": warning: " in message or message.endswith((":", "follow")):
        return None
    if "rror: " not in text[: match.start("message")] and _WORDS.match(message) is None:
        return replace(_failure(message, line), weak=True) if _WEAK.match(message) else None
    message = _OBJECT.sub("", message)
    return replace(_failure(message, line), weak=_WEAK.match(message) is not None)


def _failure(message: str, line: Line) -> Failure:
    span = LogSpan(start=line.number, end=line.number)
    return Failure(type=FailureType.BUILD, tool=NAME, message=message, log=span)


def _placed(match: re.Match[str], line: Line) -> Failure:
    """A reference with the source file that the debug data or the symbol table gave."""
    message = match["message"].partition("; ")[0]
    file = match["file"] if (match["file"] or "").endswith(_SOURCES) else None
    number = int(match["line"]) if match["line"] else None
    return replace(_failure(message, line), file=file, line=number)


def _with_place(failure: Failure, line: Line) -> Failure:
    """Read what lld and mold say the place below the error: the first reference, the last definition."""
    span = replace(failure.log, end=line.number) if failure.log else None
    failure = replace(failure, detail=(*failure.detail, line.text)[:20], log=span)
    match = _PLACE.match(line.text)
    if match is None or (failure.file and "referenced" in line.text):
        return failure
    file = match["long"] or match["short"]
    if not file.endswith(_SOURCES):
        return failure
    return replace(failure, file=file, line=int(match["line"]) if match["line"] else None)
