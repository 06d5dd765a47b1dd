"""Test results in JSON of one list: rspec, mocha, CTRF, pytest-json-report."""

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.core.failure import Failure, FailureType
from bot.core.fields import at, items, number, text
from bot.core.framing import plain
from bot.core.stack_frames import telling

MAX_DETAIL = 40
MAX_SAID = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ListReport:
    """One tool's report: its list of tests and what their fields are called (dotted paths).

    Attributes:
        status: the field of the outcome; "" when the list holds failures alone.
        kind: the field with the class of the exception, put before the message.
        command: how one test is run again, from its name and its file.
    """

    NAME: str
    KEYS: tuple[str, ...]
    tests: str
    test: str
    message: str
    trace: str
    file: str = ""
    line: str = ""
    status: str = ""
    kind: str = ""
    bad: frozenset[str] = frozenset({"failed", "error"})
    command: Callable[[str, str], str] | None = None

    def parse(self, document: Any) -> Iterator[Failure]:
        """One failure a test that failed."""
        for row in items(document, self.tests):
            if not self.status or (text(row, self.status) or "").lower() in self.bad:
                yield self._failure(row)

    def _failure(self, row: Any) -> Failure:
        name = text(row, self.test) or ""
        file = text(row, self.file) if self.file else None
        if file is None and "::" in name:
            file = name.partition("::")[0]
        trace = _trace(at(row, self.trace))
        stem = file.rpartition("/")[2].partition(".")[0] if file else ""
        frame = telling(trace, {stem} - {""})
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
            tool=self.NAME,
            test=name or None,
            message=f"{kind}: {message}" if kind and _is_telling(kind, message) else message,
            file=file or (frame.file if frame else None),
            line=frame.line if frame and in_file else line,
            column=frame.column if frame and in_file else None,
            command=self.command(name, file or "") if self.command else None,
            detail=tuple([*said, *trace.splitlines()][:MAX_DETAIL]),
        )


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
    status="status",
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
    command=lambda name, file: f"npx mocha {shlex.quote(file)} -g {shlex.quote(name)}",
)
CTRF = ListReport(
    NAME="ctrf",
    KEYS=('"results"', '"tests"', '"summary"', '"status"'),
    tests="results.tests",
    test="name",
    message="message",
    trace="trace",
    file="filePath",
    line="line",
    status="status",
)
PYTEST = ListReport(
    NAME="pytest",
    KEYS=('"tests"', '"nodeid"', '"outcome"'),
    tests="tests",
    test="nodeid",
    message="call.crash.message|setup.crash.message|teardown.crash.message",
    trace="call.longrepr|setup.longrepr|teardown.longrepr",
    status="outcome",
    command=lambda name, file: f"pytest {shlex.quote(name)}",
)
ALL = (RSPEC, MOCHA, CTRF, PYTEST)
