"""Test results in JSON of one list: rspec, mocha, CTRF, pytest-json-report."""

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.core.failure import Failure, FailureType
from bot.core.fields import at, items, number, text
from bot.core.framing import plain
from bot.core.stack_frames import frames, telling

MAX_DETAIL = 40
MAX_SAID = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ListReport:
    """One tool's report: its list of tests and what their fields are called (dotted paths), where not as in CTRF.

    Attributes:
        status: the field of the outcome; "" when the list holds failures alone.
        kind: the field with the class of the exception, put before the message.
        command: how one test is run again, from its name and its file.
        tool: the field of the document with the name of the tool that ran the tests.
    """

    NAME: str
    KEYS: tuple[str, ...]
    tests: str
    test: str = "name"
    message: str = "message"
    trace: str = "trace"
    file: str = "filePath"
    line: str = "line"
    status: str = "status"
    kind: str = ""
    bad: frozenset[str] = frozenset({"failed", "error"})
    command: Callable[[str, str], str] | None = None
    tool: str = ""

    def parse(self, document: Any) -> Iterator[Failure]:
        """One failure a test that failed."""
        tool = (text(document, self.tool) if self.tool else None) or self.NAME
        for row in items(document, self.tests):
            if not self.status or (text(row, self.status) or "").lower() in self.bad:
                yield self._failure(row, tool)

    def _failure(self, row: Any, tool: str) -> Failure:
        name = text(row, self.test) or ""
        file = text(row, self.file) if self.file else None
        if file is None and "::" in name:
            file = name.partition("::")[0]
        trace = _trace(at(row, self.trace))
        stem = file.rpartition("/")[2].partition(".")[0] if file else ""
        own = [each for each in frames(trace) if file and _is_same(each.file, file)]
        innermost = own[-1 if file and file.endswith(".py") else 0] if own else None
        frame = innermost or telling(trace, {stem} - {""})
        line = number(row, self.line) if self.line else None
        in_file = frame is not None and (
            file is None or frame.file.endswith(file.rpartition("/")[2])
        )
        said = [
            each.strip()
            for each in plain(text(row, self.message) or trace).splitlines()
            if each.strip()
        ]
        message = " ".join(said[:MAX_SAID]) or "failed"
        kind = text(row, self.kind) if self.kind else None
        return Failure(
            type=FailureType.TEST,
            tool=tool,
            test=name or None,
            message=f"{kind}: {message}" if kind and _is_telling(kind, message) else message,
            file=file or (frame.file if frame else None),
            line=frame.line if frame and in_file else line,
            column=frame.column if frame and in_file else None,
            command=self.command(name, file or "") if self.command else None,
            detail=tuple([*said, *trace.splitlines()][:MAX_DETAIL]),
        )


def _is_same(one: str, other: str) -> bool:
    """Whether two ways to print a path mean one file."""
    one, other = one.replace("\\", "/"), other.replace("\\", "/")
    return one.endswith(f"/{other.lstrip('./')}") or other.endswith(f"/{one}") or one == other


def _is_telling(kind: str, message: str) -> bool:
    return kind not in message and not kind.endswith("ExpectationNotMetError")


def _trace(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(str(each) for each in value[:200])
    return plain(value) if isinstance(value, str) else ""


RSPEC = ListReport(
    NAME="rspec",
    KEYS=('"examples"', '"full_description"'),
    tests="examples",
    test="full_description",
    message="exception.message",
    kind="exception.class",
    trace="exception.backtrace",
    file="file_path",
    line="line_number",
    command=lambda name, file: f"bundle exec rspec {shlex.quote(file)} -e {shlex.quote(name)}",
)
MOCHA = ListReport(
    NAME="mocha",
    KEYS=('"stats"', '"failures"', '"fullTitle"'),
    tests="failures",
    test="fullTitle",
    message="err.message",
    trace="err.stack",
    file="file",
    line="",
    status="",
    command=lambda name, file: f"npx mocha {shlex.quote(file)} -g {shlex.quote(name)}",
)
CTRF = ListReport(
    NAME="ctrf",
    KEYS=('"results"', '"tests"', '"summary"', '"status"'),
    tests="results.tests",
    tool="results.tool.name",
)
PYTEST = ListReport(
    NAME="pytest",
    KEYS=('"tests"', '"nodeid"', '"outcome"'),
    tests="tests",
    test="nodeid",
    message="call.crash.message|setup.crash.message|teardown.crash.message",
    trace="call.longrepr|setup.longrepr|teardown.longrepr",
    file="",
    line="",
    status="outcome",
    command=lambda name, file: f"pytest {shlex.quote(name)}",
)
ALL = (RSPEC, MOCHA, CTRF, PYTEST)
