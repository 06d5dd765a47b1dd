"""The code of both sides of a changed file, read once for all guards."""

from dataclasses import dataclass

from guards.change import Change, FileChange
from guards.code import Code
from guards.languages import code_of, language_of
from guards.roles import Role, role_of


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
        change.memo[key] = Sides(
            file=file,
            before=_code(file.old_path, file.before, file.old_mode),
            after=_code(file.path, file.after, file.new_mode),
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


def _code(path: str | None, content: bytes | None, mode: str | None) -> Code | None:
    regular = mode is None or mode.startswith("100")
    return code_of(path, content) if path and content and regular else None
