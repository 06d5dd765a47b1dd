"""What Prometheus may ask: what this process answered, and all cases as the store counts them.

Cases are worked on by other processes than the one that is asked, so nothing about them is counted
here: any process that serves the pages tells the same.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from itertools import accumulate

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from bot.core.errors import TransientError
from bot.ports import TIME_BOUNDS_S, Clock, Counted, Durations
from bot.web.auth import Auth
from bot.web.reader import Reader

# A label must not grow with what strangers send us: other names are counted as "other".
EVENTS = frozenset(
    {
        "check_run",
        "check_suite",
        "installation",
        "installation_repositories",
        "issue_comment",
        "merge_group",
        "ping",
        "pull_request",
        "push",
        "status",
        "workflow_job",
        "workflow_run",
    }
)
_Sample = tuple[tuple[str, ...], float]  # values of the labels, and the number
_LE = (*(str(float(bound)) for bound in TIME_BOUNDS_S), "+Inf")


class Metrics(Collector):
    """Every metric that we promise, on a registry of its own.

    Attributes:
        depth: tells how much work waits, by queue.
        rate_remaining: tells how many requests are left in GitHub's hour; None = not known.
    """

    def __init__(self) -> None:
        self.depth: Callable[[], Awaitable[Mapping[str, int]]] = _no_queues
        self.rate_remaining: Callable[[], int | None] = _unknown
        self._counted = Counted()
        self._depth: Mapping[str, int] = {}
        self._registry = CollectorRegistry()
        self._registry.register(self)
        self._webhooks = self._counter("webhooks", "Deliveries by answer.", "event", "result")
        self._github = self._counter("github_requests", "Requests to GitHub.", "status")

    def webhook(self, event: str, result: str) -> None:
        """A delivery was answered: "kept", "ignored", "refused"."""
        self._webhooks.labels(event if event in EVENTS else "other", result).inc()

    def github(self, status: int) -> None:
        """GitHub answered a request; 0 = it did not."""
        self._github.labels(str(status)).inc()

    async def render(self, store: Reader) -> bytes:
        """The text that Prometheus reads, everything asked for now."""
        counted, depth = await store.counted(), await self.depth()
        self._counted, self._depth = counted, depth  # and no await until they are told
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """What was asked for just before."""
        yield from _cases(self._counted)
        waiting = _single(self._depth)
        yield _gauge("queue_depth", "Work that waits or runs.", ("queue",), waiting)
        left = self.rate_remaining()
        if left is not None:
            text = "Requests left in GitHub's hour, as this process last saw."
            yield _gauge("github_rate_remaining", text, (), [((), left)])

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"selfheal_{name}", text, labels, registry=self._registry)


def add_metrics(
    app: web.Application, metrics: Metrics, store: Reader, clock: Clock, auth: Auth
) -> None:
    """Serve GET /metrics to whoever may see the pages; Prometheus sends the token as a bearer."""

    async def scrape(request: web.Request) -> web.Response:
        if not auth.admits(request, clock.now()):
            raise web.HTTPForbidden(text="the dashboard token is needed, as a bearer token\n")
        try:
            body = await metrics.render(store)
        except TransientError as exc:
            raise web.HTTPServiceUnavailable(text="the database does not answer\n") from exc
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    app.router.add_get("/metrics", scrape)


def _cases(counted: Counted) -> Iterator[Metric]:
    ended, still = counted.cases.items(), counted.open.items()
    yield _counter("cases", "Cases by class and outcome.", ("class", "outcome"), ended)
    yield _gauge("cases_open", "Cases that have not ended.", ("class", "stage"), still)
    results = _single(counted.attempts)
    yield _counter("attempts", "Attempts by how they ended.", ("result",), results)
    findings = counted.findings.items()
    yield _counter("guard_findings", "What guards said.", ("guard", "severity"), findings)
    models = _single(counted.spend_usd)
    yield _counter("spend_usd", "Money spent on models.", ("model",), models)
    text = "From the ejection to the first fix pushed."
    yield _histogram("time_to_fix_push", text, counted.to_fix_push)
    text = "From the ejection to green checks on a fix."
    yield _histogram("time_to_green", text, counted.to_green)


def _single(values: Mapping[str, float]) -> Iterable[_Sample]:
    return (((label,), value) for label, value in values.items())


def _counter(
    name: str, text: str, labels: tuple[str, ...], samples: Iterable[_Sample]
) -> CounterMetricFamily:
    family = CounterMetricFamily(f"selfheal_{name}", text, labels=labels)
    for values, number in sorted(samples):
        family.add_metric(values, number)
    return family


def _gauge(
    name: str, text: str, labels: tuple[str, ...], samples: Iterable[_Sample]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"selfheal_{name}", text, labels=labels)
    for values, number in sorted(samples):
        family.add_metric(values, number)
    return family


def _histogram(name: str, text: str, durations: Durations) -> Metric:
    buckets = list(zip(_LE, map(float, accumulate(durations.counts)), strict=True))
    full_name = f"selfheal_{name}_seconds"
    return HistogramMetricFamily(full_name, text, buckets=buckets, sum_value=durations.sum_s)


async def _no_queues() -> Mapping[str, int]:
    return {}


def _unknown() -> int | None:
    return None
