"""How much findings weigh under a policy, and where that policy is laxer than none."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from guards.policy import Policy
from guards.rules import Guard
from guards.verdict import Finding, Lowered, Severity


def weighed(finding: Finding, policy: Policy, guards: Sequence[Guard]) -> Finding:
    """The finding with the weight that the policy gives it."""
    wanted = policy.severity.get(finding.guard)
    if wanted is None:
        return finding
    own = _own(finding.guard, guards)
    pick = min if wanted.rank < own.rank else max
    severity = pick(finding.severity, wanted, key=lambda each: each.rank)
    return replace(finding, severity=severity)


def raising(policy: Policy, guards: Sequence[Guard]) -> Policy:
    """The policy without the weights that are below what guards give by themselves."""
    kept = {
        name: wanted
        for name, wanted in policy.severity.items()
        if wanted.rank >= _own(name, guards).rank
    }
    return replace(policy, severity=kept)


def lowered(policy: Policy, guards: Sequence[Guard]) -> Iterator[Lowered]:
    """Every setting that lets through what would be held up without it."""
    standard = Policy()
    for name in sorted(policy.disabled):
        yield Lowered(setting=f"guard {name}", value="off", standard="on")
    for name, wanted in sorted(policy.severity.items()):
        own = _own(name, guards)
        if wanted.rank < own.rank:
            yield Lowered(setting=f"severity of {name}", value=wanted.value, standard=own.value)
    if policy.max_changed_lines > standard.max_changed_lines:
        yield Lowered(
            setting="max_changed_lines",
            value=str(policy.max_changed_lines),
            standard=str(standard.max_changed_lines),
        )
    if policy.coverage_drop > standard.coverage_drop:
        yield Lowered(
            setting="coverage_drop",
            value=f"{policy.coverage_drop:g}",
            standard=f"{standard.coverage_drop:g}",
        )


def _own(name: str, guards: Sequence[Guard]) -> Severity:
    """The weight of a guard's ordinary finding; of a third-party guard nothing is known.

    A policy can then only raise it: what it may weigh by itself is for its author to say.
    """
    return next((guard.SEVERITY for guard in guards if name == guard.NAME), Severity.PASS)
