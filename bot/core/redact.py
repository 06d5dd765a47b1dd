"""Secrets are taken out of every text that leaves the process.

Logs and tools print credentials in a few well known shapes; each becomes "[redacted]". Every pattern
runs on re2, so the time is linear in the text, whoever wrote it.
"""

from collections.abc import Callable, Iterator

import re2  # type: ignore[import-untyped]  # google-re2 ships no types

HIDDEN = "[redacted]"

_SHAPES = "|".join(
    (
        r"gh[oprsu]_[A-Za-z0-9._-]{16,}",  # GitHub, the old shape and the long one with dots
        r"github_pat_[A-Za-z0-9_]{16,}",
        r"sk-ant-[A-Za-z0-9_-]{8,}",
        r"(?:AKIA|ASIA)[A-Z0-9]{16}",
        r"xox[abeoprs]-[A-Za-z0-9-]{10,}",
        r"npm_[A-Za-z0-9]{30,}",
        r"pypi-[A-Za-z0-9_-]{50,}",
        r"glpat-[A-Za-z0-9_-]{16,}",
        r"AIza[A-Za-z0-9_-]{35}",
        r"eyJ[A-Za-z0-9_-]{8,}[A-Za-z0-9._-]*",  # JSON Web Tokens: base64 that opens with {"
    )
)
_TOKEN = re2.compile(_SHAPES)
_SCHEME = re2.compile(r"(?i)\b(bearer|basic)([ \t]+)([A-Za-z0-9._~+/=-]{8,})")
_HEADER = re2.compile(r"(?i)\b((?:proxy-)?authorization['\"]?[ \t]*[:=][ \t]*['\"]?)([^\r\n'\"]+)")
_NAMED = re2.compile(
    r"(?i)\b(aws_secret_access_key|aws_session_token|x-api-key|[a-z_]*private_key_base64)"
    r"(['\"]?[ \t]*[:=][ \t]*['\"]?)([^\s'\"]{8,})"
)
_LOGIN = re2.compile(r"(://)([^\s/@:]*:[^\s/@]+)(@)")
_KEY_BEGIN = re2.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_END = re2.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")


def redact(text: str) -> str:
    """The text with everything that looks like a credential replaced by "[redacted]".

    A private key without an end takes the rest of the text with it. Characters that UTF-8 cannot
    carry become "?".
    """
    clean = text.encode("utf-8", "replace").decode("utf-8")
    clean = "".join(_without_keys(clean))
    for pattern, replacement in _RULES:
        clean = pattern.sub(replacement, clean)
    return clean


def _without_keys(text: str) -> Iterator[str]:
    ends = [match.end() for match in _KEY_END.finditer(text)]
    ends.reverse()  # the nearest one is popped first
    position = 0
    for begin in _KEY_BEGIN.finditer(text):
        if begin.start() < position:
            continue
        while ends and ends[-1] < begin.end():
            ends.pop()
        yield text[position : begin.start()]
        yield HIDDEN
        position = ends[-1] if ends else len(text)
    yield text[position:]


# The groups are what re2's match gives; it has no types to name.
def _scheme(match: "re2._Match") -> str:
    """Prose says "basic authentication" too: only what cannot be a plain word is hidden."""
    word: str = match.group(3)
    kept: str = match.group(0)
    plain = word.isalpha() and word.islower()
    return kept if plain else f"{match.group(1)}{match.group(2)}{HIDDEN}"


def _second(match: "re2._Match") -> str:
    return f"{match.group(1)}{HIDDEN}"


def _middle(match: "re2._Match") -> str:
    return f"{match.group(1)}{HIDDEN}{match.group(3)}"


def _last(match: "re2._Match") -> str:
    return f"{match.group(1)}{match.group(2)}{HIDDEN}"


_RULES: tuple[tuple["re2._Regexp", str | Callable[["re2._Match"], str]], ...] = (
    (_HEADER, _second),
    (_NAMED, _last),
    (_LOGIN, _middle),
    (_TOKEN, HIDDEN),
    (_SCHEME, _scheme),
)
