"""Step 1: read the red required checks of the group commit and find what failed."""

import asyncio
from dataclasses import replace

from bot.core import repo_config
from bot.core.case import Case, FailedCheck
from bot.core.checks import config_for
from bot.core.errors import ConfigError, PermanentError
from bot.core.failure import Failure
from bot.core.ids import Sha
from bot.core.lifecycle import Stage
from bot.core.markdown import counted
from bot.core.repo_config import Mode, RepoConfig
from bot.core.wording import HOLD
from bot.formats import find_failures
from bot.ports import CheckResult, Ports, PullState, PullStatus

STAGE = Stage.COLLECTING
MAX_FAILURES = 200


async def run(case: Case, ports: Ports) -> Case:
    """Fill `checks`, `failures`, `config` and what we know of the pull request."""
    entry = case.entry
    pull = await ports.forge.pull(entry.repo, entry.pr)
    if why := _overtaken(case, pull):
        return case.end(Stage.OVERTAKEN, why)
    if HOLD in pull.labels:
        return case.end(Stage.STOPPED, f"the label `{HOLD}` says hands off")
    case = _known(case, pull)
    tip = await ports.git.tip(entry.repo, entry.base_branch)
    raw = await ports.git.read(entry.repo, tip, repo_config.FILE)
    try:
        config = repo_config.parse(raw) if raw is not None else RepoConfig()
    except ConfigError as exc:
        return case.end(Stage.EXPLAINED, f"The configuration cannot be used: {exc}")
    case = replace(case, config=config)
    if config.mode is Mode.OFF:
        return case.end(Stage.EXPLAINED, "selfheal is switched off in this repository.")
    case = await _with_commits(case, ports)
    if not await _was_tested(case, ports):
        return case.end(Stage.OVERTAKEN, "the branch has other commits than the queue tested")
    return await _collected(case, ports)


async def _collected(case: Case, ports: Ports) -> Case:
    entry = case.entry
    required = await ports.forge.required_checks(entry.repo, entry.base_branch)
    results = await ports.forge.checks(entry.repo, entry.queued_as or entry.group)
    red = [check for check in results if check.red]
    # Classic protection and required workflows name their checks elsewhere: then any may be it.
    red = [check for check in red if check.name in required] or red
    if not red:
        return case.end(Stage.EXPLAINED, "No check of the merge group is red.")
    read = [await _read(case, check, ports) for check in red]
    failures = [failure for _, found in read for failure in found][:MAX_FAILURES]
    note = f"{counted(len(failures), 'failure')} in {', '.join(check.name for check in red)}"
    return replace(case, checks=tuple(check for check, _ in read), failures=tuple(failures)).to(
        Stage.ATTRIBUTING, note
    )


def _known(case: Case, pull: PullState) -> Case:
    return replace(
        case,
        title=pull.title,
        author=pull.author,
        node_id=pull.node_id,
        head_repo=pull.head_repo or "",
        head_ref=pull.head_ref,
    )


def _overtaken(case: Case, pull: PullState) -> str:
    """What somebody did already. Not whether it is queued: GitHub may say so for a moment more."""
    reasons = {
        f"the pull request is {pull.status}": pull.status is not PullStatus.OPEN,
        "it was converted to a draft": pull.draft,
        "its base branch is another one now": pull.base_branch != case.entry.base_branch,
        "the branch has new commits": pull.head != case.head,
    }
    return next((reason for reason, true in reasons.items() if true), "")


async def _with_commits(case: Case, ports: Ports) -> Case:
    """The case with its commits in the mirror; a group commit that GitHub lost is made again."""
    entry = case.entry
    await ports.git.fetch(entry.repo, case.head)
    try:
        await ports.git.fetch(entry.repo, entry.group, entry.base)
    except PermanentError:
        base = await _base(case, ports)
        again = await ports.git.merge(entry.repo, base, entry.head)
        if again is None:
            raise
        known = entry.queued_as or entry.group
        return replace(case, entry=replace(entry, group=again, base=base, queued_as=known))
    return case


async def _base(case: Case, ports: Ports) -> Sha:
    """What the group stood on; the base branch where that was a group that is lost as well."""
    entry = case.entry
    try:
        await ports.git.fetch(entry.repo, entry.base)
    except PermanentError:
        return await ports.git.tip(entry.repo, entry.base_branch)
    return entry.base


async def _was_tested(case: Case, ports: Ports) -> bool:
    """Whether the branch is as the queue tested it: somebody may have pushed before we looked.

    A squashed or rebased group does not hold the branch's commits, so trees are compared too.
    """
    repo, entry = case.entry.repo, case.entry
    if await ports.git.merge(repo, entry.group, entry.head) == entry.group:
        return True
    merged = await ports.git.merge(repo, entry.base, entry.head)
    return merged is not None and not await ports.git.diff(repo, merged, entry.group)


async def _read(
    case: Case, check: CheckResult, ports: Ports
) -> tuple[FailedCheck, tuple[Failure, ...]]:
    """One red check with its log kept, and the failures that stand in it."""
    repo, log = case.entry.repo, b""
    if check.check_run is not None:
        log = await ports.forge.job_log(repo, check.check_run)
    # In a thread: a large log takes seconds, and webhooks are answered on this loop.
    found = await asyncio.to_thread(find_failures, log, job=check.name) if log else ()
    if not found and check.check_run is not None:
        found = await ports.forge.annotations(repo, check.check_run)
    config = config_for(check.name, case.config)
    return (
        FailedCheck(
            name=check.name,
            conclusion=check.conclusion or "",
            url=check.url,
            log=await ports.store.put(log) if log else None,
            config=config.name if config else None,
        ),
        found,
    )
