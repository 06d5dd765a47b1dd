"""Match paths against the globs of a policy."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import lru_cache

_MAX_PARTS = 64


@lru_cache(maxsize=4096)
def matches(path: str, glob: str) -> bool:
    """Whether a glob covers a path, in any case of letters.

    `**` stands for any number of folders, `*` and `?` stay within one. A glob without "/" counts
    at any depth; one that ends in "/" covers the whole folder, and `folder/**` also the folder's
    own name, should it be a link.
    """
    pattern = glob.casefold()
    if pattern.endswith("/"):
        pattern += "**"
    if "/" not in pattern:
        pattern = f"**/{pattern}"
    parts = path.casefold().split("/")
    if len(parts) > _MAX_PARTS:
        return True  # nobody has such a path: let a person look
    return _match(parts, pattern.removeprefix("/").split("/"))


def _match(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    """Row by row: which numbers of leading path parts the pattern so far can cover."""
    reached = {0}
    for step in pattern:
        if step == "**":
            reached = set(range(min(reached), len(parts) + 1)) if reached else reached
        else:
            reached = {at + 1 for at in reached if at < len(parts) and fnmatchcase(parts[at], step)}
    return len(parts) in reached
