"""Run every guard over one change. A guard that fails never passes anything, and stops no other."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from guards.change import Change
from guards.cross_check import salvage
from guards.errors import OutOfTimeError, UnparsableError
from guards.evidence import Evidence, Need, Snapshot
from guards.excerpts import Excerpts
from guards.exemptions import exempt
from guards.policy import Policy
from guards.rules import ALL, Guard
from guards.verdict import Finding, NotRun, Plugin, Severity, Verdict
from guards.weights import lowered, weighed

MAX_FINDINGS = 50  # of one guard; the rest is counted
OUT_OF_TIME = "not judged: the time for judging was over"
_MAX_WHY = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """What a third-party guard said, in a process of its own.

    Attributes:
        not_run: why it did not judge; "" when it did.
        failed: it is not there, raised or took too long: nothing passes without a person.
    """

    plugin: Plugin
    findings: tuple[Finding, ...] = ()
    not_run: str = ""
    failed: bool = False


@dataclass(slots=True)
class _Course:
    """What has come out so far."""

    findings: list[Finding] = field(default_factory=list)
    not_run: list[NotRun] = field(default_factory=list)
    incomplete: bool = False

    def fail(self, guard: str, why: str) -> None:
        self.not_run.append(NotRun(guard=guard, why=why))
        self.incomplete = True


def judge(
    change: Change,
    policy: Policy,
    evidence: Evidence,
    guards: Sequence[Guard] = ALL,
    *,
    foreign: Sequence[Foreign] = (),
    today: date | None = None,
) -> Verdict:
    """What all guards together say about a change.

    The same values in give the same verdict. It is `incomplete`, and so never better than
    needs_human, when a guard raised, when the policy names a plug-in that did not judge, or when
    evidence is missing that the policy requires.

    Args:
        change: what is judged.
        policy: its limits.
        evidence: what is known beside the change.
        guards: by whom.
        foreign: what the policy's plug-ins said; one that is named but not here was not run.
        today: for exemptions, which end; without it none counts.
    """
    course = _Course()
    _run(course, guards, policy, change, evidence)
    _take_in(course, policy, foreign)
    excerpts = Excerpts(change)
    found = [weighed(excerpts.completed(finding), policy, guards) for finding in course.findings]
    counting, exempted, warnings = exempt(found, policy.exemptions, today)
    return Verdict(
        findings=tuple(sorted(counting, key=_order)),
        not_run=tuple(course.not_run),
        incomplete=course.incomplete or bool(policy.require & set(_missing(change, evidence))),
        exempted=tuple(sorted(exempted, key=lambda each: _order(each.finding))),
        lowered=tuple(lowered(policy, guards)),
        plugins=tuple(each.plugin for each in foreign if each.plugin.version),
        warnings=tuple(warnings),
        salvage=salvage(change, evidence),
    )


def unjudged(why: str, guards: Sequence[Guard] = ALL) -> Verdict:
    """The verdict when no guard could judge."""
    not_run = tuple(NotRun(guard=guard.NAME, why=why) for guard in guards)
    return Verdict(not_run=not_run, incomplete=True)


def _run(
    course: _Course, guards: Sequence[Guard], policy: Policy, change: Change, evidence: Evidence
) -> None:
    missing = _missing(change, evidence)
    late = False
    for guard in guards:
        if why := _why_not(guard, policy, missing):
            course.not_run.append(NotRun(guard=guard.NAME, why=why))
        elif late:
            course.fail(guard.NAME, OUT_OF_TIME)
        else:
            try:
                for finding in _bounded(guard, guard.check(change, policy, evidence)):
                    course.findings.append(finding)  # those before an error count
            except OutOfTimeError:
                late = True
                course.fail(guard.NAME, OUT_OF_TIME)
            except UnparsableError as exc:
                course.fail(guard.NAME, f"could not judge: {exc}"[:_MAX_WHY])
            except Exception as exc:  # noqa: BLE001 - a broken guard must not open the door
                # The type alone: the text could quote the file that broke it.
                course.fail(guard.NAME, f"failed with {type(exc).__name__}")


def _why_not(guard: Guard, policy: Policy, missing: Mapping[Need, str]) -> str:
    """Why a guard need not judge; "" when it must."""
    if guard.NAME in policy.disabled:
        return "switched off by the policy"
    return "; ".join(missing[need] for need in Need if need in guard.NEEDS and need in missing)


def _take_in(course: _Course, policy: Policy, foreign: Sequence[Foreign]) -> None:
    """Add what plug-ins said; what they said of others does not matter."""
    said = {each.plugin.name: each for each in foreign}
    for name in policy.plugins:
        if name in policy.disabled:
            course.not_run.append(NotRun(guard=name, why="switched off by the policy"))
        elif (each := said.get(name)) is None:
            course.fail(name, "third-party guards are not run here")
        else:
            course.findings += [replace(finding, guard=name) for finding in each.findings]
            if each.failed:
                course.fail(name, each.not_run)
            elif each.not_run:
                course.not_run.append(NotRun(guard=name, why=each.not_run))


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


def _missing(change: Change, evidence: Evidence) -> Mapping[Need, str]:
    """What is not there, and why."""
    return {need: why for need in Need if (why := _why_missing(need, change, evidence))}


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
