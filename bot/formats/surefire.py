"""Maven's Surefire and Failsafe: failing tests of JUnit, TestNG, Kotest, Spock."""

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.core import jvm_log
from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.lookahead import after, detail, span, until
from bot.core.pattern import pattern

NAME = "surefire"
HINTS = (
    "<<< FAILURE!", "<<< ERROR!", "Tests in error:", "Failed tests:", "ERROR] Failures:",
    "ERROR] Errors:", "1mFailures:", "1mErrors:", "Flakes:", "Flaked tests:", "The forked VM terminated", "Crashed tests:", "BUILD SUCCESS",
    "There was a timeout or other error in the fork",
)  # fmt: skip
REACH = (1, 60)

_SUITE = pattern(r"Tests run: .{1,200}<<< (?:FAILURE|ERROR)!(?: --? in (?P<suite>\S{1,400}))?")
_RUNNING = pattern(r"Running (?P<suite>[\w.$]{1,400})$")
_CASE = pattern(
    r"(?P<name>\S.{0,600}?)(?:  | -- )Time elapsed: .{1,40}?s(?:ec)?  ?<<< (?:FAILURE|ERROR)!"
)
_OLD_NAME = pattern(
    r"(?P<method>[^()]{1,400})(?:\(.{0,200}?\))?(?P<index>\[.{1,200}\])?\((?P<suite>[\w.$]{1,400})\)$"
)
_EXCEPTION = pattern(r"(?P<name>[a-z_]\w*(?:\.[\w$]{1,80}){1,12})(?::\s?(?P<text>.{0,4000}))?$")
_STACK = pattern(r"\s+at |\s*Caused by: |\s*\.\.\. \d+ more|\s*Suppressed: ")
_SECTION = pattern(
    r"(?:Failed tests|Failures|Tests in error|Errors|Flakes|Flaked tests):\s*(?P<rest>.*)"
)
_ENTRY = pattern(
    r"(?P<chain>[\w$]{1,200}(?:>[\w$]{1,200})?\.[^:»]{1,300}?(?::\d{1,7})?(?:->[\w$.<>]{1,300}(?::\d{1,7})?){0,20})"
    r"(?: » (?P<thrown>.{1,3000})| (?P<message>\S.{0,3000}))?$"
)
_OLD_ENTRY = pattern(
    r"(?P<method>[^()\s]{1,300}(?:\([^()]{0,100}\))?(?:\[.{1,100}\])?)\((?P<suite>[\w.$]{1,400})\)(?:: (?P<message>.{0,3000}))?$"
)
_RUN = pattern(r"Run \d{1,4}: (?P<rest>.{1,3000})$")
_HEADING = pattern(r"(?P<name>[\w$]{1,100}(?:\.[\w$]{1,200}){1,20}(?:[\[({].{0,200})?)$")
_TOTAL = pattern(r"Tests run: \d{1,7}, Failures: ")
_CRASH = pattern(
    r"(?:ExecutionException |\S{0,200}Exception: )?(?P<message>The forked VM terminated .{1,200}|There was a timeout or other error in the fork.{0,100})"
)
RETRIED = "it passed when Surefire ran it again"


@dataclass(slots=True)
class _Run:
    """The tests that failed since the last summary, by their short names."""

    suite: str | None = None
    tests: dict[str, Failure] = field(default_factory=dict)
    finished: list[Failure] = field(default_factory=list)

    def close(self) -> None:
        """Another run follows: what failed in this one is known."""
        self.finished += self.tests.values()
        self.tests.clear()


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a test, from its own block or from the summary; all at the end of a build."""
    rows = list(lines)
    run = _Run()
    index = 0
    while index < len(rows):
        line = rows[index]
        _, text = jvm_log.level(line.text)
        if text.rstrip() == "BUILD SUCCESS":  # what failed was told not to matter
            run.close()
            yield from (replace(each, weak=True) for each in run.finished)
            run.finished.clear()
        elif text.rstrip() == "BUILD FAILURE":
            run.close()
            yield from run.finished
            run.finished.clear()
        index += _step(rows, index, text, run)
    run.close()
    yield from run.finished


def _step(rows: Sequence[Line], index: int, text: str, run: _Run) -> int:
    """Read what begins in this line; how many lines that were."""
    if (match := _RUNNING.match(text)) is not None or ("<<<" in text and (match := _SUITE.match(text))):  # fmt: skip
        run.suite = match["suite"] or run.suite
    elif "<<<" in text and (match := _CASE.match(text)) is not None:
        _block(match["name"], rows, index, run)
    elif (match := _SECTION.match(text.strip())) is not None:
        return _summary(rows, index, match["rest"], run, flaky=text.strip().startswith("Flak"))
    elif (match := _CRASH.match(text)) is not None:
        _crash(match["message"], rows[index], run)
    return 1


def _block(name: str, rows: Sequence[Line], index: int, run: _Run) -> None:
    """One test with its exception and stack trace."""
    suite, method = _names(name, run.suite)
    rest = until(after(rows, index, REACH[1]), _block_ends)
    frames = [each for line in rest if (each := jvm_log.frame(line.text)) is not None]
    place = jvm_log.own(frames, suite)
    message = jvm_log.reason(line.text for line in until(rest, _STACK.match))
    failure = Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=f"{suite}.{method}" if suite and method else suite or method,
        message=message or f"{method or suite} failed",
        file=place.file if place else None,
        line=place.line if place else None,
        command=_command(suite, method),
        detail=detail(rest),
        log=span(rows[index], rest),
    )
    run.tests.setdefault(_short(suite, method), failure)


def _block_ends(text: str) -> bool:
    level, _ = jvm_log.level(text)
    return (
        level is not None or "<<<" in text or text.startswith(("Tests run:", "Running ", "Results"))
    )


def _names(name: str, suite: str | None) -> tuple[str | None, str | None]:
    """The class and the method of the head of a block."""
    name = name.strip()
    if (match := _OLD_NAME.match(name)) is not None:
        return match["suite"], match["method"] + (match["index"] or "")
    if suite and name == suite:
        return suite, None
    if suite and name.startswith(f"{suite}."):
        return suite, name[len(suite) + 1 :]
    if suite is None and (match := _HEADING.match(name)) is not None:
        head, _, method = name.rpartition(".")
        return (head, method) if method[:1].islower() else (name, None)
    return suite, name


def _short(suite: str | None, method: str | None) -> str:
    """Class and method as the summary names them."""
    bare = re.split(r"[\[({: ]", method or "", maxsplit=1)[0]
    return f"{(suite or '').rpartition('.')[2].replace('$', '.').rpartition('.')[2]}.{bare}"


def _command(suite: str | None, method: str | None) -> str | None:
    if not suite:
        return None
    bare = re.split(r"[\[({: ]", method or "", maxsplit=1)[0]
    only = f"{suite}#{bare}" if bare else suite
    return f"mvn test {shlex.quote(f'-Dtest={only}')}"


def _summary(rows: Sequence[Line], index: int, first: str, run: _Run, *, flaky: bool) -> int:
    """The list of failing tests: fills in what no block said."""
    heading: str | None = None
    known: list[tuple[Line, str]] = [(rows[index], first)] if first.strip() else []
    block = until(after(rows, index, 2000), _summary_ends)
    known += [(line, jvm_log.level(line.text)[1]) for line in block]
    current: str | None = None
    for line, text in known:
        stripped = text.strip()
        if (match := _RUN.match(stripped)) is not None:
            stripped = match["rest"]
            if stripped == "PASS" or (current is not None and heading is not None and not flaky):
                continue
        elif text[:1] != " " and (match := _HEADING.match(stripped)) is not None:
            heading, current = match["name"], None
            if flaky:
                _retried(heading, line, run)
            continue
        if not flaky and (failure := _entry(stripped, line)) is not None:
            current = _listed(failure, heading, run)
    return 1 + len(block)


def _summary_ends(text: str) -> bool:
    _, bare = jvm_log.level(text)
    return _TOTAL.match(bare) is not None or _SECTION.match(bare.strip()) is not None


def _entry(text: str, line: Line) -> Failure | None:
    """One line of the summary."""
    if (match := _OLD_ENTRY.match(text)) is not None:
        suite, method, place = match["suite"], match["method"], None
        message = match["message"] or ""
    elif (match := _ENTRY.match(text)) is not None:
        head = match["chain"].partition("->")[0]
        name, _, number = head.rpartition(":") if re.search(r":\d{1,7}$", head) else (head, "", "")
        suite, _, method = name.partition(".")
        suite, _, base = suite.partition(">")
        place = ((base or suite).partition("$")[0], int(number)) if number else None
        message = match["thrown"] or match["message"] or ""
    else:
        return None
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=f"{suite}.{method}",
        message=message or f"{suite}.{method} failed",
        file=None if place is None else place[0],
        line=None if place is None else place[1],
        command=_command(suite, method),
        log=LogSpan(start=line.number, end=line.number),
    )


def _listed(failure: Failure, heading: str | None, run: _Run) -> str:
    """Keep an entry of the summary, unless a block said it."""
    suite, _, method = (failure.test or "").rpartition(".")
    key = _short(suite, method)
    simple = suite.rpartition(".")[2]
    if key in run.tests:
        return key
    if (same := _same(failure, simple, method, heading, run)) is not None:
        return same
    # The summary knows the class of the test, not how its file ends.
    run.tests[key] = replace(failure, file=f"{failure.file}.java" if failure.file else None)
    return key


def _same(failure: Failure, simple: str, method: str, heading: str | None, run: _Run) -> str | None:
    """The test of a block that is this one: of the whole class, or of a class in the class."""
    for key, known in run.tests.items():
        if key == f"{simple}." and (heading is not None or known.line == failure.line):
            return key
        nested = key.rpartition(".")[2] == method and known.line == failure.line
        if nested and failure.line and known.file and known.file.startswith(f"{failure.file}."):
            return key
    return None


def _retried(heading: str, line: Line, run: _Run) -> None:
    """A test that passed when it was run again."""
    suite, _, method = heading.rpartition(".")
    known = run.tests.pop(_short(suite, method), None)
    failure = known or Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=heading,
        message=f"{heading} failed before it passed",
        command=_command(suite, method),
        log=LogSpan(start=line.number, end=line.number),
    )
    run.finished.append(replace(failure, flaky=RETRIED))


def _crash(message: str, line: Line, run: _Run) -> None:
    """The process of the tests died."""
    timed_out = "timeout" in message
    run.tests.setdefault(
        f"crash {message[:30]}",
        Failure(
            type=FailureType.TIMEOUT if timed_out else FailureType.RUNTIME,
            tool=NAME,
            message=message,
            log=LogSpan(start=line.number, end=line.number),
        ),
    )
