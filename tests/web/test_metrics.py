from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web
from aiohttp.test_utils import TestClient
from prometheus_client.parser import text_string_to_metric_families

from bot.core.errors import TransientError
from bot.ports import TIME_BOUNDS_S, Counted, Durations
from bot.web.auth import Auth
from bot.web.metrics import Metrics, add_metrics
from tests.fakes.example_cases import NOW, full_store
from tests.fakes.pages_store import PagesStore
from tests.fakes.still_clock import StillClock

Client = TestClient[web.Request, web.Application]
Start = Callable[[web.Application], Awaitable[Client]]
BUCKETS = len(TIME_BOUNDS_S) + 1
NOTHING = {
    "selfheal_time_to_fix_push_seconds_count": 0,
    "selfheal_time_to_fix_push_seconds_sum": 0,
    "selfheal_time_to_green_seconds_count": 0,
    "selfheal_time_to_green_seconds_sum": 0,
}


class CountedStore(PagesStore):
    """Has counted what a test says; None = it cannot be reached."""

    def __init__(self, counted: Counted | None) -> None:
        super().__init__()
        self._counted = counted

    async def counted(self) -> Counted:
        if self._counted is None:
            raise TransientError("database", "gone")  # noqa: EM101 - the name of a service
        return self._counted


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
        if not sample.name.endswith("_created")
    }


def plain(samples: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in samples.items() if "_bucket" not in name}


async def test_cases_are_counted_from_the_store(aiohttp_client: Start) -> None:
    samples = await scraped(aiohttp_client, Metrics(), full_store())

    assert samples["selfheal_cases_total{class=test}{outcome=healed}"] == 1
    assert samples["selfheal_cases_total{class=}{outcome=gave_up}"] == 1
    assert samples["selfheal_cases_open{class=}{stage=needs_human}"] == 1


async def test_everything_that_was_counted_is_told(aiohttp_client: Start) -> None:
    counted = Counted(
        attempts={"pushed": 1, "still_red": 2},
        findings={("deleted_tests", "reject"): 1},
        spend_usd={"claude-sonnet-5-5": 0.75},
        to_fix_push=Durations(counts=(0, 1, *(0,) * (BUCKETS - 2)), sum_s=42.0),
        to_green=Durations(counts=(*(0,) * (BUCKETS - 1), 1), sum_s=90_000.0),
    )
    metrics = Metrics()
    metrics.webhook("pull_request", "kept")
    metrics.webhook("pull_request", "kept")
    metrics.github(200)

    samples = await scraped(aiohttp_client, metrics, CountedStore(counted))

    assert plain(samples) == {
        "selfheal_time_to_fix_push_seconds_count": 1,
        "selfheal_time_to_fix_push_seconds_sum": 42,
        "selfheal_time_to_green_seconds_count": 1,
        "selfheal_time_to_green_seconds_sum": 90_000,
        "selfheal_attempts_total{result=pushed}": 1,
        "selfheal_attempts_total{result=still_red}": 2,
        "selfheal_guard_findings_total{guard=deleted_tests}{severity=reject}": 1,
        "selfheal_spend_usd_total{model=claude-sonnet-5-5}": 0.75,
        "selfheal_webhooks_total{event=pull_request}{result=kept}": 2,
        "selfheal_github_requests_total{status=200}": 1,
    }
    to_push = "selfheal_time_to_fix_push_seconds_bucket"
    assert samples[f"{to_push}{{le=30.0}}"] == 0
    assert samples[f"{to_push}{{le=60.0}}"] == samples[f"{to_push}{{le=+Inf}}"] == 1
    to_green = "selfheal_time_to_green_seconds_bucket"
    assert (samples[f"{to_green}{{le=14400.0}}"], samples[f"{to_green}{{le=+Inf}}"]) == (0, 1)


async def test_queues_and_the_rate_left_are_asked_at_each_scrape(aiohttp_client: Start) -> None:
    waiting, left = {"heal": 3, "prs": 0}, [4321]

    async def depth() -> Mapping[str, int]:
        return waiting

    metrics = Metrics()
    metrics.depth, metrics.rate_remaining = depth, lambda: left[-1]
    first = await scraped(aiohttp_client, metrics, CountedStore(Counted()))
    waiting["heal"] = 1
    left.append(4320)
    second = await scraped(aiohttp_client, metrics, CountedStore(Counted()))

    heal, rate = "selfheal_queue_depth{queue=heal}", "selfheal_github_rate_remaining"
    assert first["selfheal_queue_depth{queue=prs}"] == 0
    assert [(each[heal], each[rate]) for each in (first, second)] == [(3, 4321), (1, 4320)]


async def test_a_process_that_did_nothing_yet_tells_of_nothing(aiohttp_client: Start) -> None:
    assert plain(await scraped(aiohttp_client, Metrics(), CountedStore(Counted()))) == NOTHING


async def test_a_scrape_without_a_database_is_refused_in_a_line(aiohttp_client: Start) -> None:
    app = web.Application()
    add_metrics(app, Metrics(), CountedStore(None), StillClock(NOW), Auth())

    async with (await aiohttp_client(app)).get("/metrics") as response:
        assert (response.status, await response.text()) == (503, "the database does not answer\n")


async def test_names_of_events_made_up_by_strangers_share_one_label(aiohttp_client: Start) -> None:
    metrics = Metrics()
    for number in range(50):
        metrics.webhook(f"made-up-{number}", "refused")

    samples = await scraped(aiohttp_client, metrics, PagesStore())

    assert samples["selfheal_webhooks_total{event=other}{result=refused}"] == 50
