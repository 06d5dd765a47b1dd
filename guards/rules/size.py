"""A fix is small: a long diff is a rewrite, and a rewrite needs a person."""

from collections.abc import Iterator

from guards.change import Change
from guards.evidence import Evidence, Need
from guards.policy import Policy
from guards.verdict import Finding, Severity

NAME = "size"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset()

# Written by package managers: long for honest reasons, and judged by what they lock.
_LOCK_FILES = frozenset(
    {
        "Cargo.lock",
        "Gemfile.lock",
        "Pipfile.lock",
        "bun.lock",
        "composer.lock",
        "go.sum",
        "npm-shrinkwrap.json",
        "package-lock.json",
        "pdm.lock",
        "pnpm-lock.yaml",
        "poetry.lock",
        "uv.lock",
        "yarn.lock",
    }
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find changes of more added plus removed lines, lock files aside, than the policy allows."""
    sizes = {
        file.path: len(file.added) + len(file.removed)
        for file in change.files
        if file.path.rpartition("/")[2] not in _LOCK_FILES
    }
    size = sum(sizes.values())
    if size > policy.max_changed_lines:
        yield Finding(
            guard=NAME,
            severity=SEVERITY,
            message=f"{size} changed lines; at most {policy.max_changed_lines} pass without a person",
            remedy="make a smaller change that only fixes the failure",
            file=max(sizes, key=lambda path: sizes[path]),
        )
