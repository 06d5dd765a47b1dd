"""Regular expressions that are compiled when they are first needed.

A change meets a handful of the hundreds of patterns that guards know: compiled at import they
would cost a commit hook more time than judging.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, cast


class Pattern:
    """A regular expression with the methods of `re.Pattern`; the first use compiles it."""

    __slots__ = (
        "findall",
        "finditer",
        "flags",
        "fullmatch",
        "match",
        "search",
        "source",
        "split",
        "sub",
    )

    match: Callable[[str], re.Match[str] | None]
    search: Callable[[str], re.Match[str] | None]
    fullmatch: Callable[[str], re.Match[str] | None]
    finditer: Callable[[str], Iterator[re.Match[str]]]
    findall: Callable[[str], list[Any]]
    split: Callable[..., list[str]]
    sub: Callable[[str | Callable[[re.Match[str]], str], str], str]

    def __init__(self, source: str, flags: int = 0) -> None:
        self.source = source
        self.flags = flags

    def __getattr__(self, name: str) -> Any:
        """Fill the methods, once: a slot that has a value is never asked for here again."""
        compiled = re.compile(self.source, self.flags)
        for method in ("findall", "finditer", "fullmatch", "match", "search", "split", "sub"):
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def expression(source: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern for one line of a hostile file, for whoever wants no more than an `re.Pattern`.

    Args:
        source: a Python regular expression that takes linear time.
        flags: those of `re`.
    """
    return cast("re.Pattern[str]", Pattern(source, flags))
