"""Opening a case, and seeing that the world moved: shared by events, steps and the sweep."""

from bot.core.case import Case, QueueEntry, Signal, SignalKind
from bot.core.case_id import case_id
from bot.core.errors import PermanentError
from bot.core.ids import CaseId, PrNumber
from bot.core.lifecycle import Stage
from bot.core.wording import HOLD
from bot.ports import Group, Ports, PullState, PullStatus
from bot.workbench import ahead_of

FAILED = "failed_checks"  # GraphQL's word for CI_FAILURE
# The fix is on the branch, or none was needed: these steps read by themselves what happened.
PAST_PUSH = frozenset({Stage.WAITING_CI, Stage.REQUEUING, Stage.WATCHING})


async def open_case(pull: PullState, group: Group, reason: str, ports: Ports) -> CaseId:
    """The case of a failed entry: a new one, or the one that knows of it or will see by itself.

    Opening it twice is harmless: a case is named by its merge group. One that was thrown out more
    than once has been through several groups; the last of them is not a new failure either.
    """
    newest = await ports.store.newest_case(group.repo, group.pr)
    if newest is not None and group.head in {newest.entry.group, newest.entry.queued_as}:
        return newest.id
    if newest is not None and newest.stage in PAST_PUSH:
        return newest.id
    if newest is not None and newest.head == pull.head and await _told_to_stop(newest, ports):
        return newest.id
    if newest is not None and not newest.ended:
        why = "it was queued again, and failed again"
        await _signal(newest, by="the queue", why=why, key=group.head, ports=ports)
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
        removed_at=pull.removal.at if pull.removal else None,
    )
    case = Case(id=case_id(entry), entry=entry, opened_at=ports.clock.now(), title=pull.title)
    await ports.store.open_case(case)
    return case.id


async def _told_to_stop(case: Case, ports: Ports) -> bool:
    """Whether a person told us to leave this alone: until they say retry, or push."""
    signals = await ports.store.signals(case.id)
    return any(signal.kind is SignalKind.STOP for signal in signals)


async def group_of(repo: str, installation: int, pull: PullState, ports: Ports) -> Group | None:
    """The merge group that a pull request fell out of; None when nobody knows it.

    GitHub's own record of the removal decides, if it is there already: it lags. A group that no
    webhook told us of stands on the first parent of its commit, or, where the commit is lost, on
    the base branch.
    """
    removal = pull.removal
    removed = removal.group if removal and removal.reason == FAILED else None
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


def left_again(entry: QueueEntry, pull: PullState) -> bool:
    """Whether it was in the queue once more since this entry failed, and left it."""
    removal = pull.removal
    if removal is None or removal.at == entry.removed_at:
        return False
    return removal.group is None or removal.group not in {entry.group, entry.queued_as}


def moved(case: Case, pull: PullState) -> str:
    """What somebody did to a pull request since we looked: their action wins; "" = nothing."""
    reasons = {
        f"the pull request is {pull.status}": pull.status is not PullStatus.OPEN,
        "it was converted to a draft": pull.draft,
        "it is in the queue again": pull.in_queue,
        "it was in the queue again meanwhile": left_again(case.entry, pull),
        "its base branch is another one now": pull.base_branch != case.entry.base_branch,
        "the branch has new commits": pull.head != case.head,
    }
    return next((reason for reason, true in reasons.items() if true), "")


async def overtake(
    repo: str, pr: PrNumber, *, by: str, why: str, delivery: str, ports: Ports
) -> tuple[CaseId, ...]:
    """Tell the running case that somebody acted: it stands down before its next effect.

    A webhook may be late, and tell of what was before the case began. So what is true now decides.
    """
    case = await running_case(repo, pr, ports)
    if case is None:
        return ()
    if case.stage not in PAST_PUSH:
        pull = await ports.forge.pull(repo, pr)
        if moved(case, pull) or HOLD in pull.labels:
            key = f"{delivery}:{SignalKind.OVERTAKEN}"
            await _signal(case, by=by, why=why, key=key, ports=ports)
    return (case.id,)


async def _signal(case: Case, *, by: str, why: str, key: str, ports: Ports) -> None:
    now = ports.clock.now()
    signal = Signal(key=key, kind=SignalKind.OVERTAKEN, by=by, at=now, text=why)
    await ports.store.signal(case.id, signal)


def is_own(sender: str, ports: Ports) -> bool:
    """Whether an event was caused by our own App."""
    return sender == f"{ports.operator.app_slug}[bot]"
