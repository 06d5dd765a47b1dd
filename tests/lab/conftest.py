"""A running lab; whatever breaks GitHub's schemas, or is not known, fails the test by name."""

import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import jwt
import pytest
from aiohttp import web

from bot.lab.lab import Lab
from tests.lab.plain_box import PlainSandbox


@dataclass
class Client:
    """Talks to the lab as an App would."""

    lab: Lab
    session: aiohttp.ClientSession

    def app_token(self, **claims: Any) -> str:
        now = int(time.time())  # a JWT lives in real time
        body = {"iss": self.lab.app_id, "iat": now - 60, "exp": now + 540, **claims}
        return jwt.encode(body, self.lab.private_key, algorithm="RS256")

    async def call(
        self, method: str, path: str, body: Any = None, token: str | None = None
    ) -> tuple[int, Any]:
        auth = token or await self.token()
        headers = {"Authorization": f"Bearer {auth}"}
        url = self.lab.url + path
        async with self.session.request(
            method, url, json=body, headers=headers, allow_redirects=False
        ) as answer:
            raw = await answer.read()
            self.headers = answer.headers
            return answer.status, json.loads(raw) if raw else None

    async def token(self, **wanted: Any) -> str:
        path = f"/app/installations/{self.lab.hub.installation}/access_tokens"
        status, body = await self.call("POST", path, wanted, self.app_token())
        assert status == 201, body
        return str(body["token"])

    async def graphql(self, query: str, **variables: Any) -> tuple[int, Any]:
        return await self.call("POST", "/graphql", {"query": query, "variables": variables})


@dataclass
class Mailbox:
    """Where webhooks arrive; `heard` are (event, action, payload)."""

    secret: str
    url: str = ""
    heard: list[tuple[str, str | None, dict[str, Any]]] = field(default_factory=list)
    guids: list[str] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        raw = await request.read()
        digest = hmac.new(self.secret.encode(), raw, hashlib.sha256).hexdigest()
        assert request.headers["X-Hub-Signature-256"] == f"sha256={digest}"
        payload = json.loads(raw)
        self.guids.append(request.headers["X-GitHub-Delivery"])
        self.heard.append((request.headers["X-GitHub-Event"], payload.get("action"), payload))
        return web.Response(status=202)

    def names(self, *events: str) -> list[str]:
        return [f"{e}.{a}" for e, a, _ in self.heard if not events or e in events]

    def payloads(self, event: str, action: str | None) -> list[dict[str, Any]]:
        return [p for e, a, p in self.heard if (e, a) == (event, action)]


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    async with Lab(tmp_path / "github", PlainSandbox) as running:
        running.hub.dequeue_lag_s = 0.01
        yield running
        await running.idle()
        assert running.unknown == []
        assert running.violations == []


@pytest.fixture
async def mailbox(lab: Lab) -> AsyncIterator[Mailbox]:
    box = Mailbox(lab.webhook_secret)
    app = web.Application(client_max_size=26 << 20)
    app.router.add_post("/webhook", box.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    lab.send_webhooks_to(f"http://{host}:{port}/webhook")
    yield box
    await runner.cleanup()


@pytest.fixture
async def client(lab: Lab) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(lab, session)
