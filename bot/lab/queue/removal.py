"""What it means for the queue that an entry leaves, or that its ground moves."""

from dataclasses import replace

from bot.lab.queue.moves import Destroyed, Effect, Left
from bot.lab.queue.state import Entry, EntryState, Queue, Reason

Turn = tuple[Queue, tuple[Effect, ...]]


def put(queue: Queue, entry: Entry) -> Queue:
    """The queue with one entry replaced by its newer state."""
    entries = tuple(entry if old.pr == entry.pr else old for old in queue.entries)
    return replace(queue, entries=entries)


def without(queue: Queue, pr: int, reason: Reason) -> Turn:
    """The queue after an entry left: everything behind it loses its group."""
    entry = queue.find(pr)
    if entry is None:
        return queue, ()
    index = queue.entries.index(entry)
    gone: tuple[Effect, ...] = ()
    if entry.group:
        gone = (Destroyed(pr=pr, group=entry.group, reason="dequeued"),)
    behind, effects = invalidated(queue.entries[index + 1 :])
    left = Left(pr=pr, reason=reason, group=entry.group)
    entries = queue.entries[:index] + behind
    return replace(queue, entries=entries), (*gone, left, *effects)


def invalidated(entries: tuple[Entry, ...]) -> tuple[tuple[Entry, ...], tuple[Effect, ...]]:
    """The same entries as if just queued, and the end of their groups."""
    effects = tuple(
        Destroyed(pr=entry.pr, group=entry.group, reason="invalidated")
        for entry in entries
        if entry.group
    )
    fresh = tuple(
        replace(
            entry,
            state=EntryState.QUEUED,
            group=None,
            verdict=None,
            green_at=None,
            building_on=None,
            conflict_with=None,
        )
        for entry in entries
    )
    return fresh, effects
