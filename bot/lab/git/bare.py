"""One bare repository of the lab: files become commits without any work tree."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.lab.git.commands import GitError, git
from bot.lab.git.guard import LOCKED_REFS, install_guard

_ZERO = "0" * 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who made a commit, and when."""

    name: str
    email: str
    at: datetime

    @property
    def line(self) -> str:
        """As fast-import wants it."""
        return f"{self.name} <{self.email}> {int(self.at.timestamp())} +0000"

    def env(self) -> dict[str, str]:
        """As `git commit-tree` wants it."""
        date = f"{int(self.at.timestamp())} +0000"
        return {
            "GIT_AUTHOR_NAME": self.name,
            "GIT_AUTHOR_EMAIL": self.email,
            "GIT_AUTHOR_DATE": date,
            "GIT_COMMITTER_DATE": date,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Bare:
    """A bare repository at `path`."""

    path: Path

    @classmethod
    async def create(cls, path: Path) -> "Bare":
        """A new empty repository that takes pushes over HTTP and guards locked branches."""
        await git(path, "init", "-q", "--bare", "-b", "main")
        for key, value in _CONFIG.items():
            await git(path, "config", key, value)
        install_guard(path)
        return cls(path=path)

    async def commit(
        self,
        ref: str,
        files: Mapping[str, str | bytes | None],
        message: str,
        by: Signature,
        parent: str | None = None,
    ) -> str:
        """Write a commit with these files changed (None = deleted) and move the ref to it."""
        stream = [f"commit {ref}", f"author {by.line}", f"committer {by.line}"]
        head = "\n".join(stream).encode() + b"\n" + _data(message.encode())
        if parent:
            head += f"from {parent}\n".encode()
        body = b"".join(_change(path, content) for path, content in files.items())
        stdin = b"feature done\n" + head + body + b"done\n"
        await git(self.path, "fast-import", "--quiet", "--force", stdin=stdin)
        return await self.sha(ref) or _ZERO

    async def sha(self, revision: str) -> str | None:
        """The commit that a revision names."""
        code, out = await git(
            self.path, "rev-parse", "--verify", "-q", f"{revision}^{{commit}}", allowed=(0, 1, 128)
        )
        return out.decode().strip() if code == 0 else None

    async def tree(self, revision: str) -> str:
        """The tree of a commit."""
        _, out = await git(self.path, "rev-parse", "--verify", f"{revision}^{{tree}}")
        return out.decode().strip()

    async def merged(self, base: str, head: str, message: str, by: Signature) -> str | None:
        """A merge commit of `head` into `base`; None when they conflict. No ref moves."""
        tree = await self._merged_tree(base, head)
        return await self._commit_tree(tree, (base, head), message, by) if tree else None

    async def squashed(self, base: str, head: str, message: str, by: Signature) -> str | None:
        """One commit on `base` with what `head` brings; None when they conflict."""
        tree = await self._merged_tree(base, head)
        return await self._commit_tree(tree, (base,), message, by) if tree else None

    async def _merged_tree(self, base: str, head: str) -> str | None:
        code, out = await git(self.path, "merge-tree", "--write-tree", base, head, allowed=(0, 1))
        return out.decode().splitlines()[0] if code == 0 else None

    async def _commit_tree(
        self, tree: str, parents: tuple[str, ...], message: str, by: Signature
    ) -> str:
        flags = [flag for parent in parents for flag in ("-p", parent)]
        _, out = await git(
            self.path, "commit-tree", tree, *flags, stdin=message.encode(), env=by.env()
        )
        return out.decode().strip()

    async def move(self, ref: str, sha: str | None) -> None:
        """Point a ref at a commit; None deletes it."""
        if sha is None:
            await git(self.path, "update-ref", "-d", ref)
        else:
            await git(self.path, "update-ref", ref, sha)

    async def refs(self) -> dict[str, str]:
        """Every branch ("refs/heads/…") and its commit."""
        _, out = await git(
            self.path, "for-each-ref", "--format=%(refname) %(objectname)", "refs/heads"
        )
        return dict(line.split(" ", 1) for line in out.decode().splitlines())

    async def log(self, *revisions: str, limit: int = 250) -> list[tuple[str, str]]:
        """(sha, whole message), newest first."""
        _, out = await git(
            self.path, "log", f"-{limit}", "--format=%H%n%B%x00", *revisions, "--", allowed=(0,)
        )
        records = [record.lstrip("\n") for record in out.decode(errors="replace").split("\0")]
        pairs = (record.split("\n", 1) for record in records if record.strip())
        return [(pair[0], pair[1].strip() if len(pair) > 1 else "") for pair in pairs]

    async def read(self, revision: str, path: str) -> bytes | None:
        """A file's content; None when there is none."""
        code, out = await git(self.path, "cat-file", "blob", f"{revision}:{path}", allowed=(0, 128))
        return out if code == 0 else None

    async def paths(self, revision: str, under: str = "") -> list[str]:
        """All paths of a commit's tree."""
        args = ("ls-tree", "-r", "-z", "--name-only", "--full-tree", revision)
        _, out = await git(self.path, *args, *((under,) if under else ()))
        return [path for path in out.decode(errors="replace").split("\0") if path]

    async def contains(self, ancestor: str, descendant: str) -> bool:
        """Whether one commit is in the history of another."""
        code, _ = await git(
            self.path, "merge-base", "--is-ancestor", ancestor, descendant, allowed=(0, 1)
        )
        return code == 0

    async def fetch_from(self, other: "Bare", sha: str) -> None:
        """Copy a commit and its history from another repository."""
        await git(self.path, "fetch", "-q", "--no-tags", str(other.path), sha)

    def lock(self, refs: Mapping[str, str]) -> None:
        """Refuse pushes to these refs; the value is the kind of lock: queued or protected."""
        lines = "".join(f"{kind} {ref}\n" for ref, kind in sorted(refs.items()))
        (self.path / LOCKED_REFS).write_text(lines)


_CONFIG = {
    "http.receivepack": "true",
    "uploadpack.allowAnySHA1InWant": "true",  # what checkout relies on at GitHub
    "uploadpack.allowFilter": "true",
    "receive.denyDeletes": "false",
    "gc.auto": "0",  # commits of deleted groups stay readable by sha
    "core.logAllRefUpdates": "false",
}


def _data(content: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(content), content)


def _change(path: str, content: str | bytes | None) -> bytes:
    if any(character in path for character in '\n"\\'):
        msg = f"the lab takes plain paths only: {path!r}"
        raise GitError(msg)
    if content is None:
        return f"D {path}\n".encode()
    raw = content.encode() if isinstance(content, str) else content
    mode = "100755" if raw.startswith(b"#!") else "100644"
    return f"M {mode} inline {path}\n".encode() + _data(raw)
