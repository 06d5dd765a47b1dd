"""What Prometheus may ask: counters of this process, and cases counted from the store."""

from collections.abc import Iterator, Mapping

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from bot.ports import Clock
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
_MINUTES = (30, 60, 120, 180, 300, 450, 600, 900, 1200, 1800, 3600, 7200, 14400)


class _Cases(Collector):
    """Totals that the store counted just before the scrape."""

    def __init__(self) -> None:
        self.counts: Mapping[tuple[str, str], int] = {}

    def collect(self) -> Iterator[Metric]:
        """One counter a class and outcome."""
        family = CounterMetricFamily(
            "selfheal_cases", "Cases by class and outcome.", labels=["class", "outcome"]
        )
        for labels, count in sorted(self.counts.items()):
            family.add_metric(labels, count)
        yield family


class Metrics:
    """Every metric that we promise, on a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._cases = _Cases()
        self.registry.register(self._cases)
        self._to_push = self._histogram("time_to_fix_push", "From ejection to the pushed fix.")
        self._to_green = self._histogram("time_to_green", "From ejection to green checks.")
        self._attempts = self._counter("attempts", "Attempts by how they ended.", "result")
        self._findings = self._counter("guard_findings", "What guards said.", "guard", "severity")
        self._spend = self._counter("spend_usd", "Money spent on models.", "model")
        self._webhooks = self._counter("webhooks", "Deliveries by answer.", "event", "result")
        self._github = self._counter("github_requests", "Requests to GitHub.", "status")
        self._depth = self._gauge("queue_depth", "Work that waits.", "queue")
        self._rate = self._gauge("github_rate_remaining", "Requests left in GitHub's hour.")

    def fix_pushed(self, seconds: float) -> None:
        """A fix was pushed this long after the ejection."""
        self._to_push.observe(seconds)

    def green(self, seconds: float) -> None:
        """The pull request's checks were green again this long after the ejection."""
        self._to_green.observe(seconds)

    def attempt(self, result: str) -> None:
        """An attempt ended: "pushed", "rejected", "still_red", "nothing", …."""
        self._attempts.labels(result).inc()

    def finding(self, guard: str, severity: str) -> None:
        """A guard found something."""
        self._findings.labels(guard, severity).inc()

    def spent(self, model: str, usd: float) -> None:
        """A call to a model was paid."""
        self._spend.labels(model).inc(max(0.0, usd))

    def webhook(self, event: str, result: str) -> None:
        """A delivery was answered: "kept", "ignored", "refused"."""
        self._webhooks.labels(event if event in EVENTS else "other", result).inc()

    def github(self, status: int) -> None:
        """GitHub answered a request; 0 = it did not."""
        self._github.labels(str(status)).inc()

    def rate_remaining(self, requests: int) -> None:
        """GitHub said how many requests are left."""
        self._rate.set(requests)

    def queue_depth(self, queue: str, waiting: int) -> None:
        """So much work waits in a queue."""
        self._depth.labels(queue).set(waiting)

    async def render(self, store: Reader) -> bytes:
        """The text that Prometheus reads, cases counted now."""
        self._cases.counts = (await store.counted()).cases
        return generate_latest(self.registry)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"selfheal_{name}", text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"selfheal_{name}", text, labels, registry=self.registry)

    def _histogram(self, name: str, text: str) -> Histogram:
        return Histogram(f"selfheal_{name}_seconds", text, buckets=_MINUTES, registry=self.registry)


def add_metrics(
    app: web.Application, metrics: Metrics, store: Reader, clock: Clock, auth: Auth
) -> None:
    """Serve GET /metrics to whoever may see the pages; Prometheus sends the token as a bearer."""

    async def scrape(request: web.Request) -> web.Response:
        if not auth.admits(request, clock.now()):
            raise web.HTTPForbidden(text="the dashboard token is needed, as a bearer token\n")
        body = await metrics.render(store)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    app.router.add_get("/metrics", scrape)
