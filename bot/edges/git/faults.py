"""What git says when it fails, sorted by what can be done about it, without a secret in it."""

import re

from bot.core.errors import EdgeError, PermanentError, TransientError
from bot.core.redact import redact

SERVICE = "git"
_MAX_DETAIL = 500

# What the server answers to a token that it does not know (any more).
_UNKNOWN_TOKEN = re.compile(
    r"could not read (?:Username|Password)|Authentication failed|invalid credentials|error: 401"
    r"|HTTP 401|HTTP Basic: Access denied"
)
# For good, whatever is tried: said by the server about this repository or commit.
_FOR_GOOD = re.compile(
    r"(?i)error: (?:3\d\d|40[02-7]|41\d)|HTTP 40[34]|repository .{0,300} not found|does not appear to be a git repo"
    r"|couldn't find remote ref|not our ref|unadvertised object|permission to .{0,300} denied"
    r"|without [`'\"]?workflows?[`'\"]? permission|refusing to allow|access denied"
    r"|no such remote ref|does not exist|redirect|is a shallow|remote did not send all"
)
# Worth another try: the network, the server's own trouble, or somebody else's lock.
_PASSING = re.compile(
    r"(?i)error: (?:5\d\d|429)|HTTP (?:5\d\d|429)|could not resolve host|connection|timed? ?out"
    r"|failed to connect|couldn't connect|hung up|early EOF|RPC failed|unable to access|reset by"
    r"|unexpected disconnect|bad pack|index-pack failed|SSL|TLS|gnutls|internal server error"
    r"|cannot lock ref|\.lock': File exists|No space left|temporarily"
)


def quoted(text: str) -> str:
    """What git wrote on one line, without secrets, not longer than a comment should quote."""
    lines = (line.strip() for line in redact(text).splitlines())
    return " | ".join(line for line in lines if line)[:_MAX_DETAIL]


def refused_token(text: str) -> bool:
    """Whether the server did not know our token."""
    return _UNKNOWN_TOKEN.search(text) is not None


def fault(what: str, text: str) -> EdgeError:
    """The error to raise.

    Args:
        what: what was tried, in a few words.
        text: what git wrote to stderr.
    """
    detail = f"{what}: {quoted(text) or 'it said nothing'}"
    if refused_token(text) or _FOR_GOOD.search(text):
        return PermanentError(f"{SERVICE}: {detail}")
    if _PASSING.search(text):
        return TransientError(SERVICE, detail)
    return PermanentError(f"{SERVICE}: {detail}")
