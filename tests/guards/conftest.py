"""A real git repository for tests that need one."""

import io
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import settings

from guards.cli import Request, run

# How long an example takes says more about the machine than about the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

TEST = "def test_one():\n    assert f(1) == 1\n"
CHEAT = "def check_one():\n    assert f(1) == 1\n"
_ENV = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
}


class Repo:
    """A work tree in which commits are made as people make them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.path, env=_ENV, check=True, capture_output=True
        )
        return done.stdout.decode(errors="replace")

    def write(self, path: str, content: str | bytes | None) -> None:
        file = self.path / path
        if content is None:
            file.unlink()
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, files: dict[str, str | bytes | None]) -> str:
        for path, content in files.items():
            self.write(path, content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "work")
        return self.git("rev-parse", "HEAD").strip()


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    (tmp_path / "repo").mkdir()
    return Repo(tmp_path / "repo")


@pytest.fixture
def cheated(repo: Repo) -> Repo:
    """A repository whose newest commit renames a test away."""
    repo.commit({"tests/test_a.py": TEST})
    repo.commit({"tests/test_a.py": CHEAT})
    return repo


def judged(where: Repo, /, **given: object) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    request = Request(**{"repo": where.path, **given})  # type: ignore[arg-type] # keywords of a test
    return run(request, out, err), out.getvalue(), err.getvalue()
