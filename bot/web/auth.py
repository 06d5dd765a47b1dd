"""Who may see the pages: whoever knows the operator's token, or, without one, this machine alone.

The cookie is an expiry time signed with a key derived from the token: nothing is kept on our
side, and changing the token ends every session. It is SameSite=Lax, because people come to a case
from a comment on GitHub and pages only ever read.
"""

import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

COOKIE = "selfheal_session"
SESSION = timedelta(hours=12)
# A proxy on this machine makes everybody look local; any of these tells that there is one.
_PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Auth:
    """The rule of who may see the pages.

    Attributes:
        token: from the settings; "" = direct connections from this machine only.
        https: whether people reach us by https, so that the cookie never travels in the clear.
        public: whether people reach us by a name, so by a proxy: many a proxy (nginx as it comes)
            says nothing of itself, and whoever it lets in looks like this machine.
    """

    token: str = field(default="", repr=False)
    https: bool = False
    public: bool = False

    def admits(self, request: web.Request, now: datetime) -> bool:
        """Whether this request may see the pages; a forwarded address is never believed."""
        if not self.token:
            return not self.public and _is_local(request)
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self.knows(given.strip())
        return self.is_session(request.cookies.get(COOKIE, ""), now)

    def knows(self, given: str) -> bool:
        """Whether this is the token, compared in constant time."""
        return bool(self.token) and hmac.compare_digest(_digest(given), _digest(self.token))

    def session(self, now: datetime) -> str:
        """A cookie's value, good for twelve hours."""
        expires = str(int((now + SESSION).timestamp()))
        return f"{expires}.{self._sign(expires)}"

    def is_session(self, cookie: str, now: datetime) -> bool:
        """Whether the cookie is ours and still good."""
        expires, _, signature = cookie.partition(".")
        given = signature.encode(errors="replace")
        if not hmac.compare_digest(given, self._sign(expires).encode()):
            return False
        return now.timestamp() < int(expires)

    def _sign(self, expires: str) -> str:
        message = f"selfheal session until {expires}".encode(errors="replace")
        return hmac.new(self.token.encode(), message, sha256).hexdigest()


def is_public(url: str) -> bool:
    """Whether an address leads to more than this machine; "" leads nowhere."""
    return bool(url) and urlsplit(url).hostname not in _LOCAL_NAMES


def local_path(given: str) -> str:
    """A path on this site to go on to; "/" for anything that could lead elsewhere."""
    plain = given.isprintable() and "\\" not in given
    return given if plain and given.startswith("/") and not given.startswith("//") else "/"


def _digest(text: str) -> bytes:
    return sha256(text.encode(errors="replace")).digest()


def _is_local(request: web.Request) -> bool:
    """Whether the peer is this machine, by no proxy, and the browser was not tricked here.

    The name in `Host` matters: a foreign page whose name was made to point at 127.0.0.1 could
    otherwise read ours.
    """
    peer = request.transport.get_extra_info("peername") if request.transport else None
    if not isinstance(peer, tuple) or any(name in request.headers for name in _PROXY_HEADERS):
        return False
    try:
        host = request.url.host
    except ValueError:  # a Host header that is none
        return False
    return ip_address(peer[0]).is_loopback and host in _LOCAL_NAMES
