"""Put the pull request back into the queue, at its tail: nobody who waits pays for a heal."""

from dataclasses import replace

from bot.core.case import Case
from bot.core.lifecycle import Stage
from bot.core.wording import HOLD, sticky
from bot.ports import Ports, PullStatus

STAGE = Stage.REQUEUING


async def run(case: Case, ports: Ports) -> Case:
    """Enqueue with the head we know; being queued already is success."""
    entry = case.entry
    pull = await ports.forge.pull(entry.repo, entry.pr)
    if pull.status is not PullStatus.OPEN or pull.head != case.head or pull.draft:
        return case.end(Stage.OVERTAKEN, "the pull request changed before it was queued again")
    if HOLD in pull.labels:
        return case.end(Stage.STOPPED, f"the label `{HOLD}` says hands off")
    if not pull.in_queue:
        await ports.forge.enqueue(entry.repo, pull.node_id, case.head)
    case = replace(case, enqueued=case.head, node_id=pull.node_id)
    await ports.forge.sticky(entry.repo, entry.pr, sticky(case, ports.operator.public_url))
    return case.to(Stage.WATCHING, "back in the queue")
