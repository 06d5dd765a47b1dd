"""Requests a second of the webhook intake against a bare aiohttp handler, in the same run.

Each handler is a process of its own; the load comes from this one, over 16 connections that are
kept alive, in turns of the handlers, several rounds. Take the ratios: the figures are the machine's.

bare: reads the body, answers 202. naive: checks the signature too and parses every body.
unwanted: our intake, an action nobody wants. kept: our intake, every delivery is wanted, and is
committed on SQLite before the answer.
Writes bench/results/webhook_intake.json.
"""

import asyncio
import contextlib
import hashlib
import hmac
import json
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

from aiohttp import web

from bot.core.errors import TransientError
from bot.engine import EngineConfig, Inbox
from bot.engine.database import Rows
from bot.web.webhook import MAX_BODY_BYTES, routes

SECRET = "bench"
CONNECTIONS = 16
ROUNDS = 4
SECONDS = 1.5
BODY_BYTES = 14_500  # a usual pull_request delivery
HANDLERS = ("bare", "naive", "unwanted", "kept")


def payload(action: str) -> bytes:
    known: dict[str, Any] = {
        "action": action,
        "number": 7,
        "reason": "CI_FAILURE",
        "pull_request": {"number": 7, "base": {"ref": "main"}, "head": {"sha": "a" * 40}},
        "repository": {"full_name": "acme/rocket"},
        "installation": {"id": 1},
        "sender": {"login": "mona"},
    }
    filler = [
        {"login": f"user-{n}", "url": f"https://example.org/u/{n}", "id": n} for n in range(400)
    ]
    while len(body := json.dumps(known | {"filler": filler}).encode()) > BODY_BYTES:
        filler.pop()
    return body


@contextlib.asynccontextmanager
async def app_of(name: str, folder: Path) -> AsyncIterator[web.Application]:
    app = web.Application(client_max_size=MAX_BODY_BYTES)
    if name in {"bare", "naive"}:
        app.router.add_post("/webhook", bare if name == "bare" else naive)
        yield app
        return
    rows = await Rows.open(EngineConfig(database_url=f"sqlite:///{folder}/bench.db"))
    inbox = Inbox(rows)
    inbox.start()
    app.add_routes(routes(inbox, SECRET))
    yield app
    await inbox.stop()
    await rows.close()


async def bare(request: web.Request) -> web.Response:
    await request.read()
    return web.Response(status=202)


async def naive(request: web.Request) -> web.Response:
    body = await request.read()
    good = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(good, request.headers["X-Hub-Signature-256"]):
        return web.Response(status=401)
    json.loads(body)
    return web.Response(status=202)


def serve(name: str, folder: str, ready: Connection) -> None:
    async def run() -> None:
        async with app_of(name, Path(folder)) as app:
            runner = web.AppRunner(app, access_log=None)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            ready.send(cast("tuple[str, int]", runner.addresses[0])[1])
            while await asyncio.to_thread(ready.recv) == "cpu":
                ready.send(time.process_time())
            await runner.cleanup()

    asyncio.run(run())


@dataclass
class Served:
    """A handler's process, and what was measured of it."""

    name: str
    port: int
    pipe: Connection
    per_s: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    took_ms: list[float] = field(default_factory=list)

    def cpu_s(self) -> float:
        self.pipe.send("cpu")
        return float(self.pipe.recv())

    def load(self, round_: int) -> None:
        """Measure one round; the first only warms everything up."""
        before = self.cpu_s()
        per_s, took = asyncio.run(measure(self.port, self.name, round_))
        if round_:
            self.per_s.append(per_s)
            self.cpu_ms.append((self.cpu_s() - before) * 1000 / len(took))
            self.took_ms += [each * 1000 for each in took]

    def figures(self, bare: "Served") -> dict[str, float]:
        """The best rate and the least CPU: what a busy machine disturbs least."""
        per_s, cpu_ms = max(self.per_s), min(self.cpu_ms)
        return {
            f"{self.name}_requests_per_s": round(per_s, 1),
            f"{self.name}_rate_against_bare_ratio": round(per_s / max(bare.per_s), 3),
            f"{self.name}_cpu_ms_per_request": round(cpu_ms, 3),
            f"{self.name}_cpu_against_bare_ratio": round(cpu_ms / min(bare.cpu_ms), 2),
            f"{self.name}_p50_ms": round(statistics.median(self.took_ms), 2),
            f"{self.name}_p99_ms": round(statistics.quantiles(self.took_ms, n=100)[98], 2),
        }


@contextlib.contextmanager
def served(folder: str) -> Iterator[list[Served]]:
    """Each handler in its process."""
    context = multiprocessing.get_context("spawn")
    processes, found = [], []
    for name in HANDLERS:
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(name, folder, theirs))
        process.start()
        processes.append(process)
        found.append(Served(name=name, port=ours.recv(), pipe=ours))
    yield found
    for process, each in zip(processes, found, strict=True):
        each.pipe.send("stop")
        process.join(20)


def requests(name: str, seed: str) -> Iterator[bytes]:
    body = payload("locked" if name == "unwanted" else "dequeued")
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    number = 0
    while True:
        number += 1
        head = (
            "POST /webhook HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
            f"X-GitHub-Event: pull_request\r\nX-GitHub-Delivery: {seed}-{number}\r\n"
            f"X-Hub-Signature-256: sha256={signature}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        yield head.encode() + body


async def one_connection(port: int, name: str, seed: str, until: float) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    took: list[float] = []
    for request in requests(name, seed):
        start = time.perf_counter()
        if start > until:
            break
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 202"):
            raise TransientError(name, head.decode(errors="replace"))
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        took.append(time.perf_counter() - start)
    writer.close()
    await writer.wait_closed()
    return took


async def measure(port: int, name: str, round_: int) -> tuple[float, list[float]]:
    until = time.perf_counter() + SECONDS
    seeds = [f"{name}-{round_}-{number}" for number in range(CONNECTIONS)]
    start = time.perf_counter()
    took = await asyncio.gather(*(one_connection(port, name, seed, until) for seed in seeds))
    flat = [each for one in took for each in one]
    return len(flat) / (time.perf_counter() - start), flat


def main() -> dict[str, float]:
    """Rates, latencies and each handler's ratio to the bare one."""
    with tempfile.TemporaryDirectory() as folder, served(folder) as handlers:
        for round_ in range(ROUNDS):
            for handler in handlers:
                handler.load(round_)
    measured: dict[str, float] = {"body_bytes": len(payload("dequeued"))}
    for handler in handlers:
        measured |= handler.figures(handlers[0])
    return measured


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
