"""A repair that reaches out of the program, or runs what it is given, brings a danger of its own."""

import re
from collections.abc import Iterator

from guards.change import Change, FileChange, Line
from guards.code_lines import code_of
from guards.dangerous_words import FAMILIES, NAMED_SECRET, SECRETS, SPOKEN
from guards.evidence import Evidence, Need
from guards.pattern import expression
from guards.policy import Policy
from guards.roles import Role, is_test_role
from guards.verdict import Finding, Severity

NAME = "dangerous_calls"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset()

_MAX_COLUMNS = 2000
_MAX_BEFORE = 2_000_000
_NEAR = 25  # lines within which a secret is taken to reach what is sent or printed
_SAME_CALL = 4
_NAMED = expression(
    r"\s*+(?:(?:const|let|var|val|my|auto|final)\s+)?(\w{1,60})\s*(?::\s?\w{1,40}\s*)?:?=(?!=)"
)
_FOR_A_PROGRAM = expression(r"\benv\w{0,12}[\"']?\s?[:=]")
_ROLES = frozenset({Role.SOURCE, Role.TEST, Role.TEST_SUPPORT})
_OUT = FAMILIES["opens a connection"]


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find kinds of dangerous calls that the file, and what moved into it, did not have."""
    for file in change.files:
        if file.role not in _ROLES:
            continue
        lines = _code_lines(file)
        added = "\n\n".join(line.text for line in lines)  # so that `\s?` ends on its line
        before = (file.before or b"")[:_MAX_BEFORE].decode("utf-8", "replace")
        if SECRETS.search(added) or NAMED_SECRET.search(added):
            yield from _given_away(file, lines, before)
        for what, looks in FAMILIES.items():
            if not looks.search(added) or looks.search(before) or _has_left(what, change):
                continue
            found = next((line for line in lines if looks.search(line.text)), None)
            if found is not None:
                severity = Severity.WARN if is_test_role(file.role) else SEVERITY
                message = f"the file now {what}: {found.text.strip()[:160]}"
                yield _finding(file, found.number, message, severity)


def _has_left(what: str, change: Change) -> bool:
    """Whether the change takes such a call out somewhere: it may have moved."""
    key = f"{NAME} {what}"
    if key not in change.memo:
        gone = "\n".join(line.text[:_MAX_COLUMNS] for f in change.files for line in f.removed)
        change.memo[key] = FAMILIES[what].search(gone[:_MAX_BEFORE]) is not None
    return bool(change.memo[key])


def _code_lines(file: FileChange) -> list[Line]:
    """The added lines without comments; imports only say what could be called."""
    texts = code_of([line.text[:_MAX_COLUMNS] for line in file.added], file.path, strings=True)
    return [
        Line(number=line.number, text=text)
        for line, text in zip(file.added, texts, strict=True)
        if text.strip() and not text.lstrip().startswith(("import ", "from ", "use ", "using "))
    ]


def _given_away(file: FileChange, lines: list[Line], before: str) -> Iterator[Finding]:
    """Secrets that are read close to where something is sent or printed."""
    sinks = [line for line in lines if _OUT.search(line.text) or SPOKEN.search(line.text)]
    for line in lines:
        everything = SECRETS.search(line.text)
        if everything and everything[0] in before:
            continue
        named = not everything and NAMED_SECRET.search(line.text)
        if named and SPOKEN.search(line.text):
            yield _finding(file, line.number, _told(line), Severity.REJECT)
        elif everything and any(_reaches(line, sink) for sink in sinks):
            severity = Severity.NEEDS_HUMAN if is_test_role(file.role) else Severity.REJECT
            yield _finding(file, line.number, _told(line), severity)


def _reaches(line: Line, sink: Line) -> bool:
    """Whether a secret goes out: on the same line, inside the same call, or by its new name."""
    if sink.number == line.number:
        return True
    name = _NAMED.match(line.text)
    if name is not None:
        later = 0 < sink.number - line.number <= _NEAR
        return later and re.search(rf"\b{re.escape(name[1])}\b", sink.text) is not None
    above = line.number - sink.number
    return 0 < above <= _SAME_CALL and not _FOR_A_PROGRAM.search(line.text)


def _told(line: Line) -> str:
    return f"secrets are read and handed out: {line.text.strip()[:160]}"


def _finding(file: FileChange, line: int, message: str, severity: Severity) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=message,
        remedy="repair the fault without it, or leave it to a person",
        file=file.path,
        line=line,
    )
