"""The names of merge-group refs: `gh-readonly-queue/<base>/pr-<number>-<parent sha>`."""

import re

from bot.core.ids import PrNumber

# The suffix is the commit that the group stands on, not its own head; <base> may contain "/".
_QUEUE_REF = re.compile(
    r"^(?:refs/heads/)?gh-readonly-queue/(?P<base>.+)/pr-(?P<pr>[1-9]\d{0,9})-[0-9a-f]{40,64}$"
)


def pr_of(ref: str) -> PrNumber | None:
    """The pull request that a merge-group ref adds; None for any other ref."""
    match = _QUEUE_REF.match(ref)
    return PrNumber(int(match["pr"])) if match else None


def branch_of(ref: str) -> str:
    """A branch's short name."""
    return ref.removeprefix("refs/heads/")
