"""Names that come from outside, checked before they become paths, refs or arguments."""

import os
import re

from bot.core.errors import PermanentError

_REPO = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}/[A-Za-z0-9._-]{1,100}")
_SHA = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})")
_BAD_IN_REF = re.compile(
    r"[\x00-\x20\x7f\ud800-\udfff~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock(?:/|$)|\.$|/$|^[-./]"
)
_MAX_REF = 255
_MAX_PATH = 4096


def check_repo(repo: str) -> str:
    """The name of a repository, "owner/name", as it was given.

    Raises:
        PermanentError: no such name can be.
    """
    name = repo.rpartition("/")[2]
    if not _REPO.fullmatch(repo) or name in {".", ".."} or name.lower().endswith(".git"):
        msg = f"git: {repo[:100]!a} is no repository's name"
        raise PermanentError(msg)
    return repo


def is_sha(text: str) -> bool:
    """Whether a text is a whole object id."""
    return _SHA.fullmatch(text) is not None


def check_sha(text: str) -> str:
    """A whole object id, as it was given.

    Raises:
        PermanentError: it is none.
    """
    if not is_sha(text):
        msg = f"git: {text[:100]!a} is no commit's id"
        raise PermanentError(msg)
    return text


def check_ref(ref: str) -> str:
    """A whole ref ("refs/heads/main"), as it was given.

    Raises:
        PermanentError: git would not allow it.
    """
    if not ref.startswith("refs/") or len(ref) > _MAX_REF or _BAD_IN_REF.search(ref):
        msg = f"git: {ref[:100]!a} is no ref's name"
        raise PermanentError(msg)
    return ref


def can_be_path(path: str) -> bool:
    """Whether a tree could hold something at a path: relative, in normal form, nameable."""
    parts = path.split("/")
    try:
        length = len(os.fsencode(path))
    except UnicodeEncodeError:
        return False
    return length <= _MAX_PATH and "\0" not in path and not {"", ".", ".."} & set(parts)


def check_path(path: str) -> str:
    """A path that may be written in a tree, as it was given.

    Raises:
        PermanentError: it leaves the tree, or belongs to git itself.
    """
    of_git = ".git" in path.lower().split("/")
    if of_git or not can_be_path(path) or not path.isprintable():
        msg = f"git: {path[:200]!a} is no path to write"
        raise PermanentError(msg)
    return path
