"""The merge queue and merge-when-ready.

A mutation of the queue may answer an error although it worked, and an answer may be lost. So what
GitHub says about a mutation is checked against the state that is seen after it.
"""

from collections.abc import Mapping
from typing import Any

from bot.core.errors import EdgeError, PermanentError, StaleError, TransientError
from bot.core.ids import Sha
from bot.edges.github import documents
from bot.edges.github.refusals import SERVICE
from bot.edges.github.topic import Topic


class Queue(Topic):
    """The part of `Forge` about the merge queue."""

    async def disable_auto_merge(self, repo: str, node_id: str) -> None:
        """Switch merge-when-ready off; off already is fine."""
        try:
            await self._client.graphql(repo, documents.DISABLE_AUTO_MERGE, {"id": node_id})
        except PermanentError:
            state = await self._queue_state(repo, node_id)
            if state.get("autoMergeRequest") is not None:
                raise

    async def enable_auto_merge(self, repo: str, node_id: str, method: str) -> None:
        """Switch merge-when-ready on again."""
        try:
            await self._client.graphql(
                repo, documents.ENABLE_AUTO_MERGE, {"id": node_id, "method": method}
            )
        except PermanentError:
            state = await self._queue_state(repo, node_id)
            # GitHub shows no auto-merge on an entry of the queue: it is past that point.
            if state.get("autoMergeRequest") is None and not _is_in(state):
                raise

    async def enqueue(self, repo: str, node_id: str, expected_head: Sha) -> None:
        """Put the pull request into the merge queue; being there already is success.

        Raises:
            StaleError: the head is no longer `expected_head`.
            PermanentError: a rule forbids it; the text is GitHub's.
        """
        said: EdgeError | None = None
        try:
            await self._client.graphql(
                repo, documents.ENQUEUE, {"id": node_id, "head": expected_head}, repeatable=False
            )
        except EdgeError as exc:
            said = exc
        state = await self._queue_state(repo, node_id)
        if _is_in(state) or state.get("state") == "MERGED":
            return
        if state.get("state") != "OPEN" or state.get("headRefOid") != expected_head:
            msg = "the pull request was closed or its branch moved before it was enqueued"
            raise StaleError(msg) from said
        if said is not None:
            raise said
        raise TransientError(SERVICE, "the pull request was enqueued and is not in the queue")

    async def _queue_state(self, repo: str, node_id: str) -> Mapping[str, Any]:
        data = await self._client.graphql(repo, documents.QUEUE_STATE, {"id": node_id})
        return data.get("node") or {}


def _is_in(state: Mapping[str, Any]) -> bool:
    return bool(state.get("isInMergeQueue")) or state.get("mergeQueueEntry") is not None
