"""Tests in the lines of a diff, for when that is all there is."""

from collections.abc import Iterator

from guards.change import Change, FileChange, Line
from guards.pattern import expression
from guards.reading import is_collected

_TEST = expression(r"\s*(?:async\s+)?def\s+(test\w*)\s*\(")
_BLOCK = expression(r"\s*(?:async\s+)?(?:def|class)\s")
_ASSERTION = expression(r"\s*(?:assert\b|(?:self|cls)\.(?:assert\w+|fail)\(|with\s+.*raises\()")
_HOLLOW = expression(
    r"\s*(?:assert|(?:self|cls)\.assertTrue\()\s*\(?(?:True|1)\b\s*\)*\s*(?:,.*|#.*)?$"
)
_SAME_ENOUGH = 0.5


def removed_tests(change: Change) -> Iterator[tuple[FileChange, int | None, str]]:
    """File, place in it and name of each test whose `def` goes and that is nowhere added again.

    A removed `def` counts as a rename when its body stays, or comes back, under another one.
    """
    added = {line.text.strip() for file in change.files for line in file.added}
    names = {match[1] for text in added if (match := _TEST.match(text))}
    for file in change.files:
        if not is_collected(file.old_path or file.path):
            continue
        renames = sum(bool(_TEST.match(line.text)) for line in file.added)
        for name, body in _removed_blocks(file.removed):
            if name in names:
                continue
            if renames and _is_kept(body, added):
                renames -= 1
                continue
            yield file, None, name


def assertion_lines(lines: tuple[Line, ...]) -> list[Line]:
    """Lines that begin with an assertion."""
    return [line for line in lines if _ASSERTION.match(line.text)]


def _removed_blocks(lines: tuple[Line, ...]) -> Iterator[tuple[str, list[str]]]:
    """Each removed test with those lines of its body that go with it."""
    name, body, previous = "", list[str](), 0
    for line in lines:
        starts = _BLOCK.match(line.text) is not None
        if name and (starts or line.number != previous + 1):
            yield name, body
            name = ""
        if starts:
            match = _TEST.match(line.text)
            name, body = (match[1] if match else ""), []
        elif name and line.text.strip():
            body.append(line.text.strip())
        previous = line.number
    if name:
        yield name, body


def _is_kept(body: list[str], added: set[str]) -> bool:
    kept = sum(text in added for text in body)
    return kept >= _SAME_ENOUGH * len(body)


def is_hollow_line(text: str) -> bool:
    """Whether a line asserts a constant."""
    return _HOLLOW.match(text) is not None
