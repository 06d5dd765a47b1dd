"""One move of the queue: `step(queue, move)` gives the next queue and what to do about it.

The rules are GitHub's as far as they are known: one cumulative commit an entry, each on the head
of the one before; the front decides; whoever leaves invalidates everything behind.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.lab.queue.merging import settle
from bot.lab.queue.moves import (
    Asked,
    At,
    BaseMoved,
    Build,
    Built,
    Checked,
    Dequeue,
    Enqueue,
    Entered,
    Tick,
)
from bot.lab.queue.removal import Turn, invalidated, put, without
from bot.lab.queue.state import Entry, EntryState, Queue, QueueGroup, Verdict


def step(queue: Queue, at: At) -> Turn:
    """The queue after a move, and the effects in the order in which they must happen."""
    queue, effects = _MOVES[type(at.move)](queue, at.move, at.at)
    queue, settled = settle(queue, at.at)
    queue, built = _plan(queue)
    return queue, effects + settled + built


def _enqueue(queue: Queue, move: Enqueue, at: datetime) -> Turn:
    if queue.find(move.pr):
        return queue, ()
    entry = Entry(pr=move.pr, head=move.head, by=move.by, enqueued_at=at, jump=move.jump)
    entered = Entered(pr=move.pr, by=move.by)
    if not move.jump:
        return replace(queue, entries=(*queue.entries, entry)), (entered,)
    behind, effects = invalidated(queue.entries)
    return replace(queue, entries=(entry, *behind)), (entered, *effects)


def _dequeue(queue: Queue, move: Dequeue, _at: datetime) -> Turn:
    return without(queue, move.pr, move.reason)


def _built(queue: Queue, move: Built, at: datetime) -> Turn:
    entry = queue.find(move.pr)
    if entry is None or entry.building_on != move.parent:
        return queue, ()  # it left, or what was ahead changed: the commit is of no use
    entry = replace(entry, building_on=None)
    if move.head is not None:
        group = QueueGroup(head=move.head, base=move.parent, asked_at=at)
        entry = replace(entry, group=group, state=EntryState.AWAITING_CHECKS, conflict_with=None)
        return put(queue, entry), (Asked(pr=entry.pr, group=group),)
    entry = replace(entry, state=EntryState.UNMERGEABLE, conflict_with=move.parent)
    return put(queue, entry), ()


def _checked(queue: Queue, move: Checked, at: datetime) -> Turn:
    found = next((e for e in queue.entries if e.group and e.group.head == move.group), None)
    if found is None or found.verdict is not None:
        return queue, ()  # a superseded group still reports; nobody listens
    green = move.verdict is Verdict.GREEN
    state = EntryState.MERGEABLE if green else EntryState.UNMERGEABLE
    entry = replace(found, state=state, verdict=move.verdict, green_at=at if green else None)
    return put(queue, entry), ()


def _base_moved(queue: Queue, move: BaseMoved, _at: datetime) -> Turn:
    entries, effects = invalidated(queue.entries)
    return replace(queue, tip=move.tip, entries=entries), effects


def _tick(queue: Queue, _move: Tick, at: datetime) -> Turn:
    late = tuple(
        replace(entry, state=EntryState.UNMERGEABLE, verdict=Verdict.LATE)
        if _is_late(entry, queue.config.timeout_s, at)
        else entry
        for entry in queue.entries
    )
    return replace(queue, entries=late), ()


_MOVES: dict[type, Callable[..., Turn]] = {
    Enqueue: _enqueue,
    Dequeue: _dequeue,
    Built: _built,
    Checked: _checked,
    BaseMoved: _base_moved,
    Tick: _tick,
}


def _is_late(entry: Entry, timeout_s: float, at: datetime) -> bool:
    if entry.group is None or entry.verdict is not None:
        return False
    return (at - entry.group.asked_at).total_seconds() >= timeout_s


def _plan(queue: Queue) -> Turn:
    """Ask for the next group: one at a time, because each stands on the one before."""
    parent = queue.tip
    for entry in queue.entries[: queue.config.max_build]:
        if entry.building_on is not None:
            return queue, ()
        if entry.group is None and entry.conflict_with != parent:
            entry_now = replace(entry, building_on=parent, state=EntryState.QUEUED)
            build = Build(pr=entry.pr, head=entry.head, parent=parent)
            return put(queue, entry_now), (build,)
        if entry.group is not None:
            parent = entry.group.head
    return queue, ()
