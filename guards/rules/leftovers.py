"""What a tool or a search for the fault left behind is no part of a fix."""

import re
from collections import Counter
from collections.abc import Iterator

from guards.change import Change, FileChange, Line, Status
from guards.code_lines import code_of
from guards.evidence import Evidence, Need
from guards.pattern import expression
from guards.policy import Policy
from guards.roles import Role, is_test_role
from guards.verdict import Finding, Severity

NAME = "leftovers"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset()

_MAX_COLUMNS = 2000
_CONFLICT = expression(r"<{7}(?: \S|$)|>{7}(?: \S|$)|\|{7}(?: \S|$)")
_BACKUP = expression(
    r"(?:\.orig|\.rej|\.bak|\.old|\.swp|\.swo|~)$|(?:^|/)(?:\.#[^/]+|#[^/]+#|\.DS_Store|Thumbs\.db|core\.\d+|nohup\.out|npm-debug\.log)$",
    re.IGNORECASE,
)
_COMMENT = expression(r"\s*+(?://|#(?!\[)|\*|/\*|--|;|<!--|%)")
_SCRIPT = r"\.(?:[cm]?[jt]sx?|vue|svelte)$"
# files, what stops a run in them
_STOPPERS = (
    (r"\.pyi?$", r"(?<![\w.])breakpoint\(|(?:pdb|ipdb|pudb|wdb|web_pdb|remote_pdb)\.set_trace\(|\bimport (?:pdb|ipdb|pudb)\b|\bdebugpy\.(?:listen|wait_for_client|breakpoint)\("),
    (_SCRIPT, r"(?:^|[;{\s])debugger\s*(?:;|$)|\b(?:page\.pause|browser\.debug)\(\)|\bcy\.(?:pause|debug)\(\)|\.(?:pause|debug)\(\)\s*;?\s*$(?<=cy\.debug\(\))"),
    (r"(?:\.(?:rb|rake|erb)|Rakefile|Gemfile)$", r"\bbinding\.(?:pry|irb|b|break)\b|^\s*byebug\b|^\s*debugger\s*$|save_and_open_(?:page|screenshot)"),
    (r"\.(?:php|phtml|phpt)$", r"(?:^|[;{\s])(?:dd|ddd|xdebug_break|eval\(\\Psy\\sh)\(|\\Psy\\Shell|\bvar_dump\("),
    (r"\.go$", r"\bruntime\.Breakpoint\(\)|\bspew\.Dump\("),
    (r"\.rs$", r"\bdbg!\("),
    (r"\.(?:cs|vb|fs)$", r"\bDebugger\.(?:Break|Launch)\(\)"),
    (r"\.exs?$", r"\bIEx\.pry\b|^\s*require IEx\b"),
    (r"\.(?:c|cc|cpp|cxx|h|hpp)$", r"\b__debugbreak\(|\bDebugBreak\(|__builtin_debugtrap\("),
    (r"\.lua$", r"\bdebug\.debug\(\)|mobdebug"),
    (r"\.(?:pl|pm)$", r"\$DB::single\s*=|\bData::Dumper\b"),
    (r"\.r$", r"^\s*browser\(\)"),
)  # fmt: skip
_STOPS = tuple((expression(files, re.I), expression(call)) for files, call in _STOPPERS)
_PRINTS = expression(
    r"^\s*+(?:console\.(?:log|debug|dir|trace|warn)\(|print_r\(|pp [a-z@]|fmt\.Print(?:ln|f)\(\"(?:DEBUG|XXX|HERE)|print\(f?[\"'](?:DEBUG|XXX|HERE|>>>|###|\*\*\*))"
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find conflict marks, backups of editors, and calls that stop or print for debugging."""
    for file in change.files:
        if _BACKUP.search(file.path) and file.status in {Status.ADDED, Status.RENAMED}:
            yield _finding(file, None, f"{file.path!r} is a backup or leavings of a tool", SEVERITY)
        if file.role not in {Role.SNAPSHOT, Role.FIXTURE, Role.VENDORED, Role.GENERATED}:
            yield from _conflicts(file)
            yield from _debugging(file)


def _conflicts(file: FileChange) -> Iterator[Finding]:
    """A pair of marks, or one beside a middle line; a lone underline is a heading."""
    marks = [line for line in file.added if _CONFLICT.match(line.text[:_MAX_COLUMNS])]
    kinds = {line.text[0] for line in marks}
    in_prose = file.role is Role.DOCS
    if len(kinds) > 1 or (marks and not in_prose and any(_is_middle(line) for line in file.added)):
        severity = SEVERITY if in_prose else Severity.REJECT
        yield _finding(file, marks[0], "a mark of an unresolved conflict", severity)
    elif marks and not in_prose:
        yield _finding(file, marks[0], "what may be a mark of an unresolved conflict", SEVERITY)


def _is_middle(line: Line) -> bool:
    return line.text.rstrip("\r") == "======="


def _debugging(file: FileChange) -> Iterator[Finding]:
    stops = next((call for files, call in _STOPS if files.search(file.path)), None)
    if stops is None:
        return
    known = Counter(line.text.strip() for line in file.removed)
    for line in file.added:
        text = line.text[:_MAX_COLUMNS]
        if known[text.strip()] > 0:
            known[text.strip()] -= 1
        elif _COMMENT.match(text):
            continue
        elif match := stops.search("".join(code_of([text], file.path))):
            severity = (
                SEVERITY if not is_test_role(file.role) or _halts(match[0]) else Severity.WARN
            )
            yield _finding(file, line, f"a call for debugging: {match[0].strip()!r}", severity)
        elif _PRINTS.match(text):
            yield _finding(file, line, "a print for debugging", Severity.WARN)


def _halts(call: str) -> bool:
    return not any(word in call for word in ("var_dump", "dbg!", "Dump", "import "))


def _finding(file: FileChange, line: Line | None, what: str, severity: Severity) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=what,
        remedy="take it out",
        file=file.path,
        line=line.number if line else None,
    )
