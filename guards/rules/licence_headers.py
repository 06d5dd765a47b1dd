"""Who owns a file and under which licence is not for a fix to change."""

import re
from collections import Counter
from collections.abc import Iterator

from guards.change import Change, FileChange, Line, Status
from guards.evidence import Evidence, Need
from guards.lines import LineMap
from guards.pattern import expression
from guards.policy import Policy
from guards.roles import Role, is_test_role
from guards.verdict import Finding, Severity

NAME = "licence_headers"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset()

_MAX_COLUMNS = 1000
_HEAD = 80
_LICENCE_FILE = expression(
    r"(?:^|/)(?:LICEN[CS]E|COPYING|NOTICE|COPYRIGHT|UNLICENSE|PATENTS)(?:[._-][\w.-]{1,40})?$|(?:^|/)LICENSES/",
    re.IGNORECASE,
)
_CODE = expression(r"\.(?:py|[cm]?[jt]sx?|go|rs|rb|java|kt|php|c|cc|cpp|cs|swift|ex|sh|h)$", re.I)
_CLAIM = expression(
    r"copyright\s{0,4}(?:\(c\)|©|&copy;|\d{4}|[A-Z])|SPDX-(?:License-Identifier|FileCopyrightText)|©\s{0,4}\d{4}|@licen[cs]e\b|\(c\)\s{0,4}\d{4}"
    r"|licensed (?:under|to) |all rights reserved|GNU (?:Lesser |Affero )?General Public License",
    re.IGNORECASE,
)
_NO_LETTERS = expression(r"</?[a-z]{1,10}/?>|[\W\d_]+", re.IGNORECASE)
_YEARS = expression(r"\d{4}(?:\s{0,2}[-\u2013,]\s{0,2}(?:\d{4}|present|now))*|\W")


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find licence files that change, and claims of ownership that go while their file stays."""
    kept = Counter(_key(line) for file in change.files for line in file.added if _claims(line))
    for file in change.files:
        if _LICENCE_FILE.search(file.path) and not _CODE.search(file.path):
            yield from _licence(file)
        elif file.status is not Status.DELETED and file.role not in {Role.DOCS, Role.SNAPSHOT}:
            yield from _headers(file, kept)


def _licence(file: FileChange) -> Iterator[Finding]:
    if file.status is Status.ADDED:
        severity, message = Severity.WARN, "a licence is added"
    elif Counter(map(_key, file.added)) == Counter(map(_key, file.removed)):
        severity, message = Severity.WARN, "the years of a licence change"
    else:
        severity, message = SEVERITY, "a licence changes"
    yield _finding(file, message, severity, file.added[0].number if file.added else None)


def _headers(file: FileChange, kept: Counter[str]) -> Iterator[Finding]:
    rewrapped = _letters(" ".join(line.text for line in file.added[:_HEAD]))
    for line in file.removed:
        if line.number > _HEAD or not _claims(line):
            continue
        if kept[_key(line)] > 0:
            kept[_key(line)] -= 1
            continue
        if _letters(line.text) in rewrapped:
            continue
        severity = Severity.WARN if is_test_role(file.role) else SEVERITY
        message = f"a claim of ownership is gone: {line.text.strip()[:160]!r}"
        yield _finding(file, message, severity, min(line.number, LineMap(file).near(line.number)))
        return


def _claims(line: Line) -> bool:
    return _CLAIM.search(line.text[:_MAX_COLUMNS]) is not None


def _letters(text: str) -> str:
    """The letters alone, so that marks and line breaks do not matter."""
    return _NO_LETTERS.sub("", text[: _MAX_COLUMNS * _HEAD]).casefold()


def _key(line: Line) -> str:
    """A claim without its years, so that a new year is no other claim."""
    return _YEARS.sub("", line.text[:_MAX_COLUMNS]).casefold()


def _finding(file: FileChange, message: str, severity: Severity, line: int | None) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=message,
        remedy="leave licences and copyright lines as they were",
        file=file.path,
        line=line,
    )
