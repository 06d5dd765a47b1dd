"""Pull requests: their state, their labels, and who may write."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from bot.core.case import AutoMerge
from bot.core.ids import PrNumber, Sha
from bot.edges.github import documents
from bot.edges.github.refusals import RefusedError
from bot.edges.github.request import named
from bot.edges.github.topic import Topic
from bot.ports import PullState, PullStatus, Removal

_ROLES = frozenset({"admin", "write", "read"})
_MAX_LABELS = 100


class Pulls(Topic):
    """The part of `Forge` about pull requests."""

    async def pull(self, repo: str, pr: PrNumber) -> PullState:
        """The pull request as it is now."""
        data = await self._client.graphql(
            repo, documents.PULL, named(repo, number=pr), partial=True
        )
        found = (data.get("repository") or {}).get("pullRequest")
        if not found:
            msg = f"{repo} has no pull request {pr}"
            raise RefusedError(msg, status=HTTPStatus.NOT_FOUND)
        return read_pull(found)

    async def recently_removed(self, repo: str) -> tuple[PullState, ...]:
        """Open pull requests, newest first (at most 50), that left the queue at some time."""
        data = await self._client.graphql(
            repo, documents.RECENTLY_REMOVED, named(repo), partial=True
        )
        nodes = ((data.get("repository") or {}).get("pullRequests") or {}).get("nodes") or ()
        pulls = (read_pull(node) for node in nodes if node)
        return tuple(pull for pull in pulls if pull.removal is not None)

    async def permission(self, repo: str, login: str) -> str:
        """What a person may do: "admin", "write", "read" or "none"."""
        try:
            found = await self._client.get(repo, "/collaborators/{login}/permission", login=login)
        except RefusedError as exc:
            if exc.status == HTTPStatus.NOT_FOUND:
                return "none"
            raise
        role = str(found.get("permission"))
        return role if role in _ROLES else "none"

    async def add_labels(self, repo: str, pr: PrNumber, labels: Sequence[str]) -> None:
        """Add labels; those already there stay."""
        if labels:
            body = {"labels": list(labels[:_MAX_LABELS])}
            await self._client.send(repo, "POST", "/issues/{number}/labels", {"number": pr}, body)

    async def remove_label(self, repo: str, pr: PrNumber, label: str) -> None:
        """Remove a label; gone already is fine."""
        path = "/issues/{number}/labels/{label}"
        try:
            await self._client.send(repo, "DELETE", path, {"number": pr, "label": label})
        except RefusedError as exc:
            if exc.status != HTTPStatus.NOT_FOUND:
                raise


def read_pull(node: Mapping[str, Any]) -> PullState:
    """The `Pull` fragment in our words."""
    home = (node.get("baseRepository") or {}).get("nameWithOwner")
    fork = node.get("headRepository") or {}
    parent = (fork.get("parent") or {}).get("nameWithOwner")
    head_repo = fork.get("nameWithOwner")
    # Only a fork *of* the base: the other way round, somebody else's repository would be written.
    ours = head_repo is not None and head_repo == home
    lent = bool(node.get("maintainerCanModify")) and parent is not None and parent == home
    labels = (node.get("labels") or {}).get("nodes") or ()
    return PullState(
        number=PrNumber(node["number"]),
        node_id=node["id"],
        title=node["title"],
        author=login(node.get("author")) or "",
        status=_status(node["state"]),
        draft=bool(node["isDraft"]),
        head=Sha(node["headRefOid"]),
        head_ref=node["headRefName"],
        head_repo=head_repo,
        base_branch=node["baseRefName"],
        labels=frozenset(label["name"] for label in labels if label),
        in_queue=bool(node["isInMergeQueue"]),
        auto_merge=_auto_merge(node.get("autoMergeRequest")),
        may_push=ours or lent,
        removal=_removal(node.get("timelineItems")),
        url=node["url"],
    )


def login(actor: Mapping[str, Any] | None) -> str | None:
    """An actor's login as webhooks and REST write it: an App's ends in "[bot]"."""
    if not actor:
        return None
    name = str(actor["login"])
    bot = actor.get("__typename") == "Bot" and not name.endswith("[bot]")
    return f"{name}[bot]" if bot else name


def _status(word: str) -> PullStatus:
    known = {"OPEN": PullStatus.OPEN, "MERGED": PullStatus.MERGED}
    return known.get(word, PullStatus.CLOSED)


def _auto_merge(node: Mapping[str, Any] | None) -> AutoMerge | None:
    if not node:
        return None
    return AutoMerge(enabled_by=login(node.get("enabledBy")), method=node["mergeMethod"])


def _removal(items: Mapping[str, Any] | None) -> Removal | None:
    nodes = [node for node in (items or {}).get("nodes") or () if node]
    if not nodes:
        return None
    newest = nodes[-1]
    group = (newest.get("beforeCommit") or {}).get("oid")
    return Removal(
        reason=newest.get("reason") or "",
        group=Sha(group) if group else None,
        at=datetime.fromisoformat(newest["createdAt"]),
    )
