"""A list of known failures that grows lets a failure pass without anybody having corrected it."""

import re
from collections import Counter
from collections.abc import Iterator

from guards.change import Change, FileChange, Line, Status
from guards.evidence import Evidence, Need
from guards.pattern import expression
from guards.policy import Policy
from guards.roles import Role
from guards.verdict import Finding, Severity

NAME = "quarantine"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset()

# Tests that may fail, by the names that such lists have.
_TESTS = expression(
    r"(?:^|[/._-])(?:known[_-]?(?:failures?|failing|issues|bad)|expected[_-]?(?:failures?|fails?|to[_-]?fail)|allowed?[_-]?(?:failures?|to[_-]?fail)"
    r"|quarantined?(?:[_-]?tests?)?|flak(?:y|es)(?:[_-]?tests?)?|(?:skip|skipped|ignored|excluded?|disabled|broken|failing|muted?|deny|black|block)[_-]?tests?"
    r"|(?:tests?|specs?)[_-]?(?:skips?|skiplist|exclusions?|excludes?|ignores?|blacklist|denylist|blocklist|expectations|to[_-]?skip)|skip[_-]?list|todo[_-]?tests?"
    r"|muted[_-]?tests|test[_-]?failures|TestExpectations|unexpected[_-]?failures|failures?[_-]?(?:list|allowed|expected))"
    r"(?:[._-][\w.-]+)?$|(?:^|/)(?:skips?|xfails?|flaky|known)\.(?:txt|ya?ml|json|toml|lst|list|cfg)$",
    re.IGNORECASE,
)
_EXAMPLES = expression(r"(?:^|/)(?:goldens?|fixtures?|testdata|snapshots?|__\w+__|examples?)/")
# What checkers are told to pass over, by the names that tools read.
_CHECKS = expression(
    r"(?:^|/)(?:\.(?:eslint|stylelint|prettier|tslint|jshint|semgrep|trivy|gitleaks|snyk|bandit|remark|markdownlint|spectral|oxlint|cfnlint|hadolint|grype|dockle|checkov|biome|rubocop|credo|phpcs|swiftlint|lint|secretlint|ansible-lint|yamllint|clang-tidy-|clang-format-|test|mocha|rspec)-?ignore"
    r"|\.gitleaks-?(?:baseline|allow)\S*|\.secrets\.baseline|\.rubocop_todo\.yml|\.rubocop_revive\.yml|[\w.-]*-?baseline\.(?:neon|xml|ya?ml|json|php|txt|toml|sarif)"
    r"|(?:eslint|stylelint)-suppressions\.json|\.betterer\.results|lint-baseline\S*|[\w.-]*suppress(?:ions?|ed)[\w-]*\.(?:txt|json|ya?ml|cfg|supp)|[\w.-]*\.supp|\.?typos\.toml\.ignore"
    r"|\.(?:mypy|pyright|basedpyright|flake8|pylint)[\w-]*(?:baseline|allowlist)[\w.-]*|\.?basedpyright/baseline\.json|[\w-]*allowlist\.(?:txt|ya?ml|json|py)|\.ansible-lint-ignore|\.nsprc|audit-ci\.jsonc?|\.audit-?ignore|\.pip-audit-ignore\S*|vulture[\w-]*(?:white|allow)list\.py|\.wokeignore|codespell[\w-]*ignore\S*)$",
    re.IGNORECASE,
)
_NO_LIST = expression(
    r"\.(?:[cm]?[jt]sx?|go|rs|java|kt|rb|cs|swift|c|cc|cpp|h|hpp|md|rst|html|css|svg|png|snap|lock|sh)$"
)
_IN_SOURCE = expression(r"(?:^|/)conftest\.py$|\.py$")
_EMPTY = expression(r"\s*(?:#|//|;|<!--|--\s|\*|$|[\]\[{}(),]+\s*$|<\?xml|---\s*$)")
_ENTRY_NOISE = expression(r"\d{1,9}")
_GENERATED = expression(
    r"[\s\"'!*/.-]*(?:node_modules|dist|build|out|coverage|vendor|\.next|\.nuxt|\.cache|\.yarn|\.venv|generated|__generated__|gen|public|target|tmp|docs?|CHANGELOG\.md"
    r"|[\w.-]*lock(?:file)?[\w.-]*|pnpm-lock\.yaml|[\w*.-]+\.(?:min\.js|md|snap|generated\.\w+|d\.ts|lock|ya?ml|json|html|svg))(?:/.*)?[\s\"',/*]*"
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find new entries in lists of tests that may fail and of what checkers pass over."""
    lists = [file for file in change.files if _kind(file)]
    gone = Counter(_entry(line) for file in lists for line in file.removed)
    for file in lists:
        new = [line for line in _entries(file) if not _moved(line, gone)]
        if new and file.status is not Status.DELETED:
            yield _grown(file, new, evidence)


def _kind(file: FileChange) -> str:
    """What the file lists; "" when it is no such list."""
    if _EXAMPLES.search(file.path):
        return ""
    if _CHECKS.search(file.path):
        return "what a checker passes over"
    is_list = _TESTS.search(file.path) and not _NO_LIST.search(file.path)
    if is_list and file.role is not Role.VENDORED and not _IN_SOURCE.search(file.path):
        return "tests that may fail"
    return ""


def _entries(file: FileChange) -> list[Line]:
    return [line for line in file.added if not _EMPTY.match(line.text[:300])]


def _entry(line: Line) -> str:
    """An entry without its blanks, numbers and separators: baselines count lines."""
    return _ENTRY_NOISE.sub("0", line.text[:500].strip().strip(",;"))


def _moved(line: Line, gone: Counter[str]) -> bool:
    entry = _entry(line)
    if gone[entry] <= 0:
        return False
    gone[entry] -= 1
    return True


def _grown(file: FileChange, new: list[Line], evidence: Evidence) -> Finding:
    shown = "; ".join(line.text.strip()[:80] for line in new[:3])
    severity, kind = SEVERITY, _kind(file)
    if kind == "tests that may fail" and file.status is not Status.ADDED and _names(new, evidence):
        severity = Severity.REJECT
    elif file.path.endswith("ignore") and all(
        _GENERATED.fullmatch(line.text[:300]) for line in new
    ):
        severity = Severity.WARN
    return Finding(
        guard=NAME,
        severity=severity,
        message=f"the list of {kind} grows by {len(new)}: {shown}"[:300],
        remedy="correct what is listed, and take it out again",
        file=file.path,
        line=new[0].number,
    )


def _names(new: list[Line], evidence: Evidence) -> bool:
    """Whether an entry names a file that CI named in a failure."""
    failing = {
        word
        for path in evidence.failing
        for word in (path, path.rpartition("/")[2].partition(".")[0])
    }
    return any(word and word in line.text for line in new for word in failing)
