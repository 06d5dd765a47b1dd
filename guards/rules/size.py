"""A fix is small: a long diff is a rewrite, and a rewrite needs a person."""

from collections import Counter
from collections.abc import Iterator

from guards.change import Change, FileChange, Status
from guards.evidence import Evidence, Need
from guards.policy import Policy
from guards.roles import Role
from guards.verdict import Finding, Severity

NAME = "size"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset()

_MAX_FILES = 20
_MAX_LAYOUT_LINES = 1000
_MAX_HIDDEN_SHARE = 20  # lines of mere layout for each line that says something
_FEW_LAYOUT_LINES = 100
# Written by programs: long for honest reasons, and judged by what they come from.
_WRITTEN_BY_PROGRAMS = frozenset({Role.LOCK, Role.SNAPSHOT, Role.GENERATED, Role.VENDORED})
_LONG_ENOUGH = 12  # characters of a line that is known again in another file
_REMEDY = "make a smaller change that only fixes the failure"


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find changes of more hand-written lines or files than pass without a person."""
    moved = _moved(change)
    counts = {
        file.path: _counts(file, moved)
        for file in change.files
        if file.role not in _WRITTEN_BY_PROGRAMS and (file.added or file.removed)
    }
    said = {path: said for path, (said, _) in counts.items()}
    layout = {path: layout for path, (_, layout) in counts.items()}
    size = sum(said.values())
    if size > policy.max_changed_lines:
        message = (
            f"{size} changed lines; at most {policy.max_changed_lines} pass without a person"
            + _share(said, size)
        )
        yield _finding(message, said)
    yield from _flood(size, layout)
    spread = {file.path for file in change.files if _spreads(file)}
    touched = [path for path, (said, layout) in counts.items() if path in spread and said + layout]
    if len(touched) > _MAX_FILES:
        message = f"{len(touched)} files are touched; at most {_MAX_FILES} pass without a person"
        yield _finding(message, said)


def _spreads(file: FileChange) -> bool:
    """Whether the file tells how far a fix reaches: tests, documents and new names follow it."""
    return not (file.is_test or file.role is Role.DOCS or file.status is Status.RENAMED)


def _flood(size: int, layout: dict[str, int]) -> Iterator[Finding]:
    """Mere layout hides what little is said between it."""
    total = sum(layout.values())
    hides = size and total > max(_FEW_LAYOUT_LINES, size * _MAX_HIDDEN_SHARE)
    if total > _MAX_LAYOUT_LINES or hides:
        what = f"{total} lines change in layout alone" + (
            f", around {size} that do not" * bool(hides)
        )
        yield _finding(what, layout)


def _share(said: dict[str, int], size: int) -> str:
    largest = max(said, key=lambda path: said[path])
    return f"; {100 * said[largest] // size} % of them in {largest}" if len(said) > 1 else ""


def _counts(file: FileChange, moved: frozenset[str]) -> tuple[int, int]:
    """How many lines say something else than before, and how many only look different."""
    added = Counter(_bare(line.text) for line in file.added)
    removed = Counter(_bare(line.text) for line in file.removed)
    same = added & removed
    rest = (added - same) + (removed - same)
    said = sum(count for text, count in rest.items() if text not in moved)
    return said, 2 * sum(same.values())


def _moved(change: Change) -> frozenset[str]:
    """Lines of some length that left one file and came, as they were, to another."""
    gone: set[str] = set()
    come: set[str] = set()
    for file in change.files:
        gone.update(text for line in file.removed if len(text := _bare(line.text)) >= _LONG_ENOUGH)
        come.update(text for line in file.added if len(text := _bare(line.text)) >= _LONG_ENOUGH)
    return frozenset(gone & come)


def _bare(text: str) -> str:
    return "".join(text.split())


def _finding(message: str, lines: dict[str, int]) -> Finding:
    return Finding(
        guard=NAME,
        severity=SEVERITY,
        message=message,
        remedy=_REMEDY,
        file=max(lines, key=lambda path: lines[path], default=None),
    )
