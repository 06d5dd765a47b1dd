"""What follows from a settled check: the queue looks again, and armed pull requests may enter."""

from bot.lab.acts import pulls, queueing
from bot.lab.hub import Hub, Repo
from bot.lab.records import Happened


def hear_checks(hub: Hub, happened: Happened) -> None:
    """Look at the commit of every check that settles."""
    repo = hub.repos.get(happened.repo)
    if repo and happened.sha and (happened.event, happened.action) == ("check_run", "completed"):
        hub.spawn(_after_check(hub, repo, happened.sha))


async def _after_check(hub: Hub, repo: Repo, sha: str) -> None:
    await queueing.checks_changed(hub, repo, sha)
    await pulls.merge_when_ready(hub, repo, sha)
