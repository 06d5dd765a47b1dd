"""The merge queue at work: the pure machine decides, this carries its effects out."""

from collections import deque
from typing import Any

from bot.lab.acts.checks import blocked_by, verdict
from bot.lab.acts.telling import RefusedError, change, pull_event, remember
from bot.lab.hub import Hub, Repo
from bot.lab.payloads.commits import facts, merge_group, push
from bot.lab.payloads.repository import envelope
from bot.lab.queue.machine import step
from bot.lab.queue.moves import (
    Asked,
    At,
    BaseMoved,
    Build,
    Built,
    Checked,
    Dequeue,
    Destroyed,
    Effect,
    Enqueue,
    Entered,
    Left,
    Merged,
    Move,
    Tick,
)
from bot.lab.queue.state import Queue, Reason, group_ref
from bot.lab.records import QUEUE_BOT, Happened, Pull

_MOVED = "Head branch was modified. Review and try the merge again."


async def enqueue(
    hub: Hub, repo: Repo, number: int, by: str, *, expected: str | None = None, jump: bool = False
) -> None:
    """Put a pull request into the queue.

    Raises:
        RefusedError: GitHub would not let it in.
    """
    pull = repo.pulls[number]
    why_not = await _refusal(repo, pull, expected)
    if why_not:
        raise RefusedError(why_not)
    await act(hub, repo, Enqueue(pr=number, head=pull.head, by=by, jump=jump), by)


async def dequeue(
    hub: Hub, repo: Repo, number: int, by: str, reason: Reason = Reason.MANUAL
) -> None:
    """Take a pull request out of the queue.

    Raises:
        RefusedError: it is not in the queue.
    """
    if not repo.queued(number):
        msg = "Pull request is not in the merge queue"
        raise RefusedError(msg)
    await act(hub, repo, Dequeue(pr=number, reason=reason), by)


async def base_moved(hub: Hub, repo: Repo, tip: str) -> None:
    """Somebody pushed to the branch past the queue."""
    if repo.queue and repo.queue.tip != tip:
        await act(hub, repo, BaseMoved(tip=tip), QUEUE_BOT)


async def checks_changed(hub: Hub, repo: Repo, sha: str) -> None:
    """Tell the queue what the checks of a group say, if it is one's head and they have spoken."""
    entries = repo.queue.entries if repo.queue else ()
    if any(entry.group and entry.group.head == sha for entry in entries):
        found = verdict(repo, sha)
        if found:
            await act(hub, repo, Checked(group=sha, verdict=found), QUEUE_BOT)


async def tick(hub: Hub, repo: Repo) -> None:
    """Let time pass, where it makes a difference."""
    if repo.queue and not repo.queue_lock.locked():
        _, effects = step(repo.queue, At(move=Tick(), at=hub.clock.now()))
        if effects:
            await act(hub, repo, Tick(), QUEUE_BOT)


async def act(hub: Hub, repo: Repo, move: Move, sender: str) -> None:
    """One move and everything that follows from it, before the next one."""
    async with repo.queue_lock:
        moves = deque([move])
        while moves and repo.queue:
            at = At(move=moves.popleft(), at=hub.clock.now())
            repo.queue, effects = step(repo.queue, at)
            repo.relock()
            for effect in effects:
                moves.extend(await _carry_out(hub, repo, repo.queue, effect, sender))


async def _carry_out(hub: Hub, repo: Repo, queue: Queue, effect: Effect, sender: str) -> list[Move]:
    match effect:
        case Entered():
            _entered(hub, repo, effect)
        case Build():
            return [await _build(hub, repo, queue, effect)]
        case Asked():
            return await _asked(hub, repo, queue, effect)
        case Destroyed():
            await _destroyed(hub, repo, queue, effect)
        case Left():
            _left(hub, repo, effect, sender)
        case Merged():
            await _merged(hub, repo, queue, effect)
    return []


async def _refusal(repo: Repo, pull: Pull, expected: str | None) -> str | None:
    if repo.queue is None or pull.base != repo.queue.branch:
        return "Merge queue is not enabled for this branch"
    if not pull.open:
        return "Pull request is closed"
    if repo.queued(pull.number):
        return "Pull request is already in the queue"
    if pull.draft:
        return "Pull request is in draft state"
    if expected is not None and expected != pull.head:
        return _MOVED
    blocked = blocked_by(repo, pull.head)
    return f"Pull request {blocked}" if blocked else None


def _entered(hub: Hub, repo: Repo, effect: Entered) -> None:
    pull = remember(hub, repo, repo.pulls[effect.pr], "AddedToMergeQueueEvent", effect.by)
    pull_event(hub, repo, pull, "enqueued", effect.by)


async def _build(hub: Hub, repo: Repo, queue: Queue, effect: Build) -> Move:
    pull = repo.pulls[effect.pr]
    signature = hub.signature(pull.author, repo)
    if queue.config.method == "SQUASH":
        message = f"{pull.title} (#{pull.number})"
        head = await repo.bare.squashed(effect.parent, effect.head, message, signature)
    else:
        owner = pull.head_repo.split("/", 1)[0]
        message = f"Merge pull request #{pull.number} from {owner}/{pull.branch}\n\n{pull.title}"
        head = await repo.bare.merged(effect.parent, effect.head, message, signature)
    return Built(pr=effect.pr, parent=effect.parent, head=head)


async def _asked(hub: Hub, repo: Repo, queue: Queue, effect: Asked) -> list[Move]:
    ref = group_ref(queue.branch, effect.pr, effect.group.base)
    await repo.bare.move(ref, effect.group.head)
    await _push_event(hub, repo, ref, None, effect.group.head)
    await _group_event(hub, repo, queue, effect, "checks_requested")
    if repo.required:
        return []
    found = verdict(repo, effect.group.head)
    return [Checked(group=effect.group.head, verdict=found)] if found else []


async def _destroyed(hub: Hub, repo: Repo, queue: Queue, effect: Destroyed) -> None:
    ref = group_ref(queue.branch, effect.pr, effect.group.base)
    if await repo.bare.sha(ref) == effect.group.head:
        await repo.bare.move(ref, None)
    await _group_event(hub, repo, queue, effect, "destroyed")


def _left(hub: Hub, repo: Repo, effect: Left, sender: str) -> None:
    pull = remember(
        hub,
        repo,
        repo.pulls[effect.pr],
        "RemovedFromMergeQueueEvent",
        QUEUE_BOT,
        reason=effect.reason.in_timeline,
        before_commit=effect.group.head if effect.group else None,
    )
    pull = change(hub, repo, pull, auto_merge=None)
    who = sender if effect.reason is Reason.MANUAL else QUEUE_BOT
    extra = {"reason": effect.reason.value}
    pull_event(hub, repo, pull, "dequeued", who, extra)


async def _merged(hub: Hub, repo: Repo, queue: Queue, effect: Merged) -> None:
    base_ref = f"refs/heads/{queue.branch}"
    await repo.bare.move(base_ref, effect.new)
    for number, group in effect.prs:
        await _destroyed(hub, repo, queue, Destroyed(pr=number, group=group, reason="merged"))
        now = hub.clock.now()
        pull = change(
            hub,
            repo,
            repo.pulls[number],
            state="closed",
            merged_at=now,
            closed_at=now,
            merged_as=group.head,
        )
        _left(hub, repo, Left(pr=number, reason=Reason.MERGE, group=group), QUEUE_BOT)
        pull = remember(hub, repo, pull, "MergedEvent", QUEUE_BOT)
        pull_event(hub, repo, pull, "closed", QUEUE_BOT)
    await _push_event(hub, repo, base_ref, effect.old, effect.new)


async def _push_event(hub: Hub, repo: Repo, ref: str, old: str | None, new: str) -> None:
    payload = await push(hub, repo, ref, old, new, QUEUE_BOT)
    happened = Happened(repo=repo.name, event="push", action=None, sha=new, branch=ref)
    hub.emit(happened, payload | envelope(hub, repo, QUEUE_BOT))


async def _group_event(
    hub: Hub, repo: Repo, queue: Queue, effect: Asked | Destroyed, action: str
) -> None:
    group, number = effect.group, effect.pr
    ref = group_ref(queue.branch, number, group.base)
    commit = await facts(repo, group.head)
    payload: dict[str, Any] = {
        "action": action,
        "merge_group": merge_group(ref, f"refs/heads/{queue.branch}", commit, group.base),
        **envelope(hub, repo, QUEUE_BOT),
    }
    note = ""
    if isinstance(effect, Destroyed):
        payload["reason"] = effect.reason
        note = f" ({effect.reason})"
    happened = Happened(
        repo=repo.name,
        event="merge_group",
        action=action,
        sha=group.head,
        pr=number,
        branch=ref.removeprefix("refs/heads/"),
    )
    hub.tell("merge_group", f"#{number} {action}{note} {group.head[:8]}", repo.name, number)
    hub.emit(happened, payload)
