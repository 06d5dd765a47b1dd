"""A comment that silences a tool leaves the fault where it was."""

import re
from collections import Counter
from collections.abc import Iterator

from guards.change import Change, Line
from guards.errors import UnparsableError
from guards.evidence import Evidence, Need
from guards.policy import Policy
from guards.python_source import comments
from guards.roles import is_code
from guards.verdict import Finding, Severity

NAME = "suppressions"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset()

_SUPPRESSION = re.compile(
    r"#\s*(?:(?:ruff|flake8)\s*:\s*)?noqa\b|#\s*type:\s*ignore\b|#\s*(?:mypy|pyright|pyre|ty)\s*:\s*\S*ignore"
    r"|#\s*pragma:\s*no\s*(?:cover|branch)\b|#\s*pylint:\s*disable|#\s*nosec\b|#\s*fmt:\s*(?:off|skip)\b"
    r"|eslint-disable|@ts-(?:ignore|expect-error|nocheck)\b|biome-ignore|prettier-ignore"
    r"|\b(?:istanbul|c8|v8)\s+ignore\b|//\s*nolint\b|\bNOSONAR\b|rubocop:disable|@SuppressWarnings\b"
    r"|#!?\[allow\(|#pragma\s+warning\s+disable|\bLCOV_EXCL|:nocov:",
    re.IGNORECASE,
)
_MAX_COLUMNS = 2000


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find suppressing comments in added lines that no removed line of the change had.

    In a file that CI named in the failure it silences that very failure, and is refused.
    """
    known = Counter(
        kind
        for file in change.files
        for line in file.removed
        for kind in _kinds(file.old_path or file.path, file.before, line)
    )
    for file in change.files:
        severity = Severity.REJECT if file.path in evidence.failing else SEVERITY
        for line in file.added:
            for kind in _kinds(file.path, file.after, line):
                if known[kind] > 0:
                    known[kind] -= 1
                    continue
                yield Finding(
                    guard=NAME,
                    severity=severity,
                    message=f"a tool is silenced: {line.text.strip()[:200]}",
                    remedy="repair what the tool complains about instead of silencing it",
                    file=file.path,
                    line=line.number,
                )


def _kinds(path: str, content: bytes | None, line: Line) -> list[str]:
    """The suppressions on a line, without what stands around them."""
    if not is_code(path):
        return []
    found = _found(line.text)
    if found and content is not None and path.endswith((".py", ".pyi")):
        try:  # a string or a docstring may speak of them
            return _found(comments(content).get(line.number, ""))
        except UnparsableError:
            return found
    return found


def _found(text: str) -> list[str]:
    matches = _SUPPRESSION.finditer(text[:_MAX_COLUMNS])
    return [" ".join(match[0].lower().split()) for match in matches]
