"""A patch that a person must let through: parked until `approve`, a hint or `stop` comes."""

from dataclasses import replace

from bot.core.case import Case, SignalKind
from bot.core.lifecycle import Stage
from bot.core.patch import ClearedPatch
from bot.core.wording import NEEDS_HUMAN, WORKING, sticky
from bot.intake import moved
from bot.ports import Ports
from bot.report import report

STAGE = Stage.NEEDS_HUMAN


async def run(case: Case, ports: Ports) -> Case:
    """Ask once; go on when somebody with the right has spoken, or has acted themselves."""
    *_, newest = case.attempts
    entry, url = case.entry, ports.operator.public_url
    if why := moved(case, await ports.forge.pull(entry.repo, entry.pr)):
        return case.end(Stage.OVERTAKEN, why)
    signals = await ports.store.signals(case.id)
    since = [signal for signal in signals if signal.at >= newest.ended_at]
    approvals = [signal.by for signal in since if signal.kind is SignalKind.APPROVE]
    if approvals and newest.patch is not None and newest.verdict is not None:
        cleared = ClearedPatch(patch=newest.patch, verdict=newest.verdict, approved_by=approvals[0])
        await _working(case, ports)
        return replace(case, cleared=cleared).to(Stage.PUSHING, f"approved by @{approvals[0]}")
    if any(signal.kind is SignalKind.HINT for signal in since):
        await _working(case, ports)
        return case.to(Stage.ATTEMPTING, "a person gave a hint")
    if case.asked == newest.number:
        return case
    await ports.forge.add_labels(entry.repo, entry.pr, [NEEDS_HUMAN])
    await ports.forge.remove_label(entry.repo, entry.pr, WORKING)
    await ports.forge.sticky(entry.repo, entry.pr, sticky(case, url))
    await ports.forge.report(entry.repo, case.head, report(case, url, conclusion="action_required"))
    return replace(case, asked=newest.number)


async def _working(case: Case, ports: Ports) -> None:
    await ports.forge.remove_label(case.entry.repo, case.entry.pr, NEEDS_HUMAN)
    await ports.forge.add_labels(case.entry.repo, case.entry.pr, [WORKING])
