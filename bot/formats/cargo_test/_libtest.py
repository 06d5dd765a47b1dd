"""`cargo test`: the sections of the tests that failed, and test binaries that died."""

import shlex
from collections.abc import Iterator, Sequence

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.json_line import json_object
from bot.core.pattern import pattern
from bot.formats.cargo_test import _panic

TOOL = "cargo test"
_SECTION = pattern(r"---- (?P<test>\S.{0,400}?) (?:stdout|stderr) ----$")
_VERDICT = pattern(
    r"(?:.{0,300}?)\btest (?P<test>\S.{0,400}?) \.\.\. (?P<verdict>FAILED|ok|ignored)\b"
)
_LISTED = pattern(r"    (?P<test>\S.{0,400})$")
_DIED = pattern(
    r"\s{0,4}process didn't exit successfully: `(?P<binary>[^`]{1,600})` \((?P<status>[^)]{1,200})\)$"
)
_DOC = pattern(r"(?P<file>\S{1,300}\.(?:rs|md)) - (?:.{1,300} )?\(line (?P<line>\d{1,7})\)")
_MARKS = (" - should panic", " - compile fail", " - compile", " - should panic - no_run")
_OVERFLOW = pattern(r"thread '(?P<thread>[^']{1,300})'(?: \(\d{1,12}\))? has overflowed its stack")
MAX_DETAIL = 40
MAX_SECTION = 200


class Libtest:
    """Keeps one test binary's tests until its result."""

    def __init__(self) -> None:
        self._failed: dict[str, int] = {}
        self._output: dict[str, list[Line]] = {}
        self._loose: list[Line] = []
        self._section: str | None = None
        self._listing = False
        self._overflow: str | None = None
        self._awaits = False  # "test failed" was said, and nothing of why

    def read(self, line: Line) -> Iterator[Failure]:
        """Take the next line; give the failures of a binary that is done."""
        text = line.text
        if text.startswith("---- ") and (match := _SECTION.match(text)) is not None:
            self._section, self._listing = _name(match["test"]), False
            self._failed.setdefault(self._section, line.number)
        elif text == "failures:":
            self._section, self._listing = None, True
        elif text.startswith("test result: "):
            yield from self._done(ok=text.startswith("test result: ok"))
        elif self._section is not None:
            kept = self._output.setdefault(self._section, [])
            if len(kept) < MAX_SECTION:
                kept.append(line)
        else:
            yield from self._outside(line)

    def finish(self) -> Iterator[Failure]:
        """What a binary said that never came to its result."""
        loose, failed = self._loose, self._failed
        yield from self._done(ok=False)
        texts = [line.text for line in loose]
        for index, line in enumerate(loose if not failed else ()):
            reason = _panic.panic(texts, index, line.text)
            if reason is not None and reason.file is not None:
                yield _crashed(_panic.placed(texts[index + 1 :], reason), line.number)

    def _outside(self, line: Line) -> Iterator[Failure]:
        text = line.text
        if self._listing and (match := _LISTED.match(text)) is not None:
            self._failed.setdefault(_name(match["test"]), line.number)
            return
        if text.strip():
            self._listing = False
        if len(self._loose) < MAX_SECTION * 5:
            self._loose.append(line)
        yield from self._verdict(line)

    def _verdict(self, line: Line) -> Iterator[Failure]:
        text = line.text
        if " ... " in text and (match := _VERDICT.match(text)) is not None:
            if match["verdict"] == "FAILED":
                self._failed.setdefault(_name(match["test"]), line.number)
        elif "didn't exit successfully" in text and (match := _DIED.match(text)) is not None:
            if "/deps/" in match["binary"] or "\\deps\\" in match["binary"]:
                yield self._death(match["status"], line)
        elif (match := _OVERFLOW.match(text)) is not None:
            self._overflow = match["thread"]

    def _death(self, status: str, line: Line) -> Failure:
        """A test binary that a signal ended, or that left by itself."""
        test, self._overflow = self._overflow, None
        message = (
            f"thread '{test}' has overflowed its stack"
            if test
            else "process didn't exit successfully"
        )
        return Failure(
            type=FailureType.RUNTIME if "signal" in status or "0x" in status else FailureType.TEST,
            tool=TOOL,
            test=test,
            message=f"{message} ({status})",
            command=f"cargo test {shlex.quote(test)}" if test else "cargo test",
            log=LogSpan(start=line.number, end=line.number),
        )

    def _done(self, *, ok: bool) -> Iterator[Failure]:
        if not ok:
            for test, number in self._failed.items():
                yield self._failure(test, number)
        self._failed, self._output, self._loose = {}, {}, []
        self._section, self._listing = None, False

    def _failure(self, test: str, number: int) -> Failure:
        output = self._output.get(test, [])
        reason = _panic.why([line.text for line in output], test)
        if reason is None or reason.message.startswith("panic did not contain"):
            reason = self._said_aloud(test) or reason
        return built(TOOL, test, reason, output, number)

    def _said_aloud(self, test: str) -> _panic.Reason | None:
        """With `--nocapture` the panics stand among everything else."""
        texts = [line.text for line in self._loose]
        for index, text in enumerate(texts):
            if f"'{test}'" in text and (reason := _panic.panic(texts, index, text)) is not None:
                return reason
        return None


def event(line: Line) -> Iterator[Failure]:
    """`--format json` of the test harness."""
    if '"failed"' not in line.text or '"type"' not in line.text:
        return
    data = json_object(line.text)
    if data is None or (data.get("type"), data.get("event")) != ("test", "failed"):
        return
    test, said = data.get("name"), data.get("stdout", "")
    if isinstance(test, str) and isinstance(said, str):
        name = _name(test.partition("$")[2] or test)
        output = [Line(line.number, text) for text in said.splitlines()[:MAX_SECTION]]
        reason = _panic.why([each.text for each in output], name)
        yield built(TOOL, name, reason, output, line.number)


def built(
    tool: str, test: str, reason: _panic.Reason | None, output: Sequence[Line], number: int
) -> Failure:
    """The failure of one test."""
    if reason is None:
        reason = _panic.Reason(f"test {test} ... FAILED")
    file, row, column = reason.file, reason.line, reason.column
    doc = _DOC.match(test)
    # A panic counts lines from the start of the example.
    if doc is not None and (file is None or reason.thread is not None):
        file, row, column = doc["file"].replace("\\", "/"), int(doc["line"]), None
    numbers = [number, *(line.number for line in output)]
    name = test.rpartition(" ")[2] if tool != TOOL else test
    command = (
        f"cargo test {shlex.quote(name)}"
        if tool == TOOL
        else f"cargo nextest run {shlex.quote(name)}"
    )
    return Failure(
        type=FailureType.TEST,
        tool=tool,
        test=test,
        message=reason.message or "explicit panic",
        file=file,
        line=row,
        column=column,
        command="cargo test --doc" if doc is not None else command,
        detail=tuple(line.text for line in output[:MAX_DETAIL]),
        log=LogSpan(start=min(numbers), end=max(numbers)),
    )


def _crashed(reason: _panic.Reason, number: int) -> Failure:
    """A program that panicked: who started it may have expected that."""
    return Failure(
        type=FailureType.RUNTIME,
        tool="rust",
        message=reason.message or "explicit panic",
        file=reason.file,
        line=reason.line,
        column=reason.column,
        log=LogSpan(start=number, end=number),
        weak=True,
    )


def _name(test: str) -> str:
    for mark in _MARKS:
        test = test.removesuffix(mark)
    return test
