"""Which lines of a change a finding is about: to show them, and to know the finding again."""

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from guards.change import Change, FileChange, Line
from guards.exemptions import content_of, fingerprint
from guards.pattern import expression
from guards.verdict import Excerpt, Finding

MAX_LINES = 3
MAX_CHARACTERS = 200  # of a line
_MAX_SEARCHED = 200  # lines in which the one that the message speaks of is looked for
_WORD = expression(r"[^\W\d]\w{2,60}")


@dataclass(frozen=True, slots=True)
class _Block:
    """Changed lines without a kept one between them, and what a fingerprint keeps of them."""

    removed: tuple[Line, ...]
    added: tuple[Line, ...]
    content: str


class _File:
    """One changed file, taken apart once for all findings about it."""

    def __init__(self, file: FileChange) -> None:
        self.file = file
        self.content = content_of(
            _identity(file.old_path, file.old_mode, file.before, file.removed),
            _identity(file.path, file.new_mode, file.after, file.added),
        )
        self._added = [line.number for line in file.added]
        self._blocks = _blocks(file)

    def block(self, line: int | None) -> _Block | None:
        """The changed lines at a line of the new file, or those that stood beside it."""
        if line is None:
            return None
        index = bisect_right(self._added, line)
        if index and self._added[index - 1] == line:
            return self._blocks[line - index]
        kept = line - index  # unchanged lines up to this one
        return next((self._blocks[key] for key in (kept, kept - 1) if key in self._blocks), None)


class Excerpts:
    """Completes the findings about one change."""

    def __init__(self, change: Change) -> None:
        self._change = change

    def completed(self, finding: Finding) -> Finding:
        """The finding with its offending lines and its fingerprint."""
        file = self._files.get(finding.file or "")
        if file is None:
            # Nothing else says what it is about: test ids, messages of commits.
            content = content_of((self._whole,), (finding.message,))
            name = fingerprint(finding.guard, finding.file or "", content)
            return replace(finding, fingerprint=name)
        path = file.file.path
        block = file.block(finding.line)
        if block is None:
            kept = _kept_line(file.file, finding.line)
            content = content_of((file.content,), kept.lines if kept else (finding.message,))
            name = fingerprint(finding.guard, path, content)
            return replace(finding, after=finding.after or kept, fingerprint=name)
        words = frozenset(_WORD.findall(finding.message[:500]))
        before = _excerpt(file.file.old_path or path, block.removed, words)
        after = _excerpt(path, block.added, words, finding.line)
        return replace(
            finding,
            before=finding.before or before,
            after=finding.after or after,
            fingerprint=fingerprint(finding.guard, path, block.content),
        )

    @cached_property
    def _files(self) -> dict[str, _File]:
        return {file.path: _File(file) for file in self._change.files}

    @cached_property
    def _whole(self) -> str:
        return content_of((file.content for file in self._files.values()), ())


def _blocks(file: FileChange) -> dict[int, _Block]:
    """Blocks by the number of kept lines that stand before them."""
    removed: dict[int, list[Line]] = {}
    added: dict[int, list[Line]] = {}
    for lines, into in ((file.removed, removed), (file.added, added)):
        for index, line in enumerate(lines, start=1):
            into.setdefault(line.number - index, []).append(line)
    return {
        key: _block(removed.get(key, []), added.get(key, []))
        for key in removed.keys() | added.keys()
    }


def _block(removed: Sequence[Line], added: Sequence[Line]) -> _Block:
    content = content_of((line.text for line in removed), (line.text for line in added))
    return _Block(tuple(removed), tuple(added), content)


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
    if lines[-1] == b"":  # what follows the last newline is no line
        lines.pop()
    if not 0 < line <= len(lines):
        return None
    text = lines[line - 1].decode(errors="replace").rstrip("\r")
    return Excerpt(file=file.path, line=line, lines=(text[:MAX_CHARACTERS],))
