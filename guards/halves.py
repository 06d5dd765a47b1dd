"""Take a change apart: the original tests on the new source, and the new tests on the original."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from guards.change import Change, FileChange
from guards.pattern import expression
from guards.roles import Role, is_test_role, role_of
from guards.shared_settings import graft, is_shared

# Files that steer the runner of the tests, and hold nothing that the product needs.
_SETTINGS = expression(
    r"(?:^|/)(?:\.?pytest\.(?:ini|toml)|tox\.(?:ini|toml)|noxfile\.py|\.coveragerc|\.?codecov\.ya?ml|\.rspec|\.simplecov"
    r"|phpunit\.xml(?:\.dist)?|\.?(?:jest|vitest|vite\.test|mocha|karma|ava|jasmine|playwright|cypress|nyc|c8|wdio)"
    r"(?:\.[\w-]+)?\.(?:config|conf|workspace)\.(?:[cm]?[jt]s|json)|\.(?:mocharc|nycrc|c8rc|taprc|jestrc)(?:\.\w+)?"
    r"|jasmine\.json|nextest\.toml|\.runsettings|[\w.-]+\.runsettings|xunit\.runner\.json|testng\.xml"
    r"|junit-platform\.properties|CTestCustom\.cmake|CTestConfig\.cmake)$"
)
# What Python would load from the root of a checkout in place of the runner, or before it.
_SHADOWS = expression(
    r"(?:(?:pytest|_pytest|coverage|unittest|pluggy|iniconfig|xdist|pytest_\w+|sitecustomize|usercustomize)"
    r"(?:\.py|/.*)|[^/]+\.pth)"
)
_REGULAR = frozenset({None, "000000", "100644", "100755"})
# Where tests begin in a file of source; None: only as examples in comments and docstrings.
_IN_SOURCE: Mapping[str, re.Pattern[bytes] | None] = {
    ".rs": re.compile(rb"^[ \t]*#\[(?:cfg\(test\)|test\]|\w{1,40}::test)", re.MULTILINE),
    ".zig": re.compile(rb"^[ \t]*test[ \t]", re.MULTILINE),
    ".d": re.compile(rb"^[ \t]*unittest[ \t]*\{?", re.MULTILINE),
    ".py": None,
    ".pyx": None,
    ".ex": None,
}
_DOCTEST = expression(r"[ \t]*(?:>>> |\.\.\. |iex> |//[/!])")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """What a tree is to hold at a path; `content` None = nothing."""

    path: str
    content: bytes | None
    executable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Halves:
    """How both trees are made.

    Attributes:
        restored: what makes the new tree one with the original tests.
        ablated: what makes the original tree one with the new tests.
        tests: paths of changed files that tests are collected from.
        inside: paths of source that holds tests, where the change touches these. They stay on the
            side of the source: of tests in them the trees say nothing.
        why_not: why the change cannot be taken apart; "" when it can.
    """

    restored: tuple[FileState, ...] = ()
    ablated: tuple[FileState, ...] = ()
    tests: frozenset[str] = frozenset()
    inside: frozenset[str] = frozenset()
    why_not: str = ""


def serves_tests(path: str) -> bool:
    """Whether a file belongs to the half of the tests: they, their data, settings and runner."""
    role = role_of(path)
    return (
        is_test_role(role)
        or role is Role.GOVERNANCE
        or _SETTINGS.search(path) is not None
        or _SHADOWS.fullmatch(path) is not None
    )


def take_apart(change: Change) -> Halves:
    """Plan both trees of a change; `why_not` says when there is no honest cut."""
    if not change.from_trees:
        return Halves(why_not="only a diff was given, not both trees")
    for file in change.files:
        if why := _inseparable(file):
            return Halves(why_not=why)
    sides = [_states(file) for file in change.files]
    return Halves(
        inside=frozenset(file.path for file in change.files if _has_tests_inside(file)),
        restored=_distinct(state for restored, _ in sides for state in restored),
        ablated=_distinct(state for _, ablated in sides for state in ablated),
        tests=frozenset(
            file.path
            for file in change.files
            if file.after is not None and role_of(file.path) is Role.TEST
        ),
    )


def _inseparable(file: FileChange) -> str:
    """Why a file cannot be put on one side of the cut; "" when it can."""
    paths = (file.old_path or file.path, file.path)
    if not (any(map(serves_tests, paths)) or any(map(is_shared, paths))):
        return ""
    if not {file.old_mode, file.new_mode} <= _REGULAR:
        return f"{file.path} is no regular file"
    return f"{file.path} is too large" if _is_missing(file) else ""


def _is_missing(file: FileChange) -> bool:
    """Whether a content that must be there was left out."""
    was = file.old_path is not None and file.before is None
    return was or (file.new_mode not in {None, "000000"} and file.after is None)


def _has_tests_inside(file: FileChange) -> bool:
    """Whether tests stand in a file of source, and the change touches them."""
    suffix = "." + file.path.rpartition(".")[2]
    if serves_tests(file.path) or suffix not in _IN_SOURCE:
        return False
    if any(_DOCTEST.match(line.text[:200]) for line in (*file.added, *file.removed)):
        return True
    pattern = _IN_SOURCE[suffix]
    if pattern is None:
        return False
    for content, lines in ((file.before, file.removed), (file.after, file.added)):
        found = pattern.search(content or b"")
        if found and lines and lines[-1].number > (content or b"").count(b"\n", 0, found.start()):
            return True
    return False


def _states(file: FileChange) -> tuple[Sequence[FileState], Sequence[FileState]]:
    """What a file's change adds to both plans: (restored, ablated)."""
    old, new = _state_before(file), _state_after(file)
    if old and new and old.path == new.path and is_shared(old.path):
        return _shared(old, new)
    restored: list[FileState] = []
    ablated: list[FileState] = []
    if new and serves_tests(new.path):
        ablated.append(new)
        if old is None or old.path != new.path:
            restored.append(FileState(path=new.path, content=None))
    if old and serves_tests(old.path):
        restored.append(old)
        if new is None or old.path != new.path:
            ablated.append(FileState(path=old.path, content=None))
    return restored, ablated


def _shared(old: FileState, new: FileState) -> tuple[Sequence[FileState], Sequence[FileState]]:
    """Of a file that steers the tests among other things, only that part changes sides."""
    before, after = old.content or b"", new.content or b""
    original = graft(new.path, after, before)
    changed = graft(new.path, before, after)
    return (
        [] if original == after else [_with(new, original)],
        [] if changed == before else [_with(old, changed)],
    )


def _with(state: FileState, content: bytes) -> FileState:
    return FileState(path=state.path, content=content, executable=state.executable)


def _state_before(file: FileChange) -> FileState | None:
    if file.before is None:
        return None
    path = file.old_path or file.path
    return FileState(path=path, content=file.before, executable=file.old_mode == "100755")


def _state_after(file: FileChange) -> FileState | None:
    if file.after is None:
        return None
    return FileState(path=file.path, content=file.after, executable=file.new_mode == "100755")


def _distinct(states: Iterator[FileState]) -> tuple[FileState, ...]:
    """One state a path: of a path that one file leaves and another takes, the content counts."""
    found: dict[str, FileState] = {}
    for state in states:
        if state.content is not None or state.path not in found:
            found[state.path] = state
    return tuple(found[path] for path in sorted(found))
