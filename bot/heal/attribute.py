"""Step 2: whose failure is it? Run the failing part on the group, the pull request and its base.

Most entries that fall out of a queue merge later without a new commit, so this comes before any
repair: a part that is green when run again on the same tree is flaky, and nobody's to fix.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot.core.attribution import Trial, attribute
from bot.core.case import Case
from bot.core.ids import Sha
from bot.core.lifecycle import Stage
from bot.core.repo_config import CheckConfig
from bot.ports import Ports
from bot.workbench import part_of, prepare, red_checks, run_check

STAGE = Stage.ATTRIBUTING


async def run(case: Case, ports: Ports) -> Case:
    """Fill `attribution`; checks that nobody told us how to run stay unknown."""
    checks = red_checks(case)
    if not checks:
        found = attribute(())
        return replace(case, attribution=found).to(Stage.DIAGNOSING, "no check can be run here")
    entry = case.entry
    group = await _trial(case, "group", entry.group, checks, ports)
    trials: tuple[Trial, ...] = (group,)
    if group.failed:
        alone, base = await asyncio.gather(
            _trial(case, "alone", case.head, checks, ports),
            _trial(case, "base", entry.base, checks, ports),
        )
        trials = (group, alone, base)
    found = attribute(trials, tuple(int(number) for number in entry.ahead))
    return replace(case, attribution=found).to(Stage.DIAGNOSING, found.whose.value)


async def _trial(
    case: Case, tree: str, commit: Sha, checks: Sequence[CheckConfig], ports: Ports
) -> Trial:
    """Run the failing part of every red check on one tree, in one box.

    What is not there cannot be red there: a file that only the pull request brings is left out.
    Where the set-up or a program is missing nothing is known: red would be said of everything.
    """
    commands: list[str] = []
    failed, seconds = False, 0.0
    there = frozenset(await ports.git.paths(case.entry.repo, commit))
    async with ports.sandbox.open(case.entry.repo, commit) as box:
        set_up = await prepare(box, case)
        if set_up is not None and not set_up.ok:
            return Trial(tree=tree, command="the set-up", failed=None, seconds=set_up.seconds)
        for check in checks:
            part = part_of(case, check)
            known = [each for each in part if each.file is None or each.file in there]
            if part and not known:
                continue
            ran = await run_check(box, check, known, by_file=tree != "group")
            commands.append(ran.command)
            seconds += ran.result.seconds
            if not ran.ran:
                return Trial(tree=tree, command=ran.command, failed=None, seconds=seconds)
            failed = failed or ran.shows(known)
    return Trial(tree=tree, command=" && ".join(commands), failed=failed, seconds=seconds)
