"""Commits, pushes and merge groups."""

from dataclasses import dataclass
from typing import Any

from bot.lab.git.commands import git
from bot.lab.hub import Hub, Repo
from bot.lab.payloads.people import node_id
from bot.lab.records import Size

_ZERO = "0" * 40
_MOST = 2048  # commits in a push event
_FORMAT = "%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%B"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitFacts:
    """A commit, read from git."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: tuple[str, str]
    at: str
    committer: tuple[str, str]
    message: str


async def facts(repo: Repo, sha: str) -> CommitFacts:
    """What git knows of a commit."""
    _, out = await git(repo.bare.path, "show", "-s", f"--format={_FORMAT}", sha)
    return _read(out.decode(errors="replace"))


async def facts_between(repo: Repo, old: str, new: str) -> list[CommitFacts]:
    """The commits that a push brought, oldest first, at most as many as GitHub tells."""
    span = f"{old}..{new}"
    _, out = await git(
        repo.bare.path, "log", "--reverse", f"-{_MOST}", f"--format={_FORMAT}%x01", span
    )
    records = out.decode(errors="replace").split("\x01")
    return [_read(record.lstrip("\n")) for record in records if record.strip()]


async def size(repo: Repo, base: str, head: str) -> Size:
    """How much lies between a base and a head."""
    _, out = await git(repo.bare.path, "diff", "--no-renames", "--numstat", f"{base}...{head}")
    rows = [line.split("\t") for line in out.decode(errors="replace").splitlines()]
    _, count = await git(repo.bare.path, "rev-list", "--count", f"{base}..{head}")
    return Size(
        commits=int(count),
        files=len(rows),
        added=sum(int(row[0]) for row in rows if row[0].isdecimal()),
        removed=sum(int(row[1]) for row in rows if row[1].isdecimal()),
    )


def _read(record: str) -> CommitFacts:
    parts = record.rstrip("\n").split("\0")
    return CommitFacts(
        sha=parts[0],
        tree=parts[1],
        parents=tuple(parts[2].split()),
        author=(parts[3], parts[4]),
        at=parts[5],
        committer=(parts[6], parts[7]),
        message=parts[8].strip(),
    )


def simple(commit: CommitFacts) -> dict[str, Any]:
    """A commit as runs, suites and groups carry it."""
    return {
        "id": commit.sha,
        "tree_id": commit.tree,
        "message": commit.message,
        "timestamp": commit.at,
        "author": {"name": commit.author[0], "email": commit.author[1]},
        "committer": {"name": commit.committer[0], "email": commit.committer[1]},
    }


def pushed(hub: Hub, repo: Repo, commit: CommitFacts) -> dict[str, Any]:
    """A commit as a push carries it."""
    return {
        **simple(commit),
        "distinct": True,
        "url": f"{hub.url}/{repo.name}/commit/{commit.sha}",
    }


def full(hub: Hub, repo: Repo, commit: CommitFacts) -> dict[str, Any]:
    """A commit as REST answers it."""
    api = f"{hub.url}/repos/{repo.name}"
    author = {"name": commit.author[0], "email": commit.author[1], "date": commit.at}
    committer = {"name": commit.committer[0], "email": commit.committer[1], "date": commit.at}
    return {
        "sha": commit.sha,
        "node_id": node_id("C", int(commit.sha[:10], 16)),
        "url": f"{api}/commits/{commit.sha}",
        "html_url": f"{hub.url}/{repo.name}/commit/{commit.sha}",
        "comments_url": f"{api}/commits/{commit.sha}/comments",
        "commit": {
            "url": f"{api}/git/commits/{commit.sha}",
            "author": author,
            "committer": committer,
            "message": commit.message,
            "comment_count": 0,
            "tree": {"sha": commit.tree, "url": f"{api}/git/trees/{commit.tree}"},
        },
        "author": None,
        "committer": None,
        "parents": [
            {"sha": sha, "url": f"{api}/commits/{sha}", "html_url": f"{hub.url}/commit/{sha}"}
            for sha in commit.parents
        ],
    }


async def push(
    hub: Hub, repo: Repo, ref: str, old: str | None, new: str | None, pusher: str
) -> dict[str, Any]:
    """A push event, without its envelope."""
    commits = await facts_between(repo, old, new) if old and new else []
    forced = bool(old and new) and not await repo.bare.contains(old or "", new or "")
    return {
        "ref": ref,
        "before": old or _ZERO,
        "after": new or _ZERO,
        "created": old is None,
        "deleted": new is None,
        "forced": forced,
        "base_ref": None,
        "compare": f"{hub.url}/{repo.name}/compare/{(old or _ZERO)[:12]}...{(new or _ZERO)[:12]}",
        "commits": [pushed(hub, repo, commit) for commit in commits],
        "head_commit": pushed(hub, repo, await facts(repo, new)) if new else None,
        "pusher": {"name": pusher, "email": hub.user(pusher).email},
    }


def merge_group(ref: str, base_ref: str, commit: CommitFacts, base: str) -> dict[str, Any]:
    """A merge group; `base` is the commit that it stands on."""
    return {
        "head_sha": commit.sha,
        "head_ref": ref,
        "base_sha": base,
        "base_ref": base_ref,
        "head_commit": simple(commit),
    }
