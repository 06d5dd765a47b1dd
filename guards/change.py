"""A change between two trees, as guards see it: files with their contents and lines, no git."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from guards.roles import Role, is_test_role, role_of


class Status(StrEnum):
    """What happened to a file; the letters of `git diff --raw`."""

    ADDED = "A"
    DELETED = "D"
    MODIFIED = "M"
    RENAMED = "R"
    TYPE_CHANGED = "T"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One added or removed line; `number` is 1-based, in the new file if added, else the old."""

    number: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """What a change does to one file.

    Attributes:
        path: in the new tree (in the old tree for a deletion), "/"-separated.
        old_path: in the old tree; differs from `path` for a rename; None for an addition.
        old_mode, new_mode: git modes ("100644", "100755", "120000", "160000"), "000000" = absent;
            None when only a diff was given.
        before, after: whole contents; None when absent, too large, or when only a diff was given.
        added, removed: changed lines in order.
        binary: git could not show lines.
    """

    path: str
    status: Status
    old_path: str | None = None
    old_mode: str | None = None
    new_mode: str | None = None
    before: bytes | None = None
    after: bytes | None = None
    added: tuple[Line, ...] = ()
    removed: tuple[Line, ...] = ()
    binary: bool = False

    @property
    def is_test(self) -> bool:
        """Whether the file serves tests alone, on one side at least, by its path."""
        return is_test_role(self.role) or is_test_role(role_of(self.old_path or self.path))

    @property
    def role(self) -> Role:
        """The part that the file plays in the new tree (in the old one for a deletion)."""
        return role_of(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The whole change.

    Attributes:
        files: one a touched path, in path order.
        from_trees: whether contents are known (False: read from a diff alone).
        messages: of the commits that make up the change, newest first; cut when very long.
    """

    files: tuple[FileChange, ...] = ()
    from_trees: bool = True
    messages: tuple[str, ...] = ()
    # What was worked out about these very contents, so that thirty guards do it once.
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def size(self) -> int:
        """Added plus removed lines."""
        return sum(len(file.added) + len(file.removed) for file in self.files)
