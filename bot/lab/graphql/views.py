"""The lab's records as GraphQL objects: dictionaries whose values may be functions of arguments.

A field that is in GitHub's schema and not here is reported by name: the lab never makes one up.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.lab.clock import stamp
from bot.lab.hub import Hub, Repo
from bot.lab.payloads.people import node_id
from bot.lab.queue.state import Entry, Queue
from bot.lab.records import Pull, TimelineItem

View = Mapping[str, Any]
_KINDS = {
    "AddedToMergeQueueEvent": "ADDED_TO_MERGE_QUEUE_EVENT",
    "RemovedFromMergeQueueEvent": "REMOVED_FROM_MERGE_QUEUE_EVENT",
    "MergedEvent": "MERGED_EVENT",
    "ClosedEvent": "CLOSED_EVENT",
    "AutoMergeEnabledEvent": "AUTO_MERGE_ENABLED_EVENT",
    "AutoMergeDisabledEvent": "AUTO_MERGE_DISABLED_EVENT",
}


def connection(items: Sequence[Any], view: Callable[[Any], View]) -> Callable[..., View]:
    """A connection with first/last/after/before; cursors are positions."""

    def resolve(_info: Any, **args: Any) -> View:
        start = int(args.get("after") or 0)
        stop = int(args["before"]) - 1 if args.get("before") else len(items)
        if args.get("first") is not None:
            stop = min(stop, start + args["first"])
        elif args.get("last") is not None:
            start = max(start, stop - args["last"])
        nodes = [view(item) for item in items[start:stop]]
        return {
            "totalCount": len(items),
            "nodes": nodes,
            "edges": [
                {"node": node, "cursor": str(n)} for n, node in enumerate(nodes, start=start + 1)
            ],
            "pageInfo": {
                "hasNextPage": stop < len(items),
                "hasPreviousPage": start > 0,
                "startCursor": str(start + 1) if nodes else None,
                "endCursor": str(stop) if nodes else None,
            },
        }

    return resolve


def actor(hub: Hub, login: str) -> View:
    """A person or a bot."""
    account = hub.user(login)
    return {
        "__typename": "Bot" if account.bot else "User",
        "id": node_id("U", account.id),
        "databaseId": account.id,
        "login": login.removesuffix("[bot]") if account.bot else login,
        "url": f"{hub.url}/{login}",
    }


def person(hub: Hub, login: str) -> View | None:
    """The same where GitHub knows people only: None for an App."""
    return None if hub.user(login).bot else actor(hub, login)


def repository(hub: Hub, repo: Repo) -> View:
    """A repository."""

    async def branch(_info: Any, qualifiedName: str) -> View | None:  # noqa: N803 - GraphQL's name
        name = qualifiedName.removeprefix("refs/heads/")
        sha = await repo.bare.sha(f"refs/heads/{name}")
        return _ref(repo, name, sha) if sha else None

    async def default_branch(_info: Any) -> View | None:
        return await branch(_info, "main")

    async def obj(_info: Any, oid: str | None = None, expression: str | None = None) -> View | None:
        wanted = oid or expression or ""
        sha = None if wanted.startswith("-") else await repo.bare.sha(wanted)
        return commit(repo, sha) if sha else None

    def one(_info: Any, number: int) -> View:
        if number not in repo.pulls:
            message = f"Could not resolve to a PullRequest with the number of {number}."
            raise LookupError(message)
        return pull_request(hub, repo, repo.pulls[number])

    def queue(_info: Any, branch: str | None = None) -> View | None:
        found = repo.queue if branch in {None, "main"} else None
        return merge_queue(hub, repo, found) if found else None

    return {
        "__typename": "Repository",
        "id": node_id("R", repo.id),
        "databaseId": repo.id,
        "name": repo.short,
        "nameWithOwner": repo.name,
        "owner": actor(hub, repo.owner),
        "url": f"{hub.url}/{repo.name}",
        "isFork": repo.parent is not None,
        "isArchived": False,
        "isPrivate": True,
        "autoMergeAllowed": repo.allow_auto_merge,
        "defaultBranchRef": default_branch,
        "ref": branch,
        "object": obj,
        "pullRequest": one,
        "pullRequests": lambda info, **args: _pulls(hub, repo, info, args),
        "mergeQueue": queue,
        "parent": lambda _info: _parent(hub, repo),
    }


def pull_request(hub: Hub, repo: Repo, pull: Pull) -> View:
    """A pull request, as it is when the field is read."""
    entry = repo.queue.find(pull.number) if repo.queue else None
    head_repo = hub.repos.get(pull.head_repo)
    state = "MERGED" if pull.merged_at else "OPEN" if pull.open else "CLOSED"
    mergeable = "MERGEABLE" if pull.test_merge else "CONFLICTING"
    return {
        "__typename": "PullRequest",
        "id": node_id("PR", pull.id),
        "databaseId": pull.id,
        "number": pull.number,
        "title": pull.title,
        "body": pull.body,
        "state": state,
        "closed": not pull.open,
        "merged": pull.merged_at is not None,
        "isDraft": pull.draft,
        "locked": False,
        "url": f"{hub.url}/{repo.name}/pull/{pull.number}",
        "headRefOid": pull.head,
        "headRefName": pull.branch,
        "baseRefOid": pull.base_sha,
        "baseRefName": pull.base,
        "headRepository": repository(hub, head_repo) if head_repo else None,
        "headRepositoryOwner": actor(hub, head_repo.owner) if head_repo else None,
        "baseRepository": repository(hub, repo),
        "repository": repository(hub, repo),
        "isCrossRepository": pull.head_repo != repo.name,
        "maintainerCanModify": pull.maintainer_can_modify,
        "author": actor(hub, pull.author),
        "mergeable": "UNKNOWN" if entry else mergeable,
        "mergeStateStatus": "UNKNOWN" if entry else "CLEAN" if pull.test_merge else "DIRTY",
        "reviewDecision": None,
        "isInMergeQueue": entry is not None,
        "isMergeQueueEnabled": repo.queue is not None,
        "mergeQueueEntry": _maybe_entry(hub, repo, entry),
        "mergeQueue": merge_queue(hub, repo, repo.queue) if repo.queue else None,
        "autoMergeRequest": None if entry else _auto_merge(hub, pull),
        "labels": connection(pull.labels, lambda name: {"name": name, "id": f"LA_{name}"}),
        "timelineItems": lambda info, **args: _timeline(hub, repo, pull, info, args),
        "mergeCommit": commit(repo, pull.merged_as) if pull.merged_as else None,
        "potentialMergeCommit": commit(repo, pull.test_merge) if pull.test_merge else None,
        "createdAt": stamp(pull.created_at),
        "updatedAt": stamp(pull.updated_at),
        "closedAt": stamp(pull.closed_at) if pull.closed_at else None,
        "mergedAt": stamp(pull.merged_at) if pull.merged_at else None,
    }


def commit(_repo: Repo, sha: str) -> View:
    """A commit, by its id."""
    number = int(sha[:10], 16)
    return {
        "__typename": "Commit",
        "id": node_id("C", number),
        "oid": sha,
        "abbreviatedOid": sha[:7],
    }


def merge_queue(hub: Hub, repo: Repo, queue: Queue) -> View:
    """The queue of a branch."""
    return {
        "__typename": "MergeQueue",
        "id": node_id("MQ", repo.id),
        "url": f"{hub.url}/{repo.name}/queue/{queue.branch}",
        "entries": connection(queue.entries, lambda e: queue_entry(hub, repo, e)),
        "configuration": _configuration(queue),
        "repository": lambda _info: repository(hub, repo),
    }


def queue_entry(hub: Hub, repo: Repo, entry: Entry) -> View:
    """An entry of the queue."""
    group = entry.group
    return {
        "__typename": "MergeQueueEntry",
        "id": f"MQE_{node_id('E', repo.pulls[entry.pr].id)}",
        "position": repo.queue.position(entry.pr) if repo.queue else 1,
        "state": entry.state.value,
        "enqueuedAt": stamp(entry.enqueued_at),
        "enqueuer": actor(hub, entry.by),
        "jump": entry.jump,
        "solo": False,
        "estimatedTimeToMerge": None,
        "headCommit": commit(repo, group.head) if group else None,
        "baseCommit": commit(repo, group.base) if group else None,
        "pullRequest": lambda _info: pull_request(hub, repo, repo.pulls[entry.pr]),
        "mergeQueue": lambda _info: merge_queue(hub, repo, repo.queue) if repo.queue else None,
    }


def _configuration(queue: Queue) -> View:
    config = queue.config
    return {
        "checkResponseTimeout": round(config.timeout_s / 60),
        "maximumEntriesToBuild": config.max_build,
        "maximumEntriesToMerge": config.max_merge,
        "mergeMethod": config.method,
        "mergingStrategy": "HEADGREEN" if config.headgreen else "ALLGREEN",
        "minimumEntriesToMerge": config.min_merge,
        "minimumEntriesToMergeWaitTime": round(config.min_wait_s / 60),
    }


def _maybe_entry(hub: Hub, repo: Repo, entry: Entry | None) -> View | None:
    return queue_entry(hub, repo, entry) if entry else None


def _auto_merge(hub: Hub, pull: Pull) -> View | None:
    if pull.auto_merge is None:
        return None
    return {
        "enabledAt": stamp(pull.auto_merge.at),
        "enabledBy": actor(hub, pull.auto_merge.by),
        "mergeMethod": pull.auto_merge.method,
        "commitHeadline": None,
        "commitBody": None,
        "authorEmail": None,
    }


def _timeline(hub: Hub, repo: Repo, pull: Pull, info: Any, args: Mapping[str, Any]) -> View:
    wanted = args.get("itemTypes")
    items = [i for i in pull.timeline if wanted is None or _KINDS[i.kind] in wanted]
    paging = {k: v for k, v in args.items() if k in {"first", "last", "after", "before"}}
    return connection(items, lambda item: _item(hub, repo, pull, item))(info, **paging)


def _item(hub: Hub, repo: Repo, pull: Pull, item: TimelineItem) -> View:
    before = item.before_commit
    return {
        "__typename": item.kind,
        "id": item.id,
        "createdAt": stamp(item.at),
        "actor": actor(hub, item.actor),
        "reason": item.reason,
        "enqueuer": person(hub, item.actor),
        "beforeCommit": commit(repo, before) if before else None,
        "pullRequest": lambda _info: pull_request(hub, repo, repo.pulls[pull.number]),
    }


def _pulls(hub: Hub, repo: Repo, info: Any, args: Mapping[str, Any]) -> View:
    states = args.get("states")
    found = [
        pull
        for pull in repo.pulls.values()
        if (not states or _state(pull) in states)
        and (not args.get("labels") or set(args["labels"]) & set(pull.labels))
        and args.get("baseRefName") in {None, pull.base}
        and args.get("headRefName") in {None, pull.branch}
    ]
    order = args.get("orderBy") or {}
    if order.get("field") == "UPDATED_AT":
        found.sort(key=lambda pull: pull.updated_at)
    if order.get("direction") == "DESC":
        found.reverse()
    paging = {k: v for k, v in args.items() if k in {"first", "last", "after", "before"}}
    return connection(found, lambda pull: pull_request(hub, repo, pull))(info, **paging)


def _state(pull: Pull) -> str:
    return "MERGED" if pull.merged_at else pull.state.upper()


def _ref(repo: Repo, name: str, sha: str) -> View:
    return {
        "__typename": "Ref",
        "id": f"REF_{name}",
        "name": name,
        "prefix": "refs/heads/",
        "target": commit(repo, sha),
    }


def _parent(hub: Hub, repo: Repo) -> View | None:
    return repository(hub, hub.repos[repo.parent]) if repo.parent else None
