"""karma: specs that failed in a browser, errors outside of them, and browsers that did not come up."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.js_stack import best, frame
from bot.core.pattern import pattern

NAME = "karma"
HINTS = (
    " FAILED",
    ") ERROR",
    " ERROR\x1b",
    "[launcher]",
    "Executed ",
    "Disconnected",
    "[karma-server]",
)
REACH = (1, 30)

MAX_DETAIL = 40
MAX_LINES = 200

_BROWSER = r"(?P<browser>[A-Z][\w ]{1,40} \d[\d.]{1,30} \([^()]{1,60}\))"
_FAILED = pattern(_BROWSER + r" (?P<name>(?!ERROR\b|LOG\b|WARN\b)\S.{0,1000}?) FAILED$")
_ERROR = pattern(_BROWSER + r" ERROR(?P<at>: .{0,500})?$")
_LAUNCHER = pattern(
    r".{0,60}(?:ERROR|WARN) \[(?P<part>launcher|karma-server|preprocess|config)[^\]]{0,40}\]: (?P<message>(?:Cannot start|Cannot load|No binary for|.{1,100} failed (?:\d times|to start)|.{1,200}Disconnected|Invalid config|File \S{1,300} does not exist|Error during).{0,1000})$"
)
_SKIPPED = "Not run because a beforeAll function failed"
_HEAD = "An error was thrown in "


@dataclass(slots=True)
class _Spec:
    """One failing spec or error of a browser."""

    name: str | None
    start: int
    end: int
    lines: list[str] = field(default_factory=list)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a failing spec, whatever the number of browsers."""
    spec: _Spec | None = None
    for line in lines:
        text = line.text
        if spec is not None and text.startswith(("\t", "  ")) and len(spec.lines) < MAX_LINES:
            spec.lines.append(text.strip())
            spec.end = line.number
            continue
        yield from _failure(spec)
        spec = None
        if text.endswith(" FAILED") and (match := _FAILED.match(text)) is not None:
            spec = _Spec(match["name"], line.number, line.number)
        elif " ERROR" in text and (match := _ERROR.match(text)) is not None:
            spec = _Spec(None, line.number, line.number)
        elif "]: " in text and (match := _LAUNCHER.match(text)) is not None:
            yield Failure(
                type=FailureType.CONFIG,
                tool=NAME,
                rule=match["part"],
                message=match["message"],
                log=LogSpan(start=line.number, end=line.number),
            )
    yield from _failure(spec)


def _failure(spec: _Spec | None) -> Iterator[Failure]:
    if spec is None or not spec.lines or spec.lines[0].startswith(_SKIPPED):
        return
    told = [text for text in spec.lines if not text.startswith(_HEAD)]
    stack = [text if text.startswith("at ") else f"at {text}" for text in told[1:]]
    place = best(stack) or frame(f"at {told[0].removeprefix('at ')}" if told else "")
    yield Failure(
        type=FailureType.TEST,
        tool=NAME,
        rule=None if spec.name else "error",
        test=spec.name,
        message=told[0] if told else spec.lines[0],
        file=place.file if place else None,
        line=place.line if place else None,
        column=place.column if place else None,
        command="npx karma start --single-run",
        detail=tuple(spec.lines[:MAX_DETAIL]),
        log=LogSpan(start=spec.start, end=spec.end),
    )
