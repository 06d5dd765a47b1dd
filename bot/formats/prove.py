"""Perl's tests: the failed tests that Test::More explains, and files that `prove` gave up."""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "prove"
HINTS = (
    "compilation errors.",
    "Failed test",
    "(Wstat: ",
    "Parse errors: ",
    "FAILED--Further testing stopped",
    ".t line ",
)
REACH = (2, 12)

MAX_DETAIL = 20
MAX_SAID = 4

_FAILED = pattern(
    r"(?P<blank> {0,80})# {3,5}Failed test(?: '(?P<name>.{1,1000})')?"
    r"(?: (?:at |\()(?P<file>[^\s()]{1,400}) (?:at )?line (?P<line>\d{1,7})[.)]{1,2})?$"
)
_AT = pattern(r" {0,80}#   (?:at|in) (?P<file>[^\s]{1,400}) (?:at )?line (?P<line>\d{1,7})\.$")
_SAID = pattern(r" {0,80}# {5,12}(?P<said>\S.{0,1000})$")
_REPORT = pattern(r"(?P<file>\S{1,400}) +\(Wstat: (?P<status>\d{1,7})")
_WHY = pattern(r"  (?P<why>(?:Parse errors|Non-zero exit status|Non-zero wait status): .{1,500})$")
_DIED = pattern(
    r"(?P<message>[^\s#].{0,1000}?) at (?P<file>[^\s]{1,400}\.t) line (?P<line>\d{1,7})\.?$"
)
_UNCOMPILED = pattern(
    r"Execution of (?P<file>\S{1,400}) aborted due to compilation errors\.|(?P<other>\S{1,400}) had compilation errors\."
)
_STOPPED = pattern(r"FAILED--Further testing stopped(?:: (?P<message>.{1,1000}))?$")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a failed test; for a file without one, why it was given up."""
    reader = _Reader()
    for line in lines:
        yield from reader.read(line)
    yield from reader.finish()


class _Reader:
    """Keeps the test whose explanation is still coming, and what is known of each file."""

    def __init__(self) -> None:
        self._open: tuple[Failure, int] | None = None
        self._deeper = -1  # the indent of the last failed test: a subtest's parent fails after it
        self._explained: set[str] = set()
        self._died: dict[str, Failure] = {}
        self._report: tuple[str, int] | None = None
        self._given_up: dict[str, Failure] = {}

    def read(self, line: Line) -> Iterator[Failure]:
        """Take the next line."""
        text = line.text
        if "Failed test" in text and (match := _FAILED.match(text)) is not None:
            yield from self._flush()
            name, blank = match["name"], len(match["blank"])
            failure = Failure(
                type=FailureType.TEST,
                tool=NAME,
                test=name,
                message=f"Failed test '{name}'" if name else "Failed test",
                file=match["file"],
                line=int(match["line"]) if match["line"] else None,
                log=LogSpan(start=line.number, end=line.number),
            )
            self._open = (failure, blank)
        elif self._open is not None and self._explain(line):
            return
        else:
            yield from self._flush()
            yield from self._remark(line)

    def finish(self) -> Iterator[Failure]:
        """The test that is still open, and files that no failed test explains."""
        yield from self._flush()
        for file, failure in self._given_up.items():
            if file not in self._explained:
                yield self._died.get(file, failure)

    def _flush(self) -> Iterator[Failure]:
        opened, self._open = self._open, None
        if opened is None:
            return
        failure, indent = opened
        if failure.file:
            self._explained.add(failure.file)
        parent = 0 <= indent < self._deeper
        self._deeper = indent
        if not parent:
            command = f"prove -v {shlex.quote(failure.file)}" if failure.file else None
            unnamed = f"{failure.file} line {failure.line}" if failure.file else None
            yield replace(failure, test=failure.test or unnamed, command=command)

    def _explain(self, line: Line) -> bool:
        """Whether the line is of the open test: its place, and what was got and expected."""
        if self._open is None:
            return False
        (failure, indent), text = self._open, line.text
        span = replace(failure.log, end=line.number) if failure.log else None
        if failure.line is None and (match := _AT.match(text)) is not None:
            failure = replace(failure, file=match["file"], line=int(match["line"]), log=span)
        elif (
            failure.line is not None
            and (match := _SAID.match(text)) is not None
            and len(failure.detail) < MAX_DETAIL
        ):
            said = " ".join(match["said"].split())
            message = failure.message
            if len(failure.detail) < MAX_SAID:
                joint = ": " if not failure.detail else " " if message.endswith(":") else ", "
                message += joint + said
            failure = replace(failure, message=message, detail=(*failure.detail, text), log=span)
        else:
            return False
        self._open = (failure, indent)
        return True

    def _remark(self, line: Line) -> Iterator[Failure]:
        text, span = line.text, LogSpan(start=line.number, end=line.number)
        if "(Wstat: " in text and (match := _REPORT.match(text)) is not None:
            self._report = (match["file"], int(match["status"]))
        elif self._report is not None and (match := _WHY.match(text)) is not None:
            file = self._report[0]
            self._given_up[file] = Failure(
                type=FailureType.TEST,
                tool=NAME,
                rule="file",
                test=file,
                message=match["why"],
                file=file,
                command=f"prove -v {shlex.quote(file)}",
                log=span,
            )
        elif text.startswith("FAILED--") and (match := _STOPPED.match(text)) is not None:
            yield Failure(type=FailureType.TEST, tool=NAME, rule="bail-out", message=text, log=span)
        elif (
            ".t line " in text
            and (match := _DIED.match(text)) is not None
            and not match["message"].startswith("BEGIN failed")
        ):
            file = match["file"]
            missing = match["message"].startswith("Can't locate ")
            self._died.setdefault(
                file,
                Failure(
                    type=FailureType.DEPENDENCY if missing else FailureType.TEST,
                    tool=NAME,
                    rule="file",
                    test=file,
                    message=match["message"],
                    file=file,
                    line=int(match["line"]),
                    command=f"prove -v {shlex.quote(file)}",
                    log=span,
                ),
            )
