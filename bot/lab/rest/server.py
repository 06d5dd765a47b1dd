"""REST over HTTP: faults, schema, rights, handler, schema again."""

import json
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.lab.access import bearer, installation_token
from bot.lab.app import Token
from bot.lab.hub import Hub
from bot.lab.rest import ALL
from bot.lab.rest.call import Answer, Call, HttpError, Route
from bot.lab.schemas.rest import request_faults, response_faults

_DEEP = {"ref", "branch", "path", "name"}  # parameters that may hold slashes
_VERSIONS = {"2022-11-28", "2026-03-10"}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def routes(hub: Hub) -> list[web.RouteDef]:
    """All endpoints for aiohttp, the most particular path first."""
    ordered = sorted(ALL, key=lambda route: -route.operation.count("/"))
    return [_route(hub, route) for route in ordered]


def unknown(hub: Hub) -> Handler:
    """The handler of everything else: the request is kept by name."""

    async def handle(request: web.Request) -> web.StreamResponse:
        name = f"{request.method} {request.path}"
        hub.unknown.append(name)
        return _respond(Answer(status=501, body={"message": f"the lab does not know {name}"}))

    return handle


def _route(hub: Hub, route: Route) -> web.RouteDef:
    method, path = route.operation.split(" ")
    for name in _DEEP:
        path = path.replace(f"{{{name}}}", f"{{{name}:.+}}")

    async def handle(request: web.Request) -> web.StreamResponse:
        fault = hub.network.fault_for(request.method, request.path)
        if fault:
            return _respond(Answer(status=fault.status, body=fault.body, headers=fault.headers))
        try:
            answer = await _answer(hub, route, request)
        except HttpError as exc:
            body = {"message": exc.message, "documentation_url": "https://docs.github.com/rest"}
            answer = Answer(status=exc.status, body=body, headers=exc.headers)
        return _respond(_checked(hub, route, answer))

    return web.route(method, path, handle)


async def _answer(hub: Hub, route: Route, request: web.Request) -> Answer:
    body = await _body(request)
    query, path = dict(request.query), dict(request.match_info)
    faults = request_faults(route.operation, query, path, body)
    if faults:
        hub.violations += [f"{route.operation}: {line}" for line in faults]
        return Answer(status=599, body={"message": "not GitHub's schema", "errors": faults})
    if request.headers.get("X-GitHub-Api-Version", "2022-11-28") not in _VERSIONS:
        raise HttpError(400, "X-GitHub-Api-Version is not supported")
    token = _let_in(hub, route, request)
    url = f"{hub.url}{request.path}"
    call = Call(hub=hub, path=path, query=query, body=body, url=url, token=token)
    return await route.handle(call)


async def _body(request: web.Request) -> Any:
    raw = await request.read()
    if not raw:
        return None
    try:
        return json.loads(raw)
    except ValueError as exc:
        raise HttpError(400, "Problems parsing JSON") from exc


def _let_in(hub: Hub, route: Route, request: web.Request) -> Token | None:
    value = bearer(request.headers.get("Authorization", ""))
    if not route.needs:
        complaint = hub.app.accepts(value)
        if complaint:
            raise HttpError(401, complaint)
        return None
    token = installation_token(hub, value)
    if token is None:
        raise HttpError(401, "Bad credentials")
    if "owner" in request.match_info:
        name = f"{request.match_info['owner']}/{request.match_info['repo']}"
        if not hub.reaches(token, name):
            raise HttpError(404, "Not Found")
    if not any(token.allows(permission, level) for permission, level in route.needs):
        accepted = "; ".join(f"{permission}={level}" for permission, level in route.needs)
        raise HttpError(
            403,
            "Resource not accessible by integration",
            **{"X-Accepted-GitHub-Permissions": accepted},
        )
    return token


def _checked(hub: Hub, route: Route, answer: Answer) -> Answer:
    if answer.status >= _OWN:
        return answer
    faults = response_faults(route.operation, answer.status, answer.body)
    if not faults:
        return answer
    hub.violations += [f"{route.operation} answered {answer.status}: {line}" for line in faults]
    return Answer(status=598, body={"message": "the lab broke GitHub's schema", "errors": faults})


_OWN = 590


def _respond(answer: Answer) -> web.StreamResponse:
    headers = {
        "X-GitHub-Request-Id": uuid.uuid4().hex[:16].upper(),
        "X-RateLimit-Limit": "5000",
        "X-RateLimit-Remaining": "4999",
        "X-RateLimit-Used": "1",
        "X-RateLimit-Reset": "4102444800",
        "X-RateLimit-Resource": "core",
        **answer.headers,
    }
    if answer.body is None:
        return web.Response(status=answer.status, headers=headers)
    return web.json_response(answer.body, status=answer.status, headers=headers)
