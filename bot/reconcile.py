"""What no webhook told us of: GitHub's own records, read by the sweep.

Webhooks are not retried by GitHub. So every few minutes the failed deliveries are asked for again,
and every entry that fell out of a queue lately is looked at, whether anybody told us or not.
"""

from datetime import timedelta

from bot.core.errors import EdgeError
from bot.core.ids import CaseId
from bot.intake import FAILED, group_of, open_case
from bot.ports import Installed, Ports, PullState

WINDOW = timedelta(hours=24)


async def reconcile(ports: Ports) -> tuple[CaseId, ...]:
    """Cases of entries that fell out without our noticing; one broken repository stops no other."""
    await _redeliver(ports)
    found: list[CaseId] = []
    for installed in await ports.forge.repositories():
        try:
            for pull in await ports.forge.recently_removed(installed.repo):
                found += await _missed(installed, pull, ports)
        except EdgeError:
            continue  # the next sweep looks again
    return tuple(found)


async def _redeliver(ports: Ports) -> None:
    """Ask for each failed delivery once; a repeated one changes nothing."""
    try:
        for delivery in await ports.forge.failed_deliveries(ports.clock.now() - WINDOW):
            if await ports.store.once(f"redelivered:{delivery.guid}"):
                await ports.forge.redeliver(delivery)
    except EdgeError:
        return  # what they would have told us is found below as well


async def _missed(installed: Installed, pull: PullState, ports: Ports) -> tuple[CaseId, ...]:
    removal = pull.removal
    recent = removal is not None and ports.clock.now() - removal.at < WINDOW
    if removal is None or removal.reason != FAILED or pull.in_queue or not recent:
        return ()
    group = await group_of(installed.repo, installed.installation, pull, ports)
    if group is None:
        return ()
    return (await open_case(pull, group, "CI_FAILURE", ports),)
