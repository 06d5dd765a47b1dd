"""Short-lived links to logs and artifacts, on another path that wants no Authorization."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

_LIFE = timedelta(minutes=1)


class Blobs:
    """Content behind links that are good for a minute."""

    def __init__(self, now: Callable[[], datetime], url: Callable[[], str]) -> None:
        self._now = now
        self._url = url
        self._kept: dict[str, tuple[datetime, bytes]] = {}

    def link(self, content: bytes) -> str:
        """A new link to some content."""
        key = secrets.token_urlsafe(16)
        self._kept[key] = (self._now() + _LIFE, content)
        return f"{self._url()}/_blobs/{key}?sig=lab"

    def open(self, key: str) -> bytes | None:
        """The content; None when the link is unknown or too old."""
        until, content = self._kept.get(key, (self._now(), b""))
        return content if until > self._now() else None
