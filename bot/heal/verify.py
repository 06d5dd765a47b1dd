"""Step 7: prove the patch in a clean checkout. What the fixer said of itself does not count.

The tree that is verified is the patched branch merged onto what the queue entry stood on: what the
queue itself would test. First the failing part, then every configured check whole, with coverage
where the repository wants it; the same on the tree without the patch, and without what we pushed
before it, gives the guards something to compare with.
"""

import asyncio
from dataclasses import replace

from bot.core import codec
from bot.core.case import Baseline, Case
from bot.core.lifecycle import Stage
from bot.core.markdown import counted
from bot.core.patch import Attempt, Patch
from bot.evidence import crosswise, measure, runs_without
from bot.ports import Ports
from bot.workbench import unfixed
from guards.evidence import Evidence, Snapshot

STAGE = Stage.VERIFYING
# `python -m` looks into the checkout first.
_TOOLS = frozenset({"pytest", "_pytest", "coverage", "sitecustomize", "usercustomize"})


async def run(case: Case, ports: Ports) -> Case:
    """Fill the newest attempt's `checks` and `evidence`; red goes back for the next attempt."""
    *_, tried = case.attempts
    if tried.patch is None:
        return _failed(case, tried, "there was nothing to verify")
    if replaced := _replaced_tool(tried.patch):
        return _failed(case, tried, f"{replaced} would take the place of what checks it")
    entry = case.entry
    tree = await ports.git.merge(entry.repo, entry.base, tried.patch.commit)
    if tree is None:
        return _failed(case, tried, "with the fix, the branch no longer merges with its base")
    after, baseline = await asyncio.gather(
        measure(case, tree, ports, narrow_first=True), _baseline(case, ports)
    )
    case = replace(case, baseline=baseline)
    tried = replace(tried, checks=after.runs, failures=after.failures)
    if not after.green:
        # The guards look at it all the same: their remedies are what the next attempt reads.
        tried = replace(tried, why_failed=f"still red: {after.red}")
        return _with(case, tried).to(Stage.JUDGING, tried.why_failed)
    before = codec.loads(Snapshot, await ports.store.get(baseline.snapshot))
    failing = frozenset(failure.file for failure in case.failures if failure.file)
    checked = await crosswise(case, tree, after, ports)
    evidence = Evidence(failing=failing, before=before, after=after.snapshot, cross_check=checked)
    digest = await ports.store.put(codec.dumps(evidence).encode())
    return _with(case, replace(tried, evidence=digest)).to(
        Stage.JUDGING, f"{counted(len(after.runs), 'run')} green in a clean checkout"
    )


def _replaced_tool(patch: Patch) -> str:
    """A file that Python would load instead of a tool that the checks are run with."""
    for edit in patch.edits:
        *folders, name = edit.path.split("/")
        module = name.partition(".")[0]
        if folders and module == "__init__":
            module = folders.pop()
        if edit.content is not None and not folders and module in _TOOLS:
            return edit.path
    return ""


async def _baseline(case: Case, ports: Ports) -> Baseline:
    """The tree without the fix; measured for the first attempt and kept for the others."""
    commit = await unfixed(case, ports)
    if case.baseline is not None and case.baseline.commit == commit:
        return case.baseline
    measured = await measure(case, commit, ports)
    digest = await ports.store.put(codec.dumps(measured.snapshot).encode())
    runs = await runs_without(case, commit, measured, ports)
    kept = await ports.store.put(codec.dumps(runs).encode()) if runs else None
    return Baseline(commit=commit, snapshot=digest, runs=kept)


def _with(case: Case, tried: Attempt) -> Case:
    return replace(case, attempts=(*case.attempts[:-1], tried))


def _failed(case: Case, tried: Attempt, why: str) -> Case:
    return _with(case, replace(tried, why_failed=why)).to(Stage.ATTEMPTING, why)
