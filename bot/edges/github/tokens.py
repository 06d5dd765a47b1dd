"""`Tokens`: the App signs for itself, and gets a short-lived token a repository.

A token reaches one repository with the permissions that we use and no more; it is kept until five
minutes before it ends. Calls that need the same token at the same time wait for one request.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import jwt

from bot.core.app_permissions import PERMISSIONS
from bot.core.errors import PermanentError
from bot.edges.github.refusals import RefusedError, unreadable
from bot.edges.github.request import Credential, Request, Signer, named
from bot.edges.github.transport import Transport

EARLY = timedelta(minutes=5)
MAX_KEPT = 2000
_JWT_BACKDATED = timedelta(seconds=60)
_JWT_LIVES = timedelta(minutes=9)
_JWT_RENEWED = timedelta(minutes=7)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The App's id and its private key in PEM."""

    id: str
    private_key: str = field(repr=False)


@dataclass(slots=True, kw_only=True)
class _Slot:
    """What is known of one repository or installation; the lock makes one request of many."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    installation: int | None = None
    token: str | None = None
    ends: datetime = _LONG_AGO


class AppTokens:
    """`Tokens` of a GitHub App."""

    def __init__(self, transport: Transport, app: App) -> None:
        self._transport = transport
        self._clock = transport.clock
        self._app = app
        self._slots: OrderedDict[str, _Slot] = OrderedDict()
        self._jwt = ""
        self._jwt_until = _LONG_AGO

    def jwt(self) -> str:
        """The App's own signature: good for the `/app` endpoints."""
        now = self._clock.now()
        if now >= self._jwt_until:
            issued = now - _JWT_BACKDATED  # GitHub's clock may be behind ours
            claims = {"iat": issued, "exp": issued + _JWT_LIVES, "iss": str(self._app.id)}
            try:
                self._jwt = jwt.encode(claims, self._app.private_key, algorithm="RS256")
            except (ValueError, TypeError, jwt.PyJWTError) as exc:
                msg = "github: the App's private key cannot be used"
                raise PermanentError(msg) from exc
            self._jwt_until = now + _JWT_RENEWED
        return self._jwt

    def app(self) -> Signer:
        """Signs as the App."""

        async def credential() -> Credential:
            return Credential(jwt=self.jwt())

        return Signer(key="app", credential=credential, drop=self._drop_jwt)

    def repository(self, repo: str) -> Signer:
        """Signs for one repository."""

        async def credential() -> Credential:
            return Credential(token=await self.token(repo))

        # The limit is the installation's, and an owner has one installation.
        owner = repo.partition("/")[0].lower()
        return Signer(key=owner, credential=credential, drop=lambda: self.drop(repo))

    def installation(self, installation: int) -> Signer:
        """Signs for a whole installation, and may only list its repositories."""
        key = str(installation)

        async def credential() -> Credential:
            return Credential(token=await self._installation_token(key))

        return Signer(key=key, credential=credential, drop=lambda: self.drop(key))

    async def token(self, repo: str) -> str:
        """A token for one repository with the permissions we ask for; cached until it is old."""
        slot = self._slot(repo.lower())
        async with slot.lock:
            if self._is_old(slot):
                name = repo.partition("/")[2]
                if slot.installation is None:
                    slot.installation = await self._found(repo)
                body = {"repositories": [name], "permissions": PERMISSIONS}
                await self._renew(slot, slot.installation, body)
            return slot.token or ""

    def drop(self, repo: str) -> None:
        """Forget a token that was refused."""
        slot = self._slots.get(repo.lower())
        if slot is not None:
            slot.token = None

    def _drop_jwt(self) -> None:
        self._jwt_until = _LONG_AGO

    async def _installation_token(self, installation: str) -> str:
        slot = self._slot(installation)
        async with slot.lock:
            if self._is_old(slot):
                body = {"permissions": {"metadata": "read"}}
                await self._renew(slot, int(installation), body)
            return slot.token or ""

    def _is_old(self, slot: _Slot) -> bool:
        return slot.token is None or self._clock.now() >= slot.ends - EARLY

    async def _found(self, repo: str) -> int:
        path = "/repos/{owner}/{name}/installation"
        request = Request(method="GET", path=path, values=named(repo))
        try:
            found = await self._transport.ask(request, self.app())
        except RefusedError as exc:
            if exc.status == HTTPStatus.NOT_FOUND:
                msg = f"the App is not installed on {repo}"
                raise RefusedError(msg, status=HTTPStatus.NOT_FOUND) from exc
            raise
        if not isinstance(found, Mapping):
            raise unreadable(request.what)
        return int(found["id"])

    async def _renew(self, slot: _Slot, installation: int, body: Mapping[str, Any]) -> None:
        request = Request(
            method="POST",
            path="/app/installations/{installation}/access_tokens",
            values={"installation": installation},
            body=body,
        )
        try:
            made = await self._transport.ask(request, self.app())
        except RefusedError:
            slot.installation = None  # installed anew under another id, perhaps
            raise
        if not isinstance(made, Mapping):
            raise unreadable(request.what)
        slot.token = str(made["token"])
        slot.ends = datetime.fromisoformat(made["expires_at"])

    def _slot(self, key: str) -> _Slot:
        """The slot of a key; the one that was used longest ago makes room."""
        slot = self._slots.setdefault(key, _Slot())
        self._slots.move_to_end(key)
        while len(self._slots) > MAX_KEPT:
            self._slots.popitem(last=False)
        return slot
