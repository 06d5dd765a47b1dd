"""Step 8: let the guards judge the newest patch."""

from dataclasses import replace

import guards
from bot.core import codec
from bot.core.case import Case
from bot.core.lifecycle import Stage
from bot.core.patch import Attempt, ClearedPatch
from bot.evidence import tested
from bot.ports import Ports
from guards.evidence import Evidence
from guards.policy import Policy, tightened
from guards.verdict import Severity

STAGE = Stage.JUDGING
# A person may mean to leave a line untested; a fixer is told to test what it adds, and goes on.
_OURS = Policy(severity={"coverage": Severity.REJECT})


async def run(case: Case, ports: Ports) -> Case:
    """Clear the patch, ask a person, or send the findings back to the fixer."""
    *earlier, newest = case.attempts
    if (patch := newest.patch) is None:
        return case.to(Stage.ATTEMPTING, "nothing to judge")
    repo = case.entry.repo
    change = await ports.git.change(repo, patch.base, patch.commit)
    evidence = await _evidence(case, ports)
    verdict = guards.judge(
        change, _policy(case, newest), evidence or Evidence(), today=ports.clock.now().date()
    )
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


def _policy(case: Case, newest: Attempt) -> Policy:
    """The repository's limits; a patch that is red anyway owes no evidence of its tests."""
    covers = any(check.covers for check in case.config.checks)
    owed = {"tests", "coverage"} if covers else set()
    owed |= {"cross_check"} if tested(case) else set()
    policy = tightened(_OURS, case.config.guards)
    return policy if newest.why_failed else replace(policy, require=policy.require | owed)


async def _evidence(case: Case, ports: Ports) -> Evidence | None:
    digest = case.attempts[-1].evidence
    return codec.loads(Evidence, await ports.store.get(digest)) if digest else None
