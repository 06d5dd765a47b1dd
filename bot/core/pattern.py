"""Regular expressions that are compiled when a log first needs them.

A run of `selfheal log` meets the output of two or three tools, yet every format has a dozen
patterns: compiled at import they would cost more than reading the log.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

# Every pattern there is, for the test that holds all of them to linear shapes.
KNOWN: list["Pattern"] = []


class Pattern:
    """A regular expression with the methods of `re.Pattern`; the first use compiles it."""

    __slots__ = ("finditer", "flags", "fullmatch", "match", "search", "source", "sub")

    match: Callable[[str], re.Match[str] | None]
    search: Callable[[str], re.Match[str] | None]
    fullmatch: Callable[[str], re.Match[str] | None]
    finditer: Callable[[str], Iterator[re.Match[str]]]
    sub: Callable[[str, str], str]

    def __init__(self, source: str, flags: int = 0) -> None:
        self.source = source
        self.flags = flags
        KNOWN.append(self)

    def __getattr__(self, name: str) -> Any:
        """Fill the methods, once: a slot that has a value is never asked for here again."""
        compiled = re.compile(self.source, self.flags)
        for method in ("finditer", "fullmatch", "match", "search", "sub"):
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def pattern(source: str, flags: int = 0) -> Pattern:
    """A pattern for one line of at most 4096 characters.

    Args:
        source: a Python regular expression, anchored where it can be, with bounded repeats
            (`[^\\s:]{1,300}`, not `\\S+`) so that no line makes it slow.
        flags: those of `re`.
    """
    return Pattern(source, flags)
