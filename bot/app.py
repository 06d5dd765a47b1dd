"""The composition root: the only file that knows every part."""

import asyncio
import logging
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot.core import prices
from bot.core.checkup import Facts
from bot.core.errors import ConfigError, EdgeError
from bot.edges import examine as look
from bot.edges.clock import SystemClock
from bot.edges.git import LOCAL, GitMirror, borrow
from bot.edges.github import App, GitHub, GitHubForge, connect
from bot.edges.sandbox_bwrap import BwrapSandbox
from bot.edges.sandbox_none import NoSandbox
from bot.edges.store import SqlStore
from bot.engine import Engine, EngineConfig
from bot.ports import Clock, Model, Operator, Ports, Sandbox, Store, Trees
from bot.reconcile import reconcile
from bot.settings import Settings
from bot.test_runs import Local
from bot.web import webhook
from bot.web.auth import Auth, is_public
from bot.web.health import add_health
from bot.web.metrics import Metrics, add_metrics
from bot.web.pages import add_pages

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A running selfheal: what the commands and the lab's demo hold on to."""

    ports: Ports
    engine: Engine
    metrics: Metrics
    url: str  # of the pages; "" without the web half


async def make_sandbox(settings: Settings, trees: Trees, *, network: bool = False) -> Sandbox:
    """The best sandbox of this machine, or one that refuses and says what to install."""
    if settings.sandbox == "none":
        return NoSandbox("the sandbox is switched off in the settings (SELFHEAL_SANDBOX)")
    box = _bwrap(settings, trees, network=network)
    reason = await box.usable()
    return NoSandbox(reason) if reason else box


def sandbox_maker(settings: Settings) -> Callable[[Trees], Sandbox]:
    """Boxes on other trees, in the same way: the lab's CI runs in them."""
    return lambda trees: _bwrap(settings, trees, network=False)


def _bwrap(settings: Settings, trees: Trees, *, network: bool) -> BwrapSandbox:
    toolchain = [Path(part) for part in settings.toolchain.split(":") if part]
    return BwrapSandbox(trees, settings.data / "boxes", toolchain, network=network)


@asynccontextmanager
async def local_trees(
    settings: Settings, repo: Path, base: str | None, head: str | None, *, staged: bool
) -> AsyncIterator[Local]:
    """Both trees of a change in a local repository, to be run without anything it configures."""
    with tempfile.TemporaryDirectory(prefix="selfheal-trees-") as folder:
        git = GitMirror(Path(folder), "", None)
        ends = await borrow(git, repo, base, head, staged=staged)
        box = await make_sandbox(settings, git)
        yield Local(sandbox=box, git=git, repo=LOCAL, base=ends[0], fix=ends[1])


def own_toolchain() -> str:
    """The Python that runs us, as a toolchain: the demo's repositories are checked with it."""
    return ":".join(dict.fromkeys((sys.prefix, sys.base_prefix)))


@asynccontextmanager
async def open_store(settings: Settings) -> AsyncIterator[Store]:
    """The database, migrated.

    Raises:
        ConfigError: the data folder cannot be written.
    """
    try:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        store = SqlStore(settings.database)
    except OSError as exc:
        msg = f"SELFHEAL_DATA_DIR: {settings.data} cannot be used: {exc.strerror}"
        raise ConfigError(msg) from exc
    await store.open()
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def github(settings: Settings, clock: Clock) -> AsyncIterator[GitHub]:
    """GitHub as the App.

    Raises:
        ConfigError: id or key of the App are missing, or the key's file cannot be read.
    """
    try:
        key = settings.private_key()
    except (OSError, ValueError) as exc:
        why = getattr(exc, "strerror", None) or "it is not text"
        msg = f"SELFHEAL_GITHUB_PRIVATE_KEY_FILE: {settings.github_private_key_file}: {why}"
        raise ConfigError(msg) from exc
    if not settings.github_app_id or not key:
        msg = "SELFHEAL_GITHUB_APP_ID and SELFHEAL_GITHUB_PRIVATE_KEY (or _FILE) must be set"
        raise ConfigError(msg)
    app = App(id=settings.github_app_id, private_key=key)
    async with connect(app, clock, settings.github_api_url) as connected:
        yield connected


@asynccontextmanager
async def running(
    settings: Settings, *, serve: bool = True, work: bool = True, store: Store | None = None
) -> AsyncIterator[Service]:
    """The service while the context lasts.

    Args:
        settings: from the environment.
        serve: answer HTTP: webhooks, pages, health, metrics.
        work: carry cases on.
        store: instead of the one of the settings; for tests that break it on purpose.
    """
    clock, metrics = SystemClock(), Metrics()
    async with AsyncExitStack() as stack:
        kept = store if store is not None else await stack.enter_async_context(open_store(settings))
        hub = await stack.enter_async_context(github(settings, clock))
        hub.transport.observe = metrics.github
        metrics.rate_remaining = lambda: hub.transport.rate_remaining
        git = GitMirror(settings.data / "mirrors", settings.github_url, hub.tokens)
        forge = GitHubForge(hub.client, git)
        model = await _model(settings, stack)
        ports = Ports(
            forge=forge,
            git=git,
            model=model,
            sandbox=await make_sandbox(settings, git),
            store=kept,
            clock=clock,
            operator=_operator(settings, await hub.client.slug()),
        )
        engine = Engine(ports, _engine(settings), reconcile=reconcile)
        await engine.start(work=work)
        metrics.depth = engine.depth
        stack.push_async_callback(engine.stop)
        url = await _listen(settings, ports, engine, metrics, stack) if serve else ""
        if work:
            _catch_up(engine, stack)  # now that we listen: nothing falls between the two
        yield Service(ports=ports, engine=engine, metrics=metrics, url=url)


def _catch_up(engine: Engine, stack: AsyncExitStack) -> None:
    """Sweep once at the start: what happened while nobody was listening is not told again."""

    async def sweep() -> None:
        try:
            await engine.sweep()
        except EdgeError as exc:
            log.warning("the first sweep failed, the next one will see to it: %s", exc)

    task = asyncio.create_task(sweep())

    async def stop() -> None:
        task.cancel()
        await asyncio.wait([task])

    stack.push_async_callback(stop)


async def _model(settings: Settings, stack: AsyncExitStack) -> Model | None:
    key = settings.anthropic_api_key.get_secret_value()
    if not key:
        return None
    if not settings.ladder:
        msg = "SELFHEAL_MODELS names no model, but a key is set"
        raise ConfigError(msg)
    for name in settings.ladder:
        prices.price(name, 0)  # one without a price could not be held to a cap
    # Half of the start-up of every command that needs this file, and few of them talk to a model.
    from bot.edges.claude import ClaudeModel  # noqa: PLC0415

    model = ClaudeModel(api_key=key, base_url=settings.anthropic_base_url)
    stack.push_async_callback(model.close)
    return model


def _operator(settings: Settings, slug: str) -> Operator:
    return Operator(
        models=settings.ladder,
        public_url=settings.public_url,
        usd_per_day=settings.usd_per_day,
        usd_per_month=settings.usd_per_month,
        app_slug=slug,
    )


def _engine(settings: Settings) -> EngineConfig:
    return EngineConfig(
        database_url=settings.database,
        executor_id=settings.executor_id,
        workers=settings.workers,
        poll_s=settings.poll_s,
    )


async def _listen(
    settings: Settings, ports: Ports, engine: Engine, metrics: Metrics, stack: AsyncExitStack
) -> str:
    """Serve HTTP until the stack unwinds; the address that was bound.

    Raises:
        ConfigError: the webhook secret is missing, or the address cannot be had.
    """
    app = web.Application(client_max_size=webhook.MAX_BODY_BYTES)
    secret = settings.github_webhook_secret.get_secret_value()
    if not secret:
        msg = "SELFHEAL_GITHUB_WEBHOOK_SECRET must be set, to the secret of the App's webhook"
        raise ConfigError(msg)
    app.add_routes(webhook.routes(engine.inbox, secret, observe=metrics.webhook))
    auth = Auth(
        token=settings.dashboard_token.get_secret_value(),
        https=settings.public_url.startswith("https://"),
        public=is_public(settings.public_url),
    )
    add_pages(app, ports.store, ports.clock, auth, github_url=settings.github_url)
    add_health(app, ports.store, lambda: engine.ready)
    add_metrics(app, metrics, ports.store, ports.clock, auth)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    site = web.TCPSite(runner, settings.host, settings.port)
    try:
        await site.start()
    except OSError as exc:  # asyncio words it with the address; a name it cannot find with itself
        msg = f"cannot listen on {settings.host}:{settings.port}: {exc.strerror or exc}"
        raise ConfigError(msg) from exc
    host, port = runner.addresses[0][:2]
    return f"http://{host}:{port}"


async def examine(settings: Settings) -> Facts:
    """What `selfheal doctor` judges; of a secret only its length."""
    clock = SystemClock()
    signature, key_problem = _signature(settings, clock)
    seen, now = await look.ask_github(settings.github_api_url, signature), clock.now()
    sandbox, sandbox_problem = await _sandbox(settings, clock)
    return Facts(
        now=now,
        git=await look.git_version(),
        sandbox=sandbox,
        sandbox_problem=sandbox_problem,
        database="PostgreSQL" if settings.database.startswith("postgres") else "SQLite",
        database_problem=await look.problem_of(_use_database(settings)),
        app_id=settings.github_app_id,
        key_problem=key_problem,
        github=seen,
        webhook_secret_length=len(settings.github_webhook_secret.get_secret_value()),
        model_key_length=len(settings.anthropic_api_key.get_secret_value()),
        dashboard_token_length=len(settings.dashboard_token.get_secret_value()),
        host=settings.host,
        public_url=settings.public_url,
    )


def _signature(settings: Settings, clock: Clock) -> tuple[str, str]:
    try:
        key = settings.private_key()
    except (OSError, ValueError) as exc:
        return "", f"the private key file cannot be read: {type(exc).__name__}"
    return look.sign(settings.github_app_id, key, clock.now())


async def _use_database(settings: Settings) -> None:
    async with open_store(settings) as store:
        await store.open_cases()


async def _sandbox(settings: Settings, clock: Clock) -> tuple[str, str]:
    """Its name, and why it cannot be used."""
    try:
        nobody = App(id=settings.github_app_id, private_key="")
        async with connect(nobody, clock, settings.github_api_url) as hub:
            git = GitMirror(settings.data / "mirrors", settings.github_url, hub.tokens)
            sandbox = await make_sandbox(settings, git)
    except OSError as exc:
        return settings.sandbox, f"the data folder cannot be used: {exc.strerror}"
    return sandbox.name, sandbox.reason if isinstance(sandbox, NoSandbox) else ""
