"""The App about itself: installations, tokens, deliveries, rate limit."""

from dataclasses import replace
from typing import Any

from bot.lab.app import NotAllowedError
from bot.lab.clock import stamp
from bot.lab.hub import Hub
from bot.lab.payloads.people import app, installation
from bot.lab.payloads.repository import repository
from bot.lab.records import Delivery
from bot.lab.rest.call import Answer, Call, HttpError, Route

_ANY = (("metadata", "read"),)
_BAD = 400


async def _app(call: Call) -> Answer:
    count = {"installations_count": 1}
    return Answer(body=app(call.hub, call.hub.app.slug) | count)


async def _installations(call: Call) -> Answer:
    return call.listed([call.hub], installation)


async def _repo_installation(call: Call) -> Answer:
    repo = call.hub.repos.get(f"{call.path['owner']}/{call.path['repo']}")
    if repo is None or repo.parent:
        raise HttpError(404, "Not Found")
    return Answer(body=installation(call.hub))


async def _access_tokens(call: Call) -> Answer:
    if call.path["installation_id"] != str(call.hub.installation):
        raise HttpError(404, "Not Found")
    body = call.body or {}
    try:
        token = call.hub.app.issue(
            call.hub.installation,
            call.hub.clock.now(),
            repos=_wanted(call.hub, body),
            permissions=body.get("permissions"),
        )
    except NotAllowedError as exc:
        raise HttpError(422, str(exc)) from exc
    answer: dict[str, Any] = {
        "token": token.value,
        "expires_at": stamp(token.expires_at),
        "permissions": dict(token.permissions),
        "repository_selection": "all" if token.repos is None else "selected",
    }
    if token.repos is not None:
        answer["repositories"] = [
            repository(call.hub, call.hub.repos[name]) for name in sorted(token.repos)
        ]
    return Answer(body=answer, status=201)


def _wanted(hub: Hub, body: dict[str, Any]) -> frozenset[str] | None:
    names, ids = body.get("repositories"), body.get("repository_ids")
    if names is None and ids is None:
        return None
    installed = [repo for repo in hub.repos.values() if repo.parent is None]
    chosen = {r.name for r in installed if r.short in (names or ()) or r.id in (ids or ())}
    if len(chosen) < len(names or ids or ()):
        message = "There is at least one repository that does not exist or is not accessible."
        raise HttpError(422, message)
    return frozenset(chosen)


async def _revoke(call: Call) -> Answer:
    if call.token:
        call.hub.app.revoke(call.token.value)
    return Answer(status=204)


async def _repositories(call: Call) -> Answer:
    token = call.token
    repos = [r for r in call.hub.repos.values() if token and call.hub.reaches(token, r.name)]
    return call.counted("repositories", repos, lambda repo: repository(call.hub, repo))


async def _deliveries(call: Call) -> Answer:
    newest = list(reversed(call.hub.outbox.deliveries))
    wanted = call.query.get("status")
    if wanted:
        failed = wanted == "failure"
        newest = [d for d in newest if (d.status_code >= _BAD) is failed]
    size = int(call.query.get("per_page", 30))
    start = int(call.query.get("cursor", "0"))
    headers = {}
    if start + size < len(newest):
        headers["Link"] = f'<{call.url}?per_page={size}&cursor={start + size}>; rel="next"'
    shown = newest[start : start + size]
    return Answer(body=[_delivery(call.hub, d) for d in shown], headers=headers)


async def _one_delivery(call: Call) -> Answer:
    delivery = _found(call)
    more = {
        "request": {"headers": {}, "payload": delivery.payload},
        "response": {"headers": {}, "payload": ""},
    }
    return Answer(body=_delivery(call.hub, delivery) | more)


async def _redeliver(call: Call) -> Answer:
    outbox = call.hub.outbox
    again = replace(
        _found(call),
        id=outbox.next_id(),
        redelivery=True,
        at=call.hub.clock.now(),
        status="pending",
        status_code=0,
    )
    outbox.post(again)
    return Answer(body={}, status=202)


async def _rate_limit(call: Call) -> Answer:
    reset = int(call.hub.clock.now().timestamp()) + 3600
    full = {"limit": 5000, "remaining": 4999, "reset": reset, "used": 1}
    resources = {"core": full, "search": full, "graphql": full}
    return Answer(body={"resources": resources, "rate": full})


def _found(call: Call) -> Delivery:
    number = call.path["delivery_id"]
    for delivery in call.hub.outbox.deliveries:
        if str(delivery.id) == number:
            return delivery
    raise HttpError(404, "Not Found")


def _delivery(hub: Hub, delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "guid": delivery.guid,
        "delivered_at": stamp(delivery.at),
        "redelivery": delivery.redelivery,
        "duration": delivery.duration_s,
        "status": delivery.status,
        "status_code": delivery.status_code,
        "event": delivery.event,
        "action": delivery.action,
        "installation_id": hub.installation,
        "repository_id": delivery.repo_id,
        "throttled_at": None,
    }


ROUTES = (
    Route(operation="GET /app", handle=_app),
    Route(operation="GET /app/installations", handle=_installations),
    Route(operation="GET /repos/{owner}/{repo}/installation", handle=_repo_installation),
    Route(
        operation="POST /app/installations/{installation_id}/access_tokens", handle=_access_tokens
    ),
    Route(operation="GET /app/hook/deliveries", handle=_deliveries),
    Route(operation="GET /app/hook/deliveries/{delivery_id}", handle=_one_delivery),
    Route(operation="POST /app/hook/deliveries/{delivery_id}/attempts", handle=_redeliver),
    Route(operation="DELETE /installation/token", handle=_revoke, needs=_ANY),
    Route(operation="GET /installation/repositories", handle=_repositories, needs=_ANY),
    Route(operation="GET /rate_limit", handle=_rate_limit, needs=_ANY),
)
