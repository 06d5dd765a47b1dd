"""Pull requests, their labels and their comments."""

import zlib
from typing import Any

from bot.lab.clock import stamp
from bot.lab.hub import Hub, Repo
from bot.lab.payloads.people import app, node_id, user
from bot.lab.payloads.repository import repository
from bot.lab.records import Comment, Pull

_LINKS = {
    "self": "/pulls/{n}",
    "issue": "/issues/{n}",
    "comments": "/issues/{n}/comments",
    "review_comments": "/pulls/{n}/comments",
    "review_comment": "/pulls/comments{{/number}}",
    "commits": "/pulls/{n}/commits",
    "statuses": "/statuses/{sha}",
}
_REACTIONS = ("+1", "-1", "laugh", "confused", "heart", "hooray", "eyes", "rocket")


def label(hub: Hub, repo: Repo, name: str) -> dict[str, Any]:
    """A label; the lab gives every one the same colour."""
    number = zlib.crc32(name.encode())
    return {
        "id": number,
        "node_id": node_id("LA", number),
        "url": f"{hub.url}/repos/{repo.name}/labels/{name}",
        "name": name,
        "color": "ededed",
        "default": False,
        "description": None,
    }


def pull_request(hub: Hub, repo: Repo, pull: Pull) -> dict[str, Any]:
    """A pull request as webhooks carry it."""
    api = f"{hub.url}/repos/{repo.name}"
    html = f"{hub.url}/{repo.name}/pull/{pull.number}"
    links = {name: api + t.format(n=pull.number, sha=pull.head) for name, t in _LINKS.items()}
    return {
        "id": pull.id,
        "node_id": node_id("PR", pull.id),
        "number": pull.number,
        "state": pull.state,
        "locked": False,
        "title": pull.title,
        "body": pull.body or None,
        "user": user(hub, pull.author),
        "url": links["self"],
        "html_url": html,
        "diff_url": f"{html}.diff",
        "patch_url": f"{html}.patch",
        **{f"{name}_url": href for name, href in links.items() if name != "self"},
        "_links": {"html": {"href": html}} | {k: {"href": v} for k, v in links.items()},
        "created_at": stamp(pull.created_at),
        "updated_at": stamp(pull.updated_at),
        "closed_at": stamp(pull.closed_at) if pull.closed_at else None,
        "merged_at": stamp(pull.merged_at) if pull.merged_at else None,
        "merge_commit_sha": pull.merged_as or pull.test_merge,
        "assignee": None,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "labels": [label(hub, repo, name) for name in pull.labels],
        "milestone": None,
        "head": _side(hub, hub.repos.get(pull.head_repo, repo), pull.branch, pull.head),
        "base": _side(hub, repo, pull.base, pull.base_sha),
        "author_association": "COLLABORATOR",
        "auto_merge": _auto_merge(hub, repo, pull),
        "active_lock_reason": None,
        "draft": pull.draft,
        **_numbers(hub, repo, pull),
    }


def _numbers(hub: Hub, repo: Repo, pull: Pull) -> dict[str, Any]:
    comments = sum(comment.pr == pull.number for comment in repo.comments.values())
    state = "clean" if pull.test_merge else "dirty"
    return {
        "merged": pull.merged_at is not None,
        "mergeable": pull.test_merge is not None if pull.open else None,
        "mergeable_state": "unknown" if repo.queued(pull.number) else state,
        "merged_by": user(hub, "github-merge-queue[bot]") if pull.merged_at else None,
        "rebaseable": None,
        "comments": comments,
        "review_comments": 0,
        "maintainer_can_modify": pull.maintainer_can_modify,
        "commits": pull.size.commits,
        "additions": pull.size.added,
        "deletions": pull.size.removed,
        "changed_files": pull.size.files,
    }


def _side(hub: Hub, repo: Repo, branch: str, sha: str) -> dict[str, Any]:
    return {
        "label": f"{repo.owner}:{branch}",
        "ref": branch,
        "sha": sha,
        "user": user(hub, repo.owner),
        "repo": repository(hub, repo),
    }


def _auto_merge(hub: Hub, repo: Repo, pull: Pull) -> dict[str, Any] | None:
    if pull.auto_merge is None or repo.queued(pull.number):
        return None
    return {
        "enabled_by": user(hub, pull.auto_merge.by),
        "merge_method": pull.auto_merge.method.lower(),
        "commit_title": "",
        "commit_message": "",
    }


def reactions(hub: Hub, repo: Repo, comment: Comment | None) -> dict[str, Any]:
    """The roll-up of a comment's reactions."""
    given = [content for _, content in comment.reactions] if comment else []
    place = f"comments/{comment.id}" if comment else "0"
    return {
        "url": f"{hub.url}/repos/{repo.name}/issues/{place}/reactions",
        "total_count": len(given),
        **{content: given.count(content) for content in _REACTIONS},
    }


def issue_comment(hub: Hub, repo: Repo, comment: Comment) -> dict[str, Any]:
    """A comment of a pull request's conversation."""
    api = f"{hub.url}/repos/{repo.name}/issues"
    html = f"{hub.url}/{repo.name}/pull/{comment.pr}#issuecomment-{comment.id}"
    return {
        "id": comment.id,
        "node_id": node_id("IC", comment.id),
        "url": f"{api}/comments/{comment.id}",
        "html_url": html,
        "issue_url": f"{api}/{comment.pr}",
        "user": user(hub, comment.author),
        "created_at": stamp(comment.at),
        "updated_at": stamp(comment.updated_at),
        "author_association": "COLLABORATOR",
        "body": comment.body,
        "reactions": reactions(hub, repo, comment),
        "performed_via_github_app": app(hub, hub.app.slug) if comment.by_app else None,
    }


def issue(hub: Hub, repo: Repo, pull: Pull) -> dict[str, Any]:
    """A pull request as an issue: no head, no base, but a `pull_request` key."""
    api = f"{hub.url}/repos/{repo.name}"
    place = f"{api}/issues/{pull.number}"
    html = f"{hub.url}/{repo.name}/pull/{pull.number}"
    return {
        "id": pull.id,
        "node_id": node_id("PR", pull.id),
        "number": pull.number,
        "title": pull.title,
        "user": user(hub, pull.author),
        "url": place,
        "repository_url": api,
        "labels_url": f"{place}/labels{{/name}}",
        "comments_url": f"{place}/comments",
        "events_url": f"{place}/events",
        "html_url": html,
        "labels": [label(hub, repo, name) for name in pull.labels],
        "state": pull.state,
        "locked": False,
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "comments": sum(comment.pr == pull.number for comment in repo.comments.values()),
        "created_at": stamp(pull.created_at),
        "updated_at": stamp(pull.updated_at),
        "closed_at": stamp(pull.closed_at) if pull.closed_at else None,
        "author_association": "COLLABORATOR",
        "active_lock_reason": None,
        "draft": pull.draft,
        "pull_request": {
            "url": f"{api}/pulls/{pull.number}",
            "html_url": html,
            "diff_url": f"{html}.diff",
            "patch_url": f"{html}.patch",
            "merged_at": stamp(pull.merged_at) if pull.merged_at else None,
        },
        "body": pull.body or None,
        "reactions": reactions(hub, repo, None),
        "performed_via_github_app": None,
    }
