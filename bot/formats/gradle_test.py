"""Tests below Gradle: what its test logging prints of JUnit, TestNG, Spock and Kotest."""

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.core import jvm_log
from bot.core.failure import Failure, FailureType
from bot.core.framing import Line
from bot.core.lookahead import after, detail, span
from bot.core.pattern import pattern

NAME = "gradle"
HINTS = (" FAILED", " PASSED", "BUILD SUCCESSFUL", "BUILD FAILED", " STANDARD_ERROR")
REACH = (0, 60)

_TEST = pattern(
    r"(?:Gradle Test (?:Executor \d{1,6}|Run \S{1,200}) > ){0,3}(?P<name>(?P<suite>[\w.$][^>]{0,300}?)(?: > .{1,500}?)?) (?P<result>FAILED|PASSED)(?: \(.{1,20}\))?$"
)
_SHORT = pattern(
    r"\s+(?P<thrown>[\w.$]{3,200}(?:Error|Exception|Failure|Failed\w{0,20}|Throwable|[A-Z]\w{2,60}))(?P<message>: .{0,3000})? at (?P<file>[\w$.-]{1,200}\.(?:java|kt|groovy|scala)):(?P<line>\d{1,7})$"
)
_THROWN = pattern(
    r"\s+(?P<thrown>(?:[\w$]{1,80}\.){1,12}[\w$]{1,120}|\S{1,60}(?:Error|Exception))(?P<message>: ?.{0,3000})?$"
)
_NEXT = pattern(
    r"\S.{0,800} (?:FAILED|PASSED|SKIPPED|STANDARD_OUT|STANDARD_ERROR|STARTED)(?: \(.{1,20}\))?$|\d+ tests? completed, |\S.{0,400}Test Results:"
)
_NOISE = pattern(
    r"> Task |FAILURE: Build|\d+ actionable|\* What went wrong|Execution failed for|> There were|BUILD FAILED"
)
_STACK = pattern(r"\s+at |\s*Caused by|\s*\.\.\. \d+ more")
RETRIED = "it passed when Gradle ran it again"


@dataclass(slots=True)
class _Run:
    """What failed since the last build ended."""

    failed: dict[str, Failure] = field(default_factory=dict)
    flaky: list[Failure] = field(default_factory=list)
    finished: list[Failure] = field(default_factory=list)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a test; one that passes later in the same build is flaky."""
    rows = list(lines)
    run = _Run()
    for index, line in enumerate(rows):
        text = line.text
        if text.startswith("BUILD SUCCESSFUL"):
            run.failed.clear()  # told to go on in spite of them
        elif text.startswith("BUILD FAILED"):
            run.finished += run.failed.values()
            run.failed.clear()
        if text[:1] in {"", " ", "\t", ">"} or not text.endswith(("D", ")")):
            continue
        if " > " in text and (match := _TEST.match(text)) is not None:
            _result(match, rows, index, run)
    yield from run.flaky
    yield from run.finished
    yield from run.failed.values()


def _result(match: re.Match[str], rows: Sequence[Line], index: int, run: _Run) -> None:
    """One test that failed, or passed after all."""
    name = match["name"]
    if match["result"] == "PASSED":
        if (failure := run.failed.pop(name, None)) is not None:
            run.flaky.append(replace(failure, flaky=RETRIED))
    elif name not in run.failed and (failure := _failure(match, rows, index)) is not None:
        run.failed[name] = failure


def _failure(match: re.Match[str], rows: Sequence[Line], index: int) -> Failure | None:
    """The test with the exception below it, between lines of other tasks."""
    body = _body(after(rows, index, REACH[1]))
    name, suite = match["name"], _suite(match["name"])
    frames = [each for line in body if (each := jvm_log.frame(line.text)) is not None]
    place = jvm_log.own(frames, suite)
    file, number = (place.file, place.line) if place else (None, None)
    message = ""
    for at, line in enumerate(body):
        if (short := _SHORT.match(line.text)) is not None:
            file, number = file or short["file"], number or int(short["line"])
            message = message or line.text.strip()
            break
        if not _STACK.match(line.text):
            message = message or jvm_log.reason(_until_stack(body[at:]))
    if not message and not name.partition(" > ")[2]:
        return None
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=name,
        message=message or f"{name} failed",
        file=file,
        line=number,
        command=_command(name),
        detail=detail(body),
        log=span(rows[index], body),
    )


def _until_stack(rows: Sequence[Line]) -> Iterator[str]:
    for line in rows:
        if _STACK.match(line.text) or _SHORT.match(line.text):
            return
        yield line.text


def _body(rows: Sequence[Line]) -> list[Line]:
    """The indented lines below a test; what is not indented is other output."""
    kept: list[Line] = []
    strange = 0
    for line in rows:
        text = line.text
        if _NEXT.match(text):
            break
        if text[:1] in {" ", "\t"} and not _NOISE.match(text):
            kept.append(line)
        elif text.strip() and not _NOISE.match(text):
            strange += 1
        if strange > 1:
            break
    return kept


def _suite(name: str) -> str:
    """The class of the test: before the first ">"."""
    return name.partition(" > ")[0].strip()


def _command(name: str) -> str | None:
    parts = name.split(" > ")
    suite, method = parts[0].strip(), parts[-1].strip() if parts[1:] else ""
    bare = re.split(r"[\[({]", method, maxsplit=1)[0].strip()
    only = f"{suite}.{bare}" if bare.isidentifier() else suite
    return f"./gradlew test --tests {shlex.quote(only)}"
