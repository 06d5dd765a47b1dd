"""What the pages show, worked out from a case: words, colours, times, lines of a diff. Pure."""

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core.attribution import Attribution, Whose
from bot.core.case import Case
from bot.core.lifecycle import ENDS, Stage

MAX_TEXT = 20_000  # characters of one piece of text
MAX_DIFF_LINES = 1_500
MAX_ENTRIES = 1_000
FAILED = "FAILED FIX"  # how a transcript marks an attempt that ended without a fix

# The stage in words, and its tone: how the page colours it.
_STAGES: Mapping[Stage, tuple[str, str]] = {
    Stage.COLLECTING: ("reading the logs", "busy"),
    Stage.ATTRIBUTING: ("finding out whose failure it is", "busy"),
    Stage.DIAGNOSING: ("deciding what to do", "busy"),
    Stage.HOLDING: ("taking hold of the pull request", "busy"),
    Stage.RECIPE: ("trying recipes", "busy"),
    Stage.ATTEMPTING: ("writing a fix", "busy"),
    Stage.VERIFYING: ("running the checks", "busy"),
    Stage.JUDGING: ("guards judge the fix", "busy"),
    Stage.NEEDS_HUMAN: ("waits for a person", "human"),
    Stage.PUSHING: ("pushing the fix", "busy"),
    Stage.WAITING_CI: ("waiting for CI", "busy"),
    Stage.REQUEUING: ("back into the queue", "busy"),
    Stage.WATCHING: ("in the queue again", "busy"),
    Stage.RELEASING: ("tidying up", "busy"),
    Stage.HEALED: ("healed", "good"),
    Stage.EXPLAINED: ("nothing to fix here", "quiet"),
    Stage.GAVE_UP: ("gave up", "bad"),
    Stage.STOPPED: ("stopped by a person", "quiet"),
    Stage.OVERTAKEN: ("overtaken by people", "quiet"),
}
_WHOSE: Mapping[Whose, str] = {
    Whose.BASE: "The base branch: it fails there without this pull request.",
    Whose.PULL_REQUEST: "This pull request: it fails on its own.",
    Whose.INTERACTION: "The combination: green alone, red together with what came before.",
    Whose.FLAKY: "Nobody's: the same tree is green when it is run again.",
    Whose.UNKNOWN: "Not known: the failing part could not be run here.",
}
_TREES = {
    "base": "base branch without it",
    "alone": "this pull request alone",
    "group": "as the queue tested it",
}
# Marks that reorder or hide text on screen; shown as a replacement character instead.
_MARKS = (0x61C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x206A))
_TRICKS = dict.fromkeys(_MARKS, "�")
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3_600, 86_400
_EXACT_BELOW_S = 10
_EXACT_BELOW_USD = 0.1
_ONE_LINE = 100  # characters of JSON that stay on one line


def plain(text: str, limit: int = MAX_TEXT) -> str:
    """Text without control and direction marks, and not longer than the limit."""
    cut = text if len(text) <= limit else f"{text[:limit]} … ({len(text) - limit} more characters)"
    cut = cut.translate(_TRICKS)
    return "".join(
        each if each in "\n\t" or unicodedata.category(each) not in {"Cc", "Cs"} else "�"
        for each in cut
    )


def stage_words(stage: str) -> str:
    """A stage for people; a word that we do not know stays as it is."""
    return _STAGES[Stage(stage)][0] if stage in set(Stage) else stage


def tone(stage: str) -> str:
    """busy, human, good, bad or quiet."""
    return _STAGES[Stage(stage)][1] if stage in set(Stage) else "quiet"


def is_open(stage: str) -> bool:
    """Whether more will happen."""
    return stage not in ENDS


def whose_words(attribution: Attribution) -> str:
    """Who has to act, as a sentence."""
    others = ", ".join(f"#{number}" for number in attribution.others)
    return _WHOSE[attribution.whose] + (f" Ahead of it: {others}." if others else "")


def tree_words(tree: str) -> str:
    """The tree of a trial, in words."""
    return _TREES.get(tree, tree)


def duration(seconds: float) -> str:
    """About how long: "4.2 s", "3 min 5 s", "2 h 10 min"."""
    if seconds < _EXACT_BELOW_S:
        return f"{max(0.0, seconds):.1f} s"
    whole = round(seconds)
    if whole < _MINUTE_S:
        return f"{whole} s"
    if whole < _HOUR_S:
        return f"{whole // _MINUTE_S} min {whole % _MINUTE_S} s"
    return f"{whole // _HOUR_S} h {whole % _HOUR_S // _MINUTE_S} min"


def ago(then: datetime, now: datetime) -> str:
    """How long ago, in the largest unit."""
    seconds = (now - then).total_seconds()
    for size, word in ((_DAY_S, "d"), (_HOUR_S, "h"), (_MINUTE_S, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {word} ago"
    return "just now"


def money(usd: float) -> str:
    """Dollars; small sums with the digits that matter."""
    if usd == 0:
        return "$0"
    return f"${usd:.4f}" if usd < _EXACT_BELOW_USD else f"${usd:.2f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """One step of the story: when it began, how long it took, and what came of it.

    `seconds` is None for an end, which takes no time; of a step that still runs it is "so far".
    """

    at: datetime
    stage: str
    note: str
    seconds: float | None
    running: bool = False


def beats(case: Case, now: datetime) -> tuple[Beat, ...]:
    """The story by steps; the case's own story tells at the end of a step what came of it."""
    told, stage, began = [], Stage.COLLECTING, case.opened_at
    for moment in case.story:
        seconds = (moment.at - began).total_seconds()
        told.append(Beat(at=began, stage=stage, note=moment.note, seconds=seconds))
        stage, began = moment.stage, moment.at
    if case.ended:
        return (*told, Beat(at=began, stage=stage, note="", seconds=None))
    so_far = (now - began).total_seconds()
    return (*told, Beat(at=began, stage=stage, note="", seconds=so_far, running=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    """One line of a diff and how it is coloured: file, hunk, add, del or same."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """A diff to be shown, and how many lines were left out."""

    lines: tuple[DiffLine, ...]
    left_out: int = 0
    added: int = 0
    removed: int = 0


def diff(text: str) -> Diff:
    """Colour a unified diff."""
    lines = text.splitlines()
    shown = tuple(DiffLine(kind=kind, text=line) for kind, line in _kinds(lines))
    return Diff(
        lines=shown[:MAX_DIFF_LINES],
        left_out=max(0, len(shown) - MAX_DIFF_LINES),
        added=sum(line.kind == "add" for line in shown),
        removed=sum(line.kind == "del" for line in shown),
    )


def _kinds(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    in_hunk = False
    for line in lines:
        if line.startswith("diff --git "):
            in_hunk = False
            yield "file", line.removeprefix("diff --git ")
        elif line.startswith("@@"):
            in_hunk = True
            yield "hunk", line
        elif not in_hunk:
            yield "meta", line
        else:
            yield {"+": "add", "-": "del"}.get(line[:1], "same"), line


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that was said or run in an attempt.

    Attributes:
        at: as it was written. kind: who spoke or what happened. title: a tool's name, a result.
        ok: False when a tool or the attempt says that it failed.
        facts: what is short, name to text. fields: what is long, before the text itself.
    """

    at: str
    kind: str
    title: str
    text: str
    ok: bool = True
    facts: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """An attempt's transcript to be shown, and how many lines were left out."""

    entries: tuple[Entry, ...]
    left_out: int = 0


_AT = ("at", "time")
_KIND = ("kind", "event", "role", "type")
_TITLE = ("name", "result")
_TEXT = ("text", "output", "why", "error")
_MAX_FIELDS = 30


def transcript(blob: str) -> Transcript:
    """Read the JSON Lines of an attempt; a line that is none is shown as it is."""
    lines = [line for line in blob.splitlines() if line.strip()]
    entries = tuple(_entry(line) for line in lines[:MAX_ENTRIES])
    return Transcript(entries=entries, left_out=max(0, len(lines) - MAX_ENTRIES))


def _entry(line: str) -> Entry:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        return Entry(at="", kind="line", title="", text=plain(line))
    ok = data.pop("ok", True) is not False
    rest = {str(key): value for key, value in data.items() if value not in (None, "", [], {})}
    at, kind, title, text = (_take(rest, names) for names in (_AT, _KIND, _TITLE, _TEXT))
    told = [pair for name, value in rest.items() for pair in _told(name, value)][:_MAX_FIELDS]
    return Entry(
        at=at,
        kind=kind or "line",
        title=title,
        text=text,
        ok=ok and kind != "error" and title != FAILED,
        facts=tuple(fact for fact in told if _is_short(fact[1])),
        fields=tuple(fact for fact in told if not _is_short(fact[1])),
    )


def _told(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """A value as text; a large object key by key, so that its texts are read as they are."""
    text = _text(value)
    if isinstance(value, dict) and not _is_short(text):
        yield from ((f"{name} {key}", _text(inner)) for key, inner in value.items())
    else:
        yield name, text


def _is_short(text: str) -> bool:
    return len(text) <= _ONE_LINE and "\n" not in text


def _take(rest: dict[str, Any], names: Sequence[str]) -> str:
    for name in names:
        if name in rest:
            return _text(rest.pop(name))
    return ""


def _text(value: Any) -> str:
    if isinstance(value, str):
        return plain(value)
    line = json.dumps(value, ensure_ascii=False)
    wide = len(line) > _ONE_LINE
    return plain(json.dumps(value, ensure_ascii=False, indent=1) if wide else line)
