"""Read the files that a command line names, bounded, with errors that name them."""

import sys
from pathlib import Path

from guards.errors import BadPolicyError, GuardsError
from guards.git import file_at
from guards.policy import Policy
from guards.policy_file import MAX_BYTES, Author, policy_from_toml

POLICY_FILE = ".selfheal.toml"


def read(path: Path, max_bytes: int) -> bytes:
    """A file's content, bounded; "-" is standard input.

    Raises:
        GuardsError: it cannot be read, or is larger.
    """
    try:
        if str(path) == "-":
            content = sys.stdin.buffer.read(max_bytes + 1)
        else:
            with path.open("rb") as file:
                content = file.read(max_bytes + 1)
    except (OSError, ValueError) as exc:
        msg = f"{path}: {getattr(exc, 'strerror', None) or exc}"
        raise GuardsError(msg) from exc
    if len(content) > max_bytes:
        msg = f"{path}: larger than {max_bytes} bytes"
        raise GuardsError(msg)
    return content


def operator_policy(path: Path) -> Policy:
    """The policy of whoever runs the command, who may also lower what guards do.

    Raises:
        GuardsError: it cannot be read.
    """
    return _parsed(read(path, MAX_BYTES), str(path), Author.OPERATOR)


def base_policy(repo: Path, base: str) -> Policy:
    """The policy of the repository before the change; the default one when it has none.

    Never from the change itself: it could switch off what would find it.

    Raises:
        GuardsError: no such revision, or it cannot be read.
    """
    content = file_at(repo, base, POLICY_FILE)
    name = f"{base}:{POLICY_FILE}"
    return Policy() if content is None else _parsed(content, name, Author.REPOSITORY)


def _parsed(content: bytes, name: str, author: Author) -> Policy:
    try:
        return policy_from_toml(content.decode(), name, author)
    except UnicodeDecodeError as exc:
        msg = f"{name}: not UTF-8"
        raise BadPolicyError(msg) from exc
