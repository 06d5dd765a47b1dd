"""The App that the lab has registered: its key, its rights and its tokens."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

PERMISSIONS: Mapping[str, str] = {
    "metadata": "read",
    "contents": "write",
    "pull_requests": "write",
    "merge_queues": "read",
    "checks": "write",
    "actions": "read",
    "statuses": "read",
    "issues": "read",
}
EVENTS = (
    "check_run",
    "check_suite",
    "issue_comment",
    "merge_group",
    "pull_request",
    "push",
    "status",
    "workflow_job",
    "workflow_run",
)
_LIFE = timedelta(hours=1)
_RANK = {"read": 1, "write": 2, "admin": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An installation token; `repos` None = every repository of the installation."""

    value: str = field(repr=False)
    installation: int
    permissions: Mapping[str, str]
    expires_at: datetime
    repos: frozenset[str] | None = None

    def allows(self, permission: str, level: str) -> bool:
        """Whether it may do something at this level."""
        return _RANK.get(self.permissions.get(permission, ""), 0) >= _RANK[level]

    def reaches(self, repo: str) -> bool:
        """Whether it was made for this repository."""
        return self.repos is None or repo in self.repos


class NotAllowedError(Exception):
    """A token was asked for that may not be given; the text is GitHub's."""


class RegisteredApp:
    """One App with one key pair, and the tokens it got."""

    def __init__(self, app_id: int, slug: str) -> None:
        self.id = app_id
        self.slug = slug
        self.webhook_secret = secrets.token_hex(16)
        self.permissions: Mapping[str, str] = dict(PERMISSIONS)
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.private_key = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        ).decode()
        self._public_key = key.public_key()
        self._tokens: dict[str, Token] = {}

    @property
    def login(self) -> str:
        """The name that its actions show."""
        return f"{self.slug}[bot]"

    def accepts(self, token: str) -> str | None:
        """None when the JWT is good, otherwise GitHub's complaint."""
        try:
            claims = jwt.decode(
                token, self._public_key, algorithms=["RS256"], options={"require": ["iat", "exp"]}
            )
        except jwt.PyJWTError:
            return "A JSON web token could not be decoded"
        if claims["exp"] - claims["iat"] > _JWT_LIFE_S:
            return "'Expiration time' claim ('exp') is too far in the future"
        if str(claims.get("iss")) != str(self.id):
            return "Integration not found"
        return None

    def issue(
        self,
        installation: int,
        now: datetime,
        *,
        repos: frozenset[str] | None,
        permissions: Mapping[str, str] | None,
    ) -> Token:
        """A new token.

        Raises:
            NotAllowedError: more was asked for than the App has.
        """
        wanted = {"metadata": "read", **(permissions or self.permissions)}
        for name, level in wanted.items():
            if _RANK.get(self.permissions.get(name, ""), 0) < _RANK.get(level, 9):
                msg = "The permissions requested are not granted to this installation."
                raise NotAllowedError(msg)
        token = Token(
            value=f"ghs_{secrets.token_urlsafe(48).replace('-', 'a')}",
            installation=installation,
            permissions=wanted,
            repos=repos,
            expires_at=(now + _LIFE).replace(microsecond=0),
        )
        self._tokens[token.value] = token
        return token

    def token(self, value: str, now: datetime) -> Token | None:
        """The token behind a value, unless it is unknown, revoked or too old."""
        token = self._tokens.get(value)
        return token if token and token.expires_at > now else None

    def revoke(self, value: str) -> None:
        """Make a token useless."""
        self._tokens.pop(value, None)

    def expire_all(self, now: datetime) -> None:
        """Make every token given so far too old."""
        self._tokens = {v: replace(t, expires_at=now) for v, t in self._tokens.items()}


_JWT_LIFE_S = 600 + 60  # ten minutes, and the minute that clients date back
