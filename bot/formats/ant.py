"""Apache Ant: why a build failed, and the failing tests of its junit task."""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.core import jvm_log
from bot.core.failure import Failure, FailureType
from bot.core.framing import Line
from bot.core.lookahead import after, detail, span, until
from bot.core.pattern import pattern

NAME = "ant"
HINTS = ("BUILD FAILED", "[junit] ", "Caused an ERROR", "FAILED", "Testsuite: ")
REACH = (0, 40)

_PLACE = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^:\s][^:]{0,400}\.xml):(?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?: ?(?P<message>.{0,2000})$"
)
_GENERIC = pattern(
    r"Compile failed; see the compiler error output|Test \S{1,300} failed|The following error occurred|(?:Java|exec) returned|Java returned: |exec returned: "
    r"|Some tests failed|Tests? failed|.{0,60}failed; see|.{0,200}; see (?:the )?compiler"
)
_PREFIX = pattern(r"\s{0,12}\[junit\] ?")
_SUITE = pattern(r"(?:Testsuite: |Running )(?P<suite>[\w.$]{1,300})$")
_CASE = pattern(
    r"Testcase: (?P<name>.{1,400}?)(?:\((?P<suite>[\w.$]{1,300})\))?(?: took [\d.,]{1,12} sec)?:?\s{0,4}(?P<result>FAILED|Caused an ERROR)?$"
)
_RESULT = pattern(r"\s*(?:FAILED|Caused an ERROR)$")
_THROWN = pattern(r"\s*[\w.$]{1,200}(?:Error|Exception|Failure)\b(?!:? ?$)")
_MISSING = pattern(
    r"(?:Target \"|Could not create task|Buildfile: .{1,300} does not exist|Problem: )"
)
_FINISHED = pattern(r"Testcase: |Testsuite: |Tests run: |Test \S{1,300} FAILED|Running ")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a test, and the reason of the build."""
    rows = list(lines)
    suite: str | None = None
    for index, line in enumerate(rows):
        text = _bare(line.text)
        if (match := _SUITE.match(text)) is not None:
            suite = match["suite"]
        elif text.startswith("Testcase: "):
            if (failure := _test(text, suite, rows, index)) is not None:
                yield failure
        elif line.text == "BUILD FAILED":
            yield from _build(rows, index)


def _bare(text: str) -> str:
    match = _PREFIX.match(text)
    return text if match is None else text[match.end() :]


def _test(text: str, suite: str | None, rows: Sequence[Line], index: int) -> Failure | None:
    """A test case with its result on the same line or on the next."""
    match = _CASE.match(text)
    rest = until(after(rows, index, REACH[1]), lambda text: _FINISHED.match(_bare(text)))
    if match is None or not rest:
        return None
    if match["result"] is None and not _RESULT.match(_bare(rest[0].text)):
        return None
    body = rest if match["result"] else rest[1:]
    frames = [each for line in body if (each := jvm_log.frame(_bare(line.text))) is not None]
    suite = match["suite"] or suite
    own = jvm_log.own(frames, suite)
    words = until(body, lambda text: re.match(r"\s*at |\s*$|\s*BUILD ", _bare(text)))
    return Failure(
        type=FailureType.TEST,
        tool="junit",
        test=f"{suite}.{match['name']}" if suite else match["name"],
        message=_message([_bare(line.text) for line in words]) or "failed",
        file=own.file if own else None,
        line=own.line if own else None,
        detail=detail(body),
        log=span(rows[index], body),
    )


def _message(texts: Sequence[str]) -> str:
    """The exception with its message, which stands once more above it."""
    thrown = next((at for at, text in enumerate(texts) if _THROWN.match(text)), 0)
    return jvm_log.reason(texts[thrown:])


def _build(rows: Sequence[Line], index: int) -> Iterator[Failure]:
    """The place in the build file, innermost where targets called each other."""
    rest = until(after(rows, index, 8), lambda text: not text or text.startswith("Total time"))
    placed = [match for line in rest if (match := _PLACE.match(line.text)) is not None]
    if placed:
        match = placed[-1]
        more = rest[rest.index(next(line for line in rest if line.text == match.string)) + 1 :]
        message = match["message"] or jvm_log.reason(line.text for line in more)
    elif rest and _MISSING.match(rest[0].text):
        match, message = None, rest[0].text
    else:
        return
    configured = _MISSING.match(message) is not None or match is None
    yield Failure(
        type=FailureType.CONFIG if configured else FailureType.BUILD,
        tool=NAME,
        message=message,
        file=match["file"] if match else None,
        line=int(match["line"]) if match else None,
        column=int(match["column"]) if match and match["column"] else None,
        detail=detail(rest),
        log=span(rows[index], rest),
        weak=_GENERIC.match(message) is not None,
    )
