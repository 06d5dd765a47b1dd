"""The wire to GitHub: one request after another, bounded, retried, counted and translated.

gidgethub builds requests and reads answers. What it leaves open is closed here: only our own host is
asked, bodies are bounded, redirects stay on the host, limits and outages are waited out, and none of
its errors, nor aiohttp's, gets out.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import aiohttp
import gidgethub
import stamina
import structlog
from gidgethub.aiohttp import GitHubAPI
from yarl import URL

from bot.core.errors import TransientError
from bot.edges.github.refusals import (
    BLIND_WAIT_S,
    SERVICE,
    MovedError,
    NotCarriedOutError,
    RateLimitedError,
    RefusedError,
    refusal,
    unreachable,
    unreadable,
)
from bot.edges.github.request import Credential, Patience, Request, Signer
from bot.ports import Clock

REQUESTER = "selfheal"
API_VERSION = "2022-11-28"
MAX_BODY_BYTES = 16 * 2**20
MAX_IN_FLIGHT = 40  # GitHub allows 100 at a time, over all that the App does
_MAX_HOPS = 3
_MAX_CLOSED = 1000
_TIMEOUT = aiohttp.ClientTimeout(total=60, sock_connect=10, sock_read=30)
_BODILESS = b""  # gidgethub's word for a request without a body

log = structlog.get_logger(__name__)


class Transport(GitHubAPI):
    """gidgethub's client, closed at its open ends.

    Attributes:
        observe: called with the status of every answer; 0 = there was none.
        remaining: requests left, as last seen, by GitHub's name of the budget ("core", "graphql").
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        clock: Clock,
        api_url: str,
        patience: Patience | None = None,
    ) -> None:
        super().__init__(session, REQUESTER, base_url=api_url.rstrip("/"))
        self.observe: Callable[[int], None] = _ignore
        self.remaining: dict[str, int] = {}
        self.clock = clock
        self.origin = URL(self.base_url).origin()
        self._patience = patience or Patience()
        self._slots = asyncio.Semaphore(MAX_IN_FLIGHT)
        self._closed: dict[tuple[str, str], float] = {}
        self._resets: dict[str, float] = {}

    @property
    def rate_remaining(self) -> int | None:
        """Requests left in the REST budget that was seen last; None before the first answer."""
        return self.remaining.get("core")

    async def ask(self, request: Request, signer: Signer) -> Any:
        """The decoded answer to one request."""
        data, _ = await self._patiently(request, request.path, signer)
        return data

    async def pages(self, request: Request, signer: Signer) -> AsyncIterator[Any]:
        """The decoded pages of a listing, one after another."""
        path: str | None = request.path
        while path:
            data, path = await self._patiently(request, path, signer)
            yield data

    def close(self, request: Request, signer: Signer, wait_s: float) -> None:
        """Ask nothing more in this name for a while: who goes on at a limit is shut out longer."""
        if len(self._closed) >= _MAX_CLOSED:
            self._closed.clear()
        self._closed[signer.key, request.budget] = self.clock.now().timestamp() + wait_s

    def reset_wait_s(self, budget: str) -> float:
        """How long an empty budget stays empty, as far as GitHub said."""
        if self.remaining.get(budget) == 0 and budget in self._resets:
            return max(1.0, self._resets[budget] - self.clock.now().timestamp())
        return BLIND_WAIT_S

    async def location(self, request: Request, signer: Signer) -> URL:
        """Where the answer's redirect leads to.

        Raises:
            RefusedError: it is no redirect.
        """
        try:
            await self.ask(replace(request, follow=False), signer)
        except MovedError as exc:
            try:
                return URL(self.base_url).join(URL(exc.location))
            except ValueError:
                raise unreadable(request.what) from exc
        msg = f"{request.what}: not a redirect"
        raise RefusedError(msg, status=HTTPStatus.OK)

    @asynccontextmanager
    async def foreign(
        self, url: URL, limits: aiohttp.ClientTimeout
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """The answer of another host to a GET without any credential; redirects are not followed."""
        headers = {"User-Agent": REQUESTER}
        async with self._session.get(
            url, headers=headers, timeout=limits, allow_redirects=False
        ) as response:
            yield response

    async def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> tuple[int, Mapping[str, str], bytes]:
        """One exchange with our own host: status, headers and the bounded body."""
        asked = URL(url)
        ours = self.origin
        if (asked.scheme, asked.host, asked.port) != (ours.scheme, ours.host, ours.port):
            msg = f"{method}: refused to ask another host"
            raise RefusedError(msg, status=0)
        sent = {**headers, "X-GitHub-Api-Version": API_VERSION}
        async with (
            self._slots,
            self._session.request(
                method, url, headers=sent, data=body, timeout=_TIMEOUT, allow_redirects=False
            ) as response,
        ):
            content = await _bounded(response)
        self._count(response.status, response.headers)
        return response.status, response.headers, content

    async def _patiently(
        self, request: Request, path: str, signer: Signer
    ) -> tuple[Any, str | None]:
        """The answer and the address of the next page."""
        self._turn_away(request, signer)
        await signer.credential()  # has its own retries: those below are not to multiply them
        retries = stamina.retry_context(
            on=lambda exc: self._wait_for(request, exc),
            attempts=self._patience.attempts,
            wait_initial=self._patience.wait_s,
            wait_jitter=self._patience.wait_s,
            timeout=None,
        )
        try:
            async for attempt in retries:
                with attempt:
                    return await self._followed(request, path, signer)
        except RateLimitedError as exc:
            self.close(request, signer, exc.retry_after_s)
            raise
        raise AssertionError  # the last attempt raised

    def _turn_away(self, request: Request, signer: Signer) -> None:
        until = self._closed.get((signer.key, request.budget), 0.0)
        left_s = until - self.clock.now().timestamp()
        if left_s > 0:
            detail = f"{request.what}: waiting for a rate limit to end"
            raise RateLimitedError(SERVICE, detail, retry_after_s=left_s)

    async def _followed(
        self, request: Request, path: str, signer: Signer
    ) -> tuple[Any, str | None]:
        """A renamed repository answers with its new address."""
        for _ in range(_MAX_HOPS):
            try:
                return await self._signed(request, path, signer)
            except MovedError as exc:
                if not request.follow or not exc.location:
                    raise
                path = exc.location
        msg = f"{request.what}: moved too often"
        raise RefusedError(msg, status=0)

    async def _signed(self, request: Request, path: str, signer: Signer) -> tuple[Any, str | None]:
        """A refused credential is dropped and made anew, once."""
        try:
            return await self._translated(request, path, await signer.credential())
        except RefusedError as exc:
            if exc.status != HTTPStatus.UNAUTHORIZED:
                raise
        signer.drop()
        return await self._translated(request, path, await signer.credential())

    def _wait_for(self, request: Request, exc: Exception) -> bool | float:
        """Whether to try again here, or how long to wait before that."""
        if not isinstance(exc, TransientError) or exc.retry_after_s > self._patience.limit_s:
            return False
        safe = request.repeatable or isinstance(exc, NotCarriedOutError)
        return (exc.retry_after_s or True) if safe else False

    async def _translated(
        self, request: Request, path: str, credential: Credential
    ) -> tuple[Any, str | None]:
        try:
            data, more, _ = await self._make_request(
                request.method,
                path,
                request.values,
                _BODILESS if request.body is None else request.body,
                "application/vnd.github+json",
                jwt=credential.jwt,
                oauth_token=credential.token,
            )
        except gidgethub.HTTPException as exc:
            error = refusal(request.what, exc, self.clock.now().timestamp())
            if not isinstance(error, MovedError):
                log.info("github refused", request=request.what, status=int(exc.status_code))
            raise error from exc
        except (aiohttp.ClientError, TimeoutError) as exc:
            self.observe(0)
            raise unreachable(request.what, exc) from exc
        except (ValueError, LookupError, AttributeError) as exc:
            # gidgethub read a body that is not what its headers promise.
            raise unreadable(request.what) from exc
        return data, more

    def _count(self, status: int, headers: Mapping[str, str]) -> None:
        self.observe(status)
        budget = headers.get("x-ratelimit-resource", "core")[:40]
        left, reset = headers.get("x-ratelimit-remaining", ""), headers.get("x-ratelimit-reset", "")
        if left.isdecimal() and reset.isdecimal():
            self.remaining[budget], self._resets[budget] = int(left), float(reset)


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    content = bytearray()
    async for chunk in response.content.iter_any():
        content += chunk
        if len(content) > MAX_BODY_BYTES:
            msg = f"an answer of more than {MAX_BODY_BYTES} bytes"
            raise RefusedError(msg, status=HTTPStatus.OK)
    return bytes(content)


def _ignore(status: int) -> None:
    """Nobody counts."""
