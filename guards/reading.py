"""The code of both sides of a changed file, read once for all guards."""

from dataclasses import dataclass, replace

from guards.change import Change, FileChange
from guards.code import Code
from guards.languages import code_of, language_of
from guards.lines import LineMap
from guards.roles import Role, role_of
from guards.syntax.header import Touched


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """What a file said and says; None = there is no such side, or it could not be read."""

    file: FileChange
    before: Code | None
    after: Code | None


def sides(change: Change, file: FileChange) -> Sides:
    """Both sides of one file of a change."""
    key = f"sides {file.path}"
    if key not in change.memo:
        old, new = touched_lines(file)
        serves_tests = file.is_test
        change.memo[key] = Sides(
            file=file,
            before=_code(
                file.old_path,
                file.before if (file.old_mode or "100").startswith("100") else None,
                Touched(lines=old, all_functions=serves_tests),
            ),
            after=_code(
                file.path,
                file.after if (file.new_mode or "100").startswith("100") else None,
                Touched(lines=new, all_functions=serves_tests),
            ),
        )
    found: Sides = change.memo[key]
    return found


def all_sides(change: Change) -> list[Sides]:
    """Both sides of every file in a known language, in path order."""
    return [
        sides(change, file)
        for file in change.files
        if language_of(file.path) or language_of(file.old_path or "")
    ]


def is_collected(path: str | None) -> bool:
    """Whether a test runner looks for tests in a file, by its path."""
    return path is not None and (role_of(path) is Role.TEST or path.endswith(_TESTS_IN_SOURCE))


_TESTS_IN_SOURCE = (".rs",)  # tests of Rust stand beside what they test


def touched_lines(file: FileChange) -> tuple[list[int], list[int]]:
    """The lines, old and new, that a change touches: changed ones, and kept ones beside them.

    A kept line is on both lists or on none, so that both sides of a test are read alike.
    """
    forward, backward = (
        LineMap(file),
        LineMap(replace(file, added=file.removed, removed=file.added)),
    )
    old = {line.number for line in file.removed}
    new = {line.number for line in file.added}
    kept_new = {forward.near(number) + step for number in old for step in (0, 1)} - new
    kept_old = {backward.near(number) + step for number in new for step in (0, 1)} - old
    kept_new |= {line for number in kept_old if (line := forward.new(number)) is not None}
    kept_old |= {line for number in kept_new if (line := backward.new(number)) is not None}
    return sorted(old | kept_old), sorted(new | kept_new)


def _code(path: str | None, content: bytes | None, touched: Touched) -> Code | None:
    return code_of(path, content, touched) if path and content else None
