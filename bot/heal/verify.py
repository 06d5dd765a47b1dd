"""Step 7: prove the patch in a clean checkout. What the fixer said of itself does not count.

The tree that is verified is the patched branch merged onto what the queue entry stood on: what the
queue itself would test. First the failing part, then every configured check whole, with coverage
where the repository wants it; the same on the tree without the patch gives the guards something
to compare with.
"""

from dataclasses import replace

from bot.core import codec
from bot.core.case import Case
from bot.core.lifecycle import Stage
from bot.core.patch import Attempt
from bot.evidence import Measured, measure
from bot.ports import Ports
from bot.workbench import base_of
from guards.evidence import Evidence

STAGE = Stage.VERIFYING


async def run(case: Case, ports: Ports) -> Case:
    """Fill the newest attempt's `checks` and `evidence`; red goes back for the next attempt."""
    *_, tried = case.attempts
    if tried.patch is None:
        return _failed(case, tried, "there was nothing to verify")
    entry = case.entry
    tree = await ports.git.merge(entry.repo, entry.base, tried.patch.commit)
    if tree is None:
        return _failed(case, tried, "with the fix, the branch no longer merges with its base")
    after = await measure(case, tree, ports, narrow_first=True)
    tried = replace(tried, checks=after.runs, failures=after.failures)
    if not after.green:
        # The guards look at it all the same: their remedies are what the next attempt reads.
        tried = replace(tried, why_failed=f"still red: {after.red}")
        return replace(case, attempts=(*case.attempts[:-1], tried)).to(
            Stage.JUDGING, tried.why_failed
        )
    before = await measure(case, await base_of(case, ports), ports)
    digest = await ports.store.put(codec.dumps(_evidence(case, before, after)).encode())
    tried = replace(tried, evidence=digest)
    return replace(case, attempts=(*case.attempts[:-1], tried)).to(
        Stage.JUDGING, f"{len(after.runs)} runs green in a clean checkout"
    )


def _evidence(case: Case, before: Measured, after: Measured) -> Evidence:
    failing = frozenset(failure.file for failure in case.failures if failure.file)
    return Evidence(failing=failing, before=before.snapshot, after=after.snapshot)


def _failed(case: Case, tried: Attempt, why: str) -> Case:
    tried = replace(tried, why_failed=why)
    return replace(case, attempts=(*case.attempts[:-1], tried)).to(Stage.ATTEMPTING, why)
