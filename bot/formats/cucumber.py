"""Cucumber for Ruby and for JavaScript: scenarios that failed, with the step's reason."""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "cucumber"
HINTS = (
    ".feature:",
    ") Scenario: ",
    "Failing Scenarios",
    "✖ ",
    "cucumber ",
    "failed steps",
)
REACH = (3, 4)

_FAILING = pattern(
    r"(?:cucumber )?(?:-p \S{1,60} )?(?P<file>[^\s:]{1,300}\.feature):(?P<line>\d{1,7}) # (?:Scenario(?: Outline)?|Example): (?P<name>.{1,400})$"
)
_STEP = pattern(r" *(?P<file>(?:\./)?[^\s:]{1,300}\.feature):(?P<line>\d{1,7}):in [`'].{1,400}$")
_REASON = pattern(r" {0,8}(?P<message>\S.{0,800} \([A-Z][\w:]{1,120}\))$")
_JAVASCRIPT = pattern(
    r"\d{1,5}\) Scenario: (?P<name>.{1,300}?) # (?P<file>[^\s:]{1,300}\.feature):(?P<line>\d{1,7})$"
)
_MARK = pattern(r" +✖ (?P<step>\S.{0,400}?)(?: # .{1,300})?$")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a scenario; its line is that of the scenario."""
    reasons: dict[str, list[tuple[int, str]]] = {}
    scenarios: list[Failure] = []
    said: str | None = None
    script = _Script()
    for line in lines:
        text = line.text
        yield from script.read(line)
        if (match := _REASON.match(text)) is not None:
            said = match["message"]
        elif said is not None and (match := _STEP.match(text)) is not None:
            file = match["file"].removeprefix("./")
            reasons.setdefault(file, []).append((int(match["line"]), said))
        elif (match := _FAILING.match(text)) is not None:
            scenarios.append(_failure(match["file"], int(match["line"]), match["name"], line))
    yield from script.flush()
    yield from (_explained(each, reasons, scenarios) for each in scenarios)


class _Script:
    """Cucumber for JavaScript: a numbered scenario, then its steps."""

    def __init__(self) -> None:
        self._open: Failure | None = None
        self._words: list[str] | None = None

    def read(self, line: Line) -> Iterator[Failure]:
        """The scenario that this line ends."""
        if (match := _JAVASCRIPT.match(line.text)) is not None:
            yield from self.flush()
            self._open = _failure(match["file"], int(match["line"]), match["name"], line)
        elif self._open is not None and _MARK.match(line.text):
            self._words = []
        elif self._words is not None and len(self._words) < 1 and line.text.strip():
            self._words.append(line.text.strip())

    def flush(self) -> Iterator[Failure]:
        """The scenario that is still open, if one of its steps failed."""
        failure, words = self._open, self._words
        self._open, self._words = None, None
        if failure is not None and words:
            yield _with(failure, " ".join(words))


def _failure(file: str, row: int, name: str, line: Line) -> Failure:
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=name,
        message=name,
        file=file,
        line=row,
        command=f"cucumber {shlex.quote(f'{file}:{row}')}",
        log=LogSpan(start=line.number, end=line.number),
    )


def _explained(
    failure: Failure, reasons: dict[str, list[tuple[int, str]]], scenarios: list[Failure]
) -> Failure:
    """With the reason of the first step that failed between this scenario and the next."""
    row = failure.line or 0
    later = [
        each.line for each in scenarios if each.file == failure.file and (each.line or 0) > row
    ]
    end = min((each for each in later if each is not None), default=10**7)
    for at, message in reasons.get(failure.file or "", []):
        if row <= at < end:
            return _with(failure, message)
    return failure


def _with(failure: Failure, message: str) -> Failure:
    return replace(failure, message=message)
