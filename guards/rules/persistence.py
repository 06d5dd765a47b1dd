"""What starts by itself runs long after the fix, and nobody asks for it."""

import re
from collections.abc import Iterator

from guards.change import Change, FileChange, Status
from guards.evidence import Evidence, Need
from guards.pattern import expression
from guards.policy import Policy
from guards.roles import Role
from guards.verdict import Finding, Severity

NAME = "persistence"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset()

_MAX_COLUMNS = 2000
# Read by an interpreter, a shell or a system without being called.
_BY_ITSELF = expression(
    r"(?:^|/)(?:sitecustomize\.py|usercustomize\.py|[\w.-]+\.pth|\.bashrc|\.bash_profile|\.bash_login|\.profile|\.zshrc|\.zshenv|\.zprofile"
    r"|\.bash_logout|\.inputrc|\.xprofile|\.xinitrc|\.gdbinit|\.lldbinit|\.exrc|\.vimrc|\.nvimrc|\.pythonrc|\.Rprofile|\.irbrc|\.pryrc|\.psqlrc"
    r"|\.mailcap|\.curlrc|\.wgetrc|\.ssh/[^/]+|authorized_keys|autorun\.inf|crontab|Library/LaunchAgents/[^/]+|cron\.(?:d|daily|hourly|weekly|monthly)/[^/]+)$"
)
# Read by tools of a developer when the folder is opened, entered or committed from.
_BY_TOOLS = expression(
    r"(?:^|/)(?:\.husky|\.githooks|\.git-hooks|\.devcontainer|\.claude|\.cursor|\.agents|\.windsurf|\.continue|\.gemini|\.codex|\.aider[\w.-]*|\.idea/runConfigurations)/"
    r"|(?:^|/)(?:\.vscode/(?:tasks|settings|launch|extensions|mcp)\.json|\.envrc|AGENTS\.md|CLAUDE\.md|GEMINI\.md|\.cursorrules|\.windsurfrules|copilot-instructions\.md|\.mcp\.json"
    r"|lefthook[\w-]*\.ya?ml|\.lefthook\.ya?ml|\.pre-commit-config\.yaml|\.huskyrc[\w.]*|\.yarnrc(?:\.yml)?|\.npmrc|\.pypirc|pip\.conf|[\w@.-]+\.(?:service|timer)|\.dir-locals\.el|\.gitconfig)$",
    re.IGNORECASE,
)
_WRITES = expression(
    r"\bauthorized_keys\b|\bcrontab\s{1,4}(?:-(?!l\b)|[\w/<])|/etc/(?:cron|profile|rc\.local|init\.d|ld\.so\.preload|systemd/system|sudoers)|~?/?\.(?:bashrc|bash_profile|zshrc|zshenv|profile)\b"
    r"|\bLaunch(?:Agents|Daemons)\b|CurrentVersion\\{1,2}Run|\.git/hooks\b|core\.hooksPath|\bschtasks\b|\bsystemctl\s{1,4}(?:--user\s{1,4})?enable|\b(?:site|user)customize\b|getsitepackages\(|\bnohup\s|\bNOPASSWD\b"
)
_WRITING = expression(
    r">>?|\bwrite|append|\btee\b|\bcp\b|\bmv\b|\bln\b|copy|install|\bopen\(|enable|Set-|New-|crontab|schtasks|config|nohup|NOPASSWD|getsitepackages|\becho\b"
)
_COMMENT = expression(r"\s*+(?://|#(?!\[)|\*|/\*|<!--)")


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find files and commands that make something start by itself."""
    known = "\n".join(line.text[:_MAX_COLUMNS] for file in change.files for line in file.removed)
    for file in change.files:
        if file.status is Status.DELETED:
            continue
        if file.role not in {Role.FIXTURE, Role.SNAPSHOT, Role.VENDORED} and _BY_ITSELF.search(
            file.path
        ):
            message = f"{file.path} is run by whatever starts next to it"
            yield _finding(file, message, Severity.REJECT, None)
        elif _BY_TOOLS.search(file.path):
            message = f"{file.path} tells the tools of developers what to run"
            yield _finding(file, message, SEVERITY, None)
        elif file.role not in {Role.DOCS, Role.FIXTURE, Role.SNAPSHOT, Role.LOCK, Role.DATA}:
            yield from _commands(file, known)


def _commands(file: FileChange, known: str) -> Iterator[Finding]:
    for line in file.added:
        text = line.text[:_MAX_COLUMNS]
        match = _WRITES.search(text)
        if match is None or not _WRITING.search(text) or _COMMENT.match(text) or match[0] in known:
            continue
        yield _finding(file, f"{match[0].strip()!r} is written to", SEVERITY, line.number)


def _finding(file: FileChange, message: str, severity: Severity, line: int | None) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=message,
        remedy="take it out; a person sets up what runs by itself",
        file=file.path,
        line=line,
    )
