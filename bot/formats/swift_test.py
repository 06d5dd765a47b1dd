"""XCTest and Swift Testing, on Linux and on a Mac, plain and behind xcbeautify or xcpretty."""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "swift test"
HINTS = (
    " recorded an issue ",
    ": error: -[",
    ".swift:",
    "✖ ",
    "✗ ",
    "Test Case '",
    " : XCT",
    "❌ ",
)
REACH = (12, 3)
MAX_DETAIL = 6

_XCTEST = pattern(
    r"(?:##\[error\]|❌ *)?(?P<file>(?:[A-Za-z]:)?[^\s:❌][^:]{0,400}|<unknown>):(?P<line>\d{1,7})?(?::\d{1,5})?:? error: "
    r"(?:-\[(?P<mac>[\w.]{1,200}) (?P<method>[\w:()]{1,200})\]|(?P<linux>[\w.]{1,200}\.\w{1,200})) : (?P<message>\S.{0,2000})$"
)
_ISSUE = pattern(
    r"(?:[^\w\s:]{1,3} +)?(?:Test|Suite) (?P<test>\"[^\"]{1,300}\"|[^\"]\S{0,300}(?: \S{1,100}){0,3}?) recorded an issue"
    r"(?: with \d{1,4} (?:argument|test case)s? .{1,400}?)?(?: at (?P<file>[^\s:][^:]{0,300}):(?P<line>\d{1,7}):(?P<column>\d{1,5}))?: (?P<message>\S.{0,2000})$"
)
_PRETTY = pattern(r" +(?P<mark>[✖✗] )?(?P<test>test[\w()]{1,200}), (?P<message>\S.{0,1500})$")
_SUITE = pattern(
    r"(?:Test Suite '?)?(?P<suite>[A-Z][\w.]{1,200}?(?:Tests?|Spec|TestCase))(?:' started.{0,60})?$"
)
_PLACE = pattern(r" +(?P<file>/?[^\s:][^:]{0,400}\.(?:swift|m|mm)):(?P<line>\d{1,7})$")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a test, at the first of its assertions whose place is known."""
    found: dict[str | None, Failure] = {}
    told = [each for each in _found(lines) if not each.weak]
    # xcpretty leaves out the target that XCTest names before the class.
    whole = {_within_target(each.test): each.test for each in told if each.test}
    for failure in told:
        test = whole.get(failure.test, failure.test)
        known = found.setdefault(test, replace(failure, test=test))
        if known.file is None and failure.file is not None:
            found[test] = replace(failure, test=test)
    yield from found.values()


def _within_target(test: str) -> str | None:
    """Class and method of a test that is named with its target."""
    rest = test.partition(".")[2] if not test.startswith('"') else ""
    return rest if rest.count(".") == 1 else None


def _found(lines: Iterable[Line]) -> Iterator[Failure]:
    open_: Failure | None = None
    suite: str | None = None
    for line in lines:
        more = _continued(open_, line) if open_ is not None else None
        if more is not None:
            open_ = more
            continue
        if open_ is not None:
            yield open_
        open_ = _read(line, suite)
        if (match := _SUITE.match(line.text)) is not None:
            suite = match["suite"]
    if open_ is not None:
        yield open_


def _read(line: Line, suite: str | None) -> Failure | None:
    text = line.text
    if "error: " in text and (match := _XCTEST.match(text)) is not None:
        test = f"{match['mac']}.{match['method']}" if match["mac"] else match["linux"]
        file = None if match["file"] == "<unknown>" else match["file"]
        row = int(match["line"]) if match["line"] else None
        return _failure(test, match["message"], line, file, row)
    if " recorded an issue" in text and (match := _ISSUE.match(text)) is not None:
        row = int(match["line"]) if match["line"] else None
        failure = _failure(match["test"], match["message"], line, match["file"], row)
        return replace(failure, column=int(match["column"]) if match["column"] else None)
    if (match := _PRETTY.match(text)) is not None:
        test = f"{suite}.{match['test']}" if suite else match["test"]
        # Without a mark it is xcpretty's summary, if a place follows.
        return replace(_failure(test, match["message"], line, None, None), weak=not match["mark"])
    return None


def _failure(test: str, message: str, line: Line, file: str | None, row: int | None) -> Failure:
    wanted = test.strip('"').removesuffix("()")
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=test,
        message=message,
        file=file,
        line=row,
        command=f"swift test --filter {shlex.quote(wanted.rpartition('.')[2])}",
        log=LogSpan(start=line.number, end=line.number),
    )


def _continued(open_: Failure, line: Line) -> Failure | None:
    """The open failure with a comment of Swift Testing, or the place xcpretty prints below."""
    if open_.log is None or line.number != open_.log.end + 1 or len(open_.detail) >= MAX_DETAIL:
        return None
    if _read(line, None) is not None:
        return None
    start = open_.log.start
    if open_.file is None and (match := _PLACE.match(line.text)) is not None:
        open_ = replace(open_, file=match["file"], line=int(match["line"]), weak=False)
    elif not line.text.startswith(("↳ ", "\U00100135 ")):
        return None
    span = LogSpan(start=start, end=line.number)
    return replace(open_, detail=(*open_.detail, line.text), log=span)
