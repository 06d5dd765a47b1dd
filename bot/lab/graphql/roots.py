"""The fields of Query and Mutation that the lab answers."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from graphql import GraphQLError

from bot.lab.acts import pulls, queueing
from bot.lab.acts.telling import RefusedError
from bot.lab.app import Token
from bot.lab.graphql.views import View, actor, pull_request, queue_entry, repository
from bot.lab.hub import Hub, Repo
from bot.lab.payloads.people import node_id
from bot.lab.records import Pull

Resolver = Callable[..., Any]
_NOT_FOUND = "NOT_FOUND"
_UNPROCESSABLE = "UNPROCESSABLE"
_FORBIDDEN = "FORBIDDEN"


class Roots:
    """One request's roots: the token says what can be seen and done."""

    def __init__(self, hub: Hub, token: Token) -> None:
        self._hub = hub
        self._token = token

    def fields(self) -> Mapping[str, Resolver]:
        """All root fields by name."""
        return {
            "repository": self._repository,
            "node": self._node,
            "viewer": lambda _info: actor(self._hub, self._hub.app.login),
            "rateLimit": _rate_limit,
            "enqueuePullRequest": self._enqueue,
            "dequeuePullRequest": self._dequeue,
            "enablePullRequestAutoMerge": self._arm,
            "disablePullRequestAutoMerge": self._disarm,
        }

    def _repository(
        self,
        _info: Any,
        owner: str,
        name: str,
        followRenames: bool = True,  # noqa: N803 - GraphQL's own argument
    ) -> View:
        del followRenames  # nothing in the lab is ever renamed
        full = f"{owner}/{name}"
        if not self._hub.reaches(self._token, full):
            message = f"Could not resolve to a Repository with the name '{full}'."
            raise _error(_NOT_FOUND, message)
        return repository(self._hub, self._hub.repos[full])

    def _node(self, _info: Any, id: str) -> View:  # noqa: A002 - GraphQL's own argument
        repo, pull = self._pull(id)
        return pull_request(self._hub, repo, pull)

    async def _enqueue(self, _info: Any, input: Mapping[str, Any]) -> View:  # noqa: A002
        repo, pull = self._writable(input["pullRequestId"])
        await _or_refused(
            queueing.enqueue(
                self._hub,
                repo,
                pull.number,
                self._hub.app.login,
                expected=input.get("expectedHeadOid"),
                jump=bool(input.get("jump")),
            )
        )
        return self._entry(repo, pull, input)

    async def _dequeue(self, _info: Any, input: Mapping[str, Any]) -> View:  # noqa: A002
        repo, pull = self._writable(input["id"])
        await _or_refused(queueing.dequeue(self._hub, repo, pull.number, self._hub.app.login))
        return self._entry(repo, pull, input)

    async def _arm(self, _info: Any, input: Mapping[str, Any]) -> View:  # noqa: A002
        repo, pull = self._writable(input["pullRequestId"])
        await _or_refused(
            pulls.arm(
                self._hub,
                repo,
                pull,
                self._hub.app.login,
                method=input.get("mergeMethod") or "MERGE",
                expected=input.get("expectedHeadOid"),
            )
        )
        return self._pull_payload(repo, pull, input)

    async def _disarm(self, _info: Any, input: Mapping[str, Any]) -> View:  # noqa: A002
        repo, pull = self._writable(input["pullRequestId"])
        try:
            pulls.disarm(self._hub, repo, pull, self._hub.app.login)
        except RefusedError as exc:
            raise _error(_UNPROCESSABLE, str(exc)) from exc
        return self._pull_payload(repo, pull, input)

    def _pull(self, identifier: str) -> tuple[Repo, Pull]:
        for repo in self._hub.repos.values():
            for pull in repo.pulls.values():
                if node_id("PR", pull.id) == identifier and self._hub.reaches(
                    self._token, repo.name
                ):
                    return repo, pull
        message = f"Could not resolve to a node with the global id of '{identifier}'"
        raise _error(_NOT_FOUND, message)

    def _writable(self, identifier: str) -> tuple[Repo, Pull]:
        found = self._pull(identifier)
        for permission in ("contents", "pull_requests"):
            if not self._token.allows(permission, "write"):
                raise _error(_FORBIDDEN, "Resource not accessible by integration")
        return found

    def _entry(self, repo: Repo, pull: Pull, given: Mapping[str, Any]) -> View:
        entry = repo.queue.find(pull.number) if repo.queue else None
        return {
            "clientMutationId": given.get("clientMutationId"),
            "mergeQueueEntry": queue_entry(self._hub, repo, entry) if entry else None,
        }

    def _pull_payload(self, repo: Repo, pull: Pull, given: Mapping[str, Any]) -> View:
        return {
            "clientMutationId": given.get("clientMutationId"),
            "actor": actor(self._hub, self._hub.app.login),
            "pullRequest": pull_request(self._hub, repo, repo.pulls[pull.number]),
        }


def _rate_limit(_info: Any, **_args: Any) -> View:
    return {
        "limit": 5000,
        "cost": 1,
        "remaining": 4999,
        "used": 1,
        "nodeCount": 1,
        "resetAt": "2100-01-01T00:00:00Z",
    }


async def _or_refused(work: Awaitable[None]) -> None:
    try:
        await work
    except RefusedError as exc:
        raise _error(_UNPROCESSABLE, str(exc)) from exc


def _error(kind: str, message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"type": kind})
