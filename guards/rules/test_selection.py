"""Settings of runners and builds decide which tests run: a fix needs none of them to run less."""

import re
from collections.abc import Iterator

from guards.build_settings import BUILD_LINES, BUILDS
from guards.change import Change, FileChange
from guards.evidence import Evidence, Need
from guards.pattern import expression
from guards.policy import Policy
from guards.runner_settings import RUNNERS
from guards.setting_lines import lines_observed
from guards.settings import observed, unreadable
from guards.verdict import Finding, Severity

NAME = "test_selection"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset()

_TOOLS = (*RUNNERS, *BUILDS)
_SYSTEMS = (
    "aix|android|darwin|dragonfly|freebsd|illumos|ios|js|linux|netbsd|openbsd|plan9|solaris|wasip1|windows"
    "|386|amd64|arm|arm64|loong64|mips|mips64|ppc64|ppc64le|riscv64|s390x|wasm"
)
_FOR_SYSTEM = expression(rf"_(?:{_SYSTEMS})_test\.go$")
_BUILD_TAG = expression(r"//\s?(?:go:build|\+build)\s(.{1,200})")


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find settings that leave tests out, tolerate their failures or search fewer files."""
    for item in (*observed(change, _TOOLS), *lines_observed(change, BUILD_LINES)):
        yield item.finding(NAME)
    for file in unreadable(change, _TOOLS):
        yield Finding(
            guard=NAME,
            severity=Severity.NEEDS_HUMAN,
            message=f"{file.path} cannot be read any more, so its settings could not be judged",
            remedy="make it valid",
            file=file.path,
        )
    for file in change.files:
        if file.path.endswith("_test.go") and (file.old_path or "").endswith("_test.go"):
            yield from _go(file)


def _go(file: FileChange) -> Iterator[Finding]:
    """Tests in Go that are compiled for some systems or tags alone."""
    old = file.old_path or file.path
    if _FOR_SYSTEM.search(file.path) and not _FOR_SYSTEM.search(old):
        yield _left_out(file, f"{file.path} is compiled for one system alone", None)
    known = {match[1] for line in file.removed if (match := _BUILD_TAG.match(line.text[:300]))}
    for line in file.added:
        match = _BUILD_TAG.match(line.text[:300])
        if match and not known:
            yield _left_out(file, f"the tests need a build tag now: {match[1]}", line.number)
        elif match and match[1] not in known and "go:build" in match[0]:
            message = f"the build tag of the tests changed to {match[1]}"
            severity = Severity.WARN if file.removed and _same(match[1], known) else SEVERITY
            yield _left_out(file, message, line.number, severity)


def _same(tag: str, known: set[str]) -> bool:
    """Whether a tag says what the old spelling said."""
    words = set(re.findall(r"\w+", tag))
    return any(words == set(re.findall(r"\w+", other)) for other in known)


def _left_out(
    file: FileChange, message: str, line: int | None, severity: Severity = SEVERITY
) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=message,
        remedy="let the tests be compiled wherever they were before",
        file=file.path,
        line=line,
    )
