"""Errors below a ruled heading or in a box: Flow, Elm, and what codespan draws (Gleam, taplo, selene, typst)."""

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence

from bot.core.failure import Failure, FailureType
from bot.core.framing import Line
from bot.core.lookahead import after, detail, span
from bot.core.pattern import pattern

NAME = "flow"
HINTS = ("Error -----", "Error ┈┈┈", "┌─ ", "┌── ", ".elm", "-- TYPE MISMATCH")
REACH = (4, 20)

_FLOW = pattern(
    r"Error (?:-{2,300}|┈{2,300}) (?P<file>[^\s:]{1,300}):(?P<line>\d{1,7}):(?P<column>\d{1,7})$"
)
_FLOW_WORDS = pattern(r"(?P<message>\S.{0,2000}?)(?: \[(?P<rule>[a-z][a-z0-9-]{2,60})\])?$")
_ELM = pattern(r"-- (?P<rule>[A-Z][A-Z0-9 ]{2,60}) -{2,300} (?P<file>[^\s:]{1,300}\.(?:elm|json))$")
_ELM_LINE = pattern(r"(?P<line>\d{1,7})\|")
_HEAD = pattern(r"\s{0,4}error(?:\[(?P<rule>[\w:-]{1,60})\])?: (?P<message>\S.{0,800})$")
_BOX = pattern(
    r"\s{1,12}┌─{1,3} (?P<file>(?:[A-Za-z]:)?[^\s:]{1,300}):(?P<line>\d{1,7}):(?P<column>\d{1,7})\s{0,4}$"
)
_TOOLS = {
    ".toml": ("taplo", FailureType.LINT, "taplo lint"),
    ".lua": ("selene", FailureType.LINT, "selene"),
    ".luau": ("selene", FailureType.LINT, "selene"),
    ".gleam": ("gleam", FailureType.BUILD, ""),
    ".typ": ("typst", FailureType.BUILD, "typst compile"),
    ".move": ("move", FailureType.BUILD, ""),
    ".wgsl": ("naga", FailureType.BUILD, "naga"),
    ".wit": ("wit", FailureType.BUILD, ""),
    ".proto": ("protox", FailureType.BUILD, ""),
}
MAX_LINES = 20


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error."""
    rows = list(lines)
    for index, line in enumerate(rows):
        if (match := _FLOW.match(line.text)) is not None:
            yield from _flow(match, line, after(rows, index, MAX_LINES))
        elif (match := _ELM.match(line.text)) is not None:
            yield from _elm(match, line, after(rows, index, MAX_LINES))
        elif (match := _HEAD.match(line.text)) is not None:
            yield from _boxed(match, line, after(rows, index, 3))


def _paragraph(said: Sequence[Line]) -> str:
    """The first lines up to a blank one, as one."""
    words: list[str] = []
    for each in said:
        if each.text.strip():
            words.append(each.text.strip())
        elif words:
            break
    return " ".join(words)


def _flow(match: re.Match[str], line: Line, said: Sequence[Line]) -> Iterator[Failure]:
    words = _FLOW_WORDS.match(_paragraph(said)[:2000])
    if words is None:
        return
    yield Failure(
        type=FailureType.BUILD,
        tool=NAME,
        rule=words["rule"],
        message=words["message"],
        file=match["file"],
        line=int(match["line"]),
        column=int(match["column"]),
        command="flow check",
        detail=detail(said),
        log=span(line, said[:2]),
    )


def _elm(match: re.Match[str], line: Line, said: Sequence[Line]) -> Iterator[Failure]:
    message = _paragraph(said)
    place = next(filter(None, (_ELM_LINE.match(each.text) for each in said)), None)
    if not message:
        return
    yield Failure(
        type=FailureType.BUILD,
        tool="elm",
        rule=match["rule"],
        message=message,
        file=match["file"],
        line=int(place["line"]) if place else None,
        command=f"elm make {shlex.quote(match['file'])}",
        detail=detail(said),
        log=span(line, said[:2]),
    )


def _boxed(match: re.Match[str], line: Line, said: Sequence[Line]) -> Iterator[Failure]:
    place = next(filter(None, (_BOX.match(each.text) for each in said)), None)
    if place is None or place["file"].endswith(".lock"):  # cargo-deny's are read with cargo
        return
    suffix = f".{place['file'].rpartition('.')[2]}"
    tool, kind, command = _TOOLS.get(suffix, (None, FailureType.BUILD, ""))
    yield Failure(
        type=kind,
        tool=tool,
        rule=match["rule"],
        message=match["message"],
        file=place["file"],
        line=int(place["line"]),
        column=int(place["column"]),
        command=f"{command} {shlex.quote(place['file'])}" if command else None,
        detail=detail(said),
        log=span(line, said[:1]),
    )
