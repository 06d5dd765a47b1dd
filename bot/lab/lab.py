"""The lab's GitHub: one server on this machine that the bot talks to as to github.com."""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.lab.acts.following import hear
from bot.lab.acts.pulls import ref_moved
from bot.lab.acts.queueing import tick
from bot.lab.app import RegisteredApp
from bot.lab.ci.runner import Runner
from bot.lab.clock import LabClock
from bot.lab.git.bare import Bare
from bot.lab.git.trees import LabTrees
from bot.lab.graphql.server import GraphQLServer
from bot.lab.hub import Hub, Repo
from bot.lab.network import Network
from bot.lab.outbox import Endpoint
from bot.lab.payloads.people import installation, user
from bot.lab.people import Person
from bot.lab.queue.state import Queue, QueueConfig
from bot.lab.records import Delivery, Happened, LabEvent
from bot.lab.repos import Files, LabRepo
from bot.lab.rest.server import routes, unknown
from bot.lab.smart_http import GitServer
from bot.ports import Sandbox, Trees

_BODY_LIMIT = 64 << 20
_TICK_S = 0.25
_REPOSITORIES = "installation_repositories"
_DEFAULT_QUEUE = QueueConfig()


class Lab:
    """A local GitHub with one App, installed on every repository that is made.

    Attributes:
        violations: what broke GitHub's schemas, on either side; a test wants it empty.
        unknown: requests, fields, workflows that the lab does not know, by name; likewise.
    """

    def __init__(
        self,
        root: Path,
        make_sandbox: Callable[[Trees], Sandbox] | None = None,
        *,
        clock_scale: float = 1.0,
        app_slug: str = "selfheal",
    ) -> None:
        app = RegisteredApp(app_id=4711, slug=app_slug)
        self.hub = Hub(root, LabClock(clock_scale), app)
        self.trees = LabTrees(self.hub.bares)
        self._ids = itertools.count(101)
        self._runner: web.AppRunner | None = None
        self._ticker: asyncio.Task[None] | None = None
        self.hub.listeners.append(lambda happened: hear(self.hub, happened))
        if make_sandbox:
            runner = Runner(self.hub, make_sandbox(self.trees))
            self.hub.listeners.append(runner.hear)

    @property
    def url(self) -> str:
        """Where REST is; GraphQL is at `/graphql`, git at `/{owner}/{repo}.git`."""
        return self.hub.url

    @property
    def app_id(self) -> str:
        """The App's id."""
        return str(self.hub.app.id)

    @property
    def app_slug(self) -> str:
        """The App's name in addresses; its login is this and "[bot]"."""
        return self.hub.app.slug

    @property
    def private_key(self) -> str:
        """The App's key, PEM."""
        return self.hub.app.private_key

    @property
    def webhook_secret(self) -> str:
        """What signs the webhooks."""
        return self.hub.app.webhook_secret

    @property
    def network(self) -> Network:
        """The fault switches."""
        return self.hub.network

    @property
    def clock(self) -> LabClock:
        """The lab's time; `skip` sets it forward."""
        return self.hub.clock

    @property
    def events(self) -> list[LabEvent]:
        """Everything that happened, oldest first."""
        return self.hub.events

    @property
    def deliveries(self) -> list[Delivery]:
        """All webhooks, lost ones included, oldest first."""
        return self.hub.outbox.deliveries

    @property
    def violations(self) -> list[str]:
        """What broke GitHub's schemas."""
        return self.hub.violations

    @property
    def unknown(self) -> list[str]:
        """What the lab does not know."""
        return self.hub.unknown

    @property
    def repos(self) -> tuple[LabRepo, ...]:
        """All repositories, oldest first."""
        return tuple(LabRepo(self.hub, repo) for repo in self.hub.repos.values())

    def send_webhooks_to(self, url: str) -> None:
        """Deliver webhooks from now on; those so far are lost."""
        secret, number = self.webhook_secret, self.hub.app.id
        self.hub.outbox.endpoint = Endpoint(url=url, secret=secret, app_id=number)

    async def start(self) -> None:
        """Listen on a free port of 127.0.0.1."""
        app = web.Application(client_max_size=_BODY_LIMIT)
        app.router.add_post("/graphql", GraphQLServer(self.hub).handle)
        app.router.add_get("/_blobs/{key}", self._blob)
        app.add_routes(GitServer(hub=self.hub).routes())
        app.add_routes(routes(self.hub))
        app.router.add_route("*", "/{tail:.*}", unknown(self.hub))
        # Bodies of pushes are passed on as they came: git inflates them itself.
        self._runner = web.AppRunner(app, auto_decompress=False, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.hub.url = f"http://{host}:{port}"
        self.hub.outbox.start()
        self._ticker = asyncio.create_task(self._tick())

    async def stop(self) -> None:
        """Stop everything; what goes on is cancelled."""
        if self._ticker:
            self._ticker.cancel()
            await asyncio.gather(self._ticker, return_exceptions=True)
        await self.hub.stop()
        if self._runner:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def create_repo(
        self,
        name: str,
        files: Files,
        merge_queue: QueueConfig | None = _DEFAULT_QUEUE,
        required: Sequence[str] = (),
    ) -> LabRepo:
        """A new repository with one commit on main; `required` names CI jobs, None = no queue."""
        repo = await self._empty(name)
        repo.required = tuple(required)
        author = self.hub.signature(repo.owner, repo)
        tip = await repo.bare.commit("refs/heads/main", files, "Initial commit", author)
        self.hub.tell("repository", f"{name} created", name)
        self._installed(repo)
        await ref_moved(self.hub, repo, "refs/heads/main", None, tip, repo.owner)
        if merge_queue:
            repo.queue = Queue(config=merge_queue, branch="main", tip=tip)
            repo.relock()
        return LabRepo(self.hub, repo)

    async def fork(self, origin: LabRepo, owner: str) -> LabRepo:
        """A copy under another account; its pull requests open in the origin."""
        fork = await self._empty(f"{owner}/{origin.state.short}")
        fork.parent = origin.name
        tip = (await origin.main_log())[0][0]
        await fork.bare.fetch_from(origin.state.bare, tip)
        await fork.bare.move("refs/heads/main", tip)
        return LabRepo(self.hub, fork)

    def person(self, login: str, permission: str | None = None) -> Person:
        """Somebody with a role in every repository; write when none was ever said."""
        self.hub.user(login)
        self.hub.roles[login] = permission or self.hub.roles.get(login, "write")
        return Person(self.hub, login)

    async def idle(self) -> None:
        """Wait until no webhook is on its way, no job runs and no queue has anything to do."""
        await self.hub.idle()

    async def _empty(self, name: str) -> Repo:
        path = self.hub.root / f"{name.replace('/', '--')}.git"
        path.mkdir(parents=True)
        repo = Repo(next(self._ids), name, await Bare.create(path), self.hub.clock.now())
        self.hub.repos[name] = repo
        self.hub.bares[name] = repo.bare
        return repo

    def _installed(self, repo: Repo) -> None:
        account = repo.owner
        short = {
            "id": repo.id,
            "node_id": f"R_{repo.id}",
            "name": repo.short,
            "full_name": repo.name,
            "private": True,
        }
        first = len(self.hub.repos) == 1
        event, action = ("installation", "created") if first else (_REPOSITORIES, "added")
        payload: dict[str, object] = {
            "action": action,
            "installation": installation(self.hub),
            "requester": None,
            "sender": user(self.hub, account),
        }
        if first:
            payload["repositories"] = [short]
        else:
            payload |= {"repositories_added": [short], "repositories_removed": []}
            payload["repository_selection"] = "all"
        self.hub.emit(Happened(repo=repo.name, event=event, action=action), payload)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_TICK_S)
            for repo in tuple(self.hub.repos.values()):
                await tick(self.hub, repo)

    async def _blob(self, request: web.Request) -> web.StreamResponse:
        if "Authorization" in request.headers:
            return web.Response(status=400, text="InvalidAuthenticationInfo")
        content = self.hub.blobs.open(request.match_info["key"])
        if content is None:
            return web.Response(status=403, text="AuthenticationFailed")
        return web.Response(body=content, content_type="application/octet-stream")
