"""Some files are for people: security, CI, what guards read, and which dependencies are used."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from guards.change import Change, FileChange
from guards.documents import document, text_of
from guards.errors import UnparsableError
from guards.evidence import Evidence, Need
from guards.globs import matches
from guards.manifests import dependencies
from guards.package_changes import is_daily, words_of
from guards.policy import PROTECTED, Policy
from guards.verdict import Finding, Severity

NAME = "protected"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset()

_ABSENT = object()


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find changes under the policy's globs, and in the protected parts of documents."""
    for file in change.files:
        paths = {file.path, file.old_path or file.path}
        for entry in policy.protected:
            glob, _, key = entry.partition(":")
            if not any(matches(path, glob) for path in paths):
                continue
            if key and not _part_changed(file, key):
                continue
            if entry in PROTECTED and _is_daily(file, key, words_of(change)):
                continue
            what = f"{key} of {file.path}" if key else file.path
            yield Finding(
                guard=NAME,
                severity=SEVERITY,
                message=f"{what} is protected by {entry!r}",
                remedy=f"leave {what} as it was; if the fix must change it, a person decides",
                file=file.path,
                line=file.added[0].number if file.added else None,
            )
            break


def _is_daily(file: FileChange, key: str, words: str) -> bool:
    """Whether what is installed only moves on, which another guard judges package by package."""
    if not key or file.before is None or file.after is None:
        return False
    try:
        before = dependencies(file.old_path or file.path, file.before)
        after = dependencies(file.path, file.after)
    except (UnparsableError, RecursionError):
        return False
    return before != after and is_daily(before, after, words)


def _part_changed(file: FileChange, key: str) -> bool:
    """Whether a part of a document differs; a document that cannot be read counts as changed."""
    known = file.before is not None or file.old_path is None
    if not known or (file.after is None and file.before is None):
        return True
    try:
        before = _part(file.old_path or file.path, file.before, key)
        after = _part(file.path, file.after, key)
    except (UnparsableError, RecursionError):
        return True
    return before != after


def _part(path: str, content: bytes | None, key: str) -> str | None:
    """One part of a document, as text with sorted keys; None when it is not there."""
    if content is None:
        return None
    value: Any = document(path, content)
    for name in key.split("."):
        value = _named(value).get(name, _ABSENT)
        if value is _ABSENT:
            return None
    return json.dumps(_comparable(value), sort_keys=True)


def _named(value: Any) -> Mapping[str, Any]:
    """The parts of a mapping by name, those of a sequence by number."""
    if isinstance(value, Mapping):
        return {text_of(name): inner for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return {str(number): inner for number, inner in enumerate(value)}
    return {}


def _comparable(value: Any) -> Any:
    """The value with keys of text alone, so that any document can be written down in order."""
    if isinstance(value, Mapping):
        return {text_of(name): _comparable(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_comparable(inner) for inner in value]
    return value if isinstance(value, str | int | float | None) else repr(value)
