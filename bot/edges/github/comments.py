"""Comments: the sticky one, answers that are given once, reactions."""

from collections.abc import Mapping
from typing import Any

from bot.core.ids import PrNumber
from bot.edges.github.request import Request, named
from bot.edges.github.topic import Topic
from bot.edges.github.wording import MAX_COMMENT, outgoing, same, tag

_MAX_READ = 2500  # GitHub allows no more on one pull request
# Thirty of the longest, escaped as JSON, are still an answer that is read: nobody who may comment
# can keep us from finding our own.
_PER_PAGE = 30


class Comments(Topic):
    """The part of `Forge` about comments."""

    async def sticky(self, repo: str, pr: PrNumber, body: str) -> None:
        """Write our one comment of this pull request: made once, then edited in place."""
        mark = tag("sticky")
        text = f"{mark}\n{outgoing(body, MAX_COMMENT)}"
        mine = await self._mine(repo, pr, mark)
        if mine is None:
            await self._post(repo, pr, text)
        elif not same(str(mine.get("body") or ""), text):
            path = "/issues/comments/{id}"
            await self._client.send(repo, "PATCH", path, {"id": mine["id"]}, {"body": text})

    async def answer(self, repo: str, pr: PrNumber, key: str, body: str) -> None:
        """Post an answer once a `key`; found by a hidden tag."""
        mark = tag("answer", key)
        if await self._mine(repo, pr, mark) is None:
            await self._post(repo, pr, f"{mark}\n{outgoing(body, MAX_COMMENT)}")

    async def react(self, repo: str, comment_id: int, content: str) -> None:
        """React to an issue comment: "eyes", "+1", "-1", "confused"."""
        path = "/issues/comments/{id}/reactions"
        await self._client.send(repo, "POST", path, {"id": comment_id}, {"content": content})

    async def _mine(self, repo: str, pr: PrNumber, mark: str) -> Mapping[str, Any] | None:
        """Our comment that begins with a tag; the same tag in another's comment says nothing."""
        author = f"{await self._client.slug()}[bot]"
        request = Request(
            method="GET",
            path=f"/repos/{{owner}}/{{name}}/issues/{{number}}/comments?per_page={_PER_PAGE}",
            values=named(repo, number=pr),
        )
        signer = self._client.tokens.repository(repo)
        async for comment in self._client.listing(request, signer, None, _MAX_READ):
            by = (comment.get("user") or {}).get("login")
            if by == author and str(comment.get("body") or "").startswith(mark):
                return comment
        return None

    async def _post(self, repo: str, pr: PrNumber, text: str) -> None:
        path = "/issues/{number}/comments"
        await self._client.send(
            repo, "POST", path, {"number": pr}, {"body": text}, repeatable=False
        )
