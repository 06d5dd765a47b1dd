"""Some files are for people: security, CI, what guards read, and which dependencies are used."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from guards import toml_text
from guards.change import Change, FileChange
from guards.errors import UnparsableError
from guards.evidence import Evidence, Need
from guards.globs import matches
from guards.policy import Policy
from guards.verdict import Finding, Severity

NAME = "protected"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset()

_MAX_BYTES = 2 * 1024 * 1024
_READERS: dict[str, Callable[[str], Any]] = {".json": json.loads, ".toml": toml_text.loads}


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


def _part_changed(file: FileChange, key: str) -> bool:
    """Whether a part of a document differs; a document that cannot be read counts as changed."""
    known = file.before is not None or file.old_path is None
    if not known or (file.after is None and file.before is None):
        return True
    try:
        before = _part(file.old_path or file.path, file.before, key)
        after = _part(file.path, file.after, key)
    except UnparsableError:
        return True
    return before != after


def _part(path: str, content: bytes | None, key: str) -> str | None:
    """One part of a document, as text with sorted keys; None when it is not there."""
    if content is None:
        return None
    value: Any = _document(path, content)
    for name in key.split("."):
        if not isinstance(value, dict) or name not in value:
            return None
        value = value[name]
    return json.dumps(value, sort_keys=True, default=str)


def _document(path: str, content: bytes) -> Any:
    reader = _READERS.get(path[path.rfind(".") :])
    if reader is None or len(content) > _MAX_BYTES:
        msg = f"{path}: no document that can be read"
        raise UnparsableError(msg)
    try:
        return reader(content.decode())
    except (ValueError, RecursionError) as exc:
        msg = f"{path}: {type(exc).__name__}"
        raise UnparsableError(msg) from exc
