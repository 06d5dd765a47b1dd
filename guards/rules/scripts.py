"""What `test` runs is what decides: a script that was emptied or masked makes every run green."""

import re
from collections import Counter
from collections.abc import Iterator

from guards.change import Change, FileChange, Status
from guards.errors import UnparsableError
from guards.evidence import Evidence, Need
from guards.gates import Gate, Loss, gates_in, lost
from guards.pattern import expression
from guards.policy import Policy
from guards.roles import Role
from guards.script_files import Script, holds_scripts, is_trivial, read_scripts, script_gates
from guards.verdict import Finding, Severity

NAME = "scripts"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset()

_NO_VERIFY = expression(
    r"\bgit\s[^|;&]{0,200}--no-verify\b|\bHUSKY=0\b|-c\s+core\.hooksPath=/dev/null"
)
_SKIPS = expression(
    r"-D(?:skipTests|maven\.test\.skip|maven\.test\.failure\.ignore|skipITs)(?!=false)\b"
)
_OUTCOME = expression(r"^\s*(?:ignore_outcome|ignore_errors)\s*=\s*(?:true|1|yes)\b", re.IGNORECASE)
_TEST_NAME = expression(r"(?:^|[:/. _-])(?:test|tests|check|lint|spec|verify|ci)$")
_PROSE = expression(r"\.(?:md|rst|txt|adoc)$")


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find scripts whose tests, linters or builds were emptied, narrowed or masked."""
    files = [file for file in change.files if _is_script(file)]
    for file in change.files:
        if file.role not in {Role.VENDORED, Role.DOCS} and not _PROSE.search(file.path):
            yield from _by_line(file)
    if not change.from_trees:
        for file in files:
            for loss in lost(_line_gates(file, old=True), _line_gates(file, old=False)):
                yield _lost(file, loss)
        return
    yield from _scripts(files)


def _is_script(file: FileChange) -> bool:
    known = holds_scripts(file.path) or holds_scripts(file.old_path or "")
    return known and file.role is not Role.VENDORED and not file.binary


def _scripts(files: list[FileChange]) -> Iterator[Finding]:
    where: dict[int, FileChange] = {}
    sides: tuple[list[Gate], list[Gate]] = ([], [])
    for file in files:
        try:
            before = _read(file.old_path or file.path, file.before)
        except UnparsableError:
            before = []
        try:
            after = _read(file.path, file.after)
        except UnparsableError:
            if before:
                message = f"{file.path} cannot be read, so what its scripts run is not known"
                yield _finding(file, message, severity=Severity.NEEDS_HUMAN)
            continue
        for gates, scripts in zip(sides, (before, after), strict=True):
            found = [gate for script in scripts for gate in script_gates(script, file.path)]
            gates.extend(found)
            where |= {id(gate): file for gate in found}
        yield from _emptied(file, before, after)
    for loss in lost(*sides):
        file = where.get(id(loss.new or loss.old), files[0])
        yield _lost(file, loss)


def _emptied(file: FileChange, before: list[Script], after: list[Script]) -> Iterator[Finding]:
    """A script called `test` that does nothing any more, whatever it did."""
    now = {script.name: script for script in after}
    for old in before:
        new = now.get(old.name)
        if not old.name or not new or not _TEST_NAME.search(old.name):
            continue
        known = [gate for gate in script_gates(old, file.path) if "custom" not in gate.tool]
        if is_trivial(new) and not is_trivial(old) and not known:
            yield _finding(file, f"`{old.name}` does nothing any more: {new.text[:120]}", new.line)
    ignoring = {script.text for script in before if script.name == ".IGNORE"}
    for script in after:
        if script.name == ".IGNORE" and script.text not in ignoring:
            yield _finding(file, f"make passes over failures: {script.text[:120]}", script.line)


def _lost(file: FileChange, loss: Loss) -> Finding:
    custom = loss.old.tool.startswith("custom ") and not loss.new
    build = loss.old.kind == "build" and not loss.new
    gone = file.status is Status.DELETED and loss.old.kind != "test"
    sure = loss.sure and not (custom or build or gone)
    message = f"`{loss.old.text[:120]}` of {loss.old.place} no longer decides: {loss.what}"
    line = loss.new.line if loss.new else None
    return _finding(file, message[:300], line, SEVERITY if sure else Severity.NEEDS_HUMAN)


def _by_line(file: FileChange) -> Iterator[Finding]:
    """What passes over tests or hooks wherever it stands."""
    known = Counter(_seen(file, line.text) for line in file.removed)
    for line in file.added:
        seen = _seen(file, line.text)
        if not seen:
            continue
        if known[seen] > 0:
            known[seen] -= 1
            continue
        yield _finding(file, f"checks are passed over: {line.text.strip()[:160]}", line.number)


def _seen(file: FileChange, text: str) -> str:
    line = text[:2000]
    if line.lstrip().startswith(("#", "//", "*")):
        return ""
    if holds_scripts(file.path) or file.path.endswith((".yml", ".yaml")):
        match = _NO_VERIFY.search(line)
        if match:
            return match[0]
    if (
        file.path.startswith(".mvn/")
        or "/.mvn/" in file.path
        or file.path.endswith(".cargo/config.toml")
    ):
        match = _SKIPS.search(line)
        return match[0] if match else ""
    if file.path.endswith(("tox.ini", "setup.cfg")) and _OUTCOME.match(line):
        return line.strip()
    return ""


def _line_gates(file: FileChange, *, old: bool) -> list[Gate]:
    found: list[Gate] = []
    for line in file.removed if old else file.added:
        text = re.sub(r"^\s*\"?[\w:-]{1,60}\"?\s*[:=]\s*\"(.*)\"\s*,?\s*$", r"\1", line.text[:2000])
        text = re.sub(r"^\s*(?:RUN|CMD)\s+", "", text)
        found.extend(gates_in(text, line=line.number, place=file.path))
    return found


def _read(path: str, content: bytes | None) -> list[Script]:
    return read_scripts(path, content) if content and holds_scripts(path) else []


def _finding(
    file: FileChange, message: str, line: int | None = None, severity: Severity = SEVERITY
) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=message,
        remedy="let the script run the checks that it ran, and fail when they fail",
        file=file.path,
        line=line,
    )
