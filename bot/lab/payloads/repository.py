"""Repositories, and what every webhook says besides its subject."""

from typing import Any

from bot.lab.clock import stamp
from bot.lab.hub import Hub, Repo
from bot.lab.payloads.people import node_id, user

_URLS = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}
_COUNTS = (
    "forks",
    "forks_count",
    "stargazers_count",
    "watchers",
    "watchers_count",
    "size",
    "network_count",
    "subscribers_count",
)


def repository(hub: Hub, repo: Repo) -> dict[str, Any]:
    """A repository, in the fullest form."""
    api = f"{hub.url}/repos/{repo.name}"
    html = f"{hub.url}/{repo.name}"
    at = stamp(repo.created_at)
    issues = sum(pull.open for pull in repo.pulls.values())
    return {
        "id": repo.id,
        "node_id": node_id("R", repo.id),
        "name": repo.short,
        "full_name": repo.name,
        "private": True,
        "visibility": "private",
        "owner": user(hub, repo.owner),
        "html_url": html,
        "description": None,
        "fork": repo.parent is not None,
        "url": api,
        **{name: api + suffix for name, suffix in _URLS.items()},
        "git_url": f"git://{repo.name}.git",
        "ssh_url": f"git@localhost:{repo.name}.git",
        "clone_url": f"{html}.git",
        "svn_url": html,
        "mirror_url": None,
        **dict.fromkeys(_COUNTS, 0),
        "open_issues": issues,
        "open_issues_count": issues,
        "default_branch": "main",
        "has_downloads": True,
        "has_issues": True,
        "has_projects": False,
        "has_wiki": False,
        "has_pages": False,
        "has_discussions": False,
        "homepage": None,
        "language": None,
        "archived": False,
        "disabled": False,
        "license": None,
        "allow_forking": True,
        "is_template": False,
        "web_commit_signoff_required": False,
        "topics": [],
        "allow_auto_merge": repo.allow_auto_merge,
        "created_at": at,
        "updated_at": at,
        "pushed_at": at,
    }


def envelope(hub: Hub, repo: Repo, sender: str) -> dict[str, Any]:
    """The part that every webhook of a repository shares."""
    return {
        "repository": repository(hub, repo),
        "sender": user(hub, sender),
        "installation": {
            "id": hub.installation,
            "node_id": node_id("I", hub.installation),
        },
    }
