"""Signed calls in our own words: a repository's name in, decoded answers out."""

import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

import structlog

from bot.edges.github.downloads import Downloads
from bot.edges.github.refusals import (
    RateLimitedError,
    RefusedError,
    graphql_refusal,
    unreadable,
)
from bot.edges.github.request import Request, Signer, Values, named
from bot.edges.github.tokens import AppTokens
from bot.edges.github.transport import Transport

_OPERATION = re.compile(r"(?:query|mutation)\s+(\w+)")

log = structlog.get_logger(__name__)


class Client:
    """Calls to GitHub in the name of a repository, an installation or the App."""

    def __init__(self, transport: Transport, tokens: AppTokens, downloads: Downloads) -> None:
        self.transport = transport
        self.tokens = tokens
        self.downloads = downloads
        # GitHub Enterprise has GraphQL beside /v3, not below it.
        self.endpoint = f"{transport.base_url.removesuffix('/v3')}/graphql"
        self._slug: str | None = None

    async def get(self, repo: str, path: str, **values: str | int) -> Mapping[str, Any]:
        """The object that a GET answers; `path` is below the repository."""
        found = await self.send(repo, "GET", path, values)
        if not isinstance(found, Mapping):
            raise unreadable(path)
        return found

    async def send(
        self,
        repo: str,
        method: str,
        path: str,
        values: Values,
        body: Mapping[str, Any] | None = None,
        *,
        repeatable: bool = True,
    ) -> Any:
        """The decoded answer; `path` is below the repository."""
        request = Request(
            method=method,
            path=f"/repos/{{owner}}/{{name}}{path}",
            values=named(repo, **values),
            body=body,
            repeatable=repeatable,
        )
        return await self.transport.ask(request, self.tokens.repository(repo))

    async def items(
        self, repo: str, path: str, key: str | None, limit: int, **values: str | int
    ) -> tuple[Mapping[str, Any], ...]:
        """At most `limit` items of a repository's listing; `key` holds the list in each page."""
        request = Request(
            method="GET", path=f"/repos/{{owner}}/{{name}}{path}", values=named(repo, **values)
        )
        listing = self.listing(request, self.tokens.repository(repo), key, limit)
        return tuple([item async for item in listing])

    async def listing(
        self, request: Request, signer: Signer, key: str | None, limit: int
    ) -> AsyncIterator[Mapping[str, Any]]:
        """At most `limit` items of any listing; None as `key` = the page is the list."""
        left = limit
        async for page in self.transport.pages(request, signer):
            for item in _listed(request, page, key):
                if left <= 0:
                    return
                left -= 1
                yield item

    async def graphql(
        self,
        repo: str,
        document: str,
        variables: Values,
        *,
        repeatable: bool = True,
        partial: bool = False,
    ) -> Mapping[str, Any]:
        """The `data` of an answer.

        With `partial`, data is wanted even where GitHub refused parts of it, which are null then: a
        private fork's parent, say.

        Raises:
            PermanentError: GitHub's own sentence.
        """
        signer = self.tokens.repository(repo)
        request = Request(
            method="POST",
            path=self.endpoint,
            body={"query": document, "variables": variables},
            budget="graphql",
            repeatable=repeatable,
        )
        answer = await self.transport.ask(request, signer)
        match = _OPERATION.search(document)
        what = match.group(1) if match else "graphql"
        if not isinstance(answer, Mapping):
            raise unreadable(what)
        data = answer.get("data")
        if answer.get("errors"):
            wait_s = self.transport.reset_wait_s(request.budget)
            error = graphql_refusal(answer["errors"], wait_s)
            log.info("github refused", request=what, error=str(error))
            if isinstance(error, RateLimitedError):
                self.transport.close(request, signer, wait_s)
            if not (partial and isinstance(error, RefusedError) and _has_all(data)):
                raise error
        if not isinstance(data, Mapping):
            raise unreadable(what)
        return data

    async def slug(self) -> str:
        """The App's name in addresses; its comments are signed by "slug[bot]"."""
        if self._slug is None:
            request = Request(method="GET", path="/app")
            app = await self.transport.ask(request, self.tokens.app())
            if not isinstance(app, Mapping):
                raise unreadable(request.what)
            self._slug = str(app["slug"])
        return self._slug


def _has_all(data: Any) -> bool:
    """Whether no root field of an answer was refused as a whole."""
    return isinstance(data, Mapping) and all(value is not None for value in data.values())


def _listed(request: Request, page: Any, key: str | None) -> list[Mapping[str, Any]]:
    """The list in a page; gidgethub's own iterator yields the keys where it has another name."""
    found = page.get(key) if key is not None and isinstance(page, Mapping) else page
    if not isinstance(found, list):
        raise unreadable(request.what)
    return found
