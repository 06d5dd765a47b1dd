"""Comments and reactions."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.lab.hub import Hub, Repo
from bot.lab.payloads.pull import issue, issue_comment
from bot.lab.payloads.repository import envelope
from bot.lab.records import Comment, Happened


def add_comment(hub: Hub, repo: Repo, number: int, author: str, body: str) -> Comment:
    """A new comment, told of."""
    now = hub.clock.now()
    comment = Comment(
        id=next(hub.ids),
        pr=number,
        author=author,
        body=body,
        at=now,
        updated_at=now,
        by_app=author == hub.app.login,
    )
    repo.comments[comment.id] = comment
    hub.tell("comment", f"{author} commented on #{number}", repo.name, number)
    _comment_event(hub, repo, comment, "created", author, {})
    return comment


def edit_comment(hub: Hub, repo: Repo, comment: Comment, body: str, by: str) -> Comment:
    """The comment with another text, told of."""
    newer = replace(comment, body=body, updated_at=hub.clock.now())
    repo.comments[comment.id] = newer
    changes = {"changes": {"body": {"from": comment.body}}}
    _comment_event(hub, repo, newer, "edited", by, changes)
    return newer


def react(repo: Repo, comment: Comment, login: str, content: str) -> bool:
    """Add a reaction; False when this one had it already."""
    if (login, content) in comment.reactions:
        return False
    reactions = (*comment.reactions, (login, content))
    repo.comments[comment.id] = replace(comment, reactions=reactions)
    return True


def _comment_event(
    hub: Hub, repo: Repo, comment: Comment, action: str, sender: str, extra: Mapping[str, Any]
) -> None:
    payload = {
        "action": action,
        "issue": issue(hub, repo, repo.pulls[comment.pr]),
        "comment": issue_comment(hub, repo, comment),
        **envelope(hub, repo, sender),
        **extra,
    }
    happened = Happened(repo=repo.name, event="issue_comment", action=action, pr=comment.pr)
    hub.emit(happened, payload)
