"""Parked while the entry is in the queue; its end decides ours."""

from dataclasses import replace

from bot.core.case import Case, QueueEntry
from bot.core.ids import Sha
from bot.core.lifecycle import Stage
from bot.ports import Ports, PullStatus, Removal
from bot.workbench import ahead_of

STAGE = Stage.WATCHING
FAILED = "failed_checks"


async def run(case: Case, ports: Ports) -> Case:
    """Merged: healed. Out again for red checks: once more from the start. Else a person acted."""
    entry = case.entry
    pull = await ports.forge.pull(entry.repo, entry.pr)
    if pull.status is PullStatus.MERGED:
        return case.end(Stage.HEALED, "Merged.")
    if pull.status is PullStatus.CLOSED:
        return case.end(Stage.OVERTAKEN, "the pull request was closed")
    removal = pull.removal
    if pull.in_queue or removal is None or removal.group == entry.group:
        return case
    if removal.reason != FAILED or removal.group is None:
        return case.end(Stage.OVERTAKEN, f"it left the queue: {removal.reason}")
    again = await _again(case, removal, removal.group, ports)
    return replace(case, entry=again, failures=(), checks=(), attribution=None, diagnosis=None).to(
        Stage.COLLECTING, "out of the queue again"
    )


async def _again(case: Case, removal: Removal, group_head: Sha, ports: Ports) -> QueueEntry:
    group = await ports.store.group(case.entry.repo, group_head)
    base = group.base if group else await ports.git.tip(case.entry.repo, case.entry.base_branch)
    ahead = await ahead_of(case.entry.repo, base, ports)
    return replace(case.entry, group=group_head, base=base, head=case.head, ahead=ahead)
