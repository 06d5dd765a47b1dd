"""A panic, a fatal error or a timeout: what was said, and where in the repository."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.core.framing import Line
from bot.core.pattern import pattern
from bot.formats.go_test._places import is_own

_AT = pattern(
    r"\s{1,60}(?P<file>(?:[A-Za-z]:)?[^\s:]{1,400}\.go):(?P<line>\d{1,7})(?: \+0x[0-9a-f]{1,16})?$"
)
_CALL = pattern(
    r"\s{0,60}(?:created by )?(?P<package>(?:[^\s()]{1,300}/)?[^\s()./]{1,200})\.(?P<function>\S.{0,300})$"
)
_TEST = pattern(r"(?:\(\*?\w{1,100}\)\.)?(?P<test>(?:Test|Benchmark|Example|Fuzz)\w{0,200})")
_RUNNING = pattern(r"\s{1,16}(?P<test>(?:Test|Example|Fuzz)\S{0,500}) \([\d.msh]{1,20}\)$")
_OF_STACK = ("goroutine ", "\t", "created by ", "...")
_RECOVERED = pattern(r"(?P<message>.{1,4000}?) \[recovered(?:, repanicked)?\]$")


class Frame(NamedTuple):
    """One call on a stack."""

    package: str
    test: str | None
    file: str
    line: int
    goroutine: int


class Crash(NamedTuple):
    """What ended a test binary."""

    message: str
    test: str | None
    file: str | None
    line: int | None
    package: str | None
    timeout: bool


def read(lines: Sequence[Line]) -> Crash | None:
    """The crash that begins with the first line; None when no stack follows: it was only printed."""
    said = lines[0].text
    timeout = said.startswith("panic: test timed out after")
    if not timeout and not _has_stack(lines):
        return None
    if (match := _RECOVERED.match(said)) is not None:
        said = match["message"]
    texts = [line.text for line in lines]
    found = list(frames(texts))
    best = _deepest(found, timeout=timeout)
    running = _running(texts) if timeout else None
    test = running or next(
        (frame.test for frame in found if frame.test and is_own(frame.file)), None
    )
    if best is None:
        return Crash(said, test, None, None, None, timeout)
    return Crash(said, test, best.file, best.line, best.package, timeout)


def frames(texts: Sequence[str]) -> Iterator[Frame]:
    """Every call with its place, in order."""
    call, goroutine = None, 0
    for text in texts:
        if text.startswith("goroutine "):
            goroutine += 1
        at = _AT.match(text)
        if at is None:
            call = _CALL.match(text)
            continue
        if call is not None:
            test = _TEST.match(call["function"])
            yield Frame(
                call["package"],
                test["test"] if test else None,
                at["file"],
                int(at["line"]),
                goroutine,
            )
        call = None


def _deepest(found: Sequence[Frame], *, timeout: bool) -> Frame | None:
    """The innermost call of the repository's own test, of the goroutine that crashed if it can be."""
    own = [frame for frame in found if is_own(frame.file)]
    first = [frame for frame in own if frame.goroutine <= 1]
    if not first or timeout:
        first = own
    tests = [frame for frame in first if frame.file.endswith("_test.go")]
    if timeout and tests:  # the last goroutine is the innermost subtest
        last = tests[-1].goroutine
        return next(frame for frame in tests if frame.goroutine == last)
    return next(iter(tests or first), None)


def _has_stack(lines: Sequence[Line]) -> bool:
    return any(line.text.startswith(("goroutine ", "[signal ")) for line in lines[1:40])


def stacks(lines: Sequence[Line]) -> int:
    """How many of the lines belong to the crash: up to the end of its stacks."""
    start = next((at for at, line in enumerate(lines) if line.text.startswith("goroutine ")), None)
    if start is None:
        return 1
    end = start
    for at, line in enumerate(lines[start:], start):
        called = at + 1 < len(lines) and lines[at + 1].text.startswith("\t")
        if called or line.text.startswith(_OF_STACK):
            end = at
        elif line.text.strip():
            break
    return end + 1


def main(lines: Sequence[Line]) -> str | None:
    """The file of the program's own `main`, where the stacks show it."""
    found = [frame for frame in frames([line.text for line in lines]) if frame.package == "main"]
    return found[-1].file if found and found[-1].goroutine == 1 else None


def _running(texts: Sequence[str]) -> str | None:
    """The innermost of the tests that a timeout names."""
    names = []
    for text in texts[1:60]:
        if text.startswith("goroutine "):
            break
        if (match := _RUNNING.match(text)) is not None:
            names.append(match["test"])
    leaves = [name for name in names if not any(other.startswith(name + "/") for other in names)]
    return leaves[0] if leaves else None
