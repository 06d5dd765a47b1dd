"""Check runs, check suites and annotations."""

from typing import Any

from bot.lab.clock import stamp
from bot.lab.hub import Hub, Repo
from bot.lab.payloads.commits import CommitFacts, simple
from bot.lab.payloads.people import app, node_id
from bot.lab.payloads.repository import repository
from bot.lab.records import CheckRun, Pull, Suite


def pulls_of(hub: Hub, repo: Repo, sha: str) -> list[dict[str, Any]]:
    """Pull requests whose head this is; a merge group's commit is nobody's head."""
    found = [p for p in repo.pulls.values() if p.head == sha and p.head_repo == repo.name]
    return [_reference(hub, repo, pull) for pull in found]


def check_run(hub: Hub, repo: Repo, check: CheckRun) -> dict[str, Any]:
    """A check run."""
    api = f"{hub.url}/repos/{repo.name}/check-runs/{check.id}"
    html = f"{hub.url}/{repo.name}/runs/{check.id}"
    return {
        "id": check.id,
        "node_id": node_id("CR", check.id),
        "name": check.name,
        "head_sha": check.sha,
        "external_id": check.external_id,
        "url": api,
        "html_url": html,
        "details_url": check.details_url or html,
        "status": check.status,
        "conclusion": check.conclusion,
        "started_at": stamp(check.started_at),
        "completed_at": stamp(check.completed_at) if check.completed_at else None,
        "output": {
            "title": check.title,
            "summary": check.summary,
            "text": check.text,
            "annotations_count": len(check.annotations),
            "annotations_url": f"{api}/annotations",
        },
        "check_suite": {"id": check.suite},
        "app": app(hub, check.app),
        "pull_requests": pulls_of(hub, repo, check.sha),
    }


def webhook_check_run(hub: Hub, repo: Repo, check: CheckRun) -> dict[str, Any]:
    """A check run as its webhook carries it: the suite comes along."""
    suite = repo.suites[check.suite]
    api = f"{hub.url}/repos/{repo.name}/check-suites/{suite.id}"
    return check_run(hub, repo, check) | {
        "check_suite": {
            "id": suite.id,
            "node_id": node_id("CS", suite.id),
            "head_branch": suite.branch,
            "head_sha": suite.sha,
            "status": suite.status,
            "conclusion": suite.conclusion,
            "url": api,
            "before": None,
            "after": None,
            "pull_requests": pulls_of(hub, repo, suite.sha),
            "app": app(hub, suite.app),
            "created_at": stamp(suite.at),
            "updated_at": stamp(suite.at),
        }
    }


def check_suite(hub: Hub, repo: Repo, suite: Suite, commit: CommitFacts) -> dict[str, Any]:
    """A check suite."""
    api = f"{hub.url}/repos/{repo.name}/check-suites/{suite.id}"
    return {
        "id": suite.id,
        "node_id": node_id("CS", suite.id),
        "head_branch": suite.branch,
        "head_sha": suite.sha,
        "status": suite.status,
        "conclusion": suite.conclusion,
        "url": api,
        "check_runs_url": f"{api}/check-runs",
        "before": None,
        "after": None,
        "pull_requests": pulls_of(hub, repo, suite.sha),
        "app": app(hub, suite.app),
        "repository": repository(hub, repo),
        "created_at": stamp(suite.at),
        "updated_at": stamp(hub.clock.now()),
        "latest_check_runs_count": sum(c.suite == suite.id for c in repo.checks.values()),
        "head_commit": simple(commit),
    }


def annotation(hub: Hub, repo: Repo, check: CheckRun, index: int) -> dict[str, Any]:
    """One annotation of a check run."""
    given = check.annotations[index]
    return {
        "path": given["path"],
        "blob_href": f"{hub.url}/repos/{repo.name}/contents/{given['path']}",
        "start_line": given["start_line"],
        "end_line": given["end_line"],
        "start_column": given.get("start_column"),
        "end_column": given.get("end_column"),
        "annotation_level": given["annotation_level"],
        "title": given.get("title") or "",
        "message": given["message"],
        "raw_details": given.get("raw_details") or "",
    }


def _reference(hub: Hub, repo: Repo, pull: Pull) -> dict[str, Any]:
    short = {"id": repo.id, "url": f"{hub.url}/repos/{repo.name}", "name": repo.short}
    return {
        "id": pull.id,
        "number": pull.number,
        "url": f"{hub.url}/repos/{repo.name}/pulls/{pull.number}",
        "head": {"ref": pull.branch, "sha": pull.head, "repo": short},
        "base": {"ref": pull.base, "sha": pull.base_sha, "repo": short},
    }
