"""Parked while the entry is in the queue; its end decides ours."""

from dataclasses import replace

from bot.core.case import Case
from bot.core.lifecycle import Stage
from bot.core.wording import MERGED
from bot.intake import FAILED, group_of, left_again
from bot.ports import Group, Ports, PullState, PullStatus
from bot.workbench import ahead_of

STAGE = Stage.WATCHING


async def run(case: Case, ports: Ports) -> Case:
    """Merged: healed. Out again for red checks: once more from the start. Else a person acted."""
    entry = case.entry
    pull = await ports.forge.pull(entry.repo, entry.pr)
    if pull.status is PullStatus.MERGED:
        return case.end(Stage.HEALED, MERGED)
    if pull.status is PullStatus.CLOSED:
        return case.end(Stage.OVERTAKEN, "the pull request was closed")
    return case if pull.in_queue else await _out(case, pull, ports)


async def _out(case: Case, pull: PullState, ports: Ports) -> Case:
    entry, removal = case.entry, pull.removal
    if pull.head != case.head:
        return case.end(Stage.OVERTAKEN, "it left the queue, and its branch has new commits")
    if removal is None or not left_again(entry, pull):
        return case  # GitHub's records lag; the sweep looks again
    group = None
    if removal.reason == FAILED:
        group = await group_of(entry.repo, entry.installation, pull, ports)
    if group is None or group.head == entry.group:
        return case.end(Stage.OVERTAKEN, f"it left the queue: {removal.reason}")
    return await _again(case, pull, group, ports)


async def _again(case: Case, pull: PullState, group: Group, ports: Ports) -> Case:
    entry = replace(
        case.entry,
        group=group.head,
        base=group.base,
        head=case.head,
        ahead=await ahead_of(group.repo, group.base, ports),
        removed_at=pull.removal.at if pull.removal else None,
        queued_as=None,
    )
    return replace(case, entry=entry, failures=(), checks=(), attribution=None, diagnosis=None).to(
        Stage.COLLECTING, "out of the queue again"
    )
