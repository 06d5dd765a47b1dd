"""The telling line among all that a failing test printed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.core.framing import Line
from bot.core.pattern import pattern
from bot.formats.go_test._places import is_own

_ENTRY = pattern(
    r"(?P<indent>[ \t]{1,80})(?P<file>(?:[A-Za-z]:)?[^\s:]{1,400}\.go):(?P<line>\d{1,7}):(?: (?P<message>.*))?$"
)
_TELLING = pattern(
    r"\b(?:errors?|fail(?:ed|ure|s)?|expect(?:ed|s|ing)?|unexpected|want(?:ed)?|got|mismatch(?:ed)?|should|must"
    r"|panic(?:ked)?|invalid|cannot|can't|did not|didn't|does not|doesn't|not|no|timed? ?out|race|differ(?:s|ent)?"
    r"|incorrect|wrong|missing|unable|actual)\b|!=|[<>]nil",
    re.IGNORECASE,
)
_TRACE = pattern(
    r"\s{1,80}(?:Error Trace:)?\s{1,60}(?P<file>(?:[A-Za-z]:)?[^\s:]{1,400}\.go):(?P<line>\d{1,7})$"
)
_FIELD = pattern(r"\s{1,80}(?P<name>Error Trace|Error|Test|Messages):(?:\s{1,40}(?P<text>.*))?$")
_FRAME = pattern(
    r"\s{1,80}(?P<file>(?:[A-Za-z]:)?[^\s:]{1,400}_test\.go):(?P<line>\d{1,7})(?: \+0x[0-9a-f]{1,16})?$"
)
MAX_JOINED = 8


@dataclass(slots=True)
class Entry:
    """What one call of `t.Error`, `t.Log` … printed."""

    number: int
    indent: str
    file: str | None
    line: int | None
    lines: list[str] = field(default_factory=list)
    end: int = 0


def telling(output: Sequence[Line]) -> Entry | None:
    """The entry that says why: Go does not mark logs and errors apart.

    Args:
        output: what the test printed.
    """
    found = entries(output)
    for entry in found:
        if any("Error Trace:" in line for line in entry.lines[:3]):
            return entry
    for entry in found:
        if any(_TELLING.search(line[:400]) for line in entry.lines[:4]):
            return entry
    return found[-1] if found else None


def first_telling(texts: Sequence[str]) -> str | None:
    """The first line that speaks of a failure, else the last line."""
    found = next((text for text in texts if _TELLING.search(text[:400])), None)
    return found or (texts[-1] if texts else None)


def entries(output: Sequence[Line]) -> list[Entry]:
    """Every `file.go:1: message` with the lines that belong to it."""
    found: list[Entry] = []
    for line in output:
        match = _ENTRY.match(line.text)
        inside = bool(found) and _within(line.text, found[-1].indent)
        if match is not None and not (inside and len(match["indent"]) > len(found[-1].indent)):
            entry = Entry(line.number, match["indent"], match["file"], int(match["line"]))
            entry.lines.append(match["message"] or "")
            entry.end = line.number
            found.append(entry)
        elif inside:
            found[-1].lines.append(line.text)
            found[-1].end = line.number
    return found


def _within(text: str, indent: str) -> bool:
    return not text.strip() or (text.startswith(indent) and text[len(indent)].isspace())


def place(entry: Entry) -> tuple[str | None, int | None]:
    """The repository's own file that the entry speaks of."""
    for index, text in enumerate(entry.lines):
        if "Error Trace:" in text:
            return _trace(entry.lines[index : index + 12]) or (entry.file, entry.line)
    if entry.file is not None and is_own(entry.file):
        return entry.file, entry.line
    for text in entry.lines:
        match = _FRAME.match(text)
        if match is not None and is_own(match["file"]):
            return match["file"], int(match["line"])
    return None, None


def _trace(lines: Sequence[str]) -> tuple[str, int] | None:
    """The first place of a testify trace, a test file before others."""
    first = None
    for text in lines:
        match = _TRACE.match(text)
        if match is None:
            break
        if match["file"].endswith("_test.go"):
            return match["file"], int(match["line"])
        first = first or (match["file"], int(match["line"]))
    return first


def message(entry: Entry) -> str:
    """The words of an entry on one line."""
    fields = _fields(entry.lines)
    if fields.get("Error"):
        said = _until_diff(fields["Error"])
        return " ".join(said)
    texts = [text.strip() for text in entry.lines if text.strip()]
    if not texts:
        return ""
    if texts[0] == "error:":
        return _sections(texts)
    if texts[0].endswith(":") or texts[0] == "Expected":
        return " ".join(texts[:MAX_JOINED])
    return texts[0]


def _fields(lines: Sequence[str]) -> dict[str, list[str]]:
    """Testify's block: each name with its lines."""
    fields: dict[str, list[str]] = {}
    name = None
    for text in lines:
        match = _FIELD.match(text)
        if match is not None:
            name = match["name"]
            fields[name] = [match["text"].strip()] if match["text"] else []
        elif name is not None and text.strip():
            fields[name].append(text.strip())
    return fields if "Error Trace" in fields else {}


def _until_diff(said: Sequence[str]) -> list[str]:
    stop = next((index for index, text in enumerate(said) if text == "Diff:"), len(said))
    return list(said[: min(stop, MAX_JOINED)])


def _sections(texts: Sequence[str]) -> str:
    """quicktest: `error:`, `got:` and `want:` with their values below."""
    stop = next((index for index, text in enumerate(texts) if text == "stack:"), len(texts))
    return " ".join(texts[1 : min(stop, MAX_JOINED + 2)])
