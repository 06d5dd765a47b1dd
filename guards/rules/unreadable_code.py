"""Code that nobody can read is code that nobody reviewed."""

from collections.abc import Iterator

from guards.change import Change, FileChange, Line
from guards.evidence import Evidence, Need
from guards.pattern import expression
from guards.policy import Policy
from guards.roles import Role, is_code, is_test_role
from guards.verdict import Finding, Severity

NAME = "unreadable_code"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset()

_MAX_COLUMNS = 4000
_LONG_COLUMNS = 1000
_MAX_LINE = 20_000
_MANY_STATEMENTS = 20
_BLOCK_LINES = 15
_PROGRAMS = frozenset(
    {Role.SOURCE, Role.TEST, Role.TEST_SUPPORT, Role.CONFIG, Role.GOVERNANCE, Role.DOCS}
)
_BUILT = frozenset({Role.GENERATED, Role.VENDORED})
_FAR_RIGHT = expression(r"[ \t]{100}(?=\S)")
# Quantifiers of fixed size: each is tried once a place and stops at the first that does not fit.
_BLOB = expression(r"[A-Za-z0-9+/]{800}|[A-Za-z0-9_-]{800}")
_ESCAPES = expression(r"(?:\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\[0-7]{3}){40}")
_PICTURE = expression(r"data:(?:image|font|application/(?:x-)?font)[\w/+.-]{0,40}[;,]")
_BLOCK = expression(r"\s{0,40}(?:[+.]\s?)?[rbu]?[\"'`]?[A-Za-z0-9+/=]{56,}[\"'`]?[\s,;+.\\)]{0,8}")
_RUNS_TEXT = expression(
    r"\b(?:eval|exec|Function|loadstring|unserialize|marshal|pickle|decompress|fromCharCode|atob|b64decode"
    r"|base64_decode|fromhex|unhexlify|gzinflate|Invoke-Expression|iex|FromBase64String|frombuffer)\b"
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find code far to the right, in endless lines, and packed into blobs."""
    has_sources = any(file.role is Role.SOURCE for file in change.files)
    for file in change.files:
        if file.role in _BUILT:
            yield from _built(file, has_sources=has_sources)
        elif file.role in _PROGRAMS and is_code(file.path):
            yield from _read(file)


def _built(file: FileChange, *, has_sources: bool) -> Iterator[Finding]:
    """Packed files are packed; where they come from is what can be read."""
    line = next((line for line in file.added if len(line.text) > _MAX_COLUMNS), None)
    if line is not None:
        severity = Severity.WARN if has_sources else SEVERITY
        yield _finding(file, line, f"more than {_MAX_COLUMNS} characters", severity)


def _read(file: FileChange) -> Iterator[Finding]:
    known = {line.text.strip() for line in file.removed}
    runs_text = any(_RUNS_TEXT.search(line.text[:_MAX_COLUMNS]) for line in file.added)
    block: list[Line] = []
    for line in file.added:
        if line.text.strip() in known:
            continue
        found = _fault(file, line, runs_text=runs_text)
        if found is not None:
            yield _finding(file, line, *found)
        follows = not block or line.number == block[-1].number + 1
        is_part = len(line.text) <= _LONG_COLUMNS and _BLOCK.fullmatch(line.text)
        block = [*block, line] if is_part and follows else []
        if len(block) == _BLOCK_LINES:
            severity = SEVERITY if runs_text or not is_test_role(file.role) else Severity.WARN
            yield _finding(file, block[0], "a long block of encoded data", severity)


def _fault(file: FileChange, line: Line, *, runs_text: bool) -> tuple[str, Severity] | None:
    """What makes a line unreadable, and how much that weighs."""
    text = line.text[:_MAX_LINE]
    if _FAR_RIGHT.search(text.rstrip()):
        return "code behind a hundred blanks", SEVERITY
    if len(text) > _MAX_COLUMNS:
        return f"more than {_MAX_COLUMNS} characters", SEVERITY
    in_test = is_test_role(file.role)
    packed = Severity.WARN if in_test and not runs_text else SEVERITY
    if _BLOB.search(text):
        is_picture = _PICTURE.search(text) is not None
        return "a long run of encoded data", Severity.WARN if is_picture else packed
    if _ESCAPES.search(text):
        return "text that is spelled in escapes", packed
    if len(text) > _LONG_COLUMNS and text.count(";") > _MANY_STATEMENTS:
        return "many statements in one line", SEVERITY
    return None


def _finding(file: FileChange, line: Line, what: str, severity: Severity) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=f"the line has {what}" if "block" not in what else f"here begins {what}",
        remedy="write code that can be read, in lines that fit on a screen",
        file=file.path,
        line=line.number,
    )
