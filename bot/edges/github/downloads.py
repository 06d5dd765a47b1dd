"""Downloads behind GitHub's redirects: without our token, from known hosts, bounded."""

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import aiohttp
import structlog
from yarl import URL

from bot.core.errors import TransientError
from bot.edges.github.refusals import SERVICE, RefusedError, unreachable
from bot.edges.github.request import Request, Signer
from bot.edges.github.transport import Transport

# Where github.com keeps logs; the storage host of a GitHub Enterprise is a setting.
LOG_HOSTS = (
    "*.blob.core.windows.net",
    "*.actions.githubusercontent.com",
    "objects.githubusercontent.com",
)
HEAD_BYTES = 8 * 2**20
TAIL_BYTES = 24 * 2**20
MAX_STREAMED_BYTES = 2**30
_LINKS = 3  # a link lives for a minute: an old one is asked for again
_EXPIRED = frozenset({401, 403, 404, 410})
_OK = 200
_TIMEOUT = aiohttp.ClientTimeout(total=300, sock_connect=10, sock_read=60)

log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Ends:
    """The first and the last bytes of a stream, however long it is."""

    head_bytes: int
    tail_bytes: int
    seen: int = 0
    _head: bytearray = field(default_factory=bytearray)
    _tail: deque[bytes] = field(default_factory=deque)
    _tail_size: int = 0

    def add(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self.seen += len(chunk)
        room = self.head_bytes - len(self._head)
        if room > 0:
            self._head += chunk[:room]
            chunk = chunk[room:]
        if chunk:
            self._tail.append(chunk)
            self._tail_size += len(chunk)
        while self._tail and self._tail_size - len(self._tail[0]) >= self.tail_bytes:
            self._tail_size -= len(self._tail.popleft())

    def content(self) -> bytes:
        """Both ends; what lies between is named by a line with its size."""
        tail = b"".join(self._tail)[-self.tail_bytes :] if self._tail else b""
        lost = self.seen - len(self._head) - len(tail)
        note = f"\n[selfheal: {lost} bytes left out]\n".encode() if lost else b""
        return bytes(self._head) + note + tail


class Downloads:
    """Follows the one redirect by which GitHub hands out logs."""

    def __init__(
        self,
        transport: Transport,
        hosts: tuple[str, ...] = LOG_HOSTS,
        head_bytes: int = HEAD_BYTES,
        tail_bytes: int = TAIL_BYTES,
    ) -> None:
        self._transport = transport
        self._hosts = hosts
        self._head_bytes = head_bytes
        self._tail_bytes = tail_bytes

    async def read(self, request: Request, signer: Signer) -> bytes:
        """What the request's redirect leads to: its head and its tail when it is large.

        Raises:
            RefusedError: GitHub has no link, or one to a host that is not allowed.
            TransientError: the storage is down, or its links are refused.
        """
        for _ in range(_LINKS):
            url = await self._transport.location(request, signer)
            self._check(url)
            content = await self._fetch(request, url)
            if content is not None:
                return content
            log.info("download link refused", request=request.what, host=url.host)
        raise TransientError(SERVICE, f"{request.what}: the links were refused")

    def _check(self, url: URL) -> None:
        """Links come from GitHub, yet a wrong one must not reach into our own network."""
        host = (url.host or "").lower()
        known = url.scheme == "https" and any(fnmatchcase(host, one) for one in self._hosts)
        ours = self._transport.origin
        if not known and (url.scheme, host) != (ours.scheme, ours.host):
            msg = f"refused to download from {host[:100]!r}: not an allowed host"
            raise RefusedError(msg, status=0)

    async def _fetch(self, request: Request, url: URL) -> bytes | None:
        """The bytes; None when the link was refused, as old ones are."""
        try:
            async with self._transport.foreign(url, _TIMEOUT) as response:
                if response.status in _EXPIRED:
                    return None
                if response.status != _OK:
                    detail = f"{request.what}: the storage answered {response.status}"
                    raise TransientError(SERVICE, detail)
                return await self._ends(response.content.iter_chunked(2**16))
        except (aiohttp.ClientError, TimeoutError) as exc:
            raise unreachable(request.what, exc) from exc

    async def _ends(self, chunks: AsyncIterator[bytes]) -> bytes:
        ends = Ends(head_bytes=self._head_bytes, tail_bytes=self._tail_bytes)
        async for chunk in chunks:
            ends.add(chunk)
            if ends.seen > MAX_STREAMED_BYTES:
                break
        return ends.content()
