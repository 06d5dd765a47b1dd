"""POST /webhook: check the signature, keep what somebody wants, answer after COMMIT.

GitHub waits ten seconds and never sends again by itself: so 202 means kept, and 503 means that the
sweep will have to find it. Whoever does not know the secret learns nothing and costs little: the
signature is checked before a byte of the body is understood.
"""

import asyncio
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, Protocol

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_request import BaseRequest

from bot import events
from bot.core.errors import EdgeError
from bot.events import Noted

MAX_BODY_BYTES = 25 * 1024 * 1024  # GitHub sends no more; for `web.Application(client_max_size=…)`
MAX_NOTE_BYTES = 256 * 1024
MAX_NOTES = 20
READ_TIMEOUT_S = 9.0  # GitHub has given up by then

_EVENT = re.compile(r"[a-z_]{1,64}")
_DELIVERY = re.compile(r"[A-Za-z0-9-]{1,64}")
_SIGNATURE = re.compile(r"sha256=[0-9a-f]{64}")
_PARTITION = re.compile(r"[!-~]{1,256}")
# GitHub writes the action first. Anything else is parsed before it is judged.
_ACTION_FIRST = re.compile(rb'\s{0,64}\{\s{0,64}"action"\s{0,64}:\s{0,64}"([a-z_]{1,64})"')
_MALFORMED = (LookupError, TypeError, ValueError, AttributeError, RecursionError)

Observe = Callable[[str, str], None]


class Intake(Protocol):
    """Where deliveries are kept."""

    async def put(self, noted: Sequence[Noted], delivery: str) -> None:
        """Return after COMMIT.

        Raises:
            EdgeError: they could not be kept.
        """
        ...


def ignore(_event: str, _result: str) -> None:
    """Count nothing."""


def routes(intake: Intake, secret: str, observe: Observe = ignore) -> web.RouteTableDef:
    """The route, bound to what it needs.

    Args:
        intake: where wanted deliveries go.
        secret: the App's webhook secret.
        observe: is told of each answer: the event's name as it came, and "kept", "ignored",
            "refused" or "unavailable".

    Raises:
        ValueError: the secret is empty, and everybody could sign.
    """
    if not secret:
        msg = "a webhook secret is needed"
        raise ValueError(msg)
    table = web.RouteTableDef()
    key = secret.encode()

    @table.post("/webhook")
    async def receive(request: web.Request) -> web.Response:
        try:
            event, delivery, body = await _authentic(request, key)
            noted = _noted(event, body)
        except web.HTTPException:
            observe(request.headers.get("X-GitHub-Event", ""), "refused")
            raise
        try:
            await intake.put(noted, delivery)
        except EdgeError as exc:
            observe(event, "unavailable")
            raise web.HTTPServiceUnavailable(text="the delivery could not be kept\n") from exc
        observe(event, "kept" if noted else "ignored")
        return web.json_response({"kept": len(noted)}, status=202)

    return table


async def _authentic(request: web.Request, key: bytes) -> tuple[str, str, bytes]:
    """The event, the delivery's GUID and the body, all of them GitHub's own."""
    signature = request.headers.get("X-Hub-Signature-256", "")
    if not _SIGNATURE.fullmatch(signature):  # SHA-1 alone does not count
        raise web.HTTPUnauthorized(text="X-Hub-Signature-256 is missing or malformed\n")
    event = _header(request, "X-GitHub-Event", _EVENT)
    delivery = _header(request, "X-GitHub-Delivery", _DELIVERY)
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        _refuse("a compressed body is not taken")
    body = await _body(request)
    expected = b"sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest().encode()
    if not hmac.compare_digest(expected, signature.encode()):
        raise web.HTTPUnauthorized(text="the signature does not fit\n")
    if request.headers.get("Content-Type", "").partition(";")[0].strip() != "application/json":
        _refuse("set the webhook's content type to application/json")
    return event, delivery, body


def _header(request: BaseRequest, name: str, shape: re.Pattern[str]) -> str:
    value = request.headers.get(name, "")
    if not shape.fullmatch(value):
        _refuse(f"{name} is missing or malformed")
    return value


async def _body(request: web.Request) -> bytes:
    try:
        async with asyncio.timeout(READ_TIMEOUT_S):
            return await request.read()
    except (TimeoutError, web.RequestPayloadError, HttpProcessingError) as exc:
        raise web.HTTPBadRequest(text="the body did not arrive whole\n") from exc


def _noted(event: str, body: bytes) -> tuple[Noted, ...]:
    """What handlers see in it; most deliveries are wanted by none, and are not even parsed."""
    if not any(event == handler.EVENT for handler in events.ALL):
        return ()
    first = _ACTION_FIRST.match(body)
    if first is not None and not events.wanted(event, first[1].decode()):
        return ()
    payload = _parsed(body)
    try:
        noted = tuple(events.note(event, payload))
    except _MALFORMED:
        _refuse("the payload is not of the event's shape")
    if len(noted) > MAX_NOTES or not all(_storable(each) for each in noted):
        _refuse("the payload holds more than any event does")
    return noted


def _parsed(body: bytes) -> Mapping[str, Any]:
    try:
        payload = json.loads(body.decode(), parse_constant=_no_constant)
    except _MALFORMED:
        _refuse("the body is not JSON in UTF-8")
    if not isinstance(payload, dict):
        _refuse("the body is not a JSON object")
    return payload


def _no_constant(name: str) -> NoReturn:
    msg = f"{name} is not JSON"
    raise ValueError(msg)


def _storable(noted: Noted) -> bool:
    fits = len(noted.seen) <= MAX_NOTE_BYTES
    return fits and _PARTITION.fullmatch(noted.partition) is not None


def _refuse(why: str) -> NoReturn:
    raise web.HTTPBadRequest(text=f"{why}\n")
