"""Sanitizers and valgrind: what they found, at the first frame of the project's own code."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "sanitizer"
HINTS = (
    "Sanitizer: ",
    "runtime error: ",
    "==ERROR: libFuzzer: ",
    "[ RUN      ]",
    "[       OK ]",
    "[  FAILED  ]",
)
REACH = (0, 60)

_REPORT = pattern(
    r"\s{0,12}(?:==\d{1,9}==)?\s{0,4}(?:ERROR|WARNING): (?P<tool>(?:\w{1,30}Sanitizer)|libFuzzer): (?P<message>.{1,1000})$"
)
_UNDEFINED = pattern(
    r"\s{0,12}(?P<file>(?:[A-Za-z]:)?[^:\n]{1,500}):(?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?: runtime error: (?P<message>.{1,1000})$"
)
_FRAME = pattern(r"\s{1,16}#\d{1,4} ")
_PLACE = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:()]{1,500}\.\w{1,4}):(?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?$"
)
_ORIGIN = pattern(r"(?P<frame>[^\n]{1,2000}?) \((?:[^\s()]{0,300}\+0x[0-9a-f]{1,16}|BuildId: )")
_ADDRESSES = pattern(
    r" on (?:unknown )?address 0x[0-9a-fA-F]{1,16}.{0,400}$| on unknown address.{0,400}$| \(pid=\d{1,9}\)$|: attempting to .{1,100}$| in .{1,20} \(pid.{1,20}$"
)
_MARK = pattern(r".{0,20}\[ {1,9}(?P<mark>RUN|OK|FAILED) {1,9}\] (?P<test>[^\s,]{1,300})")
_SUMMARY = pattern(r"\s{0,12}SUMMARY: \w{1,30}Sanitizer: ")
_FOREIGN = (
    "/usr/", "compiler-rt/", "libsanitizer/", "../csu/", "sysdeps/", "/rustc/", "include/c++/", "bits/", "gtest", "googletest", "nptl/", "libc-start", "../nptl",
)  # fmt: skip
MAX_DETAIL = 40
_SHORT = {
    "AddressSanitizer": "asan",
    "LeakSanitizer": "lsan",
    "ThreadSanitizer": "tsan",
    "MemorySanitizer": "msan",
}


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a report; the summary only repeats it."""
    open_: Failure | None = None
    running: str | None = None
    for line in lines:
        if (mark := _MARK.match(line.text)) is not None:
            running = mark["test"] if mark["mark"] == "RUN" else None
        start = _start(line)
        if start is None and open_ is not None:
            open_ = _with_frame(open_, line)
            if _SUMMARY.match(line.text) is None:
                continue
        if open_ is not None:
            yield open_
        open_ = replace(start, test=running) if start is not None else None
    if open_ is not None:
        yield open_


def _start(line: Line) -> Failure | None:
    """A report that begins here."""
    if "Sanitizer: " in line.text or "libFuzzer: " in line.text:
        report = _REPORT.match(line.text)
        return _failure(report, line) if report is not None else None
    undefined = _UNDEFINED.match(line.text) if ": runtime error: " in line.text else None
    return _undefined(undefined, line) if undefined is not None else None


def _failure(match: re.Match[str], line: Line) -> Failure:
    message = _ADDRESSES.sub("", match["message"])
    return Failure(
        type=FailureType.RUNTIME,
        tool=_SHORT.get(match["tool"], match["tool"]),
        message=f"{match['tool']}: {message}",
        rule=message if re.fullmatch(r"[a-z-]{3,60}", message) else None,
        log=LogSpan(start=line.number, end=line.number),
    )


def _undefined(match: re.Match[str], line: Line) -> Failure:
    column = int(match["column"]) if match["column"] else None
    return Failure(
        type=FailureType.RUNTIME,
        tool="ubsan",
        message=f"runtime error: {match['message']}",
        file=match["file"].strip(),
        line=int(match["line"]),
        column=column,
        log=LogSpan(start=line.number, end=line.number),
    )


def _with_frame(failure: Failure, line: Line) -> Failure:
    """Keep the first frame of the project's own code."""
    if failure.log is None:
        return failure
    if len(failure.detail) < MAX_DETAIL and line.number == failure.log.end + 1:
        failure = replace(
            failure, detail=(*failure.detail, line.text), log=replace(failure.log, end=line.number)
        )
    match = _place(line.text) if failure.file is None and "#" in line.text else None
    if match is None or any(part in match["file"] for part in _FOREIGN):
        return failure
    return replace(
        failure,
        file=match["file"],
        line=int(match["line"]),
        column=int(match["column"]) if match["column"] else None,
    )


def _place(text: str) -> re.Match[str] | None:
    """The source of a frame: its last word, before the module it was loaded from."""
    if _FRAME.match(text) is None:
        return None
    origin = _ORIGIN.match(text)
    frame = origin["frame"] if origin is not None else text
    return _PLACE.match(frame.rpartition(" ")[2])
