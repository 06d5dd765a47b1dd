"""Code that runs in a test is not yet checked by it: made wrong on purpose, it must be noticed."""

from collections.abc import Iterator, Sequence

from guards.change import Change
from guards.evidence import Evidence, Mutant, Need
from guards.policy import Policy
from guards.verdict import Finding, Severity

NAME = "mutants"
SEVERITY = Severity.WARN
NEEDS = frozenset({Need.CROSS_CHECK})

_ENOUGH = 3  # fewer may all be equivalent to the code as it is
_MOST_SHOWN = 5


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find changed files in which no test notices that changed lines are wrong, or not always."""
    mutants = evidence.cross_check.mutants if evidence.cross_check else ()
    for path in sorted({mutant.path for mutant in mutants}):
        made = [mutant for mutant in mutants if mutant.path == path]
        alive = [mutant for mutant in made if not mutant.caught]
        if alive:
            yield _finding(path, made, alive)


def _finding(path: str, made: Sequence[Mutant], alive: Sequence[Mutant]) -> Finding:
    shown = "; ".join(f"line {each.line} {each.what[:100]}" for each in alive[:_MOST_SHOWN])
    more = f"; and {len(alive) - _MOST_SHOWN} more" if len(alive) > _MOST_SHOWN else ""
    no_test = len(alive) == len(made) >= _ENOUGH
    return Finding(
        guard=NAME,
        severity=Severity.NEEDS_HUMAN if no_test else SEVERITY,
        message=f"the tests pass all the same with {len(alive)} of {len(made)} changed lines made wrong:"
        f" {shown}{more}",
        remedy="let a test check what these lines do, not only that they run",
        file=path,
        line=min(each.line for each in alive),
    )
