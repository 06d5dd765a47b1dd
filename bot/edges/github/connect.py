"""One call from settings to a working GitHub."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from bot.edges.github.client import Client
from bot.edges.github.downloads import LOG_HOSTS, Downloads
from bot.edges.github.request import Patience
from bot.edges.github.tokens import App, AppTokens
from bot.edges.github.transport import Transport
from bot.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHub:
    """What the composition root wires: `tokens` for git, `client` for the forge.

    `transport.observe` and `transport.remaining` are for the metrics.
    """

    transport: Transport
    tokens: AppTokens
    client: Client


@asynccontextmanager
async def connect(
    app: App,
    clock: Clock,
    api_url: str,
    *,
    patience: Patience | None = None,
    log_hosts: tuple[str, ...] = LOG_HOSTS,
) -> AsyncIterator[GitHub]:
    """GitHub at `api_url` ("https://HOST/api/v3" for an Enterprise) while the context lasts."""
    # No cookie of one host is ever shown to another.
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        transport = Transport(session, clock, api_url, patience)
        tokens = AppTokens(transport, app)
        client = Client(transport, tokens, Downloads(transport, log_hosts))
        yield GitHub(transport=transport, tokens=tokens, client=client)
