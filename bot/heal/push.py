"""Step 9: push the cleared patch to the pull request's branch, if nothing moved meanwhile."""

from dataclasses import replace

from bot.core.case import Case, Pushed
from bot.core.errors import PermanentError, StaleError
from bot.core.lifecycle import Stage
from bot.core.wording import HOLD, sticky
from bot.intake import moved
from bot.ports import Ports, PullState, PushTarget
from bot.report import report

STAGE = Stage.PUSHING


async def run(case: Case, ports: Ports) -> Case:
    """Add to `pushes`. Safe to run twice: a branch that is at our commit already is success."""
    if case.cleared is None:
        return case.end(Stage.GAVE_UP, "nothing was cleared")
    entry, patch = case.entry, case.cleared.patch
    pull = await ports.forge.pull(entry.repo, entry.pr)
    if pull.head != patch.commit:
        _stand_down(pull, case)
        target = PushTarget(
            repo=entry.repo,
            pr=entry.pr,
            head_repo=case.head_repo,
            branch=case.head_ref,
            expected=patch.base,
        )
        await ports.forge.push(target, case.cleared)
    pushed = Pushed(
        attempt=case.attempts[-1].number,
        sha=patch.commit,
        at=ports.clock.now(),
        approved_by=case.cleared.approved_by,
    )
    case = replace(case, pushes=(*case.pushes, pushed), cleared=None)
    url = ports.operator.public_url
    await ports.forge.sticky(entry.repo, entry.pr, sticky(case, url))
    # On the new head too: people look there, and its button stops us.
    await ports.forge.report(entry.repo, patch.commit, report(case, url, conclusion=None))
    return case.to(Stage.WAITING_CI, f"pushed {patch.commit[:12]}")


def _stand_down(pull: PullState, case: Case) -> None:
    """Let the push go on only into a world that is as we left it.

    Raises:
        StaleError: somebody else acted; their action wins.
        PermanentError: the branch is not ours to write any more.
    """
    if why := moved(case, pull):
        raise StaleError(why)
    if HOLD in pull.labels:
        msg = f"the label `{HOLD}` was set"
        raise StaleError(msg)
    if not pull.may_push:
        msg = "There is a fix, but the branch may not be pushed to any more."
        raise PermanentError(msg)
