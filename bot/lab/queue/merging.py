"""Who merges and who is thrown out, once the checks have spoken."""

from dataclasses import replace
from datetime import datetime

from bot.lab.queue.moves import Effect, Merged
from bot.lab.queue.removal import Turn, without
from bot.lab.queue.state import Entry, EntryState, Queue, Reason, Verdict


def settle(queue: Queue, at: datetime) -> Turn:
    """Merge and evict until the front has to wait for something."""
    effects: tuple[Effect, ...] = ()
    while True:
        after, more = _settle_once(queue, at)
        if not more:
            return queue, effects
        queue, effects = after, effects + more


def _settle_once(queue: Queue, at: datetime) -> Turn:
    if not queue.entries:
        return queue, ()
    ready = _ready(queue, at)
    if ready:
        return _merged(queue, ready)
    front = queue.entries[0]
    if front.conflict_with == queue.tip and not queue.config.hold_conflicts:
        return without(queue, front.pr, Reason.MERGE_CONFLICT)
    if front.verdict in {Verdict.RED, Verdict.LATE} and not _may_be_carried(queue):
        late = front.verdict is Verdict.LATE
        return without(queue, front.pr, Reason.CI_TIMEOUT if late else Reason.CI_FAILURE)
    return queue, ()


def _merged(queue: Queue, ready: tuple[Entry, ...]) -> Turn:
    groups = tuple((entry.pr, entry.group) for entry in ready if entry.group)
    new = groups[-1][1].head
    effect = Merged(old=queue.tip, new=new, prs=groups)
    return replace(queue, tip=new, entries=queue.entries[len(ready) :]), (effect,)


def _ready(queue: Queue, at: datetime) -> tuple[Entry, ...]:
    config = queue.config
    chain = _built_prefix(queue)[: config.max_merge]
    count = 0
    for index, entry in enumerate(chain, 1):
        if entry.verdict is Verdict.GREEN:
            count = index
        elif not config.headgreen:
            break
    if count >= config.min_merge or _waited(chain[:count], config.min_wait_s, at):
        return chain[:count]
    return ()


def _built_prefix(queue: Queue) -> tuple[Entry, ...]:
    count = next((i for i, e in enumerate(queue.entries) if e.group is None), len(queue.entries))
    return queue.entries[:count]


def _waited(chain: tuple[Entry, ...], wait_s: float, at: datetime) -> bool:
    times = [entry.green_at for entry in chain if entry.green_at]
    return bool(times) and (at - min(times)).total_seconds() >= wait_s


def _may_be_carried(queue: Queue) -> bool:
    """With HEADGREEN a red front waits as long as somebody behind it can still turn green."""
    hopeful = {EntryState.QUEUED, EntryState.AWAITING_CHECKS}
    behind = queue.entries[1 : queue.config.max_build]
    return queue.config.headgreen and any(entry.state in hopeful for entry in behind)
