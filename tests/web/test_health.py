import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.test_utils import TestClient
from prometheus_client.parser import text_string_to_metric_families

from bot.core.case import Case
from bot.core.ids import CaseId
from bot.web.auth import Auth
from bot.web.health import add_health
from bot.web.metrics import Metrics, add_metrics
from tests.fakes.example_cases import NOW, full_store
from tests.fakes.pages_store import PagesStore
from tests.fakes.still_clock import StillClock

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


async def scraped(aiohttp_client: Start, metrics: Metrics, store: PagesStore) -> dict[str, float]:
    app = web.Application()
    add_metrics(app, metrics, store, StillClock(NOW), Auth())
    async with (await aiohttp_client(app)).get("/metrics") as response:
        assert response.headers["Content-Type"].startswith("text/plain")
        text = await response.text()
    return {
        sample.name + "".join(f"{{{name}={value}}}" for name, value in sample.labels.items()): (
            sample.value
        )
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if not sample.name.endswith(("_created", "_bucket"))
    }


async def test_cases_are_counted_from_the_store(aiohttp_client: Start) -> None:
    samples = await scraped(aiohttp_client, Metrics(), full_store())

    assert samples["selfheal_cases_total{class=test}{outcome=healed}"] == 1
    assert samples["selfheal_cases_total{class=}{outcome=gave_up}"] == 1


async def test_everything_that_was_counted_is_told(aiohttp_client: Start) -> None:
    metrics = Metrics()
    metrics.fix_pushed(42.0)
    metrics.green(90.0)
    metrics.attempt("pushed")
    metrics.finding("deleted_tests", "reject")
    metrics.spent("claude-sonnet-5-5", 0.25)
    metrics.spent("claude-sonnet-5-5", 0.5)
    metrics.webhook("pull_request", "kept")
    metrics.webhook("pull_request", "kept")
    metrics.github(200)
    metrics.rate_remaining(4321)
    metrics.queue_depth("heal", 3)

    samples = await scraped(aiohttp_client, metrics, PagesStore())

    assert samples == {
        "selfheal_time_to_fix_push_seconds_count": 1,
        "selfheal_time_to_fix_push_seconds_sum": 42,
        "selfheal_time_to_green_seconds_count": 1,
        "selfheal_time_to_green_seconds_sum": 90,
        "selfheal_attempts_total{result=pushed}": 1,
        "selfheal_guard_findings_total{guard=deleted_tests}{severity=reject}": 1,
        "selfheal_spend_usd_total{model=claude-sonnet-5-5}": 0.75,
        "selfheal_webhooks_total{event=pull_request}{result=kept}": 2,
        "selfheal_github_requests_total{status=200}": 1,
        "selfheal_github_rate_remaining": 4321,
        "selfheal_queue_depth{queue=heal}": 3,
    }


async def test_names_of_events_made_up_by_strangers_share_one_label(aiohttp_client: Start) -> None:
    metrics = Metrics()
    for number in range(50):
        metrics.webhook(f"made-up-{number}", "refused")

    samples = await scraped(aiohttp_client, metrics, PagesStore())

    assert samples["selfheal_webhooks_total{event=other}{result=refused}"] == 50
