"""Taking back what somebody else did makes the build green, and their work undone."""

import re
from collections.abc import Iterator

from guards.change import Change
from guards.evidence import Evidence, Need
from guards.pattern import expression
from guards.policy import Policy
from guards.verdict import Finding, Severity

NAME = "reverted_work"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset()

_MAX_MESSAGE = 5000
_REVERTS = expression(
    r"^(?:\w{1,12}(?:\([^)\n]{1,40}\))?!?:\s)?(?:revert|roll(?:ed|s)?[ -]?back|back(?:ed|s)?[ -]out|undo(?:es)?|restore the (?:old|previous))\b[^\n]{0,200}"
    r"|^this reverts commit\b[^\n]{0,60}|^reverts? [\"'#0-9a-f][^\n]{0,100}",
    re.IGNORECASE | re.MULTILINE,
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find commits that say that they take back another one."""
    for message in change.messages:
        if match := _REVERTS.search(message[:_MAX_MESSAGE]):
            yield Finding(
                guard=NAME,
                severity=SEVERITY,
                message=f"a commit takes back earlier work: {match[0].strip()[:160]}",
                remedy="repair what the earlier work left wrong, or ask its author",
            )
            return
