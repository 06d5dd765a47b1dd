import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.core.case import Case
from bot.core.ids import CaseId
from bot.web.health import add_health
from tests.fakes.pages_store import PagesStore

Client = TestClient[web.Request, web.Application]
Start = Callable[[web.Application], Awaitable[Client]]


class SilentStore(PagesStore):
    """A database that never answers."""

    async def case(self, case_id: CaseId) -> Case | None:
        await asyncio.Event().wait()
        return None


async def ask(client: Client, path: str) -> tuple[int, object]:
    async with client.get(path) as response:
        return response.status, await response.json()


async def test_a_process_that_works_is_healthy_and_ready(aiohttp_client: Start) -> None:
    app = web.Application()
    add_health(app, PagesStore(), lambda: True)
    client = await aiohttp_client(app)

    assert await ask(client, "/healthz") == (200, {"status": "ok"})
    checks = {"database": "ok", "worker": "ok"}
    assert await ask(client, "/readyz") == (200, {"status": "ok", "checks": checks})


async def test_a_lost_database_or_worker_is_named_and_the_process_stays_healthy(
    aiohttp_client: Start,
) -> None:
    store = PagesStore()
    store.broken = True
    app = web.Application()
    add_health(app, store, lambda: False)
    client = await aiohttp_client(app)

    checks = {"database": "failing", "worker": "failing"}
    assert await ask(client, "/readyz") == (503, {"status": "failing", "checks": checks})
    assert (await ask(client, "/healthz"))[0] == 200


async def test_a_database_that_never_answers_is_not_ready(aiohttp_client: Start) -> None:
    app = web.Application()
    add_health(app, SilentStore(), lambda: True, timeout_s=0.01)

    assert (await ask(await aiohttp_client(app), "/readyz"))[0] == 503
