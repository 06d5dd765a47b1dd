"""Looking at this machine and at GitHub for `selfheal doctor`; nothing is changed anywhere."""

import asyncio
from collections.abc import Awaitable, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import aiohttp
import jwt

from bot.core.checkup import GithubSeen
from bot.core.redact import redact

TIMEOUT_S = 10.0
_BACKDATED = timedelta(seconds=30)
_LIVES = timedelta(minutes=5)
_MAX_TEXT = 200


async def git_version() -> str:
    """What `git --version` prints, in one line; "" when there is no git."""
    try:
        process = await asyncio.create_subprocess_exec(
            "git", "--version", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
    except OSError:
        return ""
    output, _ = await process.communicate()
    return output.decode(errors="replace").strip()[:_MAX_TEXT]


def sign(app_id: str, private_key: str, now: datetime) -> tuple[str, str]:
    """The App's signature and ""; or "" and why the key cannot sign, without any of it."""
    claims = {"iat": now - _BACKDATED, "exp": now + _LIVES, "iss": app_id}
    if not private_key:
        return "", "no private key is set"
    try:
        return jwt.encode(claims, private_key, algorithm="RS256"), ""
    except (jwt.PyJWTError, ValueError, TypeError):  # its message could quote the key
        return "", "the private key is not an RSA key in PEM"


async def ask_github(api_url: str, signature: str) -> GithubSeen:
    """What GitHub says about the App; without a signature only its clock is learned."""
    headers = {"Accept": "application/vnd.github+json", "User-Agent": "selfheal"}
    if signature:
        headers["Authorization"] = f"Bearer {signature}"
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, headers=headers) as session,
            session.get(f"{api_url.rstrip('/')}/app", allow_redirects=False) as response,
        ):
            body = await response.json() if response.status == HTTPStatus.OK else {}
            return _seen(response.status, response.headers.get("Date", ""), body)
    except (aiohttp.ClientError, TimeoutError, ValueError) as exc:
        return GithubSeen(problem=f"no answer: {type(exc).__name__}")


async def problem_of(action: Awaitable[object]) -> str:
    """Run something that may fail; why it did in one line, "" when it did not."""
    try:
        await action
    except Exception as exc:  # noqa: BLE001 - whatever it is, doctor reports it
        return redact(f"{type(exc).__name__}: {exc}").splitlines()[0][:_MAX_TEXT]
    return ""


def _seen(status: int, date: str, body: Any) -> GithubSeen:
    when = _date(date)
    if status != HTTPStatus.OK:
        return GithubSeen(problem=f"refused the App: HTTP {status}", status=status, date=when)
    told = body if isinstance(body, Mapping) else {}
    permissions, events = told.get("permissions"), told.get("events")
    if not (isinstance(permissions, Mapping) and isinstance(events, list)):
        problem = "the answer is not GitHub's"
        return GithubSeen(problem=problem, status=status, date=when)
    return GithubSeen(
        status=status,
        date=when,
        slug=str(told.get("slug", ""))[:_MAX_TEXT],
        permissions={str(name): str(level) for name, level in permissions.items()},
        events=frozenset(map(str, events)),
    )


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
