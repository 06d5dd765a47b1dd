"""Recorded output that is recorded again says whatever the code says now."""

import re
from collections.abc import Iterator

from guards.change import Change, FileChange, Status
from guards.evidence import Evidence, Need
from guards.lines import LineMap
from guards.pattern import expression
from guards.policy import Policy
from guards.roles import Role, role_of
from guards.verdict import Finding, Severity

NAME = "snapshots"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset()

_MANY = 3
_MAX_COLUMNS = 2000
_ABOUT = expression(
    r"(?:^|/)(?:README|CHANGELOG|CONTRIBUTING|TESTING)[\w.-]*$|(?:^|/)(?:requirements[\w.-]*\.(?:txt|in)|tsconfig[\w.-]*\.json"
    r"|Makefile|Dockerfile[\w.-]*|docker-compose[\w.-]*\.ya?ml|CMakeLists\.txt|meson\.build|BUILD(?:\.bazel)?|\.eslintrc[\w.]*|\.gitignore|[\w.-]+\.csproj)$",
    re.IGNORECASE,
)
_KEYED = expression(r"\.(?:snap|ambr|snapshot)$")
_ENTRY = expression(r"\s{0,8}(?:exports\[`|# name: |\S.{0,400} \d+`\] = `)")
# Settings and commands that write snapshots instead of comparing with them.
_UPDATE = expression(
    r"(?:--update-?snapshots?\b|--snapshot-update\b|--updateSnapshot\b|--ci=false\b|\bUPDATE_(?:GOLDENS?|SNAPSHOTS?|EXPECT)\s{0,4}=|--force-regen\b"
    r"|--regen-all\b|INSTA_UPDATE\s{0,4}[=:]\s{0,4}[\"']?(?:always|auto|unseen|force)|--record-mode[= ](?:all|rewrite|new_episodes)\b|record_mode\s{0,4}[:=]\s{0,4}[\"':]?(?:all|rewrite|new_episodes)"
    r"|\b(?:jest|vitest|ava)\b[^#\n]{0,80} -u\b|APPROVE_ALL|--accept-all\b|UPDATE_EXPECT=1|--inline-snapshot=(?:fix|update|create)|record:\s{0,4}:all\b|isRecording\s{0,4}=\s{0,4}true)"
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find recorded output and test data that the change rewrites, deletes or lets be rewritten."""
    changed = [file for file in change.files if _is_recorded(file)]
    for file in changed:
        yield from _recorded(file, change)
    rewritten = [file for file in changed if file.removed and file.role is Role.SNAPSHOT]
    if len(rewritten) > _MANY:
        yield _finding(
            rewritten[0], f"{len(rewritten)} recorded files are rewritten at once", SEVERITY
        )
    for file in change.files:
        if file.role not in {Role.DOCS, Role.SNAPSHOT, Role.FIXTURE, Role.LOCK, Role.DATA}:
            yield from _updates(file)


def _is_recorded(file: FileChange) -> bool:
    roles = {file.role, role_of(file.old_path or file.path)}
    return bool(roles & {Role.SNAPSHOT, Role.FIXTURE})


def _recorded(file: FileChange, change: Change) -> Iterator[Finding]:
    what = "recorded output" if file.role is Role.SNAPSHOT else "test data"
    if file.status is Status.ADDED:
        return
    if file.status is Status.DELETED:
        severity = Severity.WARN if _test_went_too(file, change) else SEVERITY
        yield _finding(file, f"{what} is deleted", severity)
    elif file.binary:
        yield _finding(file, f"{what} is rewritten", SEVERITY)
    elif file.removed or file.added:
        yield from _rewritten(file, change, what)
    elif file.path != file.old_path and file.role not in {Role.SNAPSHOT, Role.FIXTURE}:
        yield _finding(file, f"{what} is moved to where no test looks for it", SEVERITY)


def _rewritten(file: FileChange, change: Change, what: str) -> Iterator[Finding]:
    stays = {_item(line.text) for line in file.added}
    gone = [line for line in file.removed if line.text.strip() and _item(line.text) not in stays]
    if not gone and (_KEYED.search(file.path) or not any(line.text.strip() for line in file.added)):
        if _grows_inside(file):
            yield _finding(file, f"{what} is rewritten", SEVERITY, file.added[0].number)
        return  # entries for new tests
    if gone and not any(line.text.strip() for line in file.added) and _whole_entries(file):
        severity = Severity.WARN if _test_went_too(file, change) else SEVERITY
        yield _finding(file, f"entries of {what} are deleted", severity, _place(file))
        return
    if _is_about_tests(file) or (not gone and file.role is Role.FIXTURE):
        yield _finding(file, f"{what} grows or is described", Severity.WARN, _place(file))
        return
    text = (gone or list(file.added) or list(file.removed))[0].text.strip()[:160]
    yield _finding(file, f"{what} is rewritten: {text!r}", SEVERITY, _place(file))


def _item(text: str) -> str:
    """A line as an item of a list: a comma comes and goes with its neighbours."""
    return text.strip().rstrip(",")


def _is_about_tests(file: FileChange) -> bool:
    """Whether a file stands among the tests and is for people and builds, not for tests."""
    return file.role is Role.FIXTURE and _ABOUT.search(file.path) is not None


def _grows_inside(file: FileChange) -> bool:
    """Whether lines were put into an entry instead of whole entries between others."""
    lines = [line.text for line in file.added if line.text.strip()]
    return bool(lines) and not any(_ENTRY.match(text[:_MAX_COLUMNS]) for text in lines)


def _whole_entries(file: FileChange) -> bool:
    return bool(_KEYED.search(file.path)) and any(
        _ENTRY.match(line.text[:_MAX_COLUMNS]) for line in file.removed
    )


def _test_went_too(file: FileChange, change: Change) -> bool:
    """Whether a test of the same name or folder loses lines and gains none, or is gone."""
    stem = file.path.rpartition("/")[2].partition(".")[0]
    return any(
        other.role is Role.TEST
        and other.removed
        and not other.added
        and (stem in other.path or other.status is Status.DELETED)
        for other in change.files
    )


def _updates(file: FileChange) -> Iterator[Finding]:
    known = [line.text.strip() for line in file.removed]
    for line in file.added:
        match = _UPDATE.search(line.text[:_MAX_COLUMNS])
        if match is None or "mvn" in line.text:  # Maven has a flag of that name
            continue
        if not any(match[0] in text for text in known):
            message = f"tests write what they should compare with: {match[0].strip()!r}"
            yield _finding(file, message, SEVERITY, line.number)


def _place(file: FileChange) -> int | None:
    if file.added:
        return file.added[0].number
    return LineMap(file).near(file.removed[0].number) if file.removed else None


def _finding(
    file: FileChange, message: str, severity: Severity, line: int | None = None
) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=message,
        remedy="leave what tests compare with as it was; if the new output is right, a person says so",
        file=file.path,
        line=line,
    )
