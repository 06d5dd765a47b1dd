"""Run every guard over one change. A guard that fails never passes anything, and stops no other."""

from collections.abc import Callable, Iterator, Sequence

from guards.change import Change
from guards.evidence import Evidence, Need, Snapshot
from guards.policy import Policy
from guards.rules import ALL, Guard
from guards.verdict import Finding, NotRun, Severity, Verdict

MAX_FINDINGS = 50  # of one guard; the rest is counted


def judge(
    change: Change, policy: Policy, evidence: Evidence, guards: Sequence[Guard] = ALL
) -> Verdict:
    """What all guards together say about a change.

    The same values in give the same verdict. It is `incomplete`, and so never better than
    needs_human, when a guard raised or when evidence is missing that the policy requires.
    """
    findings: list[Finding] = []
    not_run: list[NotRun] = []
    incomplete = False
    missing = {need: why for need in Need if (why := _why_missing(need, change, evidence))}
    for guard in guards:
        if guard.NAME in policy.disabled:
            not_run.append(NotRun(guard=guard.NAME, why="switched off by the policy"))
            continue
        lacking = [missing[need] for need in Need if need in guard.NEEDS and need in missing]
        if lacking:
            not_run.append(NotRun(guard=guard.NAME, why="; ".join(lacking)))
            continue
        try:
            for finding in _bounded(guard, guard.check(change, policy, evidence)):
                findings.append(finding)  # noqa: PERF402 - those before an error count
        except Exception as exc:  # noqa: BLE001 - a broken guard must not open the door
            # The type alone: the text could quote the file that broke it.
            not_run.append(NotRun(guard=guard.NAME, why=f"failed with {type(exc).__name__}"))
            incomplete = True
    return Verdict(
        findings=tuple(sorted(findings, key=_order)),
        not_run=tuple(not_run),
        incomplete=incomplete or bool(policy.require & set(missing)),
    )


def _bounded(guard: Guard, findings: Iterator[Finding]) -> Iterator[Finding]:
    """The first findings, then one that stands for the rest and weighs as much as the worst."""
    rest: list[Severity] = []
    for count, finding in enumerate(findings):
        if count < MAX_FINDINGS:
            yield finding
        else:
            rest.append(finding.severity)
    if rest:
        yield Finding(
            guard=guard.NAME,
            severity=max(rest, key=lambda severity: severity.rank),
            message=f"and {len(rest)} more of this kind",
            remedy="see the findings above",
        )


def _order(finding: Finding) -> tuple[int, str, int]:
    """Worst first, then by place."""
    return -finding.severity.rank, finding.file or "\U0010ffff", finding.line or 0


def _why_missing(need: Need, change: Change, evidence: Evidence) -> str:
    """Why something is not there; "" when it is."""
    if need is Need.CONTENTS:
        return "" if change.from_trees else "only a diff was given, not both trees"
    if need is Need.CROSS_CHECK:
        return "" if evidence.cross_check else "the two halves of the change were not run apart"
    what, of = _MEASURED[need]
    sides = [
        side
        for side, snapshot in (("before", evidence.before), ("after", evidence.after))
        if of(snapshot) is None
    ]
    return f"no {what} {' and '.join(sides)} the change" if sides else ""


_MEASURED: dict[Need, tuple[str, Callable[[Snapshot], object]]] = {
    Need.TESTS: ("list of collected tests", lambda snapshot: snapshot.tests),
    Need.COVERAGE: ("coverage data", lambda snapshot: snapshot.coverage),
    Need.OUTCOMES: ("outcomes of tests", lambda snapshot: snapshot.outcomes),
}
