"""git is asked in a way that the repository cannot turn against whoever asks."""

import shutil
import stat
from pathlib import Path

import pytest

from guards.errors import GitError
from guards.git import change_between
from tests.guards.conftest import Repo


def _git_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str) -> None:
    """Put a git in front of the real one that runs some lines of shell first."""
    real = shutil.which("git")
    shim = tmp_path / "bin" / "git"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\n{lines}\nexec {real} "$@"\n')
    shim.chmod(shim.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{shim.parent}:/usr/bin:/bin")


@pytest.mark.parametrize("folder", ["", "src"])
def test_a_checkout_of_another_owner_is_judged(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    repo.commit({"src/a.py": "x = 1\n"})
    repo.commit({"src/a.py": "x = 2\n"})
    _git_says(tmp_path, monkeypatch, "export GIT_TEST_ASSUME_DIFFERENT_OWNER=1")

    change = change_between(repo.path / folder, "HEAD^", "HEAD")

    assert [file.path for file in change.files] == ["src/a.py"]


def test_a_git_that_still_refuses_names_the_remedy(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "fatal: detected dubious ownership in repository at '/x'"
    _git_says(tmp_path, monkeypatch, f'echo "{said}" >&2; exit 128')

    with pytest.raises(GitError, match=r"dubious ownership.*chown the checkout"):
        change_between(repo.path, "HEAD", "HEAD")


def test_a_partial_clone_starts_no_program_for_what_it_lacks(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit({"a.py": "x = 1\n"})
    head = repo.commit({"a.py": "x = 2\n"})
    blob = repo.git("rev-parse", "HEAD^:a.py").strip()
    proof = tmp_path / "started"
    for key, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "other",
        "remote.other.promisor": "true",
        "remote.other.url": f"ext::sh -c touch% {proof}",
        "protocol.ext.allow": "always",
        "protocol.allow": "always",
    }.items():
        repo.git("config", key, value)
    (repo.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()

    with pytest.raises(GitError):
        change_between(repo.path, base, head)

    assert not proof.exists()
