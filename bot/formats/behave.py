"""behave: scenarios that failed or have a step that nothing defines, as every formatter prints them."""

import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "behave"
HINTS = (
    ".feature:", "Failing scenarios:", "Errored scenarios:", "ASSERT FAILED: ", "Assertion Failed: ",
    "/behave/model.py", "\\behave\\model.py", "... undefined in ", "ParserError: Failed to parse ", "Scenario: ", "Scenario Outline: ",
)  # fmt: skip
REACH = (2, 30)

_PLACE = r"(?P<file>(?:[A-Za-z]:)?[^\s:]{1,300}\.feature):(?P<line>\d{1,7})"
_LISTS = ("Failing scenarios:", "Errored scenarios:")
_LISTED = pattern(rf"  {_PLACE}  (?P<name>\S.{{0,400}})$")
_SCENARIO = pattern(
    rf"  (?:Scenario(?: Outline)?|Example): (?P<name>\S[^#]{{0,400}}?)(?: {{1,80}}# {_PLACE})?$"
)
_PROGRESS = pattern(r"  (?P<name>\S.{0,400}?)  [.FEUS_P]{1,400}$")
_ASSERT = pattern(r" {0,8}(?P<message>(?:ASSERT FAILED|Assertion Failed): ?.{0,600})$")
_TRACEBACK = pattern(r" {0,8}Traceback \(most recent call last\):$")
_RAISED = pattern(r" {0,8}(?P<message>[A-Za-z_][\w.]{0,200}(?:: .{1,600})?)$")
_UNDEFINED = pattern(
    r" {4}(?P<step>(?:Given|When|Then|And|But|\*) \S.{0,400}?)(?: {1,80}# None| \.\.\. undefined in \S{1,20})$"
)
_BROKEN = pattern(r'(?:\S{1,80}\.)?ParserError: Failed to parse "(?P<file>[^"]{1,300})":$')
_PARSER = pattern(r"(?P<message>Parser failure .{1,200}? at line (?P<line>\d{1,7})\b.{0,600})$")
MAX_DETAIL = 40


class _Reason:
    """Why a scenario failed, and what stands below."""

    def __init__(self, message: str) -> None:
        self.message = message
        self.detail: list[str] = []


class _Run:
    """The scenario that is told, and why those before it failed: by place, and by name."""

    def __init__(self) -> None:
        self._keys: tuple[object, ...] = ()
        self._reasons: dict[object, _Reason] = {}
        self._indent: int | None = None  # of the traceback that is open
        self._frames: list[str] = []

    def read(self, text: str) -> None:
        """Take the next line of what scenarios say."""
        if (match := _SCENARIO.match(text) or _PROGRESS.match(text)) is not None:
            said = match.groupdict()
            place = (said["file"], int(said["line"])) if said.get("file") else None
            self._begin(place, match["name"].strip())
        elif self._indent is not None:
            self._trace(text)
        elif (match := _ASSERT.match(text)) is not None:
            self._say(match["message"].strip())
        elif _TRACEBACK.match(text) is not None:
            self._indent, self._frames = len(text) - len(text.lstrip()), [text]
        elif (match := _UNDEFINED.match(text)) is not None:
            self._say(f"undefined step: {match['step']}")

    def _begin(self, place: tuple[str, int] | None, name: str) -> None:
        self._keys = (place, name) if place else (name,)
        self._indent = None
        for key in self._keys:
            self._reasons.pop(key, None)

    def _trace(self, text: str) -> None:
        """A line of a traceback; the first that is not indented more than its head is the error."""
        self._frames = [*self._frames, text][-MAX_DETAIL:]
        if not text.strip() or len(text) - len(text.lstrip()) > (self._indent or 0):
            return
        self._indent = None
        if (match := _RAISED.match(text)) is not None:
            self._say(match["message"], self._frames)

    def _say(self, message: str, detail: Iterable[str] = ()) -> None:
        """The first reason of a scenario stands: the steps behind it are not run."""
        for key in self._keys:
            reason = self._reasons.setdefault(key, _Reason(message))
            reason.detail = reason.detail or list(detail)

    def failure(self, file: str, row: int, name: str, number: int) -> Failure:
        """A scenario that the list at the end names."""
        reason = self._reasons.get((file, row)) or self._reasons.get(name)
        return Failure(
            type=FailureType.TEST,
            tool=NAME,
            test=name,
            message=reason.message if reason else name,
            file=file,
            line=row,
            command=f"behave {shlex.quote(f'{file}:{row}')}",
            detail=tuple(reason.detail) if reason else (),
            log=LogSpan(start=number, end=number),
        )


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a scenario; its line is that of the scenario."""
    run = _Run()
    listing = False
    unread: str | None = None
    for line in lines:
        text = line.text
        if text.startswith(_LISTS):
            listing = True
        elif listing and (match := _LISTED.match(text)) is not None:
            yield run.failure(match["file"], int(match["line"]), match["name"], line.number)
        elif (match := _BROKEN.match(text)) is not None:
            unread = match["file"]
        elif unread is not None and (match := _PARSER.match(text)) is not None:
            yield _unread(unread, match["message"], int(match["line"]), line.number)
        else:
            listing = False
            run.read(text)


def _unread(file: str, message: str, row: int, number: int) -> Failure:
    """A feature file that cannot be parsed."""
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        message=message,
        file=file,
        line=row,
        command=f"behave {shlex.quote(file)}",
        log=LogSpan(start=number, end=number),
    )
