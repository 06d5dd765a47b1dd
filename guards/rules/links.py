"""Links, submodules, modes and binaries change what is run without a line that can be read."""

from collections.abc import Iterator

from guards.change import Change, FileChange, Status
from guards.evidence import Evidence, Need
from guards.policy import Policy
from guards.verdict import Finding, Severity

NAME = "links"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset()

_SYMLINK, _SUBMODULE = "120000", "160000"
_PLAIN, _EXECUTABLE = "100644", "100755"
_CONTROL = frozenset({".git", ".gitmodules", "git~1"})


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find what a reviewer of lines cannot see: kinds of files, modes, binaries, odd paths."""
    for file in change.files:
        yield from _path(file)
        yield from _kind(file)
        yield from _unread(file, change)


def _path(file: FileChange) -> Iterator[Finding]:
    parts = file.path.split("/")
    if _CONTROL & {part.casefold() for part in parts} or {"..", ".", ""} & set(parts):
        yield _finding(file, f"{file.path!r} steers git or leaves the repository", "take it out")
    elif any(part.endswith((".", " ")) or not part.isprintable() for part in parts):
        message = f"{file.path!r} looks like another path on some systems"
        yield _finding(file, message, "give the file a plain name")


def _kind(file: FileChange) -> Iterator[Finding]:
    old, new = file.old_mode, file.new_mode
    if new == _SYMLINK:
        yield _finding(file, f"{file.path} is now a symbolic link", "write a regular file")
    elif _SUBMODULE in {old, new}:
        yield _finding(file, f"{file.path} is a submodule", "leave submodules as they were")
    elif old == _SYMLINK and file.status is not Status.DELETED:
        message = f"{file.path} was a symbolic link"
        yield _finding(file, message, "leave the link as it was", Severity.NEEDS_HUMAN)
    elif {old, new} == {_PLAIN, _EXECUTABLE}:
        message = f"the mode of {file.path} changed from {old} to {new}"
        yield _finding(file, message, "leave the mode as it was", Severity.NEEDS_HUMAN)
    elif new == _EXECUTABLE and file.status is Status.ADDED:
        severity = Severity.WARN if (file.after or b"").startswith(b"#!") else Severity.NEEDS_HUMAN
        message = f"{file.path} is a new executable file"
        yield _finding(file, message, "add files without the executable bit", severity)


def _unread(file: FileChange, change: Change) -> Iterator[Finding]:
    if file.binary:
        message = f"{file.path} is binary, so nobody can read what changed"
        yield _finding(file, message, "leave binary files as they were", Severity.NEEDS_HUMAN)
        return
    there = file.status is not Status.DELETED and file.new_mode != _SUBMODULE
    if change.from_trees and there and file.after is None:
        message = f"{file.path} is too large to be judged"
        yield _finding(file, message, "leave this file as it was", Severity.NEEDS_HUMAN)


def _finding(file: FileChange, message: str, remedy: str, severity: Severity = SEVERITY) -> Finding:
    return Finding(guard=NAME, severity=severity, message=message, remedy=remedy, file=file.path)
