"""Pull requests: opened, pushed to, labelled, armed, closed."""

import contextlib
from dataclasses import dataclass
from typing import Any

from bot.lab.acts import queueing
from bot.lab.acts.checks import blocked_by
from bot.lab.acts.telling import RefusedError, change, pull_event, remember
from bot.lab.hub import Hub, Repo
from bot.lab.payloads.commits import push, size
from bot.lab.payloads.pull import label as label_payload
from bot.lab.payloads.repository import envelope
from bot.lab.records import ArmedAutoMerge, Happened, Pull

_HEADS = "refs/heads/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What somebody types into the form of a new pull request."""

    author: str
    head_repo: str
    branch: str
    title: str
    body: str = ""
    draft: bool = False
    maintainer_can_modify: bool = True


async def open_pull(hub: Hub, repo: Repo, opening: Opening) -> Pull:
    """A new pull request from a branch that exists.

    Raises:
        RefusedError: the branch does not exist.
    """
    head = await hub.repos[opening.head_repo].bare.sha(_HEADS + opening.branch)
    base = await repo.bare.sha("refs/heads/main")
    if head is None or base is None:
        msg = f"there is no branch {opening.branch}"
        raise RefusedError(msg)
    now = hub.clock.now()
    pull = Pull(
        number=next(repo.numbers),
        id=next(hub.ids),
        title=opening.title,
        body=opening.body,
        author=opening.author,
        head_repo=opening.head_repo,
        branch=opening.branch,
        head=head,
        base="main",
        base_sha=base,
        created_at=now,
        updated_at=now,
        draft=opening.draft,
        maintainer_can_modify=opening.maintainer_can_modify,
    )
    repo.pulls[pull.number] = pull
    pull = await _refreshed(hub, repo, pull)
    pull_event(hub, repo, pull, "opened", opening.author)
    return pull


async def ref_moved(
    hub: Hub, repo: Repo, ref: str, old: str | None, new: str | None, sender: str
) -> None:
    """A push arrived: tell of it and bring pull requests and the queue up to date."""
    payload = await push(hub, repo, ref, old, new, sender)
    happened = Happened(repo=repo.name, event="push", action=None, sha=new, branch=ref)
    hub.tell("push", f"{sender} pushed {ref.removeprefix(_HEADS)} to {(new or '-')[:8]}", repo.name)
    hub.emit(happened, payload | envelope(hub, repo, sender))
    if ref == "refs/heads/main" and new:
        await queueing.base_moved(hub, repo, new)
    branch = ref.removeprefix(_HEADS)
    for target in tuple(hub.repos.values()):
        for pull in tuple(target.pulls.values()):
            if pull.open and (pull.head_repo, pull.branch) == (repo.name, branch):
                await _head_moved(hub, target, pull, new, sender)


async def close(hub: Hub, repo: Repo, pull: Pull, by: str) -> None:
    """Close without merging; a queued one leaves the queue first."""
    if repo.queued(pull.number):
        await queueing.dequeue(hub, repo, pull.number, by)
    pull = change(hub, repo, pull, state="closed", closed_at=hub.clock.now(), auto_merge=None)
    pull = remember(hub, repo, pull, "ClosedEvent", by)
    pull_event(hub, repo, pull, "closed", by)


async def set_draft(hub: Hub, repo: Repo, pull: Pull, by: str, *, draft: bool) -> None:
    """Convert to draft (out of the queue, auto-merge off) or make it ready again."""
    if draft and repo.queued(pull.number):
        await queueing.dequeue(hub, repo, pull.number, by)
    fields: dict[str, Any] = {"auto_merge": None} if draft else {}
    pull = change(hub, repo, pull, draft=draft, **fields)
    pull_event(hub, repo, pull, "converted_to_draft" if draft else "ready_for_review", by)


def add_label(hub: Hub, repo: Repo, pull: Pull, name: str, by: str) -> None:
    """Add a label; one that is there already stays, and nothing is told."""
    if name not in repo.pulls[pull.number].labels:
        labels = (*repo.pulls[pull.number].labels, name)
        pull = change(hub, repo, pull, labels=labels)
        extra = {"label": label_payload(hub, repo, name)}
        pull_event(hub, repo, pull, "labeled", by, extra)


def remove_label(hub: Hub, repo: Repo, pull: Pull, name: str, by: str) -> None:
    """Remove a label.

    Raises:
        RefusedError: the pull request does not have it.
    """
    labels = repo.pulls[pull.number].labels
    if name not in labels:
        msg = "Label does not exist"
        raise RefusedError(msg)
    pull = change(hub, repo, pull, labels=tuple(old for old in labels if old != name))
    extra = {"label": label_payload(hub, repo, name)}
    pull_event(hub, repo, pull, "unlabeled", by, extra)


async def arm(
    hub: Hub, repo: Repo, pull: Pull, by: str, *, method: str, expected: str | None = None
) -> None:
    """Switch auto-merge on; a pull request that is ready goes straight into the queue.

    Raises:
        RefusedError: GitHub would not.
    """
    if not repo.allow_auto_merge:
        msg = "Auto merge is not allowed for this repository"
        raise RefusedError(msg)
    if not pull.open or pull.draft:
        msg = "Pull request is closed" if not pull.open else "Pull request is in draft state"
        raise RefusedError(msg)
    if expected is not None and expected != pull.head:
        msg = "Head branch was modified. Review and try the merge again."
        raise RefusedError(msg)
    armed = ArmedAutoMerge(by=by, method=method, at=hub.clock.now())
    pull = change(hub, repo, pull, auto_merge=armed)
    pull = remember(hub, repo, pull, "AutoMergeEnabledEvent", by)
    pull_event(hub, repo, pull, "auto_merge_enabled", by, {"reason": ""})
    await merge_when_ready(hub, repo, pull.head)


def disarm(hub: Hub, repo: Repo, pull: Pull, by: str) -> None:
    """Switch auto-merge off; this does not dequeue.

    Raises:
        RefusedError: it is not on.
    """
    if repo.pulls[pull.number].auto_merge is None:
        msg = "Can't disable auto-merge for this pull request: it is not enabled"
        raise RefusedError(msg)
    pull = change(hub, repo, pull, auto_merge=None)
    pull = remember(hub, repo, pull, "AutoMergeDisabledEvent", by)
    pull_event(hub, repo, pull, "auto_merge_disabled", by, {"reason": ""})


async def merge_when_ready(hub: Hub, repo: Repo, sha: str) -> None:
    """Enqueue the armed pull requests of a head whose checks are green."""
    if blocked_by(repo, sha):
        return
    for pull in tuple(repo.pulls.values()):
        waiting = pull.open and not pull.draft and not repo.queued(pull.number)
        if pull.head == sha and pull.auto_merge and waiting and repo.queue:
            with contextlib.suppress(RefusedError):  # armed and never enqueued: GitHub says nothing
                await queueing.enqueue(hub, repo, pull.number, pull.auto_merge.by)


async def _head_moved(hub: Hub, repo: Repo, pull: Pull, new: str | None, sender: str) -> None:
    if new is None:
        await close(hub, repo, pull, sender)
        return
    before = pull.head
    pull = change(hub, repo, pull, head=new)
    pull = await _refreshed(hub, repo, pull)
    extra = {"before": before, "after": new}
    pull_event(hub, repo, pull, "synchronize", sender, extra)


async def _refreshed(hub: Hub, repo: Repo, pull: Pull) -> Pull:
    """The pull request with its refs, and the merge with its base that CI tests."""
    bare = repo.bare
    if pull.head_repo != repo.name:
        await bare.fetch_from(hub.repos[pull.head_repo].bare, pull.head)
    await bare.move(f"refs/pull/{pull.number}/head", pull.head)
    base = await bare.sha(f"{_HEADS}{pull.base}") or pull.base_sha
    pull = change(hub, repo, pull, base_sha=base, size=await size(repo, base, pull.head))
    await remerge(hub, repo, pull, base)
    return repo.pulls[pull.number]


async def remerge(hub: Hub, repo: Repo, pull: Pull, base: str) -> None:
    """Make refs/pull/N/merge anew; it is gone while head and base conflict."""
    message = f"Merge {pull.head} into {base}"
    signature = hub.signature(pull.author, repo)
    merged = await repo.bare.merged(base, pull.head, message, signature)
    ref = f"refs/pull/{pull.number}/merge"
    if merged or await repo.bare.sha(ref):
        await repo.bare.move(ref, merged)
    change(hub, repo, pull, test_merge=merged)
