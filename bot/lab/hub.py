"""The memory of the lab's GitHub: who and what there is, and the one way to tell of a change."""

import asyncio
import itertools
import uuid
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.lab.app import RegisteredApp, Token
from bot.lab.blobs import Blobs
from bot.lab.clock import LabClock
from bot.lab.git.bare import Bare, Signature
from bot.lab.network import Network
from bot.lab.outbox import Outbox
from bot.lab.queue.state import Queue
from bot.lab.records import (
    Artifact,
    CheckRun,
    Comment,
    Delivery,
    Happened,
    Job,
    LabEvent,
    Pull,
    Suite,
    User,
    WorkflowRun,
)
from bot.lab.schemas.webhooks import payload_faults


class Repo:
    """A repository and everything in it; `queue` None = its main branch merges freely."""

    def __init__(self, repo_id: int, name: str, bare: Bare, created_at: datetime) -> None:
        self.id = repo_id
        self.name = name
        self.bare = bare
        self.created_at = created_at
        self.queue: Queue | None = None
        self.queue_lock = asyncio.Lock()
        self.git_lock = asyncio.Lock()
        self.required: tuple[str, ...] = ()
        self.allow_auto_merge = True
        self.parent: str | None = None  # a fork's origin
        self.pulls: dict[int, Pull] = {}
        self.comments: dict[int, Comment] = {}
        self.suites: dict[int, Suite] = {}
        self.checks: dict[int, CheckRun] = {}
        self.runs: dict[int, WorkflowRun] = {}
        self.jobs: dict[int, Job] = {}
        self.artifacts: dict[int, Artifact] = {}
        self.numbers = itertools.count(1)
        self.run_numbers = itertools.count(1)
        self._last_commit_at = created_at

    @property
    def owner(self) -> str:
        """The account that it belongs to."""
        return self.name.split("/", 1)[0]

    @property
    def short(self) -> str:
        """Its name without the owner."""
        return self.name.split("/", 1)[1]

    def commit_time(self, now: datetime) -> datetime:
        """A time later than that of every other commit: equal merges get different shas."""
        self._last_commit_at = max(now, self._last_commit_at + timedelta(seconds=1))
        return self._last_commit_at

    def newest_checks(self, sha: str) -> dict[str, CheckRun]:
        """The newest check run a name and app, on a commit, by name."""
        return {check.name: check for check in self.checks.values() if check.sha == sha}

    def queued(self, number: int) -> bool:
        """Whether a pull request is in the queue."""
        return self.queue is not None and self.queue.find(number) is not None

    def relock(self) -> None:
        """Tell the pre-receive hook which branches take no push now."""
        locks = {"refs/heads/main": "protected"} if self.queue else {}
        for entry in self.queue.entries if self.queue else ():
            pull = self.pulls[entry.pr]
            if pull.head_repo == self.name:
                locks[f"refs/heads/{pull.branch}"] = "queued"
        self.bare.lock(locks)


class Hub:
    """Everything of one lab."""

    def __init__(self, root: Path, clock: LabClock, app: RegisteredApp) -> None:
        self.root = root
        self.clock = clock
        self.app = app
        self.url = ""
        self.blobs = Blobs(clock.now, lambda: self.url)
        self.installation = 51_000_001
        self.network = Network()
        self.repos: dict[str, Repo] = {}
        self.bares: dict[str, Bare] = {}
        self.users: dict[str, User] = {}
        self.roles: dict[str, str] = {}
        self.events: list[LabEvent] = []
        self.unknown: list[str] = []
        self.violations: list[str] = []
        self.ids = itertools.count(7_000_001)
        self.dequeue_lag_s = 0.3
        self.outbox = Outbox(clock, self.network, lambda text: self.tell("delivery", text))
        self.listeners: list[Callable[[Happened], None]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()

    def user(self, login: str) -> User:
        """An account by name; it is made when nobody has it."""
        if login not in self.users:
            found = User(login=login, id=next(self.ids), bot=login.endswith("[bot]"))
            self.users[login] = found
        return self.users[login]

    def reaches(self, token: Token, name: str) -> bool:
        """Whether a token was made for a repository; the App is not installed on forks."""
        repo = self.repos.get(name)
        return repo is not None and repo.parent is None and token.reaches(name)

    def signature(self, login: str, repo: Repo) -> Signature:
        """How somebody signs a commit now."""
        user = self.user(login)
        at = repo.commit_time(self.clock.now())
        return Signature(name=login, email=user.email, at=at)

    def tell(self, kind: str, text: str, repo: str = "", pr: int | None = None) -> None:
        """Add a line to the story."""
        at = self.clock.now()
        self.events.append(LabEvent(at=at, kind=kind, text=text, repo=repo, pr=pr))

    def emit(
        self,
        happened: Happened,
        payload: Mapping[str, Any],
        *,
        lag_s: float = 0.0,
    ) -> None:
        """Send a webhook, checked against GitHub's schema, and tell the lab's own parts."""
        event, action = happened.event, happened.action
        faults = payload_faults(event, action, payload)
        self.violations += [f"webhook {event}.{action}: {line}" for line in faults]
        repo = self.repos.get(happened.repo)
        delivery = Delivery(
            id=self.outbox.next_id(),
            guid=str(uuid.uuid4()),
            event=event,
            action=action,
            repo=happened.repo,
            repo_id=repo.id if repo else None,
            at=self.clock.now(),
            payload=payload,
        )
        self.outbox.post(delivery, lag_s)
        for listener in self.listeners:
            listener(happened)
        self._changed.set()
        self._changed = asyncio.Event()

    async def change(self) -> None:
        """Wait until something happens."""
        await self._changed.wait()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside; `busy` until it is done, and a crash is a violation."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    @property
    def busy(self) -> bool:
        """Whether something goes on beside."""
        return bool(self._tasks) or not self.outbox.quiet.is_set()

    async def idle(self) -> None:
        """Wait until nothing goes on."""
        self.outbox.release()
        while self.busy:
            if self._tasks:
                await asyncio.wait(set(self._tasks))
            await self.outbox.quiet.wait()

    async def stop(self) -> None:
        """Cancel everything."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.outbox.stop()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception():
            self.violations.append(f"the lab itself failed: {task.exception()!r}")
