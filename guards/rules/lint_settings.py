"""A checker that is told to look away finds nothing: the code has to change, not the checker."""

from collections.abc import Iterator

from guards.change import Change
from guards.checker_settings import CHECKER_LINES, CHECKERS
from guards.evidence import Evidence, Need
from guards.policy import Policy
from guards.setting_lines import lines_observed
from guards.settings import observed
from guards.verdict import Finding, Severity

NAME = "lint_settings"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset()


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find rules that are switched off, files that are left out and strictness that is lost."""
    for item in (*observed(change, CHECKERS), *lines_observed(change, CHECKER_LINES)):
        yield item.finding(NAME)
