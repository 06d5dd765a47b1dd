"""What follows: a settled check moves the queue, a moved main may conflict with pull requests."""

from bot.lab.acts import pulls, queueing
from bot.lab.hub import Hub, Repo
from bot.lab.records import Happened


def hear(hub: Hub, happened: Happened) -> None:
    """Look at the commit of every check that settles, and at open pull requests when main moves."""
    repo = hub.repos.get(happened.repo)
    if repo is None or happened.sha is None:
        return
    if (happened.event, happened.action) == ("check_run", "completed"):
        hub.spawn(_after_check(hub, repo, happened.sha))
    if happened.event == "push" and happened.branch == "refs/heads/main":
        hub.spawn(_after_move(hub, repo, happened.sha))


async def _after_check(hub: Hub, repo: Repo, sha: str) -> None:
    await queueing.checks_changed(hub, repo, sha)
    await pulls.merge_when_ready(hub, repo, sha)


async def _after_move(hub: Hub, repo: Repo, tip: str) -> None:
    for pull in tuple(repo.pulls.values()):
        if pull.open:
            await pulls.remerge(hub, repo, pull, tip)
