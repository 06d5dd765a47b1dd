"""Opening a case, and telling a running one that the world moved: shared by events and the sweep."""

from bot.core.case import Case, QueueEntry, Signal, SignalKind
from bot.core.case_id import case_id
from bot.core.errors import PermanentError
from bot.core.ids import CaseId, PrNumber
from bot.core.lifecycle import Stage
from bot.ports import Group, Ports, PullState
from bot.workbench import ahead_of


async def open_case(pull: PullState, group: Group, reason: str, ports: Ports) -> CaseId:
    """The case of a failed entry: a new one, or the running one that watches this pull request.

    Opening it twice is harmless: a case is named by its merge group.
    """
    running = await running_case(group.repo, group.pr, ports)
    if running is not None and running.stage is Stage.WATCHING:
        return running.id  # its own step reads what happened
    entry = QueueEntry(
        repo=group.repo,
        installation=group.installation,
        pr=group.pr,
        head=pull.head,
        base_branch=group.base_branch,
        group=group.head,
        base=group.base,
        ahead=await ahead_of(group.repo, group.base, ports),
        reason=reason,
    )
    case = Case(id=case_id(entry), entry=entry, opened_at=ports.clock.now(), title=pull.title)
    await ports.store.open_case(case)
    return case.id


async def group_of(repo: str, installation: int, pull: PullState, ports: Ports) -> Group | None:
    """The merge group that a pull request fell out of; None when nobody knows it.

    GitHub's own record of the removal decides. A group that no webhook told us of stands on the
    first parent of its commit, or, where the commit is lost, on the base branch.
    """
    removed = pull.removal.group if pull.removal else None
    if removed is None:
        return await ports.store.newest_group(repo, pull.number)
    known = await ports.store.group(repo, removed)
    if known is not None:
        return known
    try:
        await ports.git.fetch(repo, removed)
        base = (await ports.git.parents(repo, removed))[0]
    except (PermanentError, IndexError):
        base = await ports.git.tip(repo, pull.base_branch)
    group = Group(
        repo=repo,
        installation=installation,
        head=removed,
        base=base,
        base_branch=pull.base_branch,
        pr=pull.number,
        seen_at=ports.clock.now(),
    )
    await ports.store.saw_group(group)
    return group


async def reopen(case: Case, hint: str, retry: int, ports: Ports) -> CaseId:
    """A fresh case on the same entry, because a person asked for it; money spent stays spent."""
    again = Case(
        id=case_id(case.entry, retry=retry),
        entry=case.entry,
        opened_at=ports.clock.now(),
        title=case.title,
        hints=(hint,) if hint else (),
        pushes=case.pushes,
    )
    await ports.store.open_case(again)
    return again.id


async def running_case(repo: str, pr: PrNumber, ports: Ports) -> Case | None:
    """The case of a pull request that has not ended."""
    case = await ports.store.newest_case(repo, pr)
    return None if case is None or case.ended else case


async def overtake(
    repo: str, pr: PrNumber, *, by: str, why: str, delivery: str, ports: Ports
) -> tuple[CaseId, ...]:
    """Tell the running case that somebody acted: it stands down before its next effect."""
    case = await running_case(repo, pr, ports)
    if case is None:
        return ()
    signal = Signal(
        key=f"{delivery}:{SignalKind.OVERTAKEN}",
        kind=SignalKind.OVERTAKEN,
        by=by,
        at=ports.clock.now(),
        text=why,
    )
    await ports.store.signal(case.id, signal)
    return (case.id,)


def is_own(sender: str, ports: Ports) -> bool:
    """Whether an event was caused by our own App."""
    return sender == f"{ports.operator.app_slug}[bot]"
