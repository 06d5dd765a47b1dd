"""A local repository's objects, seen from a mirror of our own: none of its settings come along.

Its hooks, filters, attributes and configuration stay where they are: git works in the mirror, and
only looks up objects over there.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from bot.core.errors import UserError
from bot.core.ids import Sha
from bot.edges.git.mirror import GitMirror
from bot.edges.git.process import Call, run

LOCAL = "local/repository"


async def borrow(
    mirror: GitMirror, repo: Path, base: str | None, head: str | None, *, staged: bool
) -> tuple[Sha, Sha]:
    """Both trees of a change as commits of the mirror's repository `LOCAL`: (base, head).

    Args:
        mirror: an empty one.
        repo: the repository.
        base: revision before the change; None = the newest commit.
        head: revision with the change; None = the newest commit.
        staged: the index instead of `head`.

    Raises:
        UserError: no repository, or no such revision.
    """
    objects = await _ask(repo, "rev-parse", "--path-format=absolute", "--git-path", "objects")
    own = await mirror.borrow(LOCAL, Path(objects))
    start = await _fork(repo, base or "HEAD", "HEAD" if staged else head or "HEAD")
    if staged:
        written = {
            "GIT_OBJECT_DIRECTORY": str(own),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": objects,
        }
        if index := os.environ.get("GIT_INDEX_FILE"):
            written["GIT_INDEX_FILE"] = index
        end = await _ask(repo, "write-tree", environment=written)
    else:
        end = await _tree(repo, head or "HEAD")
    return await mirror.wrap(LOCAL, start), await mirror.wrap(LOCAL, end)


async def _fork(repo: Path, base: str, head: str) -> str:
    """The tree where `head` left `base`; of `base` itself when they share no history."""
    await _tree(repo, base)  # said now, if there is none
    call = Call(arguments=("merge-base", base, head), cwd=repo)
    found = await run(call)
    return await _tree(repo, found.line if found.code == 0 and found.line else base)


async def _tree(repo: Path, revision: str) -> str:
    if revision.startswith("-") or any(character.isspace() for character in revision):
        msg = f"no revision {revision!r} in {repo}"
        raise UserError(msg)
    return await _ask(repo, "rev-parse", "--verify", "--quiet", f"{revision}^{{tree}}")


async def _ask(repo: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
    call = Call(arguments=arguments, environment=environment, cwd=repo)
    answer = await run(call)
    if answer.code != 0:
        why = answer.err.strip().partition("\n")[0][:300]
        msg = why or f"no revision {arguments[-1].partition('^')[0]!r} in {repo}"
        raise UserError(msg)
    return answer.line
