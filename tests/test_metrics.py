"""What Prometheus is told of a heal, by the real service."""

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from bot.lab.scenarios import lint
from tests.world import World


async def scraped(url: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/metrics") as response:
        assert response.status == 200
        text = await response.text()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_a_heal_is_told_to_prometheus(world: World) -> None:
    await world.ended(await lint.play(world.theatre))

    samples = await scraped(world.stage.service.url)

    def told(name: str, **labels: str) -> float:
        return samples["selfheal_" + name, frozenset(labels.items())]

    assert told("cases_total", **{"class": "lint", "outcome": "healed"}) == 1
    assert told("attempts_total", result="pushed") == 1
    assert told("time_to_fix_push_seconds_count") == 1
    assert told("time_to_green_seconds_count") == 1
    assert told("queue_depth", queue="heal") == told("queue_depth", queue="prs") == 0
    assert told("webhooks_total", event="pull_request", result="kept") > 0
    assert told("github_requests_total", status="200") > 0
    assert told("github_rate_remaining") > 0


async def test_the_service_is_ready(world: World) -> None:
    url = f"{world.stage.service.url}/readyz"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        document = await response.json()

    assert (response.status, document["checks"]) == (200, {"database": "ok", "worker": "ok"})
