"""Who asks: the App by its JWT, or an installation by its token."""

import base64
import binascii

from bot.lab.app import Token
from bot.lab.hub import Hub


def bearer(header: str) -> str:
    """The credential of an Authorization header; "" when there is none."""
    scheme, _, value = header.partition(" ")
    return value.strip() if scheme.lower() in {"bearer", "token"} else ""


def basic(header: str) -> str:
    """The password of Basic authentication for the user x-access-token; "" otherwise."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return password if user == "x-access-token" else ""


def installation_token(hub: Hub, value: str) -> Token | None:
    """The token behind a value, while it is good."""
    return hub.app.token(value, hub.clock.now())
