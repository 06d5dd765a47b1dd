"""A patch that a person must let through: parked until `approve`, a hint or `stop` comes."""

from dataclasses import replace

from bot.core.case import Case, SignalKind
from bot.core.lifecycle import Stage
from bot.core.patch import ClearedPatch
from bot.core.wording import NEEDS_HUMAN, WORKING, sticky
from bot.ports import Ports
from bot.report import report

STAGE = Stage.NEEDS_HUMAN


async def run(case: Case, ports: Ports) -> Case:
    """Ask once; go on when somebody with the right has spoken."""
    *_, newest = case.attempts
    entry, url = case.entry, ports.operator.public_url
    signals = await ports.store.signals(case.id)
    since = [signal for signal in signals if signal.at >= newest.ended_at]
    approvals = [signal.by for signal in since if signal.kind is SignalKind.APPROVE]
    if approvals and newest.patch is not None and newest.verdict is not None:
        cleared = ClearedPatch(patch=newest.patch, verdict=newest.verdict, approved_by=approvals[0])
        await ports.forge.remove_label(entry.repo, entry.pr, NEEDS_HUMAN)
        await ports.forge.add_labels(entry.repo, entry.pr, [WORKING])
        return replace(case, cleared=cleared).to(Stage.PUSHING, f"approved by @{approvals[0]}")
    if any(signal.kind is SignalKind.HINT for signal in since):
        return case.to(Stage.ATTEMPTING, "a person gave a hint")
    await ports.forge.add_labels(entry.repo, entry.pr, [NEEDS_HUMAN])
    await ports.forge.remove_label(entry.repo, entry.pr, WORKING)
    await ports.forge.sticky(entry.repo, entry.pr, sticky(case, url))
    await ports.forge.report(entry.repo, case.head, report(case, url, conclusion="action_required"))
    return case
