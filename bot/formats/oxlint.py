"""oxlint, and swc, which draws the same boxes: findings in boxes and on single lines."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "oxlint"
HINTS = (
    ",-[", "╭─[", "[Error/", "[Error]", "[Warning/", "maximum number of warnings", "with 1 rule", " rules using ",
    "[ERROR/", "::error file=",
)  # fmt: skip
REACH = (6, 30)

_RULE = r"(?P<rule>[a-z][\w-]{0,60}\([\w/@.-]{1,80}\))"
_HEAD = pattern(r"\s{1,40}(?P<mark>[x\xd7✖!⚠]) (?:" + _RULE + r": ?)?(?P<message>\S.{0,2000})$")
_MORE = pattern(r"\s{1,40}[|│] {1,3}(?P<message>\S.{0,1000})$")
_PLACE = pattern(
    r"\s{1,40}(?:,-|╭─)\[(?P<file>(?:[A-Za-z]:)?[^\s:\]][^:\]]{0,400}\.(?:[cm]?[jt]sx?|vue|svelte|astro))"
    r":(?P<line>\d{1,7}):(?P<column>\d{1,7})\]"
)
_LINE = pattern(
    r"\s{0,40}(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}\.(?:[cm]?[jt]sx?|vue|svelte|astro)):(?P<line>\d{1,7}):(?P<column>\d{1,7}): "
    r"(?P<message>.{1,2000}) \[(?P<mark>Error|Warning)(?:/" + _RULE + r")?\]$"
)
_COMMAND = pattern(
    r"\s{0,20}::error file=(?P<file>[^,]{1,400}),line=(?P<line>\d{1,7}),endLine=\d{1,7},col=(?P<column>\d{1,7}),"
    r"endColumn=\d{1,7},title=(?:"
    + _RULE
    + r"|oxlint)::(?:[^:]{1,400}:\d{1,7}:\d{1,7}: )?(?P<message>.{1,2000})$"
)
_HELP = pattern(r"\s{1,40}help: (?P<help>\S.{0,1000})$")
_BOX = pattern(r"\s{0,40}(?:\d{1,7}\s|[:·|│`╰]|help:|note:)")
MAX_WAITING = 2000
MAX_DETAIL = 30


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error, warnings when there were too many; without a rule and without oxlint's end it is swc."""
    reader = _Reader()
    for line in lines:
        yield from reader.read(line)
    yield from reader.flush()
    for failure in reader.nameless:
        if reader.is_oxlint:
            yield failure
        else:
            yield replace(failure, tool="swc", type=FailureType.BUILD, command=None)


class _Reader:
    """Keeps the head until its place comes, and what only the end explains."""

    def __init__(self) -> None:
        self.nameless: list[Failure] = []
        self.is_oxlint = False
        self._head: tuple[re.Match[str], int] | None = None
        self._words = ""
        self._open: Failure | None = None
        self._is_error = False
        self._warnings: list[Failure] = []

    def read(self, line: Line) -> Iterator[Failure]:
        text = line.text
        if self._open is not None and _BOX.match(text):
            self._more(line)
        elif (match := _PLACE.match(text)) is not None:
            yield from self._placed(match, line.number)
        elif (match := _HEAD.match(text)) is not None:
            yield from self.flush()
            self._head, self._words = (match, line.number), match["message"]
        elif self._head is not None and (match := _MORE.match(text)) is not None:
            self._words += f" {match['message']}"
        elif (match := _whole(text)) is not None:
            yield from self._ended(
                _failure(match, match, match["message"], line.number, line.number),
                "Warning" not in match[0][-120:] or "[Error" in match[0][-120:],
            )
        else:
            yield from self.flush()
            yield from self._summary(text)

    def flush(self) -> Iterator[Failure]:
        """The finding that is still open."""
        failure, self._open, self._head = self._open, None, None
        if failure is not None:
            yield from self._ended(failure, self._is_error)

    def _ended(self, failure: Failure, is_error: bool) -> Iterator[Failure]:
        if not is_error:
            self._warnings = [*self._warnings[-MAX_WAITING:], failure]
        elif failure.rule is not None:
            self.is_oxlint = True
            yield failure
        elif len(self.nameless) < MAX_WAITING:
            self.nameless.append(failure)

    def _summary(self, text: str) -> Iterator[Failure]:
        if "maximum number of warnings" in text:
            yield from self._warnings
            self._warnings = []
        elif "Finished in " in text and " file" in text:
            self.is_oxlint, self._warnings = True, []

    def _placed(self, place: re.Match[str], number: int) -> Iterator[Failure]:
        head, self._head = self._head, None
        if head is None:
            yield from self.flush()
            return
        match, start = head
        self._open = _failure(match, place, self._words, start, number)
        self._is_error = match["mark"] in "x\xd7✖"

    def _more(self, line: Line) -> None:
        failure = self._open
        if failure is None or failure.log is None:
            return
        span = replace(failure.log, end=line.number)
        if (match := _HELP.match(line.text)) is not None:
            failure = replace(failure, suggestion=match["help"])
        if len(failure.detail) < MAX_DETAIL:
            failure = replace(failure, detail=(*failure.detail, line.text))
        self._open = replace(failure, log=span)


def _whole(text: str) -> re.Match[str] | None:
    """A finding on one line: the unix format, or GitHub's; ESLint's rules have no parentheses."""
    if text.endswith("]") and ("[Error" in text or "[Warning" in text):
        match = _LINE.match(text)
        return None if match and "arsing error" in match["message"] else match
    return _COMMAND.match(text) if "::error file=" in text else None


def _failure(
    head: re.Match[str], place: re.Match[str], message: str, start: int, end: int
) -> Failure:
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        rule=head["rule"],
        message=message.strip(),
        file=place["file"],
        line=int(place["line"]),
        column=int(place["column"]),
        command=f"npx oxlint {shlex.quote(place['file'])}",
        log=LogSpan(start=start, end=end),
    )
