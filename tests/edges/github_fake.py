"""A handful of scripted answers behind a real socket, to see what goes over the wire."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.edges.github import App, GitHub, connect
from bot.edges.github.request import Patience
from tests.fakes.clock import FakeClock

Answer = web.Response | Callable[[web.Request], Awaitable[web.StreamResponse]]
HASTY = Patience(attempts=3, wait_s=0.001, limit_s=0.5)


@cache
def private_key() -> rsa.RSAPrivateKey:
    """One key for all tests: making one is slow."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem() -> str:
    """The key as the settings hold it."""
    return (
        private_key()
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        .decode()
    )


def reply(body: Any = None, status: int = 200, **headers: str) -> web.Response:
    """A JSON answer; header names are written with "_"."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.json_response(body, status=status, headers=named)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


@dataclass(kw_only=True)
class Wire:
    """Answers by "METHOD /path?query", each given once, the last one for ever; and what was asked."""

    clock: FakeClock
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    url: str = ""
    tokens_made: int = 0

    def on(self, request: str, *answers: Answer) -> None:
        """Script the answers to one request."""
        self.answers[request] = list(answers)

    def asked(self, start: str) -> list[Seen]:
        """The requests that begin like this: "POST /graphql"."""
        return [one for one in self.seen if f"{one.method} {one.path}".startswith(start)]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer by the script; what nobody scripted is a 418."""
        raw = await request.read()
        body = json.loads(raw) if raw else None
        self.seen.append(
            Seen(method=request.method, path=request.raw_path, headers=request.headers, body=body)
        )
        script = self.answers.get(f"{request.method} {request.raw_path}")
        if script is None:
            return self._token(request) or reply({"message": "not scripted"}, status=418)
        answer = script.pop(0) if len(script) > 1 else script[0]
        return _copy(answer) if isinstance(answer, web.Response) else await answer(request)

    def _token(self, request: web.Request) -> web.Response | None:
        if request.raw_path.endswith("/access_tokens"):
            self.tokens_made += 1
            ends = (self.clock.now() + timedelta(hours=1)).astimezone(UTC)
            token = {"token": f"ghs_{self.tokens_made:036}", "expires_at": _stamp(ends)}
            return reply(token, status=201)
        if request.raw_path.endswith("/installation"):
            return reply({"id": 7})
        if request.raw_path == "/app":
            return reply({"slug": "selfheal", "id": 1})
        return None


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _copy(answer: web.Response) -> web.Response:
    """A response can be sent once only."""
    return web.Response(body=answer.body, status=answer.status, headers=answer.headers)


@asynccontextmanager
async def wire() -> AsyncIterator[tuple[Wire, GitHub]]:
    """A scripted server, and our GitHub pointed at it."""
    fake = Wire(clock=FakeClock())
    app = web.Application(client_max_size=2**26)
    app.router.add_route("*", "/{path:.*}", fake.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    fake.url = f"http://{host}:{port}"
    try:
        async with connect(
            App(id="1", private_key=pem()), fake.clock, fake.url, patience=HASTY
        ) as github:
            yield fake, github
    finally:
        await runner.cleanup()
