"""Text on its way out: without secrets, within GitHub's limits; and text on its way in, on one line."""

import hashlib
import re

from bot.core.failure import MAX_MESSAGE
from bot.core.redact import redact

MAX_COMMENT = 60_000
MAX_SUMMARY = 65_000
_CUT = "\n\n… (cut)"
_ANSI = re.compile(r"\x1b\[[0-9;]{0,40}[A-Za-z]")
_KEY = re.compile(r"[A-Za-z0-9._:/-]{1,100}")


def outgoing(text: str, limit: int) -> str:
    """The text without secrets, at most `limit` characters; a cut one says so."""
    clean = redact(text)  # before the cut, which could split a secret
    return clean if len(clean) <= limit else clean[: limit - len(_CUT)] + _CUT


def outgoing_line(text: str, limit: int) -> str:
    """The same for a title: one line."""
    return " ".join(redact(text).split())[:limit]


def one_line(text: str) -> str:
    """Foreign text as a failure's message: one line without ANSI codes, at most 500 characters."""
    return " ".join(_ANSI.sub("", text[: MAX_MESSAGE * 4]).split())[:MAX_MESSAGE]


def tag(name: str, key: str = "") -> str:
    """The hidden first line by which we find a comment again."""
    if key and (not _KEY.fullmatch(key) or "--" in key):
        key = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"<!-- selfheal:{name}{':' if key else ''}{key} -->"


def same(one: str, other: str) -> bool:
    """Whether two bodies are equal but for line ends and outer space, which GitHub may change."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
