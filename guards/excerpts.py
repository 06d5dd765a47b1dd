"""Which lines of a change a finding is about: to show them, and to know the finding again."""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from guards.change import Change, FileChange, Line
from guards.exemptions import fingerprint
from guards.verdict import Excerpt, Finding

MAX_LINES = 3
MAX_CHARACTERS = 200  # of a line
_MAX_SEARCHED = 200  # lines in which the one that the message speaks of is looked for
_WORD = re.compile(r"[^\W\d]\w{2,60}")


@dataclass(frozen=True, slots=True)
class _Block:
    """Changed lines without a kept one between them."""

    removed: tuple[Line, ...] = ()
    added: tuple[Line, ...] = ()


class Excerpts:
    """Completes the findings about one change."""

    def __init__(self, change: Change) -> None:
        self._files = {file.path: file for file in change.files}
        self._all = change.files
        self._blocks: dict[str, dict[int, _Block]] = {}

    def completed(self, finding: Finding) -> Finding:
        """The finding with its offending lines and its fingerprint."""
        file = self._files.get(finding.file or "")
        if file is None:
            before, after = _content(self._all)
            # Nothing else says what it is about: test ids, messages of commits.
            after.append(finding.message)
            name = fingerprint(finding.guard, finding.file or "", before, after)
            return replace(finding, fingerprint=name)
        block = self._block(file, finding.line)
        if block is None:
            before, after = _content([file])
            kept = _kept_line(file, finding.line)
            after.extend(kept.lines if kept else (finding.message,))
            name = fingerprint(finding.guard, file.path, before, after)
            return replace(finding, after=finding.after or kept, fingerprint=name)
        name = fingerprint(
            finding.guard,
            file.path,
            [line.text for line in block.removed],
            [line.text for line in block.added],
        )
        words = frozenset(_WORD.findall(finding.message[:500]))
        old_path = file.old_path or file.path
        return replace(
            finding,
            before=finding.before or _excerpt(old_path, block.removed, words),
            after=finding.after or _excerpt(file.path, block.added, words, finding.line),
            fingerprint=name,
        )

    def _block(self, file: FileChange, line: int | None) -> _Block | None:
        """The changed lines at a line of the new file, or those that stood beside it."""
        if line is None:
            return None
        if file.path not in self._blocks:
            self._blocks[file.path] = _blocks(file)
        blocks = self._blocks[file.path]
        added = [each.number for each in file.added]
        index = bisect_right(added, line)
        if index and added[index - 1] == line:
            return blocks[line - index]
        kept = line - index  # unchanged lines up to this one
        return next((blocks[key] for key in (kept, kept - 1) if key in blocks), None)


def _blocks(file: FileChange) -> dict[int, _Block]:
    """Blocks by the number of kept lines that stand before them."""
    removed: dict[int, list[Line]] = {}
    added: dict[int, list[Line]] = {}
    for lines, into in ((file.removed, removed), (file.added, added)):
        for index, line in enumerate(lines, start=1):
            into.setdefault(line.number - index, []).append(line)
    return {
        key: _Block(tuple(removed.get(key, ())), tuple(added.get(key, ())))
        for key in removed.keys() | added.keys()
    }


def _content(files: Iterable[FileChange]) -> tuple[list[str], list[str]]:
    """All that a change does to some files, as lines of the old and the new side."""
    before: list[str] = []
    after: list[str] = []
    for file in files:
        before += [*_identity(file.old_path, file.old_mode, file.before, file.removed)]
        after += [*_identity(file.path, file.new_mode, file.after, file.added)]
    return before, after


def _identity(
    path: str | None, mode: str | None, content: bytes | None, lines: Sequence[Line]
) -> Iterator[str]:
    yield f"{path} {mode}"
    yield from (line.text for line in lines)
    if not lines and content is not None:  # binary, or nothing but a mode or a name
        yield hashlib.sha256(content).hexdigest()


def _excerpt(
    path: str, lines: Sequence[Line], words: frozenset[str], at: int | None = None
) -> Excerpt | None:
    """The line that is meant, or the first few from where it must be."""
    if not lines:
        return None
    exact = next((line for line in lines if line.number == at), None)
    if exact is not None:
        return Excerpt(file=path, line=exact.number, lines=(exact.text[:MAX_CHARACTERS],))
    # Of removed lines the message names the one that it means.
    shared = [
        len(words.intersection(_WORD.findall(line.text[:MAX_CHARACTERS])))
        for line in lines[:_MAX_SEARCHED]
    ]
    start = shared.index(max(shared))
    shown = tuple(line.text[:MAX_CHARACTERS] for line in lines[start : start + MAX_LINES])
    return Excerpt(file=path, line=max(lines[start].number, 1), lines=shown)


def _kept_line(file: FileChange, line: int | None) -> Excerpt | None:
    """A line that the change left alone."""
    if line is None or file.after is None:
        return None
    lines = file.after.split(b"\n", line)
    if not 0 < line <= len(lines):
        return None
    text = lines[line - 1].decode(errors="replace").rstrip("\r")
    return Excerpt(file=file.path, line=line, lines=(text[:MAX_CHARACTERS],))
