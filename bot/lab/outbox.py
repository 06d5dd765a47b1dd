"""The lab's webhooks on their way: in order, signed, never retried, sometimes unlucky."""

import asyncio
import hashlib
import hmac
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, replace

import aiohttp

from bot.lab.clock import LabClock
from bot.lab.network import Mishap, Network
from bot.lab.records import Delivery

_TIMEOUT_S = 10.0  # GitHub's own patience
_OK = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where webhooks go, and what signs them."""

    url: str
    secret: str
    app_id: int


class Outbox:
    """A queue of deliveries with one carrier; `quiet` is set while nothing is on its way."""

    def __init__(self, clock: LabClock, network: Network, record: Callable[[str], None]) -> None:
        self.endpoint: Endpoint | None = None
        self.deliveries: list[Delivery] = []
        self.quiet = asyncio.Event()
        self.quiet.set()
        self._clock = clock
        self._network = network
        self._record = record
        self._waiting: asyncio.Queue[tuple[Delivery, float]] = asyncio.Queue()
        self._held: list[tuple[Delivery, float]] = []
        self._ids = itertools.count(1_000_001)
        self._carrier: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to carry."""
        self._carrier = asyncio.create_task(self._carry())

    async def stop(self) -> None:
        """Stop; what waits is lost."""
        if self._carrier:
            self._carrier.cancel()
            await asyncio.gather(self._carrier, return_exceptions=True)

    def next_id(self) -> int:
        """An id for a delivery."""
        return next(self._ids)

    def post(self, delivery: Delivery, lag_s: float = 0.0) -> None:
        """Queue a delivery, not to be sent before `lag_s` lab seconds after the one before it."""
        mishap = (
            None
            if delivery.redelivery
            else self._network.mishap_for(delivery.event, delivery.action)
        )
        if mishap is Mishap.DROP or self.endpoint is None:
            lost = replace(delivery, status="timed out", status_code=504)
            self.deliveries.append(lost)
            return
        self.deliveries.append(delivery)
        items = [(delivery, lag_s)] * (2 if mishap is Mishap.DOUBLE else 1)
        if mishap is Mishap.SWAP:
            self._held += items
            items = []
        else:
            items, self._held = items + self._held, []
        for item in items:
            self.quiet.clear()
            self._waiting.put_nowait(item)

    def release(self) -> None:
        """Send what still waits for a successor to be swapped with."""
        for item in self._held:
            self.quiet.clear()
            self._waiting.put_nowait(item)
        self._held = []

    async def _carry(self) -> None:
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                delivery, lag_s = await self._waiting.get()
                if lag_s:
                    await self._clock.sleep(lag_s)
                self._settle(await self._send(session, delivery))
                if self._waiting.empty():
                    self.quiet.set()

    async def _send(self, session: aiohttp.ClientSession, delivery: Delivery) -> Delivery:
        if self.endpoint is None:
            return replace(delivery, status="timed out", status_code=504)
        body = json.dumps(delivery.payload, separators=(",", ":")).encode()
        headers = _headers(delivery, self.endpoint, body)
        started = asyncio.get_running_loop().time()
        try:
            async with session.post(self.endpoint.url, data=body, headers=headers) as answer:
                await answer.read()
                ok = answer.status < _OK
                status = "OK" if ok else f"Invalid HTTP Response: {answer.status}"
                code = answer.status
        except (TimeoutError, aiohttp.ClientError) as exc:
            status, code = f"failed to connect to host: {type(exc).__name__}", 502
        took = asyncio.get_running_loop().time() - started
        return replace(delivery, status=status, status_code=code, duration_s=round(took, 3))

    def _settle(self, done: Delivery) -> None:
        for index in range(len(self.deliveries) - 1, -1, -1):
            if self.deliveries[index].id == done.id:
                self.deliveries[index] = done
        if done.status != "OK":
            self._record(f"{done.event}.{done.action} was not taken: {done.status}")


def _headers(delivery: Delivery, endpoint: Endpoint, body: bytes) -> dict[str, str]:
    digest = hmac.new(endpoint.secret.encode(), body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/lab",
        "X-GitHub-Event": delivery.event,
        "X-GitHub-Delivery": delivery.guid,
        "X-GitHub-Hook-ID": "1",
        "X-GitHub-Hook-Installation-Target-ID": str(endpoint.app_id),
        "X-GitHub-Hook-Installation-Target-Type": "integration",
        "X-Hub-Signature-256": f"sha256={digest}",
    }
