"""git as a child process that sees nothing of this machine's configuration."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path


class GitError(Exception):
    """git said no."""


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """All that git may know: the path and an empty configuration."""
    return {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "HOME": "/nonexistent",
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_AUTHOR_NAME": "lab",
        "GIT_AUTHOR_EMAIL": "lab@example.com",
        "GIT_COMMITTER_NAME": "GitHub",
        "GIT_COMMITTER_EMAIL": "noreply@github.com",
        **(extra or {}),
    }


async def git(
    repo: Path,
    *args: str,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    allowed: tuple[int, ...] = (0,),
) -> tuple[int, bytes]:
    """Exit code and output of one command in a bare repository.

    Raises:
        GitError: an exit code that is not in `allowed`.
    """
    process = await asyncio.create_subprocess_exec(
        "git",
        f"--git-dir={repo}",
        *args,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment(env),
    )
    try:
        out, error = await process.communicate(stdin)
    except BaseException:
        process.kill()  # the lab stops in the middle of it: no child and no pipe is left behind
        await process.communicate()
        raise
    code = process.returncode
    if code not in allowed:
        msg = f"git {' '.join(args[:3])}: {error.decode(errors='replace').strip()[:500]}"
        raise GitError(msg)
    return code or 0, out
