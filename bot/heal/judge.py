"""Step 8: let the guards judge what we would have pushed to the branch, all in all."""

import asyncio
import threading
from dataclasses import replace
from datetime import date

import guards
from bot.core import codec
from bot.core.case import Case
from bot.core.lifecycle import Stage
from bot.core.patch import Attempt, ClearedPatch
from bot.evidence import tested
from bot.ports import Ports
from bot.workbench import origin_of
from guards.change import Change
from guards.evidence import Evidence
from guards.policy import Policy, tightened
from guards.rules import ALL
from guards.rules.coverage import NAME as COVERAGE
from guards.verdict import Finding, Severity, Verdict
from guards.weights import raising

STAGE = Stage.JUDGING
_ONE = threading.Lock()  # guards share parsers, and two at once would not be quicker


async def run(case: Case, ports: Ports) -> Case:
    """Clear the patch, ask a person, or send the findings back to the fixer."""
    *earlier, newest = case.attempts
    if (patch := newest.patch) is None:
        return case.to(Stage.ATTEMPTING, "nothing to judge")
    repo = case.entry.repo
    change = await ports.git.change(repo, origin_of(case), patch.commit)
    evidence = await _evidence(case, ports) or Evidence()
    policy, today = _policy(case, newest), ports.clock.now().date()
    # It may take a second, and the loop serves other cases.
    verdict = await asyncio.to_thread(_judged, change, policy, evidence, today)
    newest = replace(newest, verdict=verdict)
    why = ", ".join(dict.fromkeys(found.guard for found in verdict.findings))
    if verdict.outcome is Severity.REJECT:
        said = f"rejected by the guards: {why}"
        newest = replace(newest, why_failed="; ".join(filter(None, (newest.why_failed, said))))
    case = replace(case, attempts=(*earlier, newest))
    if newest.why_failed:
        return case.to(Stage.ATTEMPTING, newest.why_failed)
    if verdict.outcome is Severity.NEEDS_HUMAN:
        return case.to(Stage.NEEDS_HUMAN, f"a person must look: {why or 'evidence is missing'}")
    cleared = ClearedPatch(patch=patch, verdict=verdict)
    return replace(case, cleared=cleared).to(Stage.PUSHING, "the guards let it through")


def _judged(change: Change, policy: Policy, evidence: Evidence, today: date) -> Verdict:
    with _ONE:
        verdict = guards.judge(change, policy, evidence, today=today)
    findings = sorted(map(_for_a_fixer, verdict.findings), key=lambda each: -each.severity.rank)
    return replace(verdict, findings=tuple(findings))


def _for_a_fixer(finding: Finding) -> Finding:
    """A person may mean to leave a line untested; a fixer is told to test it, and goes on."""
    if finding.guard == COVERAGE and finding.severity is Severity.NEEDS_HUMAN:
        return replace(finding, severity=Severity.REJECT)
    return finding


def _policy(case: Case, newest: Attempt) -> Policy:
    """The repository's limits; a patch that is red anyway owes no evidence of its tests."""
    covers = any(check.covers for check in case.config.checks)
    owed = {"tests", "coverage"} if covers else set()
    owed |= {"cross_check"} if tested(case) else set()
    policy = tightened(Policy(), raising(case.config.guards, ALL))
    return policy if newest.why_failed else replace(policy, require=policy.require | owed)


async def _evidence(case: Case, ports: Ports) -> Evidence | None:
    digest = case.attempts[-1].evidence
    return codec.loads(Evidence, await ports.store.get(digest)) if digest else None
