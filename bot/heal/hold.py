"""Step 4: say that we work on it, and keep others from changing the branch under our hands."""

from dataclasses import replace

from bot.core.case import Case, Held
from bot.core.lifecycle import Stage
from bot.core.wording import BOTS, HOLD, WORKING, sticky
from bot.intake import moved
from bot.ports import Ports, PullState
from bot.report import report

STAGE = Stage.HOLDING
# Said before anything is spent on a fix that could not be delivered.
_CLOSED_BRANCH = (
    "The branch lies in a fork that may not be pushed to. Tick `Allow edits by maintainers` on the "
    "pull request, then say `/selfheal retry`; or fix what failed in the fork."
)


async def run(case: Case, ports: Ports) -> Case:
    """Fill `held`, saved before anything is changed so that it can always be put back."""
    entry = case.entry
    pull = await ports.forge.pull(entry.repo, entry.pr)
    if HOLD in pull.labels:
        return case.end(Stage.STOPPED, f"the label `{HOLD}` says hands off")
    if pull.in_queue:
        return case  # GitHub may say so for a moment more; a person who did it sends a webhook
    if why := moved(case, pull):
        return case.end(Stage.OVERTAKEN, why)
    if not pull.may_push:
        return case.end(Stage.EXPLAINED, _CLOSED_BRANCH)
    if case.held is None:
        return replace(case, held=_plan(case, pull))
    await ports.forge.add_labels(entry.repo, entry.pr, case.held.labels)
    if case.held.auto_merge is not None:
        await ports.forge.disable_auto_merge(entry.repo, case.node_id)
    await ports.forge.sticky(entry.repo, entry.pr, sticky(case, ports.operator.public_url))
    await ports.forge.report(
        entry.repo, entry.head, report(case, ports.operator.public_url, conclusion=None)
    )
    return case.to(Stage.RECIPE, "labels set")


def _plan(case: Case, pull: PullState) -> Held:
    """What will be changed. Our own label is always ours, also one that an ended case left."""
    labels, bots = [WORKING], case.config.bots.label
    if pull.author.removesuffix("[bot]") in BOTS and bots not in pull.labels:
        labels.append(bots)
    return Held(labels=tuple(labels), auto_merge=pull.auto_merge)
