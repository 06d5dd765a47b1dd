"""CTest: the tests listed as failed; weak where what they printed says more."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "ctest"
HINTS = (
    "***Failed", "***Timeout", "***Exception", "***Not Run", "The following tests FAILED", "Errors while running CTest",
    "[  FAILED  ]", ": Failure", "FAILED:", "Sanitizer: ", ": runtime error: ", "Test #", "error: in \"", " is NOT correct!",
    "(Failed)", "(Timeout)", "(SEGFAULT)", "(Not Run)", "(ILLEGAL)", "(OTHER_FAULT)", "(NUMERICAL)", "(BAD_COMMAND)", " aborted)",
    " killed)", "(Bus error)", "(INTERRUPT)", "(Exit code ", "(Skipped)", "[ RUN      ]", "[       OK ]",
)  # fmt: skip
REACH = (0, 3)

_RAN = pattern(
    r"\s{0,12}(?:\d{1,6}: )?\d{1,6}/\d{1,6} Test {1,8}#(?P<number>\d{1,6}): (?P<name>\S{1,500}) \.*\s*(?P<result>.{0,200}?)\s{1,12}\d{1,8}\.\d{1,3} sec.{0,80}$"
)
_HALF = pattern(
    r"\s{0,12}\d{1,6}/\d{1,6} Test {1,8}#\d{1,6}: (?P<name>\S{1,500}) \.*\s*(?P<result>.{0,40}\*\*\*[A-Z].{0,200})$"
)
_LISTED = pattern(
    r"\s{1,12}(?P<number>\d{1,6}) - (?P<name>\S{1,500}) \((?P<result>[^()\n]{1,100})\)(?:\s.{0,200})?$"
)
_HEAD = pattern(r"\s{0,12}The following tests FAILED:$")
_SAID_MORE = (
    "[  FAILED  ]", ": Failure", ": FAILED:", "Sanitizer: ", ": runtime error: ", " error: in \"", " is NOT correct!",
)  # fmt: skip
_RUNS, _RAN_WELL = "[ RUN      ]", "[       OK ]"


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a failing test, where CTest reports it first."""
    seen: dict[str, bool] = {}
    open_: tuple[str, str, Line] | None = None
    said_more = running = listing = False
    for line in lines:
        ran = (_RAN.match(line.text) or _HALF.match(line.text)) if "Test " in line.text else None
        listing = _HEAD.match(line.text) is not None or (
            listing and _LISTED.match(line.text) is not None
        )
        if ran is None and not listing:
            said_more = said_more or (
                open_ is not None and any(words in line.text for words in _SAID_MORE)
            )
            running = _RUNS in line.text or (running and _RAN_WELL not in line.text)
            continue
        said_more, running = said_more or running, False
        if open_ is not None and open_[0] not in seen:
            seen[open_[0]] = said_more
            yield _failure(*open_, weak=said_more)
        open_, said_more = None, False
        if ran is not None and "***" in ran["result"] and not _skipped(ran["result"]):
            open_ = (ran["name"], ran["result"].strip(" *"), line)
        elif (
            listing
            and (match := _LISTED.match(line.text)) is not None
            and not _skipped(match["result"])
        ):
            open_ = (match["name"], match["result"], line)
    if open_ is not None and open_[0] not in seen:
        yield _failure(*open_, weak=said_more)


def _skipped(result: str) -> bool:
    return "Skipped" in result or "Disabled" in result


def _failure(name: str, result: str, line: Line, *, weak: bool) -> Failure:
    words = re.sub(r"\*{2,}", " ", result).strip()
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=name,
        message=f"{name} ({words})",
        command=f"ctest -R {shlex.quote(f'^{re.escape(name)}$')} --output-on-failure",
        weak=weak,
        log=LogSpan(start=line.number, end=line.number),
    )
