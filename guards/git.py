"""Ask git what lies between two trees. The only module of this package that starts a program.

Trees are compared, never the work tree: what is ignored, hidden by index flags or filtered by
attributes there would be invisible. Nothing that the repository configures is executed, so a
checkout of another owner (a container, a CI runner) is read like any other: of the commands used
here (diff-tree, diff-index --cached, cat-file, rev-parse, merge-base, hash-object --stdin) none
starts an editor, a pager or a filter; external diffs, text conversions, hooks and the file system
monitor are off in `GIT_FLAGS`, and every transport is refused, also the one that would fetch what
a partial clone lacks.
"""

import os
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from signal import SIGKILL

from guards.change import Change
from guards.errors import GitError
from guards.parse import (
    GIT_ENV,
    GIT_FLAGS,
    MAX_BLOB_BYTES,
    MAX_MESSAGES_BYTES,
    MAX_PATCH_BYTES,
    MESSAGES_FLAGS,
    PATCH_FLAGS,
    RAW_FLAGS,
    blob_ids,
    messages_of,
    parse_change,
)

_TIMEOUT_S = 120.0
_MAX_ALL_BLOBS_BYTES = 128 * 1024 * 1024
# Beats any `protocol.<name>.allow` of the repository: nothing is fetched from anywhere.
_NO_TRANSPORT = {"GIT_ALLOW_PROTOCOL": ""}


def change_between(repo: Path, base: str, head: str) -> Change:
    """What `head` changes since it left `base`.

    Raises:
        GitError: no repository, or no such revision.
        BadDiffError: too large, or git's answers do not fit together.
    """
    fork = _fork(repo, base, head)
    start = fork or _tree(repo, base)
    end = _tree(repo, head)
    raw = _git(repo, "diff-tree", *RAW_FLAGS, start, end)
    patch = _git(repo, "diff-tree", *PATCH_FLAGS, start, end)
    change = parse_change(raw, patch, _blobs(repo, blob_ids(raw)))
    return replace(change, messages=_messages(repo, fork, head)) if fork else change


def change_staged(repo: Path, base: str | None = None) -> Change:
    """What the index changes since `base`; since the newest commit when that is None.

    Before the first commit everything is new, whether HEAD was named or not.

    Raises:
        GitError: no repository, or no such revision.
        BadDiffError: too large, or git's answers do not fit together.
    """
    if base is not None and not is_unborn(repo, base):
        start = _fork(repo, base, "HEAD") or _tree(repo, base)
    else:
        start = (
            _parsed(repo, "HEAD^{tree}")
            or _git(repo, "hash-object", "-t", "tree", "--stdin").decode().strip()
        )
    raw = _git(repo, "diff-index", "--cached", *RAW_FLAGS, start)
    patch = _git(repo, "diff-index", "--cached", *PATCH_FLAGS, start)
    return parse_change(raw, patch, _blobs(repo, blob_ids(raw)))


def is_unborn(repo: Path, base: str | None) -> bool:
    """Whether `base` stands for a branch that has no commit yet; None is the newest commit.

    Raises:
        GitError: no repository.
    """
    return base in {None, "HEAD", "@"} and _parsed(repo, "HEAD^{commit}") is None


def file_at(repo: Path, revision: str, path: str) -> bytes | None:
    """A file's content in a revision; None when there is no such file.

    Raises:
        GitError: no such revision, or the file is larger than MAX_BLOB_BYTES.
    """
    tree = _tree(repo, revision)
    blob = _parsed(repo, f"{tree}:{path}")
    if blob is None:
        return None
    content = _blobs(repo, [blob]).get(blob)
    if content is None:
        msg = f"{path} of {revision} is no file, or larger than {MAX_BLOB_BYTES} bytes"
        raise GitError(msg)
    return content


def _fork(repo: Path, base: str, head: str) -> str | None:
    """Where `head` left `base`; None when they share no history, or are no commits."""
    commits = [_parsed(repo, f"{revision}^{{commit}}") for revision in (base, head)]
    if None in commits:
        return None
    try:
        return _git(repo, "merge-base", *(commit for commit in commits if commit)).decode().strip()
    except GitError:
        return None


def _messages(repo: Path, fork: str, head: str) -> tuple[str, ...]:
    """What the commits after `fork` say, newest first."""
    commit = _parsed(repo, f"{head}^{{commit}}")
    if commit is None:
        return ()
    # `git log` would check signatures, with a program, when the repository asks for that.
    arguments = ("rev-list", *MESSAGES_FLAGS, commit, f"^{fork}")
    return messages_of(_git(repo, *arguments, max_bytes=MAX_MESSAGES_BYTES))


def _tree(repo: Path, revision: str) -> str:
    tree = _parsed(repo, f"{revision}^{{tree}}")
    if tree is None:
        msg = f"no revision {revision!r} in {repo}"
        raise GitError(msg)
    return tree


def _parsed(repo: Path, revision: str) -> str | None:
    """The object id of a revision; None when there is none."""
    if revision.startswith("-") or any(character.isspace() for character in revision):
        return None
    try:
        return _git(repo, "rev-parse", "--verify", "--quiet", revision).decode().strip() or None
    except GitError:
        _git(repo, "rev-parse", "--git-dir")  # no repository at all is another error
        return None


def _blobs(repo: Path, ids: Sequence[str]) -> Mapping[str, bytes]:
    """Contents by id; blobs over the limits are left out."""
    listing = "".join(f"{blob}\n" for blob in ids).encode()
    wanted: list[str] = []
    total = 0
    for line in _git(repo, "cat-file", "--batch-check", stdin=listing).decode().splitlines():
        blob, kind, size = (*line.split(" "), "", "")[:3]
        if kind != "blob" or int(size) > MAX_BLOB_BYTES:
            continue
        total += int(size)
        if total > _MAX_ALL_BLOBS_BYTES:
            break
        wanted.append(blob)
    stdin = "".join(f"{blob}\n" for blob in wanted).encode()
    limit = total + 128 * (len(wanted) + 1)
    return _read_batch(_git(repo, "cat-file", "--batch", stdin=stdin, max_bytes=limit))


def _read_batch(output: bytes) -> Mapping[str, bytes]:
    """Split what `git cat-file --batch` printed."""
    blobs: dict[str, bytes] = {}
    at = 0
    while at < len(output):
        end = output.index(b"\n", at)
        blob, _, size = output[at:end].decode().split(" ")
        blobs[blob] = output[end + 1 : end + 1 + int(size)]
        at = end + 2 + int(size)
    return blobs


def _git(
    repo: Path, *arguments: str, stdin: bytes = b"", max_bytes: int = MAX_PATCH_BYTES
) -> bytes:
    """Run git and return what it printed, at most one byte more than `max_bytes`.

    Raises:
        GitError: it failed, is not installed, or took longer than two minutes.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as complaint:
        given.write(stdin)
        given.seek(0)
        try:
            with subprocess.Popen(
                ["git", *GIT_FLAGS, *_trusted(repo), *arguments],
                cwd=repo,
                env=_environment(repo),
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=complaint,
            ) as process:
                output = _bounded(process, max_bytes)
        except OSError as exc:
            msg = f"cannot run git in {repo}: {exc.strerror}"
            raise GitError(msg) from exc
        if process.returncode != 0 and len(output) <= max_bytes:
            complaint.seek(0)
            late = f"took longer than {_TIMEOUT_S:g} s" if process.returncode == -SIGKILL else ""
            ended = late or f"ended with {process.returncode}"
            text = complaint.read(500).decode(errors="replace")
            msg = _complaint(text, f"git {arguments[0]} {ended}")
            raise GitError(msg)
    return output


def _environment(repo: Path) -> dict[str, str]:
    # A commit hook runs in its repository and is told by git which index to read there.
    kept = ("PATH", "GIT_INDEX_FILE") if repo.resolve() == Path.cwd() else ("PATH",)
    ours = {name: os.environ[name] for name in kept if name in os.environ}
    return ours | dict(GIT_ENV) | _NO_TRANSPORT


def _trusted(repo: Path) -> tuple[str, str]:
    """The flag that makes git read this repository, and no other, whoever owns its folder."""
    start = repo.resolve()
    top = next((folder for folder in (start, *start.parents) if (folder / ".git").exists()), start)
    return "-c", f"safe.directory={top}"


def _complaint(text: str, fallback: str) -> str:
    """The first line that git wrote, with the remedy where there is one of ours."""
    line = text.strip().partition("\n")[0]
    if "dubious ownership" in line or "unsafe repository" in line:
        return f"{line}; chown the checkout to the user that runs this, or use git 2.38 or newer"
    return line or fallback


def _bounded(process: subprocess.Popen[bytes], max_bytes: int) -> bytes:
    """All output, or the first `max_bytes` + 1 bytes of it and no more git; killed when it is late."""
    stdout = process.stdout
    if stdout is None:
        return b""
    late = threading.Timer(_TIMEOUT_S, process.kill)
    late.start()
    try:
        output = stdout.read(max_bytes + 1)
        if len(output) > max_bytes:
            process.kill()
        process.wait()
        return output
    finally:
        late.cancel()
