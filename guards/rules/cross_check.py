"""A fix is real when the original tests pass with it and its own tests fail without it.

Whatever a diff looks like, this shows which half of it made the failing tests green: the code,
or the edits of tests, settings and runner.
"""

from collections.abc import Iterator

from guards.change import Change
from guards.cross_check import decide_about
from guards.evidence import Evidence, Need
from guards.policy import Policy
from guards.verdict import Finding, Severity

NAME = "cross_check"
SEVERITY = Severity.REJECT
NEEDS = frozenset({Need.CROSS_CHECK})


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find what the runs of both halves say against the change."""
    if evidence.cross_check is None:
        return
    for decision in decide_about(change, evidence.cross_check):
        yield Finding(
            guard=NAME,
            severity=decision.severity,
            message=decision.message,
            remedy=decision.remedy,
            file=_file(change, decision.tests),
        )


def _file(change: Change, tests: frozenset[str]) -> str | None:
    """The one file of all these tests, when the change touches it."""
    files = {test.partition("::")[0] for test in tests}
    touched = {file.path for file in change.files}
    return files.pop() if len(files) == 1 and files <= touched else None
