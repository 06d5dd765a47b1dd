"""Put the pull request back into the queue, at its tail: nobody who waits pays for a heal."""

from dataclasses import replace

from bot.core.case import Case
from bot.core.errors import PermanentError
from bot.core.lifecycle import Stage
from bot.core.wording import HOLD, sticky
from bot.intake import left_again, moved
from bot.ports import Ports, PullStatus

STAGE = Stage.REQUEUING


async def run(case: Case, ports: Ports) -> Case:
    """Enqueue with the head we know. Safe to run twice: having been in the queue is success."""
    entry = case.entry
    pull = await ports.forge.pull(entry.repo, entry.pr)
    if pull.status is PullStatus.MERGED or left_again(entry, pull):
        # We died after we had queued it, or a person was quicker: either way it had its turn.
        return replace(case, enqueued=case.head).to(Stage.WATCHING, "it was in the queue already")
    if not pull.in_queue:
        if why := moved(case, pull):
            return case.end(Stage.OVERTAKEN, why)
        if HOLD in pull.labels:
            return case.end(Stage.STOPPED, f"the label `{HOLD}` says hands off")
        try:
            await ports.forge.enqueue(entry.repo, pull.node_id, case.head)
        except PermanentError as exc:
            return case.end(Stage.GAVE_UP, _refused(case, exc))
    case = replace(case, enqueued=case.head, node_id=pull.node_id)
    await ports.forge.sticky(entry.repo, entry.pr, sticky(case, ports.operator.public_url))
    return case.to(Stage.WATCHING, "back in the queue")


def _refused(case: Case, exc: PermanentError) -> str:
    """GitHub's own reason, and what is left to do: often a new approval, since we pushed last."""
    done = "The fix is pushed" if case.pushes else "There is nothing to fix"
    return (
        f"{done}, but GitHub does not let it into the queue: "
        f"{str(exc).removeprefix('github: ')} A person has to settle that and queue it."
    )
