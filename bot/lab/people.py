"""Somebody who works with the lab's GitHub in a browser."""

from bot.lab.acts import checks, comments, pulls, queueing
from bot.lab.hub import Hub
from bot.lab.queue.moves import Dequeue
from bot.lab.queue.state import Reason
from bot.lab.records import Comment
from bot.lab.repos import Files, LabPull, LabRepo


class Person:
    """Somebody who acts at the lab's GitHub."""

    def __init__(self, hub: Hub, login: str) -> None:
        self.hub = hub
        self.login = login

    async def enqueue(self, pull: LabPull, *, jump: bool = False) -> None:
        """Put a pull request into the queue.

        Raises:
            RefusedError: GitHub would not let it in.
        """
        await queueing.enqueue(self.hub, pull.repo, pull.number, self.login, jump=jump)

    async def dequeue(self, pull: LabPull) -> None:
        """Take it out of the queue."""
        await queueing.dequeue(self.hub, pull.repo, pull.number, self.login)

    async def comment(self, pull: LabPull, body: str) -> Comment:
        """Write a comment."""
        return comments.add_comment(self.hub, pull.repo, pull.number, self.login, body)

    async def label(self, pull: LabPull, name: str) -> None:
        """Add a label."""
        pulls.add_label(self.hub, pull.repo, pull.state, name, self.login)

    async def unlabel(self, pull: LabPull, name: str) -> None:
        """Remove a label."""
        pulls.remove_label(self.hub, pull.repo, pull.state, name, self.login)

    async def close(self, pull: LabPull) -> None:
        """Close it without merging."""
        await pulls.close(self.hub, pull.repo, pull.state, self.login)

    async def convert_to_draft(self, pull: LabPull) -> None:
        """Make it a draft."""
        await pulls.set_draft(self.hub, pull.repo, pull.state, self.login, draft=True)

    async def ready_for_review(self, pull: LabPull) -> None:
        """Make a draft ready."""
        await pulls.set_draft(self.hub, pull.repo, pull.state, self.login, draft=False)

    async def enable_auto_merge(self, pull: LabPull, method: str = "MERGE") -> None:
        """Merge when ready."""
        await pulls.arm(self.hub, pull.repo, pull.state, self.login, method=method)

    async def disable_auto_merge(self, pull: LabPull) -> None:
        """Switch merge-when-ready off."""
        pulls.disarm(self.hub, pull.repo, pull.state, self.login)

    async def push(self, pull: LabPull, files: Files, message: str) -> str:
        """Push a commit to the pull request's branch; the new head."""
        return await pull.push(files, message, self.login)

    async def press(self, pull: LabPull, identifier: str) -> None:
        """Click a button of the App's check run on the head."""
        ours = [c for c in pull.check_runs() if c.app == self.hub.app.slug]
        checks.press(self.hub, pull.repo, ours[-1], identifier, self.login)

    async def clear_queue(self, repo: LabRepo) -> None:
        """Empty the merge queue."""
        queue = repo.state.queue
        for entry in reversed(queue.entries if queue else ()):
            move = Dequeue(pr=entry.pr, reason=Reason.QUEUE_CLEARED)
            await queueing.act(self.hub, repo.state, move, self.login)
