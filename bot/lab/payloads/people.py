"""Accounts, the App and its installation."""

from typing import Any

from bot.lab.app import EVENTS
from bot.lab.clock import stamp
from bot.lab.hub import Hub

_USER_URLS = {
    "events_url": "/events{/privacy}",
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "organizations_url": "/orgs",
    "received_events_url": "/received_events",
    "repos_url": "/repos",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
}


def node_id(kind: str, number: int) -> str:
    """A global id as GraphQL wants it."""
    return f"{kind}_kwDO{number:012x}"


def user(hub: Hub, login: str) -> dict[str, Any]:
    """A simple user."""
    account = hub.user(login)
    api = f"{hub.url}/users/{login}"
    return {
        "login": login,
        "id": account.id,
        "node_id": node_id("U", account.id),
        "avatar_url": f"{hub.url}/avatars/{account.id}",
        "gravatar_id": "",
        "url": api,
        "html_url": f"{hub.url}/{login}",
        **{name: api + suffix for name, suffix in _USER_URLS.items()},
        "type": "Bot" if account.bot else "User",
        "user_view_type": "public",
        "site_admin": False,
    }


def app(hub: Hub, slug: str) -> dict[str, Any]:
    """An App: ours, or GitHub Actions."""
    ours = slug == hub.app.slug
    return {
        "id": hub.app.id if ours else 15368,
        "slug": slug,
        "node_id": node_id("A", hub.app.id if ours else 15368),
        "owner": user(hub, "acme" if ours else "github"),
        "name": slug if ours else "GitHub Actions",
        "description": "",
        "external_url": f"{hub.url}/apps/{slug}/home",
        "html_url": f"{hub.url}/apps/{slug}",
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
        "permissions": dict(hub.app.permissions) if ours else {"actions": "write"},
        "events": list(EVENTS) if ours else [],
    }


def installation(hub: Hub) -> dict[str, Any]:
    """The one installation of the lab."""
    now = stamp(hub.clock.now())
    api = f"{hub.url}/app/installations/{hub.installation}"
    account = next((repo.owner for repo in hub.repos.values()), "acme")
    return {
        "id": hub.installation,
        "account": user(hub, account),
        "access_tokens_url": f"{api}/access_tokens",
        "repositories_url": f"{hub.url}/installation/repositories",
        "html_url": f"{hub.url}/settings/installations/{hub.installation}",
        "app_id": hub.app.id,
        "app_slug": hub.app.slug,
        "target_id": hub.user(account).id,
        "target_type": "User",
        "permissions": dict(hub.app.permissions),
        "events": list(EVENTS),
        "created_at": now,
        "updated_at": now,
        "single_file_name": None,
        "has_multiple_single_files": False,
        "single_file_paths": [],
        "repository_selection": "all",
        "suspended_by": None,
        "suspended_at": None,
    }
