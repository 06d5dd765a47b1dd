"""`Forge` by GitHub: the topics put together, and the push."""

from bot.core.errors import EdgeError, PermanentError, StaleError
from bot.core.ids import Sha
from bot.core.patch import ClearedPatch
from bot.edges.github.checks import Checks
from bot.edges.github.client import Client
from bot.edges.github.comments import Comments
from bot.edges.github.installations import Installations
from bot.edges.github.logs import JobLogs
from bot.edges.github.pulls import Pulls
from bot.edges.github.queue import Queue
from bot.ports import Git, PullStatus, PushTarget


class GitHubForge(Pulls, Queue, Checks, Comments, JobLogs, Installations):
    """GitHub, as far as we use it."""

    def __init__(self, client: Client, git: Git) -> None:
        super().__init__(client)
        self._git = git

    async def push(self, target: PushTarget, cleared: ClearedPatch) -> Sha:
        """Push the cleared commit; safe to repeat: when it is there already, its sha comes back.

        Raises:
            StaleError: the branch is neither at `target.expected` nor at our commit, or is queued.
            PermanentError: we may not push there.
        """
        commit = cleared.patch.commit
        pull = await self.pull(target.repo, target.pr)
        if pull.head == commit:
            return commit
        moved = (pull.head_repo, pull.head_ref) != (target.head_repo, target.branch)
        if pull.in_queue or pull.status is not PullStatus.OPEN or moved:
            msg = "the pull request is queued again, closed, or has another branch"
            raise StaleError(msg)
        if not pull.may_push:
            msg = f"github: we may not push to {target.head_repo}:{target.branch}"
            raise PermanentError(msg)
        try:
            await self._git.push(target, commit)
        except (StaleError, EdgeError):
            # A refused swap, or a lost answer: perhaps our own earlier push did it.
            if (await self.pull(target.repo, target.pr)).head != commit:
                raise
        return commit
