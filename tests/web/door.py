"""The webhook's door in a process, with an intake that remembers."""

import contextlib
import hashlib
import hmac
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.core.errors import TransientError
from bot.events import Noted
from bot.web.webhook import MAX_BODY_BYTES, routes

SECRET = "it's a secret"
GUID = "0b3e8a52-1111-11f0-9a6f-2f1f1f1f1f1f"
Client = TestClient[web.Request, web.Application]

DEQUEUED: dict[str, Any] = {
    "action": "dequeued",
    "number": 7,
    "reason": "CI_FAILURE",
    "pull_request": {"number": 7, "base": {"ref": "main"}, "head": {"sha": "a" * 40}},
    "repository": {"full_name": "acme/rocket"},
    "installation": {"id": 1},
    "sender": {"login": "github-merge-queue[bot]"},
}


class FakeIntake:
    """Remembers what was kept; may be out of order."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, tuple[Noted, ...]]] = []
        self.broken = False

    async def put(self, noted: Sequence[Noted], delivery: str) -> None:
        if self.broken:
            service = "database"
            raise TransientError(service, "gone")
        if noted:
            self.kept.append((delivery, tuple(noted)))


@contextlib.asynccontextmanager
async def door(intake: FakeIntake, seen: list[tuple[str, str]]) -> AsyncIterator[Client]:
    app = web.Application(client_max_size=MAX_BODY_BYTES)
    app.add_routes(routes(intake, SECRET, lambda event, result: seen.append((event, result))))
    async with TestClient(TestServer(app)) as client:
        yield client


def signed(body: bytes, **changes: str | None) -> dict[str, str]:
    headers: dict[str, str | None] = {
        "X-GitHub-Event": "pull_request",
        "X-GitHub-Delivery": GUID,
        "X-Hub-Signature-256": "sha256="
        + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest(),
        "Content-Type": "application/json",
    }
    headers |= {name.replace("_", "-"): value for name, value in changes.items()}
    return {name: value for name, value in headers.items() if value is not None}


async def post(client: Client, body: bytes, headers: Mapping[str, str] | None = None) -> int:
    async with client.post("/webhook", data=body, headers=headers or signed(body)) as answer:
        await answer.read()
        return answer.status
