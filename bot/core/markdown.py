"""Untrusted text inside Markdown: it stays text."""

import re

_SPACE = re.compile(r"\s+")
# Characters that reorder or hide text: never useful in a quote, sometimes an attack.
_HIDDEN = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
# What GitHub makes a mention, a link, an image, a reference or a definition of.
_LINKING = re.compile(r"@|#(?=\d)|\](?=[(\[:])|:(?=//)|www\.|(?i:GH-(?=\d))")


def plain(text: str) -> str:
    """Text without control, bidirectional and zero-width characters."""
    return _HIDDEN.sub("", text)


def one_line(text: str, limit: int) -> str:
    """The text on one line of at most `limit` characters, unable to mention or link anything."""
    flat = _SPACE.sub(" ", plain(text[: limit * 4])).strip()
    flat = flat.replace("<", "\u2039").replace(">", "\u203a")
    flat = _LINKING.sub(lambda found: f"{found[0][0]}\u2060{found[0][1:]}", flat)
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def code(text: str) -> str:
    """The text as inline code; backticks in it cannot end it."""
    flat = _SPACE.sub(" ", plain(text)).strip()
    longest = max((len(run) for run in re.findall(r"`+", flat)), default=0)
    ticks = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{ticks}{pad}{flat}{pad}{ticks}" if flat else ""


def fenced(text: str, language: str = "") -> str:
    """The text as a code block whose fence is longer than any in it."""
    body = plain(text)
    longest = max((len(run) for run in re.findall(r"`{3,}", body)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{body}\n{fence}"


def sentence(text: str) -> str:
    """The text with a capital at its start and a stop at its end; text that is code stays."""
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?…" else ".")


def counted(number: int, noun: str) -> str:
    """A number and its noun, in the plural where it is not one."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
