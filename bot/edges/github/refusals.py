"""What GitHub's refusals mean: who must act, and how long to wait."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import aiohttp
import gidgethub

from bot.core.errors import EdgeError, PermanentError, TransientError

SERVICE = "github"
# GitHub asks for at least a minute when a limit names no time.
BLIND_WAIT_S = 60.0
_MAX_DETAIL = 500


class RefusedError(PermanentError):
    """GitHub said no; `status` is HTTP's, or 200 for a refusal inside a GraphQL answer."""

    def __init__(self, detail: str, *, status: int) -> None:
        self.status = status
        super().__init__(f"{SERVICE}: {detail[:_MAX_DETAIL]}")


class MovedError(RefusedError):
    """GitHub answered with another address."""

    def __init__(self, detail: str, *, status: int, location: str) -> None:
        self.location = location
        super().__init__(detail, status=status)


class NotCarriedOutError(TransientError):
    """The request was turned away at the door: repeating it is safe, whatever it was."""


class RateLimitedError(NotCarriedOutError):
    """A primary or secondary limit."""


def limit_wait_s(headers: Mapping[str, str], now_s: float) -> float:
    """How long a limit asks us to wait: retry-after, else the reset of an empty budget, else 60 s."""
    after = _number(headers.get("retry-after"))
    if after is not None:
        return max(0.0, after)
    reset = _number(headers.get("x-ratelimit-reset"))
    if headers.get("x-ratelimit-remaining") == "0" and reset is not None:
        return max(1.0, reset - now_s)
    return BLIND_WAIT_S


def refusal(what: str, exc: gidgethub.HTTPException, now_s: float) -> EdgeError:
    """Our error for an answer that was not a success; `now_s` is Unix time, to read a reset by."""
    status, detail = int(exc.status_code), f"{what}: {int(exc.status_code)} {exc}"[:_MAX_DETAIL]
    if isinstance(exc, gidgethub.RedirectionException):
        return MovedError(detail, status=status, location=exc.headers.get("location", ""))
    if _is_limit(status, exc):
        wait_s = limit_wait_s(exc.headers, now_s)
        return RateLimitedError(SERVICE, detail, retry_after_s=wait_s)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        wait_s = _number(exc.headers.get("retry-after")) or 0.0
        return TransientError(SERVICE, detail, retry_after_s=wait_s)
    needed = exc.headers.get("x-accepted-github-permissions")
    if status == HTTPStatus.FORBIDDEN and needed:
        detail = f"{detail} (the App needs one of these permissions: {needed})"
    return RefusedError(detail, status=status)


def unreachable(what: str, exc: Exception) -> TransientError:
    """Our error for a connection that failed."""
    name = type(exc).__name__
    if isinstance(exc, aiohttp.ClientConnectorError):
        return NotCarriedOutError(SERVICE, f"{what}: cannot connect ({name})")
    return TransientError(SERVICE, f"{what}: the connection failed ({name})")


def unreadable(what: str) -> TransientError:
    """Our error for an answer that is not what its headers say: a proxy's page, a cut body."""
    return TransientError(SERVICE, f"{what}: the answer cannot be read")


def graphql_refusal(errors: Any, limit_s: float) -> EdgeError:
    """Our error for the `errors` of a GraphQL answer; the first one decides, in GitHub's words.

    `limit_s` is how long to wait if it is a rate limit.
    """
    first = errors[0] if isinstance(errors, list) and errors else {}
    first = first if isinstance(first, Mapping) else {}
    detail = str(first.get("message") or "failed without a message")[:_MAX_DETAIL]
    kind = str(first.get("type") or "")
    if kind == "RATE_LIMITED":
        return RateLimitedError(SERVICE, detail, retry_after_s=limit_s)
    if _is_hiccup(kind, detail):
        return TransientError(SERVICE, detail)
    return RefusedError(detail, status=HTTPStatus.OK)


def _is_hiccup(kind: str, detail: str) -> bool:
    """GraphQL's own outages have no type, or one of these, and a fixed sentence."""
    named = kind in {"SERVICE_UNAVAILABLE", "INTERNAL", "TIMEOUT", "LOADING"}
    return named or (not kind and "Something went wrong while executing your query" in detail)


def _is_limit(status: int, exc: gidgethub.HTTPException) -> bool:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return True
    told = "retry-after" in exc.headers or exc.headers.get("x-ratelimit-remaining") == "0"
    return status == HTTPStatus.FORBIDDEN and (told or "rate limit" in str(exc).lower())


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text is not None else None
    except ValueError:
        return None
